"""A host on loopback, made from its published description: it refuses requests and answers that do not fit it.

`description` is a file of this folder. A story gives the data: `rest(path, params)` for a path of the description, and
for GitHub `graphql()` for the root of its schema. What a client sends wrongly is kept in `problems`, and so is what our
own story tells wrongly: neither side can drift. Modes: `hide` parts, `limit` the next requests, `etags`.
"""

import contextlib
import copy
import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from graphql import build_schema, execute_sync, parse, validate
from jsonschema import Draft202012Validator

HERE = Path(__file__).resolve().parent
TOKEN = "token-of-the-test-0123456789"


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass
class Host:
    """A running host. `prefix` stands before every path of the description."""

    story: Any
    description: dict[str, Any]
    prefix: str = ""
    schema: Any = None
    url: str = ""
    token_header: tuple[str, str] = ("Authorization", f"Bearer {TOKEN}")
    asked: list[Asked] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    hidden: list[tuple[str, int]] = field(default_factory=list)
    limits: list[tuple[int, dict[str, str], Any]] = field(default_factory=list)
    limit_after: int = 0  # let so many requests through before the limits
    etags: bool = False
    validators: dict[str, Any] = field(default_factory=dict)
    redirect_to: str = ""
    next_link: str = ""
    page_size: int = 100  # the most one page holds

    def hide(self, pattern: str, status: int = 403) -> None:
        """Answer paths that match with a refusal."""
        self.hidden.append((pattern, status))

    def limit(self, status: int, after: int = 0, body: Any = None, **headers: str) -> None:
        """Answer one of the next requests with a limit."""
        self.limit_after = len(self.asked) + after
        self.limits.append((status, {k.replace("_", "-"): v for k, v in headers.items()}, body or {"message": "x"}))

    def paths(self) -> list[str]:
        return [each.path for each in self.asked]

    def answer(self, asked: Asked, body: bytes) -> tuple[int, dict[str, str], Any]:
        name, secret = self.token_header
        if asked.headers.get(name.lower()) != secret:
            return 401, {}, {"message": "Bad credentials"}
        if self.limits and len(self.asked) > self.limit_after:
            return self.limits.pop(0)
        if self.redirect_to:
            return 301, {"Location": self.redirect_to}, {}
        for pattern, status in self.hidden:
            if re.search(pattern, asked.path) or (body and re.search(pattern, body.decode())):
                return status, {}, {"message": "Resource not accessible"}
        if self.schema and asked.path.endswith("/graphql"):
            return self.graphql(json.loads(body))
        return self.rest(asked, json.loads(body) if body else None)

    def graphql(self, body: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
        document = parse(body["query"])
        if errors := validate(self.schema, document):
            self.problems += [error.message for error in errors]
            return 200, {}, {"errors": [{"message": error.message} for error in errors]}
        done = execute_sync(self.schema, document, self.story.graphql(), variable_values=body["variables"])
        self.problems += [str(error) for error in done.errors or ()]
        return 200, {}, done.formatted

    def rest(self, asked: Asked, body: Any = None) -> tuple[int, dict[str, str], Any]:
        found = self.described(asked)
        if found is None:
            self.problems.append(f"{asked.method} {asked.path} is not described")
            return 404, {}, {"message": "Not Found"}
        name, operation, params = found
        self.problems += [f"{name}: {why}" for why in wrong_query(operation["query"], asked.query)]
        if "body" in operation:
            self.problems += [f"{name} is sent {why}" for why in self.wrong_body(operation["body"], body)]
        sent = {"body": body} if "body" in operation else {}
        told = self.story.rest(name.split(" ")[1], params | asked.query | sent)
        if told is None:
            return 404, {}, {"message": "Not Found"}
        told, headers = self.paged(asked, told)
        if name not in self.validators:
            document = {**operation["schema"], "schemas": self.description["schemas"]}
            self.validators[name] = Draft202012Validator(document)
        wrong = self.validators[name].iter_errors(told)
        self.problems += [f"{name} answers {error.json_path}: {error.message[:200]}" for error in wrong]
        return operation["status"], headers, told

    def described(self, asked: Asked) -> tuple[str, dict[str, Any], dict[str, str]] | None:
        path = asked.path.removeprefix(self.prefix)
        for name, operation in self.description["paths"].items():
            method, template = name.split(" ")
            pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
            if method == asked.method and (match := re.fullmatch(pattern, path)):
                return name, operation, {k: unquote(v) for k, v in match.groupdict().items()}
        return None

    def wrong_body(self, schema: dict[str, Any], body: Any) -> Iterator[str]:
        document = {**schema, "schemas": self.description["schemas"]}
        for error in Draft202012Validator(document).iter_errors(body):
            yield f"{error.json_path}: {error.message[:150]}"

    def paged(self, asked: Asked, told: Any) -> tuple[Any, dict[str, str]]:
        """A page of a list, with the address of the next in a Link header, or in the answer where lists are values."""
        key = next((k for k in ("workflow_runs", "values") if isinstance(told, dict) and k in told), None)
        if isinstance(told, dict) and "value" in told:
            return self.counted(asked, told["value"])
        every = told[key] if key else told
        if not isinstance(every, list):
            return told, {}
        sizes = (asked.query.get(name) for name in ("per_page", "limit", "pagelen"))
        size = min(self.page_size, int(next(filter(None, sizes), 20)))
        page = int(asked.query.get("page", 1))
        some = every[(page - 1) * size : page * size]
        following = ""
        if page * size < len(every):
            query = urlencode({**asked.query, "page": page + 1})
            following = f"{self.next_link or self.url}{asked.path}?{query}"
        if key == "values":
            return {**told, key: some, **({"next": following} if following else {})}, {}
        headers = {"Link": f'<{following}>; rel="next"'} if following else {}
        return ({**told, key: some} if key else some), headers

    def counted(self, asked: Asked, every: list[Any]) -> tuple[Any, dict[str, str]]:
        """A page as Azure DevOps cuts it: by what is to be left out, or by a token in the headers."""
        asks = asked.query.get("$top") or asked.query.get("top")
        size = min(self.page_size, int(asks)) if asks else len(every) or 1
        begin = int(asked.query.get("$skip") or asked.query.get("continuationToken") or 0)
        some = every[begin : begin + size]
        goes_on = "$skip" not in asked.query and begin + size < len(every)
        return {"count": len(some), "value": some}, {"X-MS-ContinuationToken": f"{begin + size}"} if goes_on else {}


def wrong_query(described: dict[str, Any], query: dict[str, str]) -> Iterator[str]:
    """What of a query the description does not know, by name or by value."""
    for name, text in query.items():
        if name not in described:
            yield f"no parameter {name}"
            continue
        schema = described[name]
        kinds = schema.get("type", "string")
        value: Any = int(text) if ("integer" in kinds or "number" in kinds) and text.isdigit() else text
        value = text == "true" if kinds == "boolean" and text in ("true", "false") else value
        for error in Draft202012Validator(schema).iter_errors(value):
            yield f"{name}={text}: {error.message[:150]}"


def filled(schema: dict[str, Any], schemas: dict[str, Any], **values: Any) -> Any:
    """The least a schema requires, with these values in it."""
    if "$ref" in schema:
        return filled(schemas[schema["$ref"].rpartition("/")[2]], schemas, **values)
    if "anyOf" in schema or "oneOf" in schema:
        options = schema.get("anyOf") or schema["oneOf"]
        if any(option.get("type") == "null" for option in options):
            return None
        return filled(options[0], schemas, **values)
    if "allOf" in schema:
        whole: dict[str, Any] = {}
        for part in schema["allOf"]:
            whole |= filled(part, schemas)
        return whole | values
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else schema["enum"][0]
    kind = schema.get("type", "object")
    kind = "null" if isinstance(kind, list) and "null" in kind else kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        known = schema.get("properties", {})
        required = [name for name in schema.get("required", ()) if name in known and name not in values]
        return {name: filled(known[name], schemas) for name in required} | values
    plain: dict[str, Any] = {"array": [], "string": "x", "integer": 1, "number": 1, "boolean": False, "null": None}
    return plain[kind]


def example_of(description: dict[str, Any], name: str) -> Any:
    """The published example of an answer."""
    return copy.deepcopy(description["paths"][name]["example"])


def load(name: str) -> dict[str, Any]:
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def load_schema() -> Any:
    return build_schema((HERE / "github.graphql").read_text(encoding="utf-8"))


@contextlib.contextmanager
def running(host: Host) -> Iterator[Host]:
    """The host, answering on a port of loopback until the end of the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(host))
    host.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(host: Host) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # head and body leave at once

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            self.reply("GET")

        def do_POST(self) -> None:
            self.reply("POST")

        def reply(self, method: str) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(method, parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)), headers)
            host.asked.append(asked)
            status, more, data = host.answer(asked, body)
            content = json.dumps(data).encode()
            if host.etags and status == 200 and method == "GET":
                tag = f'"{hashlib.sha256(content).hexdigest()[:12]}"'
                more = {**more, "ETag": tag}
                if headers.get("if-none-match") == tag:
                    status, content = 304, b""
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **more}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler


def seconds_from_now(seconds: int) -> str:
    return str(int(time.time()) + seconds)


Story = Callable[..., Any]
