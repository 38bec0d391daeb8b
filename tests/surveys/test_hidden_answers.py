"""What a group under the minimum said changes no output at all: two worlds that differ there alone look the same.

The pure rule is tried against every combination in test_anonymity.py. Here the whole product stands between the answers
and the reader: every page and API address, every export with what is packed inside, every redaction of the report.
"""

import io
import re
import zipfile

import pytest
from django.db import transaction
from django.urls import reverse

from assessment.domain.evidence import current_result
from assessment.domain.lifecycle import close_assessment
from assessment.models import Evidence
from reports.domain.exports import EXPORTS
from reports.domain.render import report_html
from reports.domain.report_data import report_data
from reports.models import Profile
from surveys.domain import answer_store
from surveys.domain.summarize import summarize_survey
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import AnonymousSurveyFactory
from tests.surveys.test_leaks import begun, level
from tests.surveys.test_privacy import addresses_of

pytestmark = pytest.mark.django_db
TOLD, HIDDEN = "RV1.m", "SP1.m"
CHANGING = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{64}|\b[A-Za-z0-9]{64}\b"
)  # ids, digests, tokens


class Undone(Exception):
    """Takes a world back."""


def texts_of(name, content):
    """What somebody finds in it, by name; packed files are opened."""
    if content[:2] == b"PK":
        packed = zipfile.ZipFile(io.BytesIO(content))
        return {f"{name}/{part}": packed.read(part).decode(errors="replace") for part in packed.namelist()}
    return {name: content.decode(errors="replace")}


def read_everything(client, place, assessment):
    found = {}
    addresses = addresses_of(assessment)
    addresses |= {reverse("reports:export", args=[assessment.public_id, kind]) for kind in EXPORTS}
    addresses |= {
        reverse("reports:roadmap-export", args=[assessment.public_id, form]) for form in ("csv", "json", "md")
    }
    for who in ("admin", "member"):
        client.force_login(place.by_name(who))
        for address in sorted(addresses):
            response = client.get(address)
            content = b"".join(response.streaming_content) if response.streaming else response.content
            if response.status_code == 200:
                found |= texts_of(f"{who} {address}", content)
    result = current_result(assessment)
    for profile in Profile.values:
        found[f"report {profile}"] = report_html(report_data(result, profile))
    found["evidence"] = str(list(Evidence.objects.order_by("pk").values_list("practice", "n", "content")))
    return {CHANGING.sub("*", name): CHANGING.sub("*", text) for name, text in found.items()}


def outputs(client, place, hidden, told=4):
    """Everything anybody reads of a survey in which `hidden` are the levels of a group under the minimum."""
    found = {}
    try:
        with transaction.atomic():
            people = [place.lead, place.member]
            people += [
                MembershipFactory(
                    team=place.team, user=UserFactory(name=f"Zora {n}", email=f"zora{n}@example.org")
                ).user
                for n in range(5)
            ]
            assessment = AssessmentFactory(team=place.team, title="Autumn")
            survey = AnonymousSurveyFactory(assessment=assessment)
            seats = [begun(survey, user) for user in people]
            for n, seat in enumerate(seats):
                answer_store.put(seat, TOLD, level(told if n == 0 else 3 + n % 2), replaces=None)
            for seat, one in zip(seats, hidden, strict=False):
                answer_store.put(seat, HIDDEN, level(one), replaces=None)
            close_assessment(assessment)
            summarize_survey(survey)
            found = read_everything(client, place, assessment)
            raise Undone
    except Undone:
        return found


def differences(one, other):
    assert one.keys() == other.keys()
    return [name for name in one if one[name] != other[name]]


def test_levels_of_a_group_under_the_minimum_change_no_output(client, place, time_machine):
    """And the comparison sees what differs: a level in a group that is shown moves the report, an export, the API."""
    time_machine.move_to("2026-10-05T09:00:00+00:00", tick=False)
    usual = outputs(client, place, [1, 1, 1, 1])
    assert len(usual) > 60
    assert differences(usual, outputs(client, place, [5, 1, 4, 5])) == []
    found = differences(usual, outputs(client, place, [1, 1, 1, 1], told=1))
    for kind in ("report", "/api/", "/export/", "/result/"):
        assert [name for name in found if kind in name], kind
