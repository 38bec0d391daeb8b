"""Every address that changes something writes an audit event, in the transaction of the change.

A writing address needs a line here: the event it writes with what to send, or the reason why it writes none.
"""

import ast
from dataclasses import asdict

import pytest
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Membership, Organization
from accounts.verbs import VERBS
from assessment.domain.draft_texts import export_translations, section_texts
from assessment.domain.drafts import mark_of_text, mark_of_translations, sound_model
from assessment.domain.evidence import record_evidence, rescore
from assessment.domain.team_roadmap import reject
from assessment.maturity.loader import load_shipped_model, model_of
from assessment.models import Assessment, AssessmentState, ModelDraft
from core.models import JobState
from metrics.models import Collection
from reports.domain.branding import BrandDraft, put_in_use
from reports.models import PortfolioReport, Report, Tracker
from surveys.models import AnonymousComment, Participant, Round, Survey, Workshop
from tests.factories.models import part_fields
from tests.factories.scoring import make_summary
from tests.factories.surveys import AnonymousSurveyFactory
from tests.house.files import name_of, our_code
from tests.house.test_access import CONTENT, TABLE
from tests.house.world import build_world

PERIOD = {"period_start_on": "2026-07-01", "period_end_on": "2026-09-30"}
TRACKER = {"kind": "gitlab", "base_url": "https://git.example.org", "project": "a/b", "credential": "secret"}
REPOSITORY = "https://git.example.org/team/service.git"


def _state(value):
    return lambda world: Assessment.objects.update(state=value)


def _collected(world):
    Collection.objects.update(state=JobState.DONE)


def _targets(world):
    practices = model_of(Assessment.objects.get().maturity_model).practices()
    return {practice.id: 5 for practice in practices}


def _asked(world):
    place = Membership.objects.get(user=world.users["lead"])
    return {str(place.public_id): ["engineer"]}


def _unfinished(world):
    Participant.objects.update(state="started")


def _without_assessments(world):
    Assessment.objects.all().delete()


def _planned(world):
    assessment, now = Assessment.objects.get(), timezone.now()
    for name in ("SP1", "SP2"):
        content = asdict(make_summary(name, 1.0))
        record_evidence(assessment, source="survey", practice=name, content=content, n=5, observed_at=now)
    rescore(assessment)


def _decided(world):
    reject(Assessment.objects.get(), "SP1-A1", reason="Later.", by=None)


def _tracked(world):
    Tracker.objects.create(team=Assessment.objects.get().team, kind="github", base_url="https://git.example.org")


def _branded(world):
    draft = BrandDraft("#0b2a6b", "#0b2a6b", "", "", b"", "")
    put_in_use(Organization.objects.get(public_id=world.arguments["organization"]), draft, by=world.users["lead"])


def _copied(world):
    return {"model": load_shipped_model().pk, "name": "other", "title": "Other"}


def _weighed(world):
    return part_fields(ModelDraft.objects.get(), "practice", "SP1") | {"weight": "1.5"}


def _rewritten(world):
    text = ModelDraft.objects.get().text
    return {"seen": mark_of_text(text), "text": text + "# more"}


def _file_of_translations(world):
    return {"file": SimpleUploadedFile("ours.de.yaml", export_translations(ModelDraft.objects.get(), "de").encode())}


def _translated(world):
    draft = ModelDraft.objects.get()
    places = list(section_texts(sound_model(draft), "SP1"))
    return {"seen": mark_of_translations(draft, "de", places), places[0]: "Anders"}


def _unprinted(world):
    Report.objects.all().delete()


def _unmade(world):
    Report.objects.update(state="queued")
    PortfolioReport.objects.update(state="queued")


def _unseated(world):
    Survey.objects.all().delete()


def _commented(world):
    Survey.objects.all().delete()
    assessment = Assessment.objects.get()
    survey = AnonymousSurveyFactory(assessment=assessment, facilitated_comments=True)
    AnonymousComment.objects.create(slot="slot", survey=survey, practice="SP1", text="It depends.")
    _state(AssessmentState.CLOSED)(world)


