"""What a group under the minimum said is in no file either: two worlds that differ there alone give the same PDF.

Beside test_hidden_answers.py, which reads pages, exports and the API of one survey: here a team is asked twice, votes
in a workshop, and stands beside another team. Read are the printed reports (text, drawn lines and what is packed
inside), the file of the workshop, every screen of it, and the pages that compare.
"""

import datetime as dt
import io
import json
import re

import pikepdf
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from assessment.domain.evidence import current_result
from assessment.domain.lifecycle import close_assessment
from assessment.models import AssessmentState
from reports.domain.making import printed
from reports.domain.portfolio import gather_teams, portfolio_data
from reports.domain.portfolio_report import portfolio_html
from reports.domain.render import report_pdf
from reports.pdf import render_pdf
from surveys.domain import answer_store
from surveys.domain.summarize import summarize_survey
from surveys.domain.workshop.carrying import export_workshop
from surveys.domain.workshop.finishing import finish_workshop
from surveys.domain.workshop.joining import room_token, take_seat
from surveys.domain.workshop.leading import open_vote, reveal, settle
from surveys.domain.workshop.preparing import prepare_workshop
from surveys.domain.workshop.told import workshop_record
from surveys.domain.workshop.voting import cast_vote
from tests.factories.accounts import MembershipFactory, TeamFactory, UserFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import AnonymousSurveyFactory
from tests.reports.reading import lines_of
from tests.reports.test_portfolio import assessed
from tests.surveys.test_hidden_answers import CHANGING, Undone, differences
from tests.surveys.test_leaks import begun, level

pytestmark = pytest.mark.django_db
TOLD, HIDDEN = ("RV1.m", "RV3.m", "RV4.m"), ("SP1.m",)
NOBODY = (1, 1, 1, 1)
EVEN = (3, 4, 3, 4, 3)
ENDS = (dt.date(2026, 6, 30), dt.date(2026, 9, 30))
ROLES = ("engineer",) * 5 + ("product",) * 2
VOTES = {"SP1": (2, 2, 2, None, None, None, None), "RV2": (3, 3, 3, 4, 4, 4, 3)}  # three levels; seven in two roles
DIGEST = re.compile(r"\b[0-9a-f]{40,63} [0-9a-f]{1,24}\b")  # broken over two lines
DRAWING = {"m", "l", "c", "v", "y", "h", "re", "cm", "w", "d", "rg", "RG", "g", "G", "k", "K", "sc", "scn", "SC", "SCN"}


def colleagues(place, n):
    made = [UserFactory(name=f"Zora {i}", email=f"zora{i}@example.org") for i in range(n)]
    return [place.lead, place.member] + [MembershipFactory(team=place.team, user=user).user for user in made]


def asked(place, people, *, turn, told, hidden):
    """A survey that was closed; `told` and `hidden` are levels of as many people, or None who says nothing."""
    assessment = AssessmentFactory(team=place.team, title=f"Round {turn}", period_end_on=ENDS[turn])
    survey = AnonymousSurveyFactory(assessment=assessment)
    seats = [begun(survey, user) for user in people]
    rows = [(question, told) for question in TOLD] + [(question, hidden) for question in HIDDEN]
    for question, levels in rows:
        for seat, one in zip(seats, levels, strict=False):
            answer_store.put(seat, question, level(one), replaces=None)
    return assessment, survey


def voted(place, assessment, votes):
    """A finished workshop on the practices voted on; the survey's minimum of five holds in it."""
    workshop = prepare_workshop(assessment, by=place.lead)
    seats = [take_seat(workshop, role=role, name="") for role in ROLES]
    for practice, levels in votes.items():
        item = workshop.items.get(practice=practice)
        open_vote(workshop, item, by=place.lead)
        for seat, one in zip(seats, levels, strict=True):
            cast_vote(seat, item=item.public_id, number=1, level=one)
        reveal(workshop, item, by=place.lead)
        item.refresh_from_db()
        settle(workshop, item, level=3, by=place.lead)
    workshop.refresh_from_db()
    screens = screens_of(place, workshop, seats[0])
    finish_workshop(workshop, by=place.lead)
    workshop.refresh_from_db()
    return screens | {"workshop file": in_order(export_workshop(workshop, by=place.lead))}


def in_order(exported):
    """The file with its votes by level: they stand in the order of random ids."""
    file = json.loads(exported)
    for row in (row for item in file["items"] for row in item["rounds"]):
        row["votes"] = sorted((vote["level"] or 0, vote["role"]) for vote in row["votes"])
    return json.dumps(file)


