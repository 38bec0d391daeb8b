"""The control profile with its tilt in words."""

from assessment.domain.scoring.control import control_before_and_after, levels_today
from core.figures import NOT_KNOWN, percent_text
from core.language import gettext
from reports.charts.profile import Sides, StageControl, profile
from reports.domain.report_data.gather import Gathered
from reports.domain.report_data.types import ControlProfile, ProfileRow
from reports.domain.report_data.words import signed_text

LEVEL = 0.02  # tilts smaller than this are level


def control_profile(gathered: Gathered) -> ControlProfile:
    stages = [
        StageControl(stage.name, _rounded(stage.today), _rounded(stage.target))
        for stage in gathered.card.control_profile
    ]
    title, sides = _title(gathered.card.tilt), _sides(gathered)
    return ControlProfile(
        title=title,
        sentences=(*_tilt_sentences(gathered, sides), *_unknown(stages)),
        rows=tuple(ProfileRow(stage.name, _share(stage.today), _share(stage.target)) for stage in stages),
        chart=profile(stages, sides=sides, message=f"{title} {_spoken(stages)}"),
    )


def _title(tilt: float | None) -> str:
    if tilt is None:
        return gettext("Where quality is decided is not known yet.")
    if abs(tilt) < LEVEL:
        return gettext("Quality is decided as much before review as after it.")
    if tilt > 0:
        return gettext("Quality is decided mostly before code meets a reviewer.")
    return gettext("Quality is decided mostly after code meets a reviewer.")


def _sides(gathered: Gathered) -> Sides:
    before, after = control_before_and_after(gathered.model, levels_today(gathered.card.practices))
    return _rounded(before), _rounded(after)


def _tilt_sentences(gathered: Gathered, sides: Sides) -> tuple[str, ...]:
    (before, after), target = sides, gathered.card.target_tilt
    if before is None or after is None:
        return (gettext("The tilt needs a known practice on both sides of review."),)
    sentence = gettext(
        "Tilt {signed} points: control in definition, design and build minus control in "
        "review, integration, release and operation, each as a weighted mean of its stages. "
        "Positive means upstream."
    ).format(signed=signed_text((before - after) * 100))
    if target is None:
        return (sentence, gettext("No target profile is set for this assessment."))
    return (
        sentence,
        gettext("The target profile has a tilt of {signed} points.").format(signed=signed_text(target * 100)),
    )


def _unknown(stages: list[StageControl]) -> tuple[str, ...]:
    names = [stage.name for stage in stages if stage.today is None]
    return (gettext("Not known: {names}.").format(names=", ".join(names)),) if names else ()


def _rounded(share: float | None) -> float | None:
    """To the whole percent, once, so that figure, table and text agree."""
    return None if share is None else round(share, 2)


def _share(value: float | None) -> str:
    return gettext(NOT_KNOWN) if value is None else percent_text(value)


def _spoken(stages: list[StageControl]) -> str:
    text = gettext("{stage} {today}, target {target}")
    return "; ".join(
        text.format(stage=stage.name, today=_share(stage.today), target=_share(stage.target)) for stage in stages
    )
