"""The what-if a person fills in: growth in percent, and what is set anew. Turned into a scenario of the model."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from assessment.domain.flow.errors import FlowError
from assessment.domain.flow.inputs import Scenario
from core.language import gettext


class Means(StrEnum):
    """What “40 % faster” means."""

    SPEED = "speed"  # speed x 1.4, time x 0.71
    TIME = "time"  # time x 0.6, speed x 1.67


class Demand(StrEnum):
    """Where the volume comes from."""

    GIVEN = "given"  # as much as the volume field says; 0 is the same demand as today
    PUSH = "push"  # grows with the coding speed


@dataclass(frozen=True)
class WhatIf:
    """Growth in percent; a field that is None stays as it is today. Stored with a scenario as a dict."""

    coding_percent: float = 40.0
    coding_means: Means = Means.SPEED
    demand: Demand = Demand.GIVEN
    volume_percent: float = 0.0
    size_percent: float = 0.0
    reviewers: float | None = None
    review_hours_per_reviewer_day: float | None = None
    p_sendback: float | None = None
    p_integration_fail: float | None = None
    quick_path_share: float | None = None
    release_period_days: float | None = None
    approval_days: float | None = None

    @property
    def coding_speed(self) -> float:
        if self.coding_means is Means.SPEED:
            return 1 + self.coding_percent / 100
        if self.coding_percent >= 100:
            raise FlowError(gettext("Coding cannot take 100% less time; give less, or say it as speed."))
        return 1 / (1 - self.coding_percent / 100)

    def scenario(self) -> Scenario:
        """Raises FlowError for what cannot be."""
        speed = self.coding_speed
        growth = speed - 1 if self.demand is Demand.PUSH else self.volume_percent / 100
        anew = ((name, getattr(self, name)) for name in SET_ANEW)
        return Scenario(
            coding_speed=speed,
            volume_growth=growth,
            size_growth=self.size_percent / 100,
            overrides=tuple((name, value) for name, value in anew if value is not None),
        )


SET_ANEW = tuple(field.name for field in fields(WhatIf))[5:]


@dataclass(frozen=True)
class Preset:
    """Growth somebody saw elsewhere; where it is from is told in docs/flow.md."""

    id: str
    volume_percent: float
    size_percent: float


PRESETS = (
    Preset("cautious", 8, 0),
    Preset("trial", 26, 0),
    Preset("telemetry-2026", 16, 51),
    Preset("telemetry-2025", 98, 154),
)


def whatif_from(stored: Mapping[str, Any]) -> WhatIf:
    """From a stored dict; keys it does not know are left out, so that an old scenario still opens."""
    known = {field.name: stored[field.name] for field in fields(WhatIf) if field.name in stored}
    if "coding_means" in known:
        known["coding_means"] = Means(known["coding_means"])
    if "demand" in known:
        known["demand"] = Demand(known["demand"])
    return WhatIf(**known)


def preset_of(whatif: WhatIf) -> str:
    """The preset whose growth this is, else "custom"."""
    if whatif.demand is not Demand.GIVEN:
        return "custom"
    grown = (whatif.volume_percent, whatif.size_percent)
    return next((p.id for p in PRESETS if (p.volume_percent, p.size_percent) == grown), "custom")
