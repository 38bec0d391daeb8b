"""Counting by role without saying who."""

import re
from itertools import combinations

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from surveys.domain.meter import large_enough, meter
from surveys.domain.progress import role_counts
from surveys.models import InvitationMail, MailState, ParticipantState, SurveyMode
from tests.factories.assessment import AssessmentFactory
from tests.factories.invitations import InvitationFactory, link_to
from tests.factories.surveys import ParticipantFactory, SurveyFactory

MINIMUM = 5


@pytest.fixture
def survey(place):
    return SurveyFactory(assessment=AssessmentFactory(team=place.team))


@pytest.fixture
def anonymous(survey):
    survey.mode, survey.minimum_group, survey.minimum_role_group = SurveyMode.ANONYMOUS, MINIMUM, MINIMUM
    survey.save()
    return survey


def ask(survey, n, *roles, state=ParticipantState.INVITED):
    return [ParticipantFactory(survey=survey, user=None, roles=list(roles), state=state) for _ in range(n)]


def lines(survey):
    return [(line.name, line.n_invited, line.n_finished) for line in meter(survey).lines]


@pytest.mark.django_db
def test_named_survey_counts_each_role(survey):
    ask(survey, 1, "engineer", "senior", state=ParticipantState.FINISHED)
    ask(survey, 1, "product")
    assert lines(survey) == [("Product and analysis", 1, 0), ("Engineer", 1, 1), ("Senior engineer or reviewer", 1, 1)]


@pytest.mark.django_db
def test_anonymous_survey_puts_small_roles_together_and_counts_everybody_once(anonymous):
    ask(anonymous, 6, "engineer", "senior", state=ParticipantState.FINISHED)
    ask(anonymous, 3, "quality")
    ask(anonymous, 2, "architect", state=ParticipantState.FINISHED)
    assert lines(anonymous) == [("Engineer", 6, 6), ("Other roles", 5, 2)]
    assert [(c.name, c.n_invited, c.n_finished) for c in role_counts(anonymous.assessment)] == lines(anonymous)


@pytest.mark.django_db
def test_anonymous_survey_hides_one_person_behind_the_smallest_role(anonymous):
    ask(anonymous, 8, "engineer")
    ask(anonymous, 5, "quality")
    ask(anonymous, 1, "architect", state=ParticipantState.FINISHED)
    assert lines(anonymous) == [("Engineer", 8, 0), ("Other roles", 6, 1)]


@pytest.mark.django_db
def test_anonymous_survey_of_few_shows_no_role(anonymous):
    ask(anonymous, 4, "engineer")
    assert lines(anonymous) == []


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 12)), st.integers(4, 10))
def test_no_line_and_no_difference_of_lines_is_a_small_group(sizes, minimum):
    groups = {role: list(range(n)) for role, n in sizes.items()}
    shown = [len(held) for held in large_enough(groups, minimum).values()]
    total = sum(sizes.values())
    assert all(n >= minimum for n in shown)
    assert sum(shown) in {0, total}
    for size in range(1, len(shown) + 1):
        for some in combinations(shown, size):
            assert (total - sum(some)) not in range(1, minimum)


@pytest.mark.django_db
def test_page_of_an_anonymous_survey_looks_the_same_whoever_has_done_what(client, place, anonymous):
    client.force_login(place.lead)
    seats = ask(anonymous, 6, "engineer")
    invitations = [InvitationFactory(participant=seat, email=f"guest{n}@example.org") for n, seat in enumerate(seats)]
    for invitation in invitations:
        link_to(invitation)
        InvitationMail.objects.create(invitation=invitation, slot=0, state=MailState.SENT)
    address = reverse("surveys:invitation-list", args=[anonymous.assessment.public_id])
    pages = set()
    for one in range(2):
        with_one = _something_done(invitations[one])
        page = client.get(address).content.decode()
        pages.add(page[page.index("Who is asked") :].partition("csrfmiddlewaretoken")[0] + _without_tokens(page))
        with_one()
    assert len(pages) == 1


def _without_tokens(page):
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)


def _something_done(invitation):
    """One person enters, begins and is reminded in vain; returns how to undo it."""
    seat = invitation.participant
    invitation.entered_at, seat.state = timezone.now(), ParticipantState.STARTED
    invitation.save()
    seat.save()
    reminder = InvitationMail.objects.create(
        invitation=invitation, slot=1, state=MailState.FAILED, problem="The mail server does not answer."
    )

    def undo():
        invitation.entered_at, seat.state = None, ParticipantState.INVITED
        invitation.save()
        seat.save()
        reminder.delete()

    return undo


@pytest.mark.django_db
@pytest.mark.parametrize("n_more", [0, 2])
def test_list_asks_the_database_the_same_for_any_size(client, place, survey, n_more, django_assert_num_queries):
    for n, seat in enumerate(ask(survey, 1 + n_more, "engineer")):
        invitation = InvitationFactory(participant=seat, email=f"guest{n}@example.org")
        InvitationMail.objects.create(invitation=invitation, slot=0)
        link_to(invitation)
    client.force_login(place.lead)
    with django_assert_num_queries(12):
        client.get(reverse("surveys:invitation-list", args=[survey.assessment.public_id]))
