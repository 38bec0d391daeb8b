"""What the page and the PDF are told, in the common case and in every extreme one."""

import dataclasses
import datetime as dt
import re

import pytest
from django.utils.translation import override

from assessment.domain.scoring.types import Reason, State
from assessment.models import CapContest, Evidence
from core.models import JobState
from metrics.models import Measurement
from reports.domain.render import report_html
from reports.domain.report_data import practice_data, report_data
from surveys.models import ParticipantState
from tests.factories import team_of_nine
from tests.factories.metrics import CollectionFactory
from tests.factories.reports import MODEL, ResultFactory, practice_score, roadmap, score_card, split_score
from tests.factories.surveys import ParticipantFactory, SurveyFactory

pytestmark = pytest.mark.django_db


def every(state):
    return tuple(practice_score(about.id, state) for about in MODEL.practices())


def strings_in(value):
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from strings_in(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from strings_in(item)


def test_report_data_is_the_same_object_twice():
    result = ResultFactory()
    assert report_data(result) == report_data(result)


def test_report_data_shows_all_practices_with_the_most_disputed_first():
    rows = report_data(ResultFactory()).voices
    assert len(rows) == 23
    states = [row.state for row in rows]
    assert states[0] == "contradiction"
    assert states.index("tension") > states.index("contradiction")
    assert [s for s in states if s == "contradiction"] == states[: states.count("contradiction")]


def test_headline_without_flow_names_the_lowest_keystone_and_says_so():
    headline = report_data(ResultFactory()).headline
    assert headline.title.endswith("is “Merge gate”.")
    assert "lowest of the 8 keystones" in headline.reading
    assert "no stage is said to set the pace" in headline.reading


def test_headline_chooses_the_lowest_known_keystone_when_the_roadmap_names_none():
    card = score_card()
    known = [
        p
        for p in card.practices
        if p.planning_score and p.practice in {"SP1", "SP3", "RV1", "RV2", "EN1", "CO1", "OM1"}
    ]
    lowest = min(known, key=lambda p: (p.planning_score, p.practice))
    data = report_data(ResultFactory(card=card, plan=roadmap(constraint=None)))
    assert data.headline.practice == lowest.practice


def test_contradiction_is_told_by_the_pattern_with_at_most_three_facts():
    card = score_card(every(State.CONTRADICTION))
    found = report_data(ResultFactory(card=card)).contradictions
    assert len(found) == 23
    merge_gate = next(item for item in found if item.practice == "EN1")
    assert re.match(
        r"People place Merge gate at 4\.2; the repository supports 2\.1 \(.+; .+\)\. "
        r"Until that is settled we plan on 2\.1\.",
        merge_gate.sentence,
    )
    assert 1 <= len(merge_gate.facts) <= 3
    assert all("n = " in fact and "consistent with" in fact for fact in merge_gate.facts)
    assert merge_gate.readings == (
        "People place Merge gate at 4.2; the repository supports 2.1. Until that is settled we plan on 2.1."
    )


def test_everything_in_contradiction_draws_bars_and_no_planning_marks():
    rows = report_data(ResultFactory(card=score_card(every(State.CONTRADICTION)))).voices
    assert all(row.chart.conflict and row.chart.plan is None for row in rows)
    assert all(row.tone == "clay" for row in rows)


def test_split_practice_loses_its_dot_and_is_listed():
    card = score_card(tuple(split_score(about.id) for about in MODEL.practices()))
    data = report_data(ResultFactory(card=card))
    assert all(row.said == "split" and row.chart.say is None and row.chart.columns for row in data.voices)
    assert len(data.respondents.splits) == 23
    assert "4 at level 1, 1 at level 4 and 4 at level 5" in data.respondents.splits[0]


def test_nobody_asked_says_so_in_a_sentence_everywhere():
    data = report_data(ResultFactory(card=score_card(every(State.NOT_ASKED)), plan=roadmap(constraint=None)))
    assert data.headline.title.startswith("Not enough is known about")
    assert "Nobody has answered yet, so nothing can be scored." in data.headline.unknowns
    assert "No repository has been measured, so every reading rests on self-report alone." in data.headline.unknowns
    assert data.overall == ("No overall number is given: too few dimensions are known.",)
    assert data.profile.title == "Where quality is decided is not known yet."
    assert data.roadmap.title == "No step can be planned yet."
    assert all(finding.title.endswith("is not known yet.") for finding in data.findings)
    assert all(row.said == "no answer" for row in data.voices)


def test_without_a_repository_the_ledger_is_empty_and_says_why():
    data = report_data(ResultFactory(card=score_card(every(State.SELF_REPORT_ONLY))))
    assert data.ledger.rows == ()
    assert data.ledger.unread == "No repository is attached, so everything here rests on what people say."
    assert data.scorecard.rows == ()
    assert all(finding.facts == () and "rests on what people say" in finding.facts_missing for finding in data.findings)


def test_findings_name_two_strengths_and_two_gaps_and_none_is_both():
    for finding in report_data(ResultFactory(card=team_of_nine.card())).findings:
        strengths = {point.practice for point in finding.strengths}
        gaps = {point.practice for point in finding.gaps}
        assert len(strengths) <= 2
        assert 1 <= len(gaps) <= 2
        assert not strengths & gaps
        assert len(finding.facts) <= 3


def test_figure_and_table_of_the_profile_round_alike():
    stages = tuple(dataclasses.replace(stage, today=0.245) for stage in score_card().control_profile)
    data = report_data(ResultFactory(card=score_card(control_profile=stages))).profile
    assert [row.today for row in data.rows] == [bar.today_label.text for bar in data.chart.bars]


def test_practices_at_one_level_are_not_called_strengths():
    scores = tuple(practice_score(about.id, planning_score=2.0, staged_level=2) for about in MODEL.practices())
    assert all(finding.strengths == () for finding in report_data(ResultFactory(card=score_card(scores))).findings)


def test_held_back_sentence_names_the_practice_and_the_fact():
    strip = next(s for s in report_data(ResultFactory()).strips if s.id == "ENF")
    assert "because Traceable evidence is at Visible: " in strip.held_back
    assert "n = 214" in strip.held_back
    assert strip.held_back_by == "EN6"


def test_held_back_sentence_without_one_practice_to_blame_uses_the_scorers_reason():
    card = score_card()
    dimensions = tuple(
        dataclasses.replace(
            d, held_back_by=(Reason("weight_rule", "50% of the weight reaches level 2, 80% must", level=1),)
        )
        for d in card.dimensions
    )
    strip = report_data(ResultFactory(card=dataclasses.replace(card, dimensions=dimensions))).strips[0]
    assert strip.held_back.endswith("50% of the weight reaches level 2, 80% must.")


def test_ledger_tells_each_use_with_band_weight_and_verdict():
    rows = {row.signal: row for row in report_data(ResultFactory()).ledger.rows}
    use = next(use for use in rows["direct_push_rate"].uses if use.practice == "EN1")
    assert (use.band, use.weight, use.verdict) == ("1.6 to 2.6", 4.7, "used: pulls from 3.2 to 2.6")
    dropped = [use.verdict for row in rows.values() for use in row.uses if use.weight == 0]
    assert dropped
    assert all(verdict == "dropped: n is 4, under a quarter of 30" for verdict in dropped)


def test_ledger_lists_outcomes_no_practice_uses_and_skipped_signals_with_their_reason():
    result = ResultFactory()
    reading = next(r for r in team_of_nine.readings() if r.signal == "revert_rate")
    Evidence.objects.create(
        assessment=result.assessment,
        source="metric",
        signal="revert_rate",
        content=dataclasses.asdict(reading),
        n=reading.n,
        observed_at=dt.datetime(2026, 9, 30, tzinfo=dt.UTC),
    )
    Evidence.objects.create(
        assessment=result.assessment,
        source="metric",
        signal="merged_changes_180d",
        content={"value": 402},
        observed_at=dt.datetime(2026, 9, 30, tzinfo=dt.UTC),
    )
    collection = CollectionFactory(assessment=result.assessment, repository__name="api", state=JobState.DONE)
    Measurement.objects.create(collection=collection, signal="spec_limits", skipped="no specification was found")
    data = report_data(result)
    reverts = next(row for row in data.ledger.rows if row.signal == "revert_rate")
    assert (reverts.value, reverts.window, reverts.n, reverts.uses) == ("1.2%", "180 days", 402, ())
    assert [(s.reason, s.repository, s.names) for s in data.ledger.skipped] == [
        ("No specification was found.", "api", "Specs that state limits")
    ]
    assert any(row.name == "Reverts" and row.baseline == "1.2%" for row in data.scorecard.rows)
    assert data.scope.repositories == "1 repository measured up to 30 September 2026."


def test_signals_silent_for_the_same_reason_stand_in_one_line():
    result = ResultFactory()
    collection = CollectionFactory(assessment=result.assessment, repository__name="api", state=JobState.DONE)
    for signal, reason in (("pickup_p75", "a"), ("spec_limits", "b"), ("stale_share", "a")):
        Measurement.objects.create(collection=collection, signal=signal, skipped=reason)
    assert [(row.reason, row.names) for row in report_data(result).ledger.skipped] == [
        ("A.", "First response P75 and Stale open changes"),
        ("B.", "Specs that state limits"),
    ]


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        (
            "Changes need the permission Pull requests: read.",
            "Änderungen brauchen die Berechtigung Pull requests: read.",
        ),
        (
            "Too little to go by: n is 1, and this signal needs at least 2.",
            "Zu wenig Anhalt: n ist 1, und dieses Signal braucht mindestens 2.",
        ),
    ],
)
def test_why_a_signal_is_silent_is_said_in_the_language_of_the_report(kept, told):
    result = ResultFactory()
    collection = CollectionFactory(assessment=result.assessment, state=JobState.DONE)
    Measurement.objects.create(collection=collection, signal="spec_limits", skipped=kept)
    with override("de"):
        assert [skip.reason for skip in report_data(result).ledger.skipped] == [told]


