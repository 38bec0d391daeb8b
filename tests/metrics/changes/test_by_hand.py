"""Every signal of a hosting service has a case worked out by hand; a signal without one fails here."""

import ast
from pathlib import Path

import pytest

from assessment.maturity.loader import SHIPPED, read_model
from metrics.signals.changes import HOST_SIGNALS

HERE = Path(__file__).parent
CASES = {
    "spec_link_rate": (
        "test_content: item_is_found_in_title_text_branch_commit_and_link_and_is_not_the_changes_own_number"
    ),
    "size_p75": "test_content: size_counts_what_people_wrote",
    "description_rate": "test_content: description_needs_forty_words_or_a_filled_template",
    "provenance_rate": "test_content: provenance_needs_item_disclosure_and_approval",
    "branch_age_p75": "test_content: branch_age_is_from_the_earliest_author_date",
    "late_surprise_rate": "test_content: surprise_is_more_than_half_written_after_the_first_review",
    "pickup_p75": "test_review: pickup_is_from_ready_to_the_first_word_of_another_person",
    "review_wait_p75": "test_review: waiting_is_summed_over_the_cycles",
    "queue_growth": "test_review: queue_grows_by_what_is_made_ready_and_not_resolved",
    "stale_share": "test_review: stale_is_an_open_change_nobody_touched_for_seven_days",
    "review_load_rho": "test_review: load_is_passes_a_day_over_what_reviewers_can_give",
    "rounds_mean": "test_review: rounds_are_one_and_one_more_for_each_time_it_went_back",
    "style_comment_share": "test_review: style_comments_are_a_share_of_reviewers_comments_on_code",
    "rubber_stamp_rate": "test_review: rubber_stamp_is_a_large_change_approved_at_once_without_a_word",
    "unreviewed_rate": "test_review: unreviewed_is_a_merge_no_other_person_approved",
    "reviewer_concentration": "test_people: concentration_is_the_share_of_the_busiest_fifth",
    "reviews_per_week_p80": "test_people: reviews_a_week_is_the_80th_percentile_over_people",
    "single_reviewer_areas": "test_people: area_with_one_approver_is_named_by_its_folder",
    "wip_per_person": "test_people: open_changes_per_author_is_a_mean_over_days",
    "owner_approval_rate": "test_people: owner_approves_as_a_person_or_through_a_team",
    "direct_push_rate": "test_joining: direct_pushes_are_those_without_a_change",
    "red_merge_rate": "test_pipeline: red_is_a_required_check_that_had_not_passed",
    "flaky_rate": "test_pipeline: flaky_is_a_failure_that_passed_on_the_same_commit",
    "ci_p75": "test_pipeline: pipeline_time_runs_to_the_last_required_check",
    "main_break_rate": "test_pipeline: main_breaks_when_its_run_fails_and_never_passes_there",
    "release_wait_p75": "test_delivery: release_wait_is_to_the_first_deployment_that_holds_the_merge",
    "lead_merge_release_p50": "test_delivery: a_deployment_of_an_older_commit_holds_nothing_newer",
    "request_ts_rate": "test_delivery: request_time_is_known_when_the_item_is_and_came_first",
    "lead_request_merge_p50": "test_delivery: lead_time_ends_with_the_last_change_of_the_item",
    "wait_share": "test_delivery: wait_share_counts_the_time_nobody_acted",
    "released_rework": "test_delivery: rework_is_a_linked_fix_or_a_revert_within_thirty_days",
    "alert_age_p75": "test_settings: alert_age_counts_open_and_closed_serious_ones",
    "protection_tier": "test_settings: tier_is_the_last_whose_rules_all_hold",
    "security_scan": "test_settings: scanning_blocks_when_all_three_families_are_required",
    "merge_queue": "test_settings: queue_is_required_when_the_host_says_so",
    **dict.fromkeys(
        ("arch_rules", "static_checks", "policy_code", "contract_guard", "contract_tests"),
        "test_settings: every_check_in_the_pipeline_is_raised_when_its_job_is_required",
    ),
}
OF_A_HOST = {"pr", "ci", "settings", "issues"}


def test_every_signal_of_a_host_is_in_the_table():
    signals = read_model(SHIPPED).signals
    told = {name for name, about in signals.items() if OF_A_HOST & set(about.sources)}
    assert set(CASES) == told | set(HOST_SIGNALS)


@pytest.mark.parametrize("signal", CASES)
def test_case_by_hand_asks_the_signal_and_says_what_must_come_out(signal):
    module, _, name = CASES[signal].partition(": ")
    tree = ast.parse((HERE / f"{module}.py").read_text())
    case = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == f"test_{name}")
    named = {node.id for node in ast.walk(case) if isinstance(node, ast.Name)}
    named |= {node.value for node in ast.walk(case) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert signal in named, f"{name} does not ask {signal}"
    expected = [
        node
        for check in ast.walk(case)
        if isinstance(check, ast.Assert)
        for node in ast.walk(check.test)
        if isinstance(node, ast.Compare) and any(isinstance(operator, ast.Eq) for operator in node.ops)
    ]
    assert expected, f"{name} says no result"
