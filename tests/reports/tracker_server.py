"""A tracker on this machine that answers as GitHub, GitLab and Jira publish it, as far as we ask.

Formats: GitHub REST 2022-11-28 "Create an issue" and "List repository issues"; GitLab REST v4 "New issue" and "List
project issues"; Jira Cloud REST 2 "Create issue", "Get issue" and "Search for issues using JQL enhanced search".
"""

import base64
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN, MAIL = "the-secret", "ada@example.org"
PAGE = 2  # issues a page, so that three need two


class TrackerServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.issues, self.asked, self.lose_answers, self.status = [], [], 0, 0
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self._answer(None)

    def do_POST(self):
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _answer(self, sent):
        parts = urlsplit(self.path)
        path, query = parts.path, {k: v[0] for k, v in parse_qs(parts.query).items()}
        self.server.asked.append((self.command, path))
        if self.server.status:
            return self._send(self.server.status, {"message": "no"})
        for pattern, name in ROUTES:
            if found := re.fullmatch(pattern, path):
                if not self._is_known(name):
                    return self._send(401, {"message": "Bad credentials"})
                status, data, more = getattr(self, name)(sent, query, *found.groups())
                if sent and self.server.lose_answers:
                    self.server.lose_answers -= 1
                    return self.connection.close()
                return self._send(status, data, more)
        return self._send(404, {"message": "Not Found"})

    def _is_known(self, name):
        whole = base64.b64encode(f"{MAIL}:{TOKEN}".encode()).decode()
        given = {
            "github": (self.headers.get("Authorization"), f"Bearer {TOKEN}"),
            "gitlab": (self.headers.get("PRIVATE-TOKEN"), TOKEN),
            "jira": (self.headers.get("Authorization"), f"Basic {whole}"),
        }[name.split("_")[0]]
        return given[0] == given[1]

    def github(self, sent, query):
        if sent:
            row = {"number": self._next(), "state": "open", "state_reason": None, **sent}
            row["html_url"] = f"https://github.example/acme/shop/issues/{row['number']}"
            row["labels"] = [{"name": label} for label in sent["labels"]]
            self.server.issues.append(row)
            return 201, row, {}
        assert query["state"] == "all"
        return self._page([r for r in self.server.issues if query["labels"] in {x["name"] for x in r["labels"]}], query)

    def github_one(self, sent, query, number):
        return self._one("number", int(number))

    def gitlab(self, sent, query, project):
        assert unquote(project) == "acme/shop"
        if sent:
            row = {"id": 9000 + self._next(), "iid": self._next(), "state": "opened", **sent}
            row["web_url"] = f"https://gitlab.example/acme/shop/-/issues/{row['iid']}"
            row["labels"] = sent["labels"].split(",")
            self.server.issues.append(row)
            return 201, row, {}
        return self._page([row for row in self.server.issues if query["labels"] in row["labels"]], query)

    def gitlab_one(self, sent, query, project, iid):
        return self._one("iid", int(iid))

    def jira(self, sent, query):
        fields = sent["fields"]
        assert fields["project"] == {"key": "SHOP"}
        assert all(" " not in label for label in fields["labels"])
        status = {"name": "To Do", "statusCategory": {"key": "new"}}
        row = {"id": str(10000 + self._next()), "key": f"SHOP-{self._next()}", "fields": fields | {"status": status}}
        self.server.issues.append(row)
        return 201, {"id": row["id"], "key": row["key"], "self": self.server.url}, {}

    def jira_one(self, sent, query, key):
        return self._one("key", key)

    def jira_search(self, sent, query):
        assert query["jql"] == 'project = "SHOP" AND labels = headwater'
        return 200, {"issues": self.server.issues, "isLast": True}, {}

    def _next(self):
        return len(self.server.issues) + 1

    def _one(self, name, value):
        row = next((row for row in self.server.issues if row[name] == value), None)
        return (200, row, {}) if row else (404, {"message": "Not Found"}, {})

    def _page(self, rows, query):
        page = int(query.get("page", 1))
        more = {}
        if len(rows) > page * PAGE:
            following = "&".join(f"{k}={v}" for k, v in (query | {"page": page + 1}).items())
            more["Link"] = f'<{self.server.url}{urlsplit(self.path).path}?{following}>; rel="next"'
        return 200, rows[(page - 1) * PAGE : page * PAGE], more

    def _send(self, status, data, more=None):
        body = json.dumps(data).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": len(body), **(more or {})}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        """Silence."""


ROUTES = (
    (r"/repos/acme/shop/issues", "github"),
    (r"/repos/acme/shop/issues/(\d+)", "github_one"),
    (r"/api/v4/projects/([^/]+)/issues", "gitlab"),
    (r"/api/v4/projects/([^/]+)/issues/(\d+)", "gitlab_one"),
    (r"/rest/api/2/issue", "jira"),
    (r"/rest/api/2/issue/([A-Z]+-\d+)", "jira_one"),
    (r"/rest/api/2/search/jql", "jira_search"),
)
