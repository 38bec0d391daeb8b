"""What a team decides about its roadmap: it holds, planning goes round it, and every change can be taken back."""

import datetime as dt
from dataclasses import asdict

import pytest
import time_machine

from accounts.models import AuditEvent
from assessment.domain import team_roadmap as domain
from assessment.domain.evidence import record_evidence, rescore
from assessment.domain.roadmap.decisions import Status
from assessment.domain.roadmap.wishes import OwnAction
from assessment.domain.scored import roadmap_of
from assessment.domain.team_roadmap import team_roadmap
from assessment.models import RoadmapRevision
from core.refusals import Invalid, Refused
from tests.factories.accounts import MembershipFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.scoring import make_summary, shipped_model

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
OWN = OwnAction(id="", practice="SP1", title="Write it down first", owner="engineer", effort="S")


@pytest.fixture
def today():
    with time_machine.travel(dt.datetime(2026, 10, 5, 9, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def assessment():
    row = AssessmentFactory()
    place(row, dict.fromkeys([practice.id for practice in shipped_model().practices()], 2.0))
    return row


def place(row, levels):
    for name, level in levels.items():
        content = asdict(make_summary(name, level))
        record_evidence(row, source="survey", practice=name, content=content, n=5, observed_at=dt.datetime.now(dt.UTC))
    rescore(row)


def starts(row):
    return {step.id: step.starts_on_day for step in team_roadmap(row).actions}


def test_plan_is_the_planners_until_somebody_decides(assessment):
    plan = team_roadmap(assessment)
    assert plan.roadmap == roadmap_of(plan.result)
    assert (plan.number, plan.decisions.begins_on) == (0, dt.date(2026, 10, 5))
    assert any(rise.later[-1] > rise.today for rise in plan.expected)


def test_accepted_action_keeps_its_day_whatever_comes(assessment):
    later = list(starts(assessment).items())[7]
    domain.accept(assessment, later[0], by=None)
    place(assessment, {"RV2": 1.0, "EN1": 4.0, "SP4": 3.0})
    with time_machine.travel(dt.datetime(2026, 11, 20, tzinfo=dt.UTC)):
        plan = team_roadmap(assessment)
    step = plan.step(later[0])
    assert (step.starts_on_day, step.is_set) == (later[1], True)
    assert plan.decisions.begins_on == dt.date(2026, 10, 5)


def test_rejected_action_leaves_the_plan_and_its_reason_stays(assessment):
    first = next(iter(starts(assessment)))
    with pytest.raises(Invalid, match="why it is not taken"):
        domain.reject(assessment, first, reason="  ", by=None)
    domain.reject(assessment, first, reason="We tried that in spring.", by=None)
    plan = team_roadmap(assessment)
    assert plan.step(first) is None
    assert next(item.why for item in plan.roadmap.not_now if item.id == first) == "Not taken: We tried that in spring."
    domain.release(assessment, first, by=None)
    assert team_roadmap(assessment).step(first)


def test_result_and_report_follow_the_decisions(assessment, django_capture_on_commit_callbacks):
    first = next(iter(starts(assessment)))
    domain.reject(assessment, first, reason="Not now.", by=None)
    result = rescore(assessment)
    assert first not in {step.id for step in roadmap_of(result).steps}
    assert rescore(assessment) == result
    domain.undo(assessment, by=None)
    assert first in {step.id for step in roadmap_of(rescore(assessment)).steps}


def test_result_knows_nothing_of_owners_and_notes(assessment):
    ada = MembershipFactory(team=assessment.team).user
    domain.reject(assessment, "SP1-A1", reason="Later.", by=ada)
    before = rescore(assessment)
    fields = {"owner": str(ada.pk), "starts_on": None, "due_on": None, "note": "Only if Ben agrees."}
    domain.set_details(assessment, "SP1-A2", **fields, by=ada)
    domain.set_details(assessment, "SP1-A2", **fields | {"note": ""}, by=ada)
    after = rescore(assessment)
    assert "Ben" not in str(after.inputs)
    assert "owner" not in after.inputs["plan"]["decisions"]["about"]["SP1-A2"]
    assert after.inputs["plan"]["decisions"]["about"]["SP1-A1"] == before.inputs["plan"]["decisions"]["about"]["SP1-A1"]


def test_moving_later_changes_places_and_moves_nothing_that_was_set(assessment):
    names = list(starts(assessment))
    domain.accept(assessment, names[4], by=None)
    kept = starts(assessment)[names[4]]
    assert domain.move(assessment, names[9], up=True, by=None) is None
    after = list(starts(assessment))
    assert after.index(names[9]) < after.index(names[8])
    assert starts(assessment)[names[4]] == kept
    with pytest.raises(Refused, match="Its start was set"):
        domain.move(assessment, names[4], up=True, by=None)


def test_move_against_the_rules_stays_and_says_why(assessment):
    names = list(starts(assessment))
    told = domain.move(assessment, names[1], up=True, by=None)
    assert "stays where it is" in told
    assert next(iter(starts(assessment))) == names[0]


def test_dropping_on_itself_changes_nothing(assessment):
    domain.accept(assessment, next(iter(starts(assessment))), by=None)
    name = list(starts(assessment))[5]
    assert domain.move(assessment, name, before=name, by=None) is None
    assert RoadmapRevision.objects.count() == 1


def test_dates_owner_and_note_are_kept_and_a_late_end_is_said(assessment):
    ada = MembershipFactory(team=assessment.team).user
    name = list(starts(assessment))[6]
    fields = {"owner": str(ada.pk), "starts_on": dt.date(2026, 10, 12), "due_on": dt.date(2026, 10, 20)}
    domain.set_details(assessment, name, **fields, note="Pair with Ben.", by=ada)
    plan = team_roadmap(assessment)
    step = plan.step(name)
    assert (step.starts_on_day, step.is_set) == (7, True)
    assert plan.decisions.overdue(step) == step.ends_on_day - 15
    assert sum(other.starts_on_day <= 7 < other.ends_on_day for other in plan.actions) <= 3
    decided = plan.decisions.of(name)
    assert (decided.owner, decided.note) == (str(ada.pk), "Pair with Ben.")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"starts_on": dt.date(2026, 9, 1)}, "runs from"),
        ({"starts_on": dt.date(2027, 9, 1)}, "runs from"),
        ({"starts_on": dt.date(2026, 11, 2), "due_on": dt.date(2026, 11, 1)}, "due before it starts"),
        ({"owner": "0"}, "one of the people"),
    ],
)
def test_impossible_details_are_refused(assessment, fields, said):
    given = {"owner": "", "starts_on": None, "due_on": None, "note": ""} | fields
    with pytest.raises(Invalid, match=said):
        domain.set_details(assessment, "SP1-A1", **given, by=None)


