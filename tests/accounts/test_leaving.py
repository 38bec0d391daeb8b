"""After a person has left, nothing in the database leads to them but what docs/privacy.md says is kept."""

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse
from rest_framework.authtoken.models import Token

from accounts.domain.audit import record
from accounts.domain.leaving import leave
from accounts.models import AuditEvent, Membership, Role, User
from assessment.domain.evidence import contest_cap, current_result
from assessment.models import Assessment, AssessmentState, CapContest, Evidence
from core.refusals import Refused
from metrics.models import Collection
from reports.models import Report
from surveys.domain.answers import save_answer, save_comment, save_fix_first
from surveys.domain.summarize import summarize_survey
from surveys.models import Answer, Participant, ParticipantState, PracticeComment
from tests.factories.accounts import MembershipFactory, TeamFactory, UserFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.metrics import CollectionFactory, RepositoryFactory
from tests.factories.surveys import ParticipantFactory, SurveyFactory

pytestmark = pytest.mark.django_db

NAME, EMAIL = "Zephyrine Quastenflosser", "zephyrine.quastenflosser@example.org"


@pytest.fixture
def person(place):
    user = UserFactory(name=NAME, email=EMAIL)
    MembershipFactory(user=user, team=place.team, role=Role.LEAD)
    return user


@pytest.fixture
def answered(place, person):
    """An open and a closed assessment in which the person and somebody else answered, and all else they touched."""
    rows = {}
    for state in (AssessmentState.OPEN, AssessmentState.CLOSED):
        assessment = AssessmentFactory(team=place.team, created_by=person, title=state.label)
        survey = SurveyFactory(assessment=assessment)
        for user in (person, place.member):
            seat = ParticipantFactory(survey=survey, user=user, state=ParticipantState.STARTED)
            save_answer(seat, question="SP1.m", answer=5 if user == person else 1)
            save_comment(seat, practice="SP1", text=f"Said by {user.pk}")
            save_fix_first(seat, text="The build")
        summarize_survey(survey)
        contest_cap(assessment, practice="SP1", cap=0, note="It stands elsewhere.", by=person)
        repository = RepositoryFactory(team=place.team)
        CollectionFactory(assessment=assessment, repository=repository, requested_by=person)
        Report.objects.create(result=current_result(assessment), template_version="1", requested_by=person)
        Assessment.objects.filter(pk=assessment.pk).update(state=state)
        rows[state] = assessment
    Token.objects.create(user=person)
    record("team.created", by=person, on=place.team, team=place.team)
    record("membership.added", by=place.admin, on=place.team, team=place.team, about=person)
    return rows


def tables_with(text):
    """Every table and column in which the text stands, read past the ORM."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                found |= {f"{table}.{c}" for c, v in zip(columns, row, strict=True) if text.lower() in str(v).lower()}
    return found


def references_to(pk):
    """Every column with a foreign key to people that holds this person's key."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for column, (_, to_table) in connection.introspection.get_relations(cursor, table).items():
                if to_table == User._meta.db_table:
                    cursor.execute(f'SELECT COUNT(*) FROM "{table}" WHERE "{column}" = %s', [pk])
                    found |= {f"{table}.{column}"} if cursor.fetchone()[0] else set()
    return found


def sessions_of(pk):
    return [s for s in Session.objects.all() if s.get_decoded().get("_auth_user_id") == str(pk)]


def test_the_search_of_the_database_finds_the_person_before(person, answered, client):
    client.force_login(person)
    assert tables_with(NAME) == {"accounts_user.name"}
    assert tables_with(EMAIL) >= {"accounts_user.email"}
    assert len(references_to(person.pk)) >= 7
    assert sessions_of(person.pk)


@pytest.mark.parametrize("by_themselves", [True, False])
def test_after_the_last_organization_nothing_leads_to_the_person(place, person, answered, client, by_themselves):
    pk = person.pk
    client.force_login(person)
    assert leave(place.organization, person, by=person if by_themselves else place.admin)
    assert tables_with("Quastenflosser") == set()
    assert references_to(pk) == set()
    assert sessions_of(pk) == []
    assert not User.objects.filter(pk=pk).exists()


def test_who_stays_elsewhere_keeps_the_account_and_nothing_here_leads_to_them(place, person, answered):
    MembershipFactory(user=person)
    assert not leave(place.organization, person, by=place.admin)
    assert tables_with(NAME) == {"accounts_user.name"}
    assert references_to(person.pk) == {"accounts_membership.user_id", "authtoken_token.user_id"}
    assert Membership.objects.get(user=person).organization != place.organization