def _without_workshop(world):
    Workshop.objects.all().delete()


def _revealed(world):
    item = Workshop.objects.get().items.get(practice="SP1")
    Round.objects.create(item=item, number=1, revealed_at=timezone.now())
    Workshop.objects.get().items.filter(pk=item.pk).update(state="talking")


def _with_second_factors(world):
    for user in world.users.values():
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})


# fmt: off
#   address and verb                              who            event                   what to send, what comes before
WRITES = {
    ("accounts:membership-edit", "POST"): ("administrator", "membership.changed", {"role": "lead"}, None),
    ("accounts:membership-erase", "POST"): ("administrator", "person.left", {}, None),
    ("accounts:audit-export", "GET"): ("administrator", "audit.exported", {}, None),
    ("accounts:membership-link", "POST"): ("administrator", "membership.link_made", {}, None),
    ("accounts:membership-remove", "POST"): ("administrator", "membership.removed", {}, None),
    ("accounts:membership-second-factor", "POST"): ("administrator", "second_factor.reset", {}, None),
    ("accounts:name-edit", "POST"): ("member", "name.changed", {"name": "Ada L."}, None),
    ("accounts:organization-second-factor", "POST"):
        ("administrator", "organization.second_factor_required", {"required": "yes"}, _with_second_factors),
    ("accounts:session-end", "POST"): ("member", "session.ended", {}, None),
    ("accounts:session-end-others", "POST"): ("member", "session.ended", {}, None),
    ("accounts:organization-edit", "POST"): ("administrator", "organization.renamed", {"name": "Südlicht"}, None),
    ("accounts:organization-person-add", "POST"):
        ("administrator", "membership.added", {"name": "Dora", "email": "d@example.org", "role": "consultant"}, None),
    ("accounts:team-create", "POST"): ("consultant", "team.created", {"name": "Search"}, None),
    ("accounts:team-delete", "POST"): ("administrator", "team.deleted", {}, _without_assessments),
    ("accounts:team-edit", "POST"): ("lead", "team.renamed", {"name": "Search"}, None),
    ("accounts:team-person-add", "POST"):
        ("lead", "membership.added", {"name": "Dora", "email": "d@example.org", "role": "member"}, None),
    ("assessment:model-upload", "POST"): ("consultant", "maturity_model.stored", {}, None),
    ("api:assessment-close", "POST"): ("lead", "assessment.closed", {}, None),
    ("api:assessment-detail", "PATCH"): ("lead", "assessment.edited", {"title": "Another title"}, None),
    ("api:assessment-open", "POST"): ("lead", "assessment.reopened", {}, _state(AssessmentState.CLOSED)),
    ("api:membership-detail", "PATCH"): ("lead", "membership.changed", {"role": "lead"}, None),
    ("api:membership-detail", "DELETE"): ("lead", "membership.removed", {}, None),
    ("api:organization-detail", "PATCH"): ("administrator", "organization.renamed", {"name": "Südlicht"}, None),
    ("api:organization-people", "POST"):
        ("administrator", "membership.added", {"name": "Dora", "email": "d@example.org", "role": "viewer"}, None),
    ("api:team-detail", "PATCH"): ("lead", "team.renamed", {"name": "Search"}, None),
    ("api:team-detail", "DELETE"): ("administrator", "team.deleted", {}, _without_assessments),
    ("api:team-list", "POST"): ("consultant", "team.created", {"name": "Search"}, None),
    ("api:team-people", "POST"):
        ("lead", "membership.added", {"name": "Dora", "email": "d@example.org", "role": "viewer"}, None),
    ("api:collection-cancel", "POST"): ("lead", "collection.cancelled", {}, None),
    ("api:repository-detail", "PATCH"): ("lead", "repository.edited", {"weight": 2}, None),
    ("api:repository-detail", "DELETE"): ("lead", "repository.removed", {}, None),
    ("api:repository-list", "POST"): ("lead", "repository.attached", {"location": REPOSITORY}, None),
    ("api:collection-list", "POST"):
        ("lead", "collection.requested", lambda world: {"repository": str(world.arguments["repository"])}, _collected),
    ("api:invitation-detail", "DELETE"): ("lead", "survey.link_revoked", {}, None),
    ("api:invitation-detail", "POST"): ("lead", "survey.link_made", {}, None),
    ("api:invitation-list", "POST"):
        ("lead", "survey.invited", {"email": "d@example.org", "roles": ["engineer"]}, None),
    ("api:flow", "PATCH"): ("lead", "flow.input_set", {"reviewers": 4}, None),
    ("api:scenario-list", "POST"):
        ("member", "scenario.saved", {"name": "Push", "what_if": {"volume_percent": 26}}, None),
    ("api:scenario-detail", "PATCH"): ("lead", "scenario.put_in_report", {"in_report": True}, None),
    ("api:scenario-detail", "DELETE"): ("lead", "scenario.deleted", {}, None),
    ("api:report-list", "POST"): ("lead", "report.requested", {}, _unprinted),
    ("api:assessment-list", "POST"): ("lead", "assessment.created",
        lambda world: {"team": str(world.arguments["team"]), "title": "Q4 2026", **PERIOD}, None),
    ("assessment:assessment-close", "POST"): ("lead", "assessment.closed", {}, None),
    ("assessment:assessment-create", "POST"): ("lead", "assessment.created", {"title": "Q4 2026", **PERIOD}, None),
    ("assessment:assessment-delete", "POST"): ("administrator", "assessment.deleted", {}, None),
    ("assessment:assessment-edit", "POST"): ("lead", "assessment.edited", {"title": "Another", **PERIOD}, None),
    ("assessment:assessment-open", "POST"): ("lead", "assessment.opened", {}, _state(AssessmentState.DRAFT)),
    ("assessment:assessment-reopen", "POST"): ("lead", "assessment.reopened", {}, _state(AssessmentState.CLOSED)),
    ("assessment:assessment-targets", "POST"): ("lead", "assessment.targets_set", _targets, None),
    ("metrics:collection-cancel", "POST"): ("lead", "collection.cancelled", {}, None),
    ("metrics:collection-restart", "POST"): ("lead", "collection.restarted", {}, _collected),
    ("metrics:collection-schedule", "POST"): ("lead", "collections.unscheduled", {"is_on": "no"}, None),
    ("metrics:collection-start", "POST"): ("lead", "collection.requested", {}, _collected),
    ("metrics:repository-attach", "POST"): ("lead", "repository.attached", {"location": REPOSITORY}, None),
    ("metrics:repository-edit", "POST"): ("lead", "repository.edited", {"name": "Billing", "weight": "2"}, None),
    ("metrics:repository-host", "POST"): (
        "lead", "repository.host_connected", {"host_kind": "github", "host_project": "org/service"}, None),
    ("metrics:repository-remove", "POST"): ("lead", "repository.removed", {}, None),
    ("reports:brand", "POST"): ("administrator", "brand.put_in_use", {"colour": "#0b2a6b"}, None),
    ("reports:brand-withdraw", "POST"): ("administrator", "brand.withdrawn", {}, _branded),
    ("reports:evidence-contest", "POST"): ("member", "evidence.contested", {"note": "It counts tests."}, None),
    ("reports:evidence-contest-withdraw", "POST"): ("member", "evidence.contest_withdrawn", {}, None),
    ("reports:cap-contest", "POST"): ("lead", "cap.contested", {"note": "It stands elsewhere."}, None),
    ("reports:cap-contest-withdraw", "POST"): ("lead", "cap.contest_withdrawn", {}, None),
    ("reports:flow-inputs", "POST"): ("lead", "flow.input_set", {"reviewers": "4"}, None),
    ("reports:roadmap-action", "POST"): ("lead", "roadmap.changed", {"note": "Ask Ben first."}, None),
    ("reports:roadmap-add", "POST"): ("lead", "roadmap.changed",
        {"title": "Talk first", "practice": "SP1", "effort": "S", "owner": "engineer"}, None),
    ("reports:roadmap-capacity", "POST"): ("lead", "roadmap.changed", {"open_actions": "2", "now": "5"}, None),
    ("reports:roadmap-decide", "POST"): ("lead", "roadmap.changed", {"decision": "reject", "reason": "Later."}, None),
    ("reports:roadmap-move", "POST"): ("lead", "roadmap.changed", {"way": "down"}, _planned),
    ("reports:roadmap-return", "POST"): ("lead", "roadmap.changed", {"number": "1"}, _decided),
    ("reports:tracker", "POST"): ("lead", "tracker.connected", TRACKER, None),
    ("reports:tracker-remove", "POST"): ("lead", "tracker.disconnected", {}, _tracked),
    ("reports:tracker-send", "POST"): ("lead", "tracker.run_requested", {}, _tracked),
    ("reports:roadmap-undo", "POST"): ("lead", "roadmap.changed", {}, _decided),
    ("reports:scenario-delete", "POST"): ("lead", "scenario.deleted", {}, None),
    ("reports:scenario-save", "POST"): ("member", "scenario.saved",
        {"name": "Push", "coding_percent": "40", "coding_means": "speed", "demand": "push",
         "volume_percent": "0", "size_percent": "0"}, None),
    ("reports:scenario-show", "POST"): ("lead", "scenario.put_in_report", {"shown": "yes"}, None),
    ("reports:remark", "POST"):
        ("lead", "report.text_written", {"text": "Ours.", "reach": "team", "based_on": "0"}, None),
    ("reports:share", "POST"): ("lead", "report.shared", {"days": "30"}, None),
    ("reports:share-revoke", "POST"): ("lead", "report.link_revoked", {}, None),
    ("reports:report-request", "POST"): ("lead", "report.requested", {}, _unprinted),
    ("reports:portfolio-request", "POST"): ("consultant", "portfolio.requested", {}, None),
    ("reports:portfolio-cancel", "POST"): ("consultant", "portfolio.cancelled", {}, _unmade),
    ("reports:portfolio-download", "GET"): ("consultant", "portfolio.downloaded", {}, None),
    ("reports:report-cancel", "POST"): ("lead", "report.cancelled", {}, _unmade),
    ("surveys:answer-review", "POST"): ("member", "survey.finished", {"finish": "1"}, _unfinished),
    ("surveys:invitation-add", "POST"):
        ("lead", "survey.invited", {"text": "d@example.org", "roles": ["engineer"], "confirm": "links"}, None),
    ("surveys:room", "POST"): ("lead", "survey.room_opened", {"n_seats": "30", "hours": "4"}, None),
    ("surveys:room-close", "POST"): ("lead", "survey.room_closed", {}, None),
    ("surveys:seat-link", "POST"): ("lead", "survey.link_made", {}, None),
    ("surveys:seat-mail", "POST"): ("lead", "survey.mail_sent_again", {}, None),
    ("surveys:seat-revoke", "POST"): ("lead", "survey.link_revoked", {}, None),
    ("surveys:comment-release", "POST"): ("consultant", "survey.comment_released", {"slot": "slot"}, _commented),
    ("surveys:promise", "POST"): ("lead", "survey.promise_set", {"mode": "anonymous", "minimum_group": 5}, _unseated),
    ("surveys:stored-delete", "POST"): ("member", "survey.answers_deleted", {"sure": "on"}, None),
    ("surveys:participant-list", "POST"): ("lead", "survey.seat_given", _asked, _unseated),
    ("assessment:draft-list", "POST"):
        ("consultant", "maturity_model.drafted", _copied, None),
    ("assessment:draft-part", "POST"):
        ("consultant", "maturity_model.draft_changed", _weighed, None),
    ("assessment:draft-yaml", "POST"):
        ("consultant", "maturity_model.draft_changed", _rewritten, None),
    ("assessment:draft-translation", "POST"):
        ("consultant", "maturity_model.draft_changed", _translated, None),
    ("assessment:draft-translation-import", "POST"):
        ("consultant", "maturity_model.draft_changed", _file_of_translations, None),
    ("assessment:draft-part-add", "POST"): ("consultant", "maturity_model.draft_changed", {}, None),
    ("assessment:draft-part-remove", "POST"): ("consultant", "maturity_model.draft_changed", {}, None),
    ("assessment:model-withdraw", "POST"): ("consultant", "maturity_model.withdrawn", {}, None),
    ("assessment:draft-publish", "POST"): ("consultant", "maturity_model.published", {}, None),
    ("assessment:draft-delete", "POST"): ("consultant", "maturity_model.draft_deleted", {}, None),
    ("surveys:version-preview", "POST"): ("lead", "assessment.moved_to_version", {"title": "Moved"}, None),
    ("surveys:workshop-prepare", "POST"): ("lead", "workshop.prepared", {}, _without_workshop),
    ("surveys:workshop-agenda", "POST"): ("lead", "workshop.agenda_changed", {"propose": "1"}, None),
    ("surveys:workshop-settings", "POST"): ("lead", "workshop.settings_changed",
        {"kind": "room", "minutes": "60", "minimum": "3", "rule_percent": "75", "rule_within": "1",
         "rule_deviation": "0.83"}, None),
    ("surveys:workshop-hand-over", "POST"): ("consultant", "workshop.handed_over", {}, None),
    ("surveys:workshop-step", "POST"): ("lead", "workshop.vote_opened", {"do": "open", "practice": "SP1"}, None),
    ("surveys:workshop-settle", "POST"): ("lead", "workshop.settled", {"level": "3"}, _revealed),
    ("surveys:workshop-note", "POST"): ("lead", "workshop.note_added", {"kind": "note", "text": "Look at it"}, None),
    ("surveys:workshop-finish", "POST"): ("lead", "workshop.finished", {}, None),
    ("surveys:workshop-ballots", "POST"): ("lead", "workshop.ballots_made", {"n": "2"}, None),
    ("surveys:workshop-ballot", "POST"): ("lead", "workshop.ballot_entered", {"SP1": "3"}, None),
    ("reports:report-download", "GET"): ("member", "report.downloaded", {}, None),
    ("reports:export", "GET"): ("member", "report.exported", {}, None),
    ("api:report-download", "GET"): ("member", "report.downloaded", {}, None),
}
ANSWERS = "An answer is the participant's own; an event for each would tell who answers when."
BY_LINK = "Needs a link that works; tests/surveys/test_join_pages.py has its event."
WRITES_NONE = {
    ("assessment:draft-check", "POST"): "Only looks again; the draft stays as it is.",
    ("surveys:draft-try", "POST"): "A preview; nothing of it is stored.",
    ("api:flow-what-if", "POST"): "It only works something out; nothing is kept.",
    ("accounts:email-change", "POST"): "Only mails a link.",
    ("accounts:email-confirm", "POST"): "Needs a mailed link; tests/accounts/test_mailed_links.py has its event.",
    ("accounts:sign-up", "POST"): "Only mails a link.",
    ("accounts:sign-up-finish", "POST"): "Needs a mailed link; tests/accounts/test_mailed_links.py has its event.",
    ("accounts:organization-create", "POST"): "Staff only; tests/accounts/test_people.py has its event.",
    ("accounts:organization-leave", "POST"): "Its event loses the key of who left; see tests/accounts/test_leaving.py.",
    ("assessment:model-list", "POST"): "Only reads what is sent; nothing is stored before the next page.",
    ("accounts:setup", "POST"): "Open once, before anybody is there; tests/accounts/test_setup.py has its event.",
    ("api:token", "POST"): "Needs a password; tests/api has its event.",
    ("api:own-answers", "PUT"): ANSWERS,
    ("surveys:answer-save", "POST"): ANSWERS,
    ("surveys:device-link", "POST"): "The event is the second device's; tests/surveys/test_join_pages.py has it.",
    ("surveys:join", "POST"): BY_LINK,
    ("surveys:join-device", "POST"): BY_LINK,
    ("surveys:join-room", "POST"): BY_LINK,
    ("surveys:stop", "POST"): BY_LINK,
    ("reports:shared", "POST"): "Needs a link that works; tests/reports/test_sharing.py has its event.",
    ("surveys:answer-section", "POST"): ANSWERS,
    ("surveys:answer-start", "POST"): ANSWERS,
    ("surveys:comment-save", "POST"): ANSWERS,
    ("surveys:wish-save", "POST"): ANSWERS,
    ("surveys:workshop-device", "POST"): "The event is the second device's; tests/surveys/workshop has it.",
    ("surveys:workshop-enter", "POST"): "Needs a code that leads somewhere; tests/surveys/workshop has its event.",
    ("surveys:answers-file", "POST"): "Needs an assessment by SAMM; tests/surveys/test_exchange.py has its event.",
    ("surveys:workshop-import", "POST"): "Needs a file; tests/surveys/workshop has its event.",
    ("surveys:workshop-join", "POST"): "Only leads on to the workshop.",
    ("surveys:workshop-take", "POST"): "Needs a link that works; tests/surveys/workshop has its event.",
    ("surveys:workshop-vote", "POST"): "A vote is secret; an event for each would tell who votes when.",
}
# fmt: on


