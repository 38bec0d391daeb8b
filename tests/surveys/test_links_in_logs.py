"""A link's secret stands in no log: not of the server, not of an error, not of what the workers say."""

import http.client
import re
import subprocess
import sys
import urllib.parse

import pytest

from tests.installations import ready
from tests.processes import ROOT, ManagePy, free_port

MAKE_LINKS = """
from django.utils import timezone
from datetime import timedelta
from accounts.models import Organization, Team, User
from assessment.domain.lifecycle import create_assessment, open_assessment
from surveys.domain.address_list import Row
from surveys.domain.invitations import invite_addresses, issue_links
from surveys.domain.invite import survey_of
from surveys.domain.links import room_token, stop_token
from surveys.domain.rooms import open_room
team = Team.objects.create(name="Payments", organization=Organization.objects.create(name="Nordlicht"))
lead = User.objects.create_user("ada@example.org")
day = timezone.localdate()
assessment = create_assessment(team, title="Q3", period_start_on=day, period_end_on=day, by=lead)
open_assessment(assessment, by=lead)
survey = survey_of(assessment)
rows = [Row(n, f"guest{n}@example.org", "", ("engineer",)) for n in range(2)]
links = issue_links(invite_addresses(survey, rows, by=lead, by_mail=False))
room = open_room(survey, n_seats=5, hours=1, by=lead)
stop = stop_token(links[0].seat.invitation.public_id)
print("PATHS", *(f"/join/{link.token}/" for link in links), f"/room/{room_token(room.public_id)}/", f"/stop/{stop}/")
"""
COOKIE = re.compile(r"^([\w-]+)=([^;]*)", re.M)


class Visitor:
    """A browser of few words: it keeps its cookies and sends the token of the form it was shown."""

    def __init__(self, port):
        self.port, self.cookies = port, {}

    def ask(self, verb, path, **form):
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "Host": f"127.0.0.1:{self.port}"}
        headers["Referer"] = f"http://127.0.0.1:{self.port}{path}"
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        asked.request(verb, path, urllib.parse.urlencode(form) if form else None, headers)
        answer = asked.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, value = COOKIE.match(line).groups()
            self.cookies[name] = value
        body = answer.read().decode()
        asked.close()
        return answer.status, body

    def press(self, path, **form):
        _, page = self.ask("GET", path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        return self.ask("POST", path, csrfmiddlewaretoken=token[1] if token else "", **form)[0]


@pytest.mark.worker
def test_no_secret_of_a_link_or_a_seat_is_logged_by_the_server_people_use(own_environment, tmp_path):
    port = free_port()
    environment = own_environment | {"LOG_LEVEL": "DEBUG"}
    with ManagePy("up", "--port", str(port), environment=environment, output=tmp_path / "up.log") as headwater:
        ready(headwater, port)
        script = [sys.executable, str(ROOT / "manage.py"), "shell", "-v0", "-c", MAKE_LINKS]
        made = subprocess.run(script, env=own_environment, capture_output=True, text=True, check=True)
        first, second, room, stop = made.stdout.partition("PATHS ")[2].split()[:4]
        guest = Visitor(port)
        assert guest.press(first) == 302
        assert guest.ask("GET", first)[0] == 410  # used
        assert Visitor(port).press(first) == 410
        assert Visitor(port).ask("POST", second)[0] == 403  # without the form's token
        assert Visitor(port).ask("PUT", second)[0] == 403
        assert Visitor(port).ask("GET", second.rstrip("/"))[0] == 301
        assert Visitor(port).ask("GET", second + "more/")[0] == 404
        assert Visitor(port).press(room, roles="engineer") == 302
        assert Visitor(port).press(stop) == 200
        seat = next(value for name, value in guest.cookies.items() if name.startswith("seat-"))
        secrets = [path.split("/")[2] for path in (first, second, room)] + [stop.split("/")[2].rpartition(":")[2], seat]
        said = headwater.said()
    assert "Gone: /join/…/" in said  # something is logged, without the secret
    assert [secret for secret in secrets if secret in said] == []
    logs = [file for file in tmp_path.rglob("*.log") if any(s in file.read_text(errors="replace") for s in secrets)]
    assert logs == []
