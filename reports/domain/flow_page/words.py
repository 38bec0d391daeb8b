"""Names and numbers of the flow model in words."""

from assessment.domain.flow.given import Given, Origin
from core.language import gettext, gettext_noop, number

NONE = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
PARTS = {
    "definition": gettext_noop("Definition"),
    "build": gettext_noop("Build"),
    "fixing": gettext_noop("Fixing"),
    "review_wait": gettext_noop("Review wait"),
    "review": gettext_noop("Review"),
    "integration": gettext_noop("Integration"),
    "release_wait": gettext_noop("Release wait"),
    "approval": gettext_noop("Approval"),
}
LEVERS = {
    "definition": gettext_noop("Definition time"),
    "build": gettext_noop("Coding time"),
    "review_effort": gettext_noop("Review effort per pass"),
    "review_hours": gettext_noop("Review hours per reviewer"),
    "sendbacks": gettext_noop("Send-backs"),
    "integration_failures": gettext_noop("Integration failures and collisions"),
    "release_period": gettext_noop("Release window"),
    "approval": gettext_noop("Approval time"),
}
INPUTS = {
    "changes_per_day": gettext_noop("Changes per working day"),
    "definition_days": gettext_noop("Definition, days"),
    "build_days": gettext_noop("Build, days"),
    "p_sendback": gettext_noop("Share of review passes sent back"),
    "p_integration_fail": gettext_noop("Share failing at integration or colliding"),
    "fix_fraction": gettext_noop("Share of the build time a fix takes"),
    "review_hours_per_pass": gettext_noop("Review hours per pass"),
    "review_hours_per_reviewer_day": gettext_noop("Review hours per reviewer and day"),
    "reviewers": gettext_noop("Reviewers"),
    "ca2": gettext_noop("Spread of arrivals (squared coefficient of variation)"),
    "cs2": gettext_noop("Spread of review effort (squared coefficient of variation)"),
    "ci_days": gettext_noop("Pipeline run, days"),
    "ci_servers": gettext_noop("Pipeline runs at once"),
    "release_period_days": gettext_noop("Days between releases"),
    "approval_days": gettext_noop("Approval of a release, days"),
    "resume_hours": gettext_noop("Hours to find back into a change"),
    "workday_hours": gettext_noop("Hours in a working day"),
    "quick_path_share": gettext_noop("Share of changes on a quick path"),
}
ORIGINS = {
    Origin.FACILITATOR: gettext_noop("set by hand"),
    Origin.MEASURED: gettext_noop("measured"),
    Origin.SURVEY: gettext_noop("told by people"),
    Origin.DEFAULT: gettext_noop("default"),
}
PRESETS = {
    "cautious": gettext_noop("Cautious"),
    "trial": gettext_noop("Controlled trial"),
    "telemetry-2026": gettext_noop("Telemetry 2026"),
    "telemetry-2025": gettext_noop("Telemetry 2025"),
    "custom": gettext_noop("Custom"),
}
WORKS = ("definition", "build", "fixing", "review", "integration")  # the other parts are waiting


def days_text(days: float | None) -> str:
    if days is None:
        return NONE
    return number(f"{days:,.2f}" if abs(days) < 1 else f"{days:,.1f}")


def share_text(share: float | None, *, signed: bool = False) -> str:
    """A share in percent, with one decimal under ten."""
    if share is None:
        return NONE
    percent = 100 * share
    digits = 1 if abs(percent) < 9.95 and abs(percent - round(percent)) >= 0.05 else 0
    return number(f"{percent:{'+' if signed else ''},.{digits}f}%").replace("-", MINUS)


def value_text(value: float) -> str:
    return number(f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}")


def observed_text(given: Given) -> str:
    """What stands behind a number: its n, its window and its source."""
    parts = []
    if given.n:
        parts.append(gettext("n = {n}").format(n=given.n))
    if given.window_days:
        parts.append(gettext("{n} days").format(n=given.window_days))
    if given.source:
        parts.append(given.source)
    return ", ".join(parts)
