"""What the flow of one team is described by, and what a scenario changes about it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from assessment.domain.flow.errors import (
    LEAST,
    MOST,
    FlowError,
    hours_of_a_day,
    not_negative,
    number,
    positive,
    probability,
    share,
    whole,
)
from core.language import gettext

SIZE_EXPONENT = 0.6  # how review effort follows the size of a change: 0 not at all, 1 in proportion (judgement)


@dataclass(frozen=True)
class FlowInputs:
    """One team, everything per team; checked when it is made, with the field's name in every refusal."""

    changes_per_day: float
    definition_days: float
    build_days: float
    p_sendback: float
    p_integration_fail: float
    fix_fraction: float  # share of the build time a fix takes
    review_hours_per_pass: float
    review_hours_per_reviewer_day: float
    reviewers: int
    ca2: float  # squared coefficient of variation of the gaps between changes made ready
    cs2: float  # squared coefficient of variation of the review effort
    ci_days: float
    ci_servers: int
    release_period_days: float  # 0 when every change is released at once
    approval_days: float
    resume_hours: float  # to find back into a change that came back
    workday_hours: float
    quick_path_share: float = 0.0  # share of changes that need no person

    def __post_init__(self) -> None:
        for name, check in CHECKS.items():
            given = getattr(self, name)
            if (checked := check(given, name)) is not given:
                object.__setattr__(self, name, checked)
        if not LEAST < self.review_days_per_pass < MOST:
            text = gettext(
                "review_hours_per_pass is {hours} and review_hours_per_reviewer_day {a_day}; no team is both."
            )
            shown = {"hours": f"{self.review_hours_per_pass:g}", "a_day": f"{self.review_hours_per_reviewer_day:g}"}
            raise FlowError(text.format(**shown))
        if 0 < self.ci_days <= LEAST:
            text = gettext("ci_days is {value}; give 0, or at least a second of a day.")
            raise FlowError(text.format(value=f"{self.ci_days:g}"))

    @property
    def review_days_per_pass(self) -> float:
        """tau: what one pass takes out of one reviewer, in days of his review hours."""
        return self.review_hours_per_pass / self.review_hours_per_reviewer_day


CHECKS = {
    "changes_per_day": positive,
    "definition_days": not_negative,
    "build_days": not_negative,
    "p_sendback": probability,
    "p_integration_fail": probability,
    "fix_fraction": not_negative,
    "review_hours_per_pass": positive,
    "review_hours_per_reviewer_day": hours_of_a_day,
    "reviewers": whole,
    "ca2": not_negative,
    "cs2": not_negative,
    "ci_days": not_negative,
    "ci_servers": whole,
    "release_period_days": not_negative,
    "approval_days": not_negative,
    "resume_hours": not_negative,
    "workday_hours": hours_of_a_day,
    "quick_path_share": share,
}
NAMES = tuple(field.name for field in fields(FlowInputs))
OPTIONAL = ("quick_path_share",)
GROWING = ("changes_per_day", "build_days", "review_hours_per_pass")
CHANGES = ("coding_speed", "volume_growth", "size_growth", "size_exponent")


@dataclass(frozen=True)
class Scenario:
    """What is different: growth as a share (0.26 is 26 % more), and any field of the inputs set anew."""

    coding_speed: float = 1.0  # divides build time: 1.4 times the speed is time x 0.714
    volume_growth: float = 0.0
    size_growth: float = 0.0
    size_exponent: float = SIZE_EXPONENT
    overrides: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        positive(self.coding_speed, "coding_speed")
        not_negative(self.size_exponent, "size_exponent")
        for name in ("volume_growth", "size_growth"):
            if number(getattr(self, name), name) <= -1:
                text = gettext("{name} is {value}; a growth is above -1, which would leave nothing.")
                raise FlowError(text.format(name=name, value=f"{getattr(self, name):g}"))

    def applied_to(self, inputs: FlowInputs) -> FlowInputs:
        values = {**vars(inputs), **dict(self.overrides)}
        checked = {name: CHECKS[name](values[name], name) for name in GROWING}
        values["changes_per_day"] = checked["changes_per_day"] * (1 + self.volume_growth)
        values["build_days"] = checked["build_days"] / self.coding_speed
        values["review_hours_per_pass"] = checked["review_hours_per_pass"] * self.effort_growth
        return FlowInputs(**values)

    @property
    def effort_growth(self) -> float:
        """How many times the review effort of today a change of the new size takes."""
        try:
            return float((1 + self.size_growth) ** self.size_exponent)
        except OverflowError:
            text = gettext("size_growth {growth} with size_exponent {exponent} is more than any review; give less.")
            shown = {"growth": f"{self.size_growth:g}", "exponent": f"{self.size_exponent:g}"}
            raise FlowError(text.format(**shown)) from None


def inputs_from(raw: Mapping[str, float]) -> FlowInputs:
    """The inputs of a mapping; refuses what is missing or unknown by name."""
    _refuse_unknown(raw, NAMES, gettext("The input"))
    missing = [name for name in NAMES if name not in raw and name not in OPTIONAL]
    if missing:
        needed = ", ".join(name for name in NAMES if name not in OPTIONAL)
        raise FlowError(gettext("{name} is missing; the input needs {needed}.").format(name=missing[0], needed=needed))
    return FlowInputs(**raw)  # type: ignore[arg-type]  # every value is checked when the inputs are made


def scenario_from(raw: Mapping[str, float]) -> Scenario:
    _refuse_unknown(raw, (*CHANGES, *NAMES), gettext("The scenario"))
    changes = {name: raw[name] for name in CHANGES if name in raw}
    overrides = tuple((name, CHECKS[name](raw[name], name)) for name in NAMES if name in raw)
    return Scenario(**changes, overrides=overrides)


def _refuse_unknown(raw: Mapping[str, float], known: tuple[str, ...], what: str) -> None:
    for name in raw:
        if name not in known:
            text = gettext("{what} has the unknown key {name}; known are {known}.")
            raise FlowError(text.format(what=what, name=repr(name), known=", ".join(known)))
