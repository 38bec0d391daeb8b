"""Several teams side by side: in the order chosen, each by itself, and nothing that a team's own result withholds."""

import dataclasses
import datetime as dt
import io
import re
import uuid
from dataclasses import asdict

import page
import pikepdf
import pytest
from django.urls import reverse
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Organization, Role, Team
from assessment.domain.evidence import record_evidence, rescore
from assessment.domain.scoring import score
from assessment.maturity.loader import asked_model_of
from assessment.models import Assessment, AssessmentState, MaturityModel, Result
from core.jobs import claim_job
from core.models import JobState
from reports.domain.making import printed
from reports.domain.other_report import other_report
from reports.domain.portfolio import PortfolioTeam, gather_teams, of_basis, portfolio_data
from reports.domain.portfolio.gather import basis_of
from reports.domain.portfolio_report import portfolio_html, render_portfolio_report, request_portfolio
from reports.models import PortfolioReport
from reports.pdf import render_pdf
from surveys.domain.anonymity import Said, summarize_apart
from tests.factories.accounts import MembershipFactory, OrganizationFactory, TeamFactory, UserFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.scoring import make_summary, shipped_model
from tests.factories.workshops import other_model
from tests.reports.test_other_models import answered, result_of, seats_of

MODEL = shipped_model()
ENDS = (dt.date(2026, 3, 31), dt.date(2026, 6, 30))


def assessed(team, value, *, turn=1, state=AssessmentState.CLOSED):
    row = AssessmentFactory(team=team, period_end_on=ENDS[turn], title=f"Round {turn}", state=state)
    at = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    for practice in MODEL.practices():
        content = asdict(make_summary(practice.id, value))
        record_evidence(row, source="survey", practice=practice.id, content=content, n=5, observed_at=at)
    return rescore(row)


@pytest.fixture
def organization(db):
    return OrganizationFactory(name="Nordlicht")


@pytest.fixture
def teams(organization):
    """Cards has two rounds, Ledger one, Fraud an open one, Search none."""
    cards, fraud, ledger, search = (
        TeamFactory(organization=organization, name=name) for name in ("Cards", "Fraud", "Ledger", "Search")
    )
    assessed(cards, 1.6, turn=0)
    assessed(cards, 3.4)
    assessed(fraud, 4.9, state=AssessmentState.OPEN)
    assessed(ledger, 4.2)
    return [cards, fraud, ledger, search]


def assessed_by_others(client, organization, tmp_path):
    """A team whose only closed assessment follows SAMM."""
    team = TeamFactory(organization=organization, name="Vault")
    row = AssessmentFactory(team=team, maturity_model=other_model("samm", tmp_path), title="Security")
    (seat,) = seats_of(row, 1)
    answered(client, seat, {f"q-{one.id}": "c" for one in asked_model_of(row.maturity_model).questions()})
    return team, result_of(row)


def data_of(organization, teams):
    return portfolio_data(organization, gather_teams(teams))


@pytest.mark.django_db
def test_teams_stand_in_the_order_given_and_without_a_result_say_so(organization, teams):
    data = data_of(organization, teams)
    assert [panel.name for panel in data.panels] == ["Cards", "Fraud", "Ledger", "Search"]
    assert data.title == "4 teams side by side; 2 have no result yet."
    cards, fraud, ledger, search = data.panels
    assert fraud.missing == "An assessment is under way; its result stands here once it is closed."
    assert search.missing == "No closed assessment has a result yet."
    assert (fraud.strips, search.strips) == ((), ())
    assert {strip.score for strip in ledger.strips} == {"4.2"}
    assert {strip.moved for strip in cards.strips} == {"+1.8"}
    backwards = data_of(organization, teams[::-1])
    assert [panel.name for panel in backwards.panels] == ["Search", "Ledger", "Fraud", "Cards"]
    assert backwards.levels == data.levels


@pytest.mark.django_db
def test_open_assessment_shows_nothing_of_its_answers(organization, teams):
    told = portfolio_html(data_of(organization, teams))
    (panel,) = re.findall(r"<h3>Fraud</h3>(.*?)</article>", told, flags=re.S)
    assert "under way" in panel
    assert not re.search(r"<td|<svg|\d", panel)


@pytest.mark.django_db
def test_there_is_no_one_number_and_no_rank(organization, teams):
    told = portfolio_html(data_of(organization, teams)).lower()
    for word in ("rank", "average of the teams", "best team", "worst", "overall score"):
        assert word not in told.replace("a range is no rank", "")
    numbers = {field.name for field in dataclasses.fields(data_of(organization, teams))}
    assert not numbers & {"score", "mean", "total", "order"}