@pytest.mark.parametrize("state", list(State))
def test_every_state_is_said_in_the_language_of_the_report(state):
    result = ResultFactory(card=score_card(every(state)))
    english = {row.state for row in report_data(result).voices}
    with override("de"):
        german = {row.state for row in report_data(result).voices}
    assert english.isdisjoint(german)


def test_only_the_latest_collection_of_a_repository_is_read():
    result = ResultFactory()
    old = CollectionFactory(assessment=result.assessment, state=JobState.DONE)
    new = CollectionFactory(assessment=result.assessment, repository=old.repository, state=JobState.DONE)
    Measurement.objects.create(collection=old, signal="spec_limits", skipped="old reason")
    Measurement.objects.create(collection=new, signal="spec_limits", skipped="new reason")
    assert [skip.reason for skip in report_data(result).ledger.skipped] == ["New reason."]


def seats(result, **by_role):
    survey = SurveyFactory(assessment=result.assessment, minimum_role_group=3)
    for role, (invited, answered) in by_role.items():
        for i in range(invited):
            state = ParticipantState.FINISHED if i < answered else ParticipantState.INVITED
            ParticipantFactory(survey=survey, roles=[role], state=state)


def test_small_roles_are_counted_together():
    result = ResultFactory()
    seats(result, engineer=(5, 4), senior=(3, 3), product=(1, 1), leader=(2, 1))
    respondents = report_data(result).respondents
    assert [(row.role, row.invited, row.answered) for row in respondents.rows] == [
        ("Engineer", 5, 4),
        ("Senior engineer or reviewer", 3, 3),
        ("Other roles together", 3, 2),
    ]
    assert respondents.title == "9 of 11 people finished."


