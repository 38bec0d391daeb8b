"""Run inside the installation under test: make people who answer, or print what is stored.

python -m bench.answering_data seed N     python -m bench.answering_data dump
"""

import datetime as dt
import json
import os
import sys

import django

from config.local import set_local_defaults


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


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    set_local_defaults(os.environ)
    django.setup()
    print(json.dumps(seed(int(sys.argv[2])) if sys.argv[1] == "seed" else dump()))