@pytest.mark.django_db
@pytest.mark.parametrize("n", [1, 3])
def test_panels_take_the_same_queries_for_one_team_and_three(organization, n, django_assert_num_queries):
    teams = [TeamFactory(organization=organization) for _ in range(n)]
    for team in teams:
        assessed(team, 2.0, turn=0)
        assessed(team, 3.0)
    with django_assert_num_queries(2):
        portfolio_html(data_of(organization, teams))


@pytest.mark.django_db
@pytest.mark.parametrize("n", [1, 3])
def test_page_takes_the_same_queries_for_one_team_and_three(client, organization, n, django_assert_num_queries):
    for _ in range(n):
        assessed(TeamFactory(organization=organization), 2.0)
    client.force_login(MembershipFactory(team=None, organization=organization, role=Role.CONSULTANT).user)
    address = reverse("reports:portfolio", args=[organization.public_id])
    client.get(address)
    with django_assert_num_queries(7):
        client.get(address)


@pytest.mark.django_db
def test_page_shows_the_teams_chosen_in_the_places_given(client, organization, teams):
    client.force_login(MembershipFactory(team=None, organization=organization, role=Role.CONSULTANT).user)
    cards, _, ledger, _ = teams
    asked = {"team": [cards.public_id, ledger.public_id], f"place-{ledger.public_id}": "1", "place-x": "drop table"}
    address = reverse("reports:portfolio", args=[organization.public_id])
    told = client.get(address, asked).content.decode()
    names = re.findall(r"<h3><a href=[^>]*>(\w+)</a>", told)
    assert names == ["Ledger", "Cards"]
    assert " style=" not in told
    file = client.get(reverse("reports:portfolio-page", args=[organization.public_id]), asked)
    assert file["Content-Disposition"].startswith("attachment; filename=")
    assert b"<link" not in file.content


@pytest.mark.django_db
def test_team_of_another_organization_is_never_shown(client, organization, teams):
    client.force_login(MembershipFactory(team=None, organization=organization, role=Role.CONSULTANT).user)
    elsewhere = TeamFactory(name="Elsewhere")
    assessed(elsewhere, 3.0)
    address = reverse("reports:portfolio", args=[organization.public_id])
    told = client.get(address, {"team": [elsewhere.public_id]}).content.decode()
    assert "Elsewhere" not in told


@pytest.mark.django_db
def test_report_is_asked_for_once_made_from_the_results_of_then_and_valid(organization, teams):
    consultant = UserFactory()
    gathered = gather_teams(teams)
    report = request_portfolio(organization, gathered, by=consultant)
    assert request_portfolio(organization, gathered, by=UserFactory()).pk == report.pk
    assert request_portfolio(organization, gathered[::-1], by=consultant).pk != report.pk
    held = claim_job(PortfolioReport, report.pk)
    render_portfolio_report(held)
    report.refresh_from_db()
    assert (report.state, report.error, report.progress_done) == (JobState.DONE, "", report.progress_total)
    with report.file.open("rb") as file:
        content = file.read()
    reports = [page.validate_pdf_bytes(content, profile=profile) for profile in ("3a", "ua1")]
    assert [failure.message for one in reports for failure in one.failures] == []
    with pikepdf.open(io.BytesIO(content)) as opened, opened.open_outline() as outline:
        titles = set(titles_in(outline.root))
    assert {"Cards", "Fraud", "Ledger", "Search"} <= titles


def titles_in(items):
    for item in items:
        yield item.title
        yield from titles_in(item.children)


@pytest.mark.django_db
def test_report_stays_what_it_was_asked_for_when_a_team_goes_or_is_assessed_again(organization, teams):
    gathered = gather_teams(teams)
    basis = basis_of(gathered)
    before = portfolio_data(organization, of_basis(organization, basis))
    teams[3].delete()
    assessed(teams[2], 1.0, turn=0)
    after = portfolio_data(organization, of_basis(organization, basis))
    assert after.panels == before.panels[:3]


@pytest.mark.django_db
def test_names_are_in_the_language_of_the_reader(organization, teams):
    with override("de"):
        data = data_of(organization, teams)
    assert data.panels[0].strips[0].name == "Qualität der Spezifikation"
    assert data.levels[0].name == "Qualität der Spezifikation"


@pytest.mark.django_db
def test_every_figure_and_panel_prints_without_a_warning(organization, teams):
    assert render_pdf(printed(portfolio_html(data_of(organization, teams)))).warnings == ()


MINIMUM = 5
PRACTICES = list(MODEL.practices())[:2]