def test_every_address_that_changes_something_has_a_line_here():
    writing = {(name, verb) for name, verb, *_ in TABLE if verb not in {"GET", "HEAD", "OPTIONS"}}
    assert writing == {key for key in WRITES if key[1] != "GET"} | set(WRITES_NONE)


@pytest.mark.django_db
def test_every_change_writes_its_event_with_who_did_it():
    world, wrong = build_world(), {}
    for (name, verb), (role, expected, content, prepare) in WRITES.items():
        with transaction.atomic():
            if prepare:
                prepare(world)
            before = set(AuditEvent.objects.values_list("pk", flat=True))
            status = send(world, role, name, verb, content(world) if callable(content) else content)
            written = AuditEvent.objects.exclude(pk__in=before).select_related("who", "organization")
            found = {(e.verb, e.who, e.organization and e.organization.public_id) for e in written}
            transaction.set_rollback(True)
        if (expected, world.users[role], world.arguments["organization"]) not in found:
            wrong[f"{verb} {name}"] = f"answered {status} and wrote {found}"
    assert wrong == {}


def send(world, role, name, verb, content):
    client = Client()
    client.force_login(world.users[role])
    kind = CONTENT[name.startswith("api:")]
    send_it = getattr(client, verb.lower())
    response = send_it(world.address(name), content, **({"content_type": kind} if name.startswith("api:") else {}))
    if response.streaming:
        b"".join(response)
    return response.status_code


def calls_of_record():
    """Each function that writes events: the file, the function, the verbs it names."""
    for path in our_code():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name != "record":
                calls = [
                    c for c in ast.walk(node) if isinstance(c, ast.Call) and getattr(c.func, "id", "") in RECORDING
                ]
                if calls:
                    yield path, node, calls


RECORDING = {"record", "_record", "record_visit"}


def test_every_event_is_written_in_a_transaction():
    bare = [
        f"{name_of(path)}:{function.lineno} {function.name}"
        for path, function, _ in calls_of_record()
        if function.name not in RECORDING
        and "transaction.atomic" not in {ast.unparse(d) for d in function.decorator_list}
    ]
    assert bare == []


def test_every_verb_is_written_somewhere_and_none_is_unknown():
    named = {
        constant.value
        for _, function, _ in calls_of_record()
        for constant in ast.walk(function)
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str) and constant.value in VERBS
    }
    assert named == set(VERBS)
