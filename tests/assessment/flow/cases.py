"""The worked case of docs/flow.md, as a file and as inputs."""

from assessment.domain.flow.inputs import FlowInputs, Scenario, inputs_from

WORKED = {
    "changes_per_day": 5,
    "definition_days": 2,
    "build_days": 1.5,
    "p_sendback": 0.25,
    "p_integration_fail": 0.06,
    "fix_fraction": 0.3,
    "review_hours_per_pass": 0.75,
    "review_hours_per_reviewer_day": 2,
    "reviewers": 3,
    "ca2": 1.5,
    "cs2": 1.5,
    "ci_days": 0.1,
    "ci_servers": 10,
    "release_period_days": 5,
    "approval_days": 1,
    "resume_hours": 0.42,
    "workday_hours": 8,
}
FASTER = {"coding_speed": 1.4}
PUSH = {"coding_speed": 1.4, "volume_growth": 0.26, "size_growth": 0.51}
UPSTREAM = {
    "coding_speed": 1.4,
    "volume_growth": 0.26,
    "p_sendback": 0.15,
    "p_integration_fail": 0.03,
    "quick_path_share": 0.25,
}


def worked(**changes) -> FlowInputs:
    return inputs_from(WORKED | changes)


def push() -> Scenario:
    return Scenario(coding_speed=1.4, volume_growth=0.26, size_growth=0.51)