def screens_of(place, workshop, seat):
    """The wall, the facilitator's screen and a telephone."""
    phone, leading = Client(), Client()
    phone.cookies[f"workshop-{workshop.public_id.hex}"] = seat.secret
    leading.force_login(place.lead)
    answers = {
        "wall": Client().get(reverse("surveys:workshop-room", args=[room_token(workshop.public_id)])),
        "phone": phone.get(reverse("surveys:workshop-seat", args=[workshop.public_id])),
        "lead": leading.get(reverse("surveys:workshop-lead", args=[workshop.assessment.public_id])),
    }
    assert {answer.status_code for answer in answers.values()} == {200}
    own = re.compile(f"{room_token(workshop.public_id)}|{workshop.code}")
    return {f"workshop {name}": own.sub("*", answer.content.decode()) for name, answer in answers.items()}


def parts_of(name, content):
    """The text of a PDF in reading order, every line and area it draws, and what is packed inside."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        drawn = [
            [str(operator), [str(one) for one in operands]]
            for page in pdf.pages
            for operands, operator in pikepdf.parse_content_stream(page)
            if str(operator) in DRAWING
        ]
        packed = {
            f"{name} packed {path}": pdf.attachments[path].get_file().read_bytes().decode() for path in pdf.attachments
        }
        about = str(pdf.open_metadata())
    text = "\n".join(f"{tag} {DIGEST.sub('*', line)}" for tag, line in lines_of(content))
    return {f"{name} text": text, f"{name} drawn": json.dumps(drawn), f"{name} about": about} | packed


def files_of(place, assessment, other):
    data = portfolio_data(place.organization, gather_teams([place.team, other]))
    return parts_of("report", report_pdf(current_result(assessment)).content) | parts_of(
        "side by side", render_pdf(printed(portfolio_html(data))).content
    )


def compared_by(client, place, user, assessments):
    """The pages that lay one survey beside another, one team beside another and people beside people."""
    client.force_login(user)
    addresses = [reverse(f"reports:portfolio{page}", args=[place.organization.public_id]) for page in ("", "-page")]
    for one in assessments:
        addresses += [reverse(f"reports:{name}", args=[one.public_id]) for name in ("result", "agreement", "roadmap")]
    answers = {address: client.get(address) for address in addresses}
    return {f"page {where}": answer.content.decode() for where, answer in answers.items() if answer.status_code == 200}


def outputs(client, place, make):
    """Everything read of the world that `make` fills; it is taken back afterwards."""
    found = {}
    try:
        with transaction.atomic():
            other = TeamFactory(organization=place.organization, name="Ledger")
            assessed(other, 4.2, state=AssessmentState.CLOSED)
            *assessments, found = make()
            found |= files_of(place, assessments[-1], other)
            found |= compared_by(client, place, place.admin, assessments)
            raise Undone
    except Undone:
        return {CHANGING.sub("*", name): CHANGING.sub("*", text) for name, text in found.items()}


def closed(assessment, survey):
    close_assessment(assessment)
    summarize_survey(survey)
    return assessment


@pytest.fixture
def _one_day(time_machine):
    time_machine.move_to("2026-10-05T09:00:00+00:00", tick=False)


@pytest.mark.usefixtures("_one_day")
def test_no_file_holds_the_levels_of_too_few_in_a_survey_or_a_workshop(client, place):
    """And the comparison sees what is told: one vote more at another level moves every kind of output."""

    def world(hidden, votes, told=EVEN):
        def make():
            first = closed(*asked(place, people, turn=0, told=EVEN, hidden=hidden))
            again, survey = asked(place, people, turn=1, told=told, hidden=hidden[::-1])
            rooms = voted(place, again, votes)
            return first, closed(again, survey), rooms | {"record": str(workshop_record(again))}

        return outputs(client, place, make)

    people = colleagues(place, 3)
    usual = world(NOBODY, VOTES)
    assert len(usual) >= 16
    secret = VOTES | {"SP1": (5, 1, 4, None, None, None, None), "RV2": (4, 4, 4, 3, 3, 3, 3)[::-1]}
    assert differences(usual, world((5, 1, 4, 5), secret)) == []
    told = differences(usual, world(NOBODY, VOTES | {"RV2": (3, 3, 3, 4, 4, 5, 3)}, told=(1, 4, 3, 4, 3)))
    for kind in ("report text", "report drawn", "packed", "side by side text", "workshop file", "wall", "page "):
        assert [name for name in told if kind in name], kind


@pytest.mark.usefixtures("_one_day")
def test_no_file_tells_a_newcomer_of_the_second_survey_finer_than_half_a_level(client, place):
    """Five answered the first, the same five and one more the second: the level of the sixth moves the mean by less
    than what is told of such a survey, and nothing else gives it away."""

    def world(newcomer):
        def make():
            first = closed(*asked(place, people[:5], turn=0, told=(3,) * 5, hidden=()))
            again = closed(*asked(place, people, turn=1, told=(*(3,) * 5, newcomer), hidden=()))
            return first, again, {}

        return outputs(client, place, make)

    people = colleagues(place, 4)
    one, other = (world(newcomer) for newcomer in (3, 4))
    assert differences(one, other) == []