def test_in_an_open_assessment_the_answers_go_and_the_summary_is_made_without_them(
    place, person, answered, django_capture_on_commit_callbacks
):
    assessment = answered[AssessmentState.OPEN]
    evidence = Evidence.objects.filter(assessment=assessment, practice="SP1")
    assert evidence.get().n == 2
    with django_capture_on_commit_callbacks(execute=True):
        leave(place.organization, person, by=place.admin)
    assert Participant.objects.filter(survey__assessment=assessment).get().user == place.member
    assert Answer.objects.filter(participant__survey__assessment=assessment).count() == 1
    assert (evidence.get().n, evidence.get().content["value"]) == (1, 1.0)


def test_in_a_closed_assessment_the_summary_stays_and_the_single_answers_go(
    place, person, answered, django_capture_on_commit_callbacks
):
    assessment = answered[AssessmentState.CLOSED]
    before = list(Evidence.objects.filter(assessment=assessment).values()), current_result(assessment).digest
    with django_capture_on_commit_callbacks(execute=True):
        leave(place.organization, person, by=place.admin)
    assert (list(Evidence.objects.filter(assessment=assessment).values()), current_result(assessment).digest) == before
    stripped = Participant.objects.get(survey__assessment=assessment, user=None)
    assert (stripped.label, stripped.fix_first, stripped.secret_digest) == ("", "", "")
    for rows in (Answer, PracticeComment):
        of_assessment = rows.objects.filter(participant__survey__assessment=assessment)
        assert [row.participant.user for row in of_assessment] == [place.member]


def test_what_the_person_made_stays_without_the_name(place, person, answered):
    leave(place.organization, person, by=place.admin)
    assert set(Assessment.objects.values_list("created_by", flat=True)) == {None}
    assert set(CapContest.objects.values_list("by", "note")) == {(None, "It stands elsewhere.")}
    assert set(Collection.objects.values_list("requested_by", flat=True)) == {None}
    assert set(Report.objects.values_list("requested_by", flat=True)) == {None}


def test_events_stay_with_the_role_and_without_the_person(place, person, answered):
    leave(place.organization, person, by=person)
    kept = AuditEvent.objects.get(verb="team.created")
    assert (kept.who, kept.role) == (None, "lead")
    left = AuditEvent.objects.get(verb="person.left")
    assert (left.who, left.role, left.facts) == (None, "lead", {"by_themselves": True})


def test_an_administrator_who_erases_somebody_stands_in_the_log(place, person):
    leave(place.organization, person, by=place.admin)
    assert AuditEvent.objects.get(verb="person.left").who == place.admin


def test_every_place_ends_also_one_that_had_ended_before(place, person):
    MembershipFactory(
        user=person, team=TeamFactory(organization=place.organization), role=Role.VIEWER, ends_on="2020-01-01"
    )
    leave(place.organization, person, by=place.admin)
    assert not Membership.with_ended.filter(user_id=person.pk).exists()


def test_the_last_administrator_cannot_leave(place, client):
    with pytest.raises(Refused, match="needs an administrator"):
        leave(place.organization, place.admin, by=place.admin)
    client.force_login(place.admin)
    response = client.post(reverse("accounts:organization-leave", args=[place.organization.public_id]))
    assert response.status_code == 409
    assert "Nordlicht needs an administrator. Make somebody else one first." in response.content.decode()


def test_the_operator_of_the_server_keeps_the_account(place):
    operator = UserFactory(is_staff=True)
    MembershipFactory(user=operator, team=place.team)
    assert not leave(place.organization, operator, by=operator)
    assert User.objects.filter(pk=operator.pk).exists()


def test_a_person_leaves_on_the_page_and_is_signed_out(place, person, client):
    client.force_login(person)
    address = reverse("accounts:organization-leave", args=[place.organization.public_id])
    page = client.get(address).content.decode()
    assert "the account with name and e-mail address is deleted" in page
    final = client.post(address, follow=True)
    assert final.request["PATH_INFO"] == "/accounts/login/"
    assert "You have left Nordlicht." in final.content.decode()


def test_an_administrator_erases_a_person_on_the_page(place, person, client):
    client.force_login(place.admin)
    of_person = Membership.objects.get(user=person)
    assert "Erase" in client.get(f"/teams/{place.team.public_id}/").content.decode()
    client.post(reverse("accounts:membership-erase", args=[of_person.public_id]))
    assert not User.objects.filter(pk=person.pk).exists()