def in_memory(name, card):
    """A team with a result as the database would give it, without one."""
    organization = Organization(pk=1, name="O")
    team = Team(pk=1, public_id=uuid.uuid5(uuid.NAMESPACE_URL, name), name=name, organization=organization)
    row = MaturityModel(slug="m", version="1", title="M", digest="x" * 64, content=CONTENT)
    assessment = Assessment(
        public_id=team.public_id,
        team=team,
        maturity_model=row,
        title="A",
        period_start_on=ENDS[0],
        period_end_on=ENDS[1],
        state="closed",
    )
    at = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    result = Result(assessment=assessment, digest=name, score=asdict(card), roadmap={}, inputs={}, created_at=at)
    return PortfolioTeam(team, result, None, is_assessing=False)


CONTENT = MODEL.model_dump(mode="json", by_alias=True)


@st.composite
def answers(draw):
    """What up to nine people say to the questions of two practices."""
    n = draw(st.integers(0, 9))
    levels = st.sampled_from([1, 2, 3, 4, 5, "dk", None])
    return [
        Said(question.id, answer)
        for _ in range(n)
        for practice in PRACTICES
        for question in practice.questions
        if (answer := draw(levels)) is not None
    ]


def card_of(said):
    return score(MODEL, summaries=summarize_apart(MODEL, said, minimum=MINIMUM, invited={}), readings=())


@settings(max_examples=25, deadline=None)
@given(st.lists(answers(), min_size=1, max_size=3), st.integers(1, 5))
def test_panels_and_totals_hold_nothing_that_a_team_withholds(teams, level):
    """Black box: what fewer than the minimum said, in one team or in several, changes nothing in any panel and in no
    total; and every total is the sum over the panels."""
    organization = Organization(pk=1, name="O")
    few = [Said(question.id, level) for question in PRACTICES[0].questions for _ in range(MINIMUM - 1)]
    shown = [in_memory(f"T{i}", card_of(said)) for i, said in enumerate(teams)]
    silent = portfolio_data(organization, [*shown, in_memory("Few", card_of([]))])
    spoken = portfolio_data(organization, [*shown, in_memory("Few", card_of(few))])
    assert dataclasses.replace(silent, colophon=()) == dataclasses.replace(spoken, colophon=())
    for place, row in enumerate(spoken.levels):
        levels = [panel.strips[place].level for panel in spoken.panels]
        assert sum(row.counts) + row.unknown == len(spoken.panels)
        assert list(row.counts) == [levels.count(name) for name in spoken.level_names]
    for panel in spoken.panels:
        told = [int(n) for n in re.findall(r"\d+", panel.voices)]
        assert all(n >= MINIMUM for n in told)
    few_panel = next(panel for panel in spoken.panels if panel.name == "Few")
    assert few_panel.missing == "No practice has a reading."


@pytest.mark.django_db
def test_team_assessed_by_a_model_of_others_has_its_finding_and_table_and_counts_nowhere(
    client, organization, teams, tmp_path
):
    team, result = assessed_by_others(client, organization, tmp_path)
    told = gather_teams([*teams, team])
    data = portfolio_data(organization, told)
    own = other_report(result)
    panel = data.panels[-1]
    assert (panel.title, panel.voices, panel.missing) == (own.headline.title, own.headline.lead, "")
    assert panel.table.columns == own.columns
    assert [(row.name, row.cells) for row in panel.table.rows] == [(row.name, row.cells) for row in own.rows]
    assert data.title == "5 teams side by side; 2 have no result yet."
    assert data.levels == data_of(organization, teams).levels
    assert "Vault" in data.sentences[-1]
    assert of_basis(organization, basis_of(told))[-1].other == result
    lead = MembershipFactory(team=None, organization=organization, role=Role.CONSULTANT).user
    client.force_login(lead)
    page = client.get(reverse("reports:portfolio", args=[organization.public_id])).content.decode()
    assert own.headline.title in page
    report = request_portfolio(organization, told, by=lead)
    document = portfolio_html(portfolio_data(organization, of_basis(organization, report.basis)))
    assert own.headline.title in document
    assert report == request_portfolio(organization, gather_teams([*teams, team]), by=lead)


@pytest.mark.django_db
def test_heading_of_the_panels_stands_on_the_page_of_the_first(organization):
    """A row of panels is a line to the layout: rows may part, else a page holds nothing but their heading."""
    name = "Payments and settlements of the northern market, number {n}"
    teams = [TeamFactory(organization=organization, name=name.format(n=n)) for n in range(6)]
    for team in teams:
        assessed(team, 2.0)
    with override("de"):
        pdf = render_pdf(printed(portfolio_html(data_of(organization, teams))))
    assert pdf.n_pages == 4  # five where rows cannot part