def test_turnout_tells_who_finished_and_who_only_began():
    result = ResultFactory()
    survey = SurveyFactory(assessment=result.assessment)
    for state in ParticipantState.values:
        ParticipantFactory(survey=survey, roles=["engineer"], state=state)
    data = report_data(result)
    assert data.scope.people == "1 of 3 people finished, 2 have answered something."
    assert data.respondents.title == data.scope.people


def test_a_person_of_several_small_roles_counts_once_in_the_fold():
    result = ResultFactory()
    survey = SurveyFactory(assessment=result.assessment, minimum_role_group=3)
    for roles in (["engineer", "product"], ["engineer", "quality"], ["product", "leader"]):
        ParticipantFactory(survey=survey, roles=roles, state=ParticipantState.FINISHED)
    rows = report_data(result).respondents.rows
    assert [(row.role, row.invited, row.answered) for row in rows] == [("Other roles together", 3, 3)]


@pytest.mark.parametrize(("state", "said"), [("open", True), ("closed", False)])
def test_result_is_called_provisional_until_the_assessment_is_closed(state, said):
    data = report_data(ResultFactory(assessment__state=state))
    assert data.scope.provisional.startswith("This result is provisional: it moves with every answer") is said
    assert ("This result is provisional" in report_html(data)) is said


