"""Run inside the installation under test: make people who answer, or print what is stored.

python -m bench.answering_data seed N     python -m bench.answering_data dump
python -m bench.answering_data cost (in an empty database of its own)
"""

import datetime as dt
import itertools
import json
import os
import secrets
import sys
from typing import Any
from urllib.parse import urlencode

import django

from bench.in_process import costs
from config.local import set_local_defaults

FORM, LETTERS = "application/x-www-form-urlencoded", "abcde"


def seed(n: int) -> dict[str, object]:
    """One open survey with `n` signed-in engineers; prints where each answers and with which session."""
    from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from accounts.domain.sessions import begin
    from accounts.models import Membership, Organization, Role, Team, User
    from assessment.maturity.loader import load_shipped_model
    from assessment.models import Assessment, AssessmentState
    from surveys.domain.answers import sections_of
    from surveys.models import Participant, ParticipantState, Survey

    organization = Organization.objects.create(name="Bench")
    team = Team.objects.create(organization=organization, name="Bench")
    days = {"period_start_on": dt.date(2026, 7, 1), "period_end_on": dt.date(2026, 9, 30)}
    row = {"team": team, "maturity_model": load_shipped_model(), "title": "Bench", **days}
    assessment = Assessment.objects.create(state=AssessmentState.OPEN, **row)
    survey = Survey.objects.create(assessment=assessment)
    users = User.objects.bulk_create([User(email=f"bench{i}@example.org", name=f"Bench {i}") for i in range(n)])
    place = {"team": team, "organization": organization, "role": Role.MEMBER}
    Membership.objects.bulk_create([Membership(user=user, **place) for user in users])
    asked = {"survey": survey, "roles": ["engineer"], "state": ParticipantState.STARTED}
    seats = Participant.objects.bulk_create([Participant(user=user, **asked) for user in users])
    questions = [q.id for section in sections_of(seats[0]) for q in section.questions()]
    people = []
    for user, seat in zip(users, seats, strict=True):
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        begin(user, session, user_agent="")
        session.save()  # what signing in writes
        people.append({"seat": str(seat.public_id), "session": session.session_key})
    return {"assessment": str(assessment.public_id), "questions": questions, "people": people}


def dump() -> dict[str, object]:
    from surveys.models import Answer, Survey

    rows = Answer.objects.values_list("participant__public_id", "question", "version", "level")
    summarized = Survey.objects.values_list("summarized_at", flat=True).first()
    return {"answers": [[str(seat), *rest] for seat, *rest in rows], "summarized": str(summarized)}


def cost() -> dict[str, object]:
    """Processor milliseconds of one saved answer, of the pages and of the smallest view, without and with a session."""
    from django.test import Client

    world: Any = seed(20)
    base, turn = f"/assessments/{world['assessment']}/answer/", itertools.count()
    people, questions = world["people"], world["questions"]
    stranger, clients = Client(), [Client() for _ in people]
    for client, person in zip(clients, people, strict=True):
        client.cookies["sessionid"] = person["session"]

    def save() -> Any:
        """One person after the other answers the first question, then the second, and so on."""
        at = next(turn)
        n, question = at % len(people), questions[at // len(people) % len(questions)]
        sent = {f"q-{question}": LETTERS[at % 5], "change": secrets.token_hex(8), "page": "define"}
        body = urlencode(sent | {"seat": people[n]["seat"]})
        return clients[n].post(f"{base}question/{question}/", body, content_type=FORM, headers={"HX-Request": "true"})

    asks = {
        "smallest": lambda: stranger.get("/health/"),
        "smallest, signed in": lambda: clients[0].get("/health/"),
        "first page": lambda: clients[-1].get(base),
        "page of questions, nothing answered": lambda: clients[-1].get(f"{base}pages/define/"),
        "answer": save,
        "page of questions, all answered": lambda: clients[0].get(f"{base}pages/define/"),
    }
    return costs(asks, n=40)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    set_local_defaults(os.environ)
    django.setup()
    print(json.dumps({"seed": lambda: seed(int(sys.argv[2])), "dump": dump, "cost": cost}[sys.argv[1]]()))
