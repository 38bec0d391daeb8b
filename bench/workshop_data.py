"""Run inside the installation under test: make a workshop with seats, or print the votes that are stored.

python -m bench.workshop_data seed N     python -m bench.workshop_data dump|seats|cut
python -m bench.workshop_data cost (in an empty database of its own)
"""

import datetime as dt
import json
import os
import sys
from typing import Any
from urllib.parse import urlencode

import django

from bench.in_process import costs
from config.local import set_local_defaults

FORM = "application/x-www-form-urlencoded"


def seed(n: int) -> dict[str, object]:
    """A workshop whose first practice is being voted on, `n` seats, and the facilitator's session."""
    from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from accounts.models import Membership, Organization, Role, Team, User
    from assessment.maturity.loader import load_shipped_model
    from assessment.models import Assessment, AssessmentState
    from surveys.domain.workshop.joining import cookie_name, take_seat
    from surveys.domain.workshop.leading import open_vote
    from surveys.domain.workshop.preparing import prepare_workshop

    organization = Organization.objects.create(name="Bench")
    team = Team.objects.create(organization=organization, name="Bench")
    days = {"period_start_on": dt.date(2026, 7, 1), "period_end_on": dt.date(2026, 9, 30)}
    row = {"team": team, "maturity_model": load_shipped_model(), "title": "Bench", **days}
    assessment = Assessment.objects.create(state=AssessmentState.OPEN, **row)
    lead = User.objects.create(email="bench@example.org", name="Bench")
    Membership.objects.create(user=lead, team=team, organization=organization, role=Role.LEAD)
    workshop = prepare_workshop(assessment, by=lead)
    seats = [take_seat(workshop, role="engineer") for _ in range(n)]
    item = workshop.items.all()[0]
    open_vote(workshop, item, by=lead)
    session = SessionStore()
    session[SESSION_KEY] = str(lead.pk)
    session["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = lead.get_session_auth_hash()
    session.create()
    return {
        "assessment": str(assessment.public_id),
        "workshop": str(workshop.public_id),
        "code": workshop.code,
        "practice": item.practice,
        "item": str(item.public_id),
        "session": session.session_key,
        "cookie": cookie_name(workshop.public_id),
        "seats": [[str(seat.public_id), seat.secret] for seat in seats],
    }


def dump() -> dict[str, object]:
    from surveys.models import Vote

    rows = Vote.objects.values_list("seat__public_id", "level")
    return {"votes": [[str(seat), level] for seat, level in rows]}


def seats() -> dict[str, object]:
    from surveys.models import WorkshopSeat

    return {"seats": WorkshopSeat.objects.count()}


def cut() -> dict[str, object]:
    """End every other connection to this PostgreSQL database, as its restart would."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return {"cut": cursor.fetchone()[0]}


def cost() -> dict[str, object]:
    """Processor milliseconds of a poll without and with news, of the page, of a vote and of the smallest view."""
    from django.core.cache import caches
    from django.test import Client

    world: Any = seed(1)
    client = Client()
    client.cookies[world["cookie"]] = world["seats"][0][1]
    page = f"/workshop/{world['workshop']}/"
    version = client.get(f"{page}watch/").content.decode().partition("version=")[2].partition('"')[0]
    vote = {"item": world["item"], "round": "1", "level": "3"}

    def drawn_anew() -> Any:
        caches["drawn"].clear()
        return client.get(f"{page}watch/")

    asks = {
        "smallest": lambda: client.get("/health/"),
        "poll without news": lambda: client.get(f"{page}watch/", {"version": version}),
        "poll with news, the first of all": drawn_anew,
        "poll with news": lambda: client.get(f"{page}watch/"),
        "whole page": lambda: client.get(page),
        "vote": lambda: client.post(f"{page}vote/", urlencode(vote), content_type=FORM, headers={"HX-Request": "true"}),
    }
    return costs(asks, n=100)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    set_local_defaults(os.environ)
    django.setup()
    asked = {"seed": lambda: seed(int(sys.argv[2])), "dump": dump, "seats": seats, "cut": cut, "cost": cost}
    print(json.dumps(asked[sys.argv[1]]()))