def test_own_action_finds_a_place_and_a_set_start_holds(assessment):
    name = domain.add_own(assessment, OWN, by=None)
    assert name == "own-1"
    domain.set_details(assessment, name, owner="", starts_on=dt.date(2026, 10, 6), due_on=None, note="", by=None)
    assert team_roadmap(assessment).step(name).starts_on_day == 1
    assert domain.add_own(assessment, OWN, by=None) == "own-2"


def test_done_and_stopped_need_an_accepted_action(assessment):
    name = next(iter(starts(assessment)))
    with pytest.raises(Refused, match="accepted"):
        domain.finish(assessment, name, by=None)
    domain.accept(assessment, name, by=None)
    domain.finish(assessment, name, by=None)
    assert team_roadmap(assessment).decisions.of(name).status is Status.DONE
    with pytest.raises(Refused, match="accepted"):
        domain.stop(assessment, name, reason="Enough.", by=None)


def test_undo_goes_back_step_by_step_and_the_history_keeps_all(assessment):
    names = list(starts(assessment))
    plain = starts(assessment)
    domain.reject(assessment, names[0], reason="No.", by=None)
    once = starts(assessment)
    domain.reject(assessment, names[5], reason="No.", by=None)
    domain.undo(assessment, by=None)
    assert starts(assessment) == once
    domain.undo(assessment, by=None)
    assert starts(assessment) == plain
    with pytest.raises(Refused, match="nothing to undo"):
        domain.undo(assessment, by=None)
    verbs = list(RoadmapRevision.objects.order_by("number").values_list("verb", flat=True))
    assert verbs == ["rejected", "rejected", "undone", "undone"]
    domain.return_to(assessment, 2, by=None)
    assert names[5] not in starts(assessment)


def test_stale_page_does_not_overwrite_what_another_decided(assessment):
    names = list(starts(assessment))
    domain.accept(assessment, names[0], by=None)
    domain.reject(assessment, names[1], reason="No.", by=None, seen=0)
    with pytest.raises(Refused, match="meanwhile"):
        domain.reject(assessment, names[0], reason="No.", by=None, seen=0)


def test_planning_anew_stays_near_the_plan_people_decided_in(assessment):
    domain.accept(assessment, next(iter(starts(assessment))), by=None)
    before = starts(assessment)
    place(assessment, {"SP2": 3.0})
    after = starts(assessment)
    assert sum(after.get(name) == day for name, day in before.items()) >= len(before) - 6


def test_every_change_has_its_event(assessment):
    ada = MembershipFactory(team=assessment.team, role="lead").user
    domain.reject(assessment, "SP1-A1", reason="No.", by=ada)
    event = AuditEvent.objects.get(verb="roadmap.changed")
    assert (event.who, event.facts) == (ada, {"change": "rejected", "action": "SP1-A1"})