def test_a_single_small_role_is_never_alone_in_the_fold():
    result = ResultFactory()
    seats(result, engineer=(5, 4), senior=(3, 3), leader=(1, 1))
    rows = report_data(result).respondents.rows
    assert [(row.role, row.invited) for row in rows] == [("Engineer", 5), ("Other roles together", 4)]


def test_every_measured_number_carries_window_and_n():
    data = report_data(ResultFactory(card=team_of_nine.card()))
    facts = [fact for finding in data.findings for fact in finding.facts]
    assert facts
    assert all(re.search(r"\(n = [\d,]+, (\d+ days|as it stands)\)", fact) for fact in facts)


def test_long_german_greek_and_cyrillic_names_and_markup_are_kept_as_text():
    name = "<b>Zahlungsverkehrsüberwachung</b> Ωμέγα Ж"
    result = ResultFactory(assessment__team__name=name, assessment__title="x" * 40)
    data = report_data(result)
    assert data.scope.team == name
    assert name in data.headline.title


def test_no_text_is_left_unfilled():
    texts = list(strings_in(report_data(ResultFactory(card=team_of_nine.card()))))
    assert len(texts) > 500
    assert [text for text in texts if re.search(r"\bNone\b|\bnan\b|\{|\}|dataclass", text)] == []


def test_practice_data_shows_the_whole_arithmetic():
    data = practice_data(ResultFactory(card=team_of_nine.card()), "EN1")
    assert [q.id for q in data.questions] == ["EN1.m", "EN1.e"]
    assert data.self_report[0].name == "Self-report S"
    assert {row.signal for row in data.evidence} == {"direct_push_rate", "static_checks", "ci_present"}
    assert [row.name for row in data.combination] == [
        "Evidence E",
        "Gap G = S − E",
        "State",
        "Planning score B",
        "Staged level",
    ]
    assert len(data.reasons) >= 5
    assert len(data.caps) == 3


def test_practice_data_tells_which_cap_applies_and_which_is_contested():
    result = ResultFactory()
    CapContest.objects.create(assessment=result.assessment, practice="EN1", cap=1, note="Pipelines run elsewhere.")
    caps = practice_data(result, "EN1").caps
    assert [cap.applies for cap in caps] == [True, False, False]
    assert [cap.contested for cap in caps] == ["", "Pipelines run elsewhere.", ""]
    assert caps[2].condition == "Direct pushes to main over 20%."
    assert caps[1].condition.endswith(" is none.")


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
def test_which_cap_applies_does_not_depend_on_the_language(language):
    with override(language):
        caps = practice_data(ResultFactory(), "EN1").caps
    assert [cap.applies for cap in caps] == [True, False, False]


def test_practice_data_of_an_unknown_practice_raises():
    with pytest.raises(KeyError):
        practice_data(ResultFactory(), "XX9")


def test_numbers_on_the_row_are_the_numbers_of_the_arithmetic():
    """From a number to its reason: what a row shows is what the scorer decided, rounded once."""
    card = team_of_nine.card()
    rows = {row.practice: row for row in report_data(ResultFactory(card=card)).voices}
    for score in card.practices:
        row = rows[score.practice]
        if score.self_report and not score.split:
            assert row.said == f"{score.self_report.value:.1f}"
        if score.evidence:
            assert row.shown == f"{score.evidence.value:.1f}"
        if score.planning_score and score.state != State.CONTRADICTION:
            assert row.plan == f"{score.planning_score:.1f}"
            assert any(row.plan in reason.text for reason in score.reasons if reason.kind == "planning")


def test_report_data_takes_a_fixed_number_of_queries(django_assert_num_queries):
    small, large = ResultFactory(), ResultFactory()
    seats(large, engineer=(9, 5), senior=(4, 3))
    for i in range(3):
        collection = CollectionFactory(assessment=large.assessment, state=JobState.DONE)
        Measurement.objects.create(collection=collection, signal=f"s{i}", skipped="why")
    with django_assert_num_queries(9):
        report_data(small)
    with django_assert_num_queries(11):
        report_data(large)
