"""One organization with everything in it, and the people who look at it."""

from dataclasses import asdict, dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts.models import Role, SignedInSession
from assessment.domain.drafts import copy_model
from assessment.domain.evidence import record_evidence, rescore
from assessment.domain.flow.whatif import WhatIf
from assessment.domain.scenarios import save_scenario
from assessment.domain.scoring.types import SignalReading
from assessment.maturity.loader import SHIPPED, load_shipped_model, read_model
from assessment.models import CapContest, EvidenceContest, EvidenceSource, ModelUpload
from core.models import JobState
from reports.domain.render import TEMPLATE_VERSION
from reports.domain.sharing import share_report
from reports.models import PortfolioReport, Report
from surveys.domain.summarize import summarize_survey
from surveys.domain.workshop.preparing import prepare_workshop
from surveys.domain.workshop.voting import make_ballots
from surveys.models import Answer, AnswerKind, ParticipantState
from tests.factories.accounts import MembershipFactory, OrganizationFactory, TeamFactory, UserFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.invitations import InvitationFactory
from tests.factories.metrics import CollectionFactory, RepositoryFactory
from tests.factories.models import changed_model
from tests.factories.surveys import ParticipantFactory, SurveyFactory

ROLES = (
    "anonymous",
    "stranger",
    "member",
    "viewer",
    "lead",
    "consultant",
    "former",  # a consultant whose last day was yesterday
    "administrator",
    "elsewhere",  # an administrator of another organization
)


@dataclass(frozen=True)
class World:
    """`users` by role (nobody for anonymous); `arguments` for every name an address pattern asks for."""

    users: dict[str, Any]
    arguments: dict[str, Any]
    cookies: dict[str, SimpleCookie] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        """A new client of who has the role; each signs in once."""
        client = Client()
        if user := self.users.get(role):
            if role not in self.cookies:
                client.force_login(user)
                self.cookies[role] = client.cookies
            client.cookies = SimpleCookie({name: cookie.value for name, cookie in self.cookies[role].items()})
        return client

    def address(self, name: str) -> str:
        *namespaces, last = name.split(":")
        resolver = get_resolver()
        for namespace in namespaces:
            resolver = resolver.namespace_dict[namespace][1]
        wanted = resolver.reverse_dict.getlist(last)[0][0][0][1]
        return reverse(name, kwargs={key: self.arguments[key] for key in wanted})


def contested_evidence(assessment, by) -> EvidenceContest:
    """A measurement of SP1 and a note on it."""
    reading = asdict(SignalReading("spec_link_rate", n=40, value=0.5, unit="share", observed_on="2026-06-30"))
    record_evidence(
        assessment,
        source=EvidenceSource.METRIC,
        practice="SP1",
        signal="spec_link_rate",
        content=reading,
        n=40,
        observed_at=timezone.now(),
    )
    note = "Items live elsewhere."
    return EvidenceContest.objects.create(assessment=assessment, signal="spec_link_rate", note=note, by=by)


def finished_report(result) -> Report:
    report = Report.objects.create(result=result, template_version=TEMPLATE_VERSION, language="en", state=JobState.DONE)
    report.file.save("report.pdf", ContentFile(b"%PDF-1.7"))
    return report


def portfolio_report(team) -> PortfolioReport:
    row = PortfolioReport.objects.create(
        organization=team.organization, basis=[[team.pk, None, None]], digest="d", state=JobState.DONE
    )
    row.file.save("portfolio.pdf", ContentFile(b"%PDF-1.7"))
    return row


def model_upload(organization, by) -> ModelUpload:
    content = read_model(SHIPPED).model_dump(mode="json", by_alias=True)
    return ModelUpload.objects.create(
        organization=organization, by=by, format="headwater", slug="own", version="1", title="Own", content=content
    )


def draft_arguments(organization, by) -> dict[str, Any]:
    """A draft of the shipped model, and what its pages name."""
    draft = copy_model(load_shipped_model(), organization, name="ours", title="Ours", by=by)
    own = changed_model("3.0", organization=organization)
    more = {"version": changed_model().digest, "digest": own.digest}
    return more | {"draft": draft.public_id, "what": "practice", "name": "SP1", "language": "de", "part": "SP1"}


PLAIN = {"form": "csv", "place": "opening", "kind": "scores"}


def build_world() -> World:
    organization = OrganizationFactory()
    team = TeamFactory(organization=organization)
    users = {
        "stranger": MembershipFactory(role=Role.LEAD).user,
        "member": MembershipFactory(team=team).user,
        "viewer": MembershipFactory(team=team, role=Role.VIEWER).user,
        "lead": MembershipFactory(team=team, role=Role.LEAD).user,
        "consultant": MembershipFactory(team=None, organization=organization, role=Role.CONSULTANT).user,
        "former": MembershipFactory(
            team=None,
            organization=organization,
            role=Role.CONSULTANT,
            ends_on=timezone.localdate() - timedelta(days=1),
        ).user,
        "elsewhere": MembershipFactory(team=None, organization=OrganizationFactory(), role=Role.ADMINISTRATOR).user,
        "administrator": MembershipFactory(team=None, organization=organization, role=Role.ADMINISTRATOR).user,
    }
    assessment = AssessmentFactory(team=team)
    survey = SurveyFactory(assessment=assessment)
    seat = ParticipantFactory(survey=survey, user=users["member"], state=ParticipantState.FINISHED)
    Answer.objects.create(participant=seat, question="SP1.m", kind=AnswerKind.LEVEL, level=3)
    summarize_survey(survey)
    contest = contested_evidence(assessment, users["member"])
    result = rescore(assessment)
    CapContest.objects.create(assessment=assessment, practice="SP1", cap=0, note="Requests live elsewhere.")
    report = finished_report(result)
    repository = RepositoryFactory(team=team)
    guest = InvitationFactory(participant=ParticipantFactory(survey=survey, user=None)).participant
    workshop = prepare_workshop(assessment, by=users["lead"])
    Session.objects.create(session_key="elsewhere", expire_date=timezone.now() + timedelta(days=1))
    arguments = {
        "seat": guest.public_id,
        "workshop": workshop.public_id,
        "code": "NOSUCH7",
        "ballot": make_ballots(workshop, n=1, by=users["lead"])[0].public_id,
        "organization": organization.public_id,
        "team": team.public_id,
        "membership": MembershipFactory(team=team, user=UserFactory(password=None)).public_id,
        "assessment": assessment.public_id,
        "stage": "define",
        "question": "SP1.m",
        "practice": "SP1",
        "signal": "spec_link_rate",
        "contest": contest.public_id,
        "cap": 0,
        "result": result.public_id,
        "report": report.public_id,
        "link": share_report(report, days=7, password="", note="", by=users["lead"])[0].public_id,
        "portfolio": portfolio_report(team).public_id,
        "repository": repository.public_id,
        "collection": CollectionFactory(assessment=assessment, repository=repository).public_id,
        "scenario": save_scenario(assessment, name="Trial", whatif=WhatIf(volume_percent=26), by=None).public_id,
        "token": "not-a-token",
        **PLAIN,
        "action": "SP1-A1",
        "upload": model_upload(organization, users["consultant"]).public_id,
        "session": SignedInSession.objects.create(user=users["member"], session_key="elsewhere").public_id,
    }
    return World(users, arguments | draft_arguments(organization, users["consultant"]))
