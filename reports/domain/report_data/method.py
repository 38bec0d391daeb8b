"""How it was computed, in words, with the parameters; the control map, the risks and the sources."""

import re

from assessment.domain.scoring.types import PracticeScore
from reports.domain.report_data.facts import fact_of, telling_bands
from reports.domain.report_data.gather import Gathered
from reports.domain.report_data.types import (
    ControlMap,
    ControlRow,
    LedgerRow,
    Method,
    MethodPart,
    Parameter,
    Risk,
    SourceRow,
)
from reports.domain.report_data.voices import state_word
from reports.domain.report_data.words import as_sentence, percent_text, score_text

CONTROLS = (
    ("Contracts first", "CO1"),
    ("Senior review where risk is", "RV4"),
    ("Blocked merges", "EN1"),
    ("Tool permissions", "EN5"),
    ("Traceability", "EN6"),
)
DISCIPLINES = (
    ("Define intent", "SP1"),
    ("Validate architecture earlier", "SP3"),
    ("Enforce automatically and consistently", "EN4"),
    ("Measure outcomes, not activity", "OM1"),
)
RISKS = (
    (
        "It feels slower first",
        "Writing boundaries and examples before building costs time in the first four to eight weeks and saves "
        "coordination later. A dip of around 15% for three months is a common planning assumption.",
        "DORA-ROI",
    ),
    (
        "Measures get gamed",
        "Any number that is watched becomes a target. Every speed measure here has a guard beside it, nothing is "
        "computed per person, and each action is judged on the one indicator declared in advance.",
        "DORA-TOKEN",
    ),
    (
        "A quick path without its gate",
        "A light path for low-risk changes is safe only once the merge gate and the tests hold; before that it removes "
        "control. The roadmap never schedules it earlier.",
        "SCORECARD",
    ),
    (
        "Assistant review may slow closure",
        "In one industrial study most automated comments were resolved and changes still took longer to close. Keep "
        "the stop rule of the action.",
        "BEKO-2024",
    ),
)


def method_of(gathered: Gathered) -> Method:
    return Method(parts=_parts(gathered), parameters=_parameters(gathered), notes=_notes(gathered))


def control_map(gathered: Gathered) -> ControlMap:
    return ControlMap(
        controls=tuple(_control(gathered, words, practice) for words, practice in CONTROLS),
        disciplines=tuple(_control(gathered, words, practice) for words, practice in DISCIPLINES),
    )


def risks_of(gathered: Gathered) -> tuple[Risk, ...]:
    sources = gathered.model.sources
    return tuple(
        Risk(title, text, sources[source].title if source in sources else source) for title, text, source in RISKS
    )


def sources_of(gathered: Gathered, ledger: tuple[LedgerRow, ...]) -> tuple[SourceRow, ...]:
    """Every source and claim this report leans on: behind its steps, its thresholds and its risks."""
    cited = {source for step in gathered.roadmap.steps for source in step.backing} | {risk[2] for risk in RISKS}
    for row in ledger:
        cited |= set(re.findall(r"[A-Z0-9][A-Z0-9-]{2,}", row.basis))
    sources = tuple(
        SourceRow(
            id=name, title=source.title, where=source.where, checked=source.verified, link=address_of(source.where)
        )
        for name, source in gathered.model.sources.items()
        if name in cited
    )
    claims = tuple(
        SourceRow(item.id, item.text, f"claim {item.id} of the founding articles", item.kind, is_claim=True)
        for item in gathered.model.seed_items
        if item.id in cited
    )
    return sources + claims


def address_of(where: str) -> str:
    """The first address among the words of a source, empty where there is none; a code host's path leads nowhere."""
    found = re.match(r"(?:[a-z0-9-]+\.)+(?:ai|co|com|dev|edu|gov|io|net|org|uk)(?:/[^\s;,]*)?", where)
    return f"https://{found[0]}" if found else ""


def ladder_of(gathered: Gathered) -> tuple[MethodPart, ...]:
    return tuple(MethodPart(f"{level.n} {level.name}", level.test) for level in gathered.model.scale.levels)


def _parts(gathered: Gathered) -> tuple[MethodPart, ...]:
    p = gathered.model.scoring
    return (
        MethodPart(
            "What people say",
            "Each person’s answers to a practice are averaged, the mechanism question weighing "
            f"{p.question_weights['mechanism']:g} and the question about reach or experience "
            f"{p.question_weights['reach']:g}. People in a role the practice is meant for count "
            f"{p.role_weights['primary']:g}, others {p.role_weights['secondary']:g}. “I don’t know” is never turned "
            f"into a low level: it lowers coverage, and below {percent_text(p.coverage_min)} coverage the practice is "
            "called not known.",
        ),
        MethodPart(
            "How sure that is",
            f"The interval covers {percent_text(p.interval)}. It shrinks with the share of invited people who "
            "answered, keeps the noise of the questions themselves, and never lets a single answer look certain.",
        ),
        MethodPart(
            "What the repository shows",
            "Each signal allows a band of levels. Evidence pulls only where the self-report lies outside the band, and "
            "pulls harder the closer the signal is to the practice, the narrower its band and the more it observed. "
            "Signals on too few observations are dropped and listed.",
        ),
        MethodPart(
            "When the two differ",
            f"Below {p.gap_states['aligned']:g} levels they are aligned, up to {p.gap_states['tension']:g} in tension, "
            "from there in contradiction: then the lower reading is used for planning only, and both are printed.",
        ),
        MethodPart(
            "Staged levels",
            f"The planning score plus {p.level_rounding_tolerance:g}, rounded down; one less where under "
            f"{percent_text(p.share_rule)} of the voices reach the level and no evidence does. Named facts cap it, and "
            "a level that rests on another practice waits for it. Neither changes the planning score.",
        ),
        MethodPart(
            "Dimensions and roadmap",
            "A dimension’s level needs every keystone at it, practices with 80% of the weight at it, and none more "
            "than one below. Steps are ordered by what they are worth where control is thinnest, what they unlock and "
            "what they cost, never before a prerequisite, with at most three open at a time.",
        ),
    )


def _parameters(gathered: Gathered) -> tuple[Parameter, ...]:
    p = gathered.model.scoring
    return (
        Parameter(
            "Prior standard deviation of answers", f"{p.prior_sd:g} levels with {p.prior_df:g} degrees of freedom"
        ),
        Parameter("Noise of one question", f"{p.instrument_sd:g} levels"),
        Parameter("Bias allowed for in self-report", f"{p.self_report_bias_sd:g} levels"),
        Parameter(
            "Distance of a signal from its practice",
            ", ".join(f"{role} {sd:g}" for role, sd in p.evidence_validity_sd.items()) + " levels",
        ),
        Parameter("Split from an average deviation of", f"{p.agreement_ad_limit:g} levels"),
        Parameter("Role gap from a difference of", f"{p.role_gap_limit:g} levels"),
        Parameter("Smallest role group shown", f"{gathered.minimum_role_group} people"),
        Parameter("Scorer version", gathered.card.scorer_version),
        Parameter("Digest of everything scored", gathered.result.digest),
    )


def _notes(gathered: Gathered) -> tuple[str, ...]:
    contested = tuple(
        as_sentence(f"Contested cap on {gathered.practice_name(note.practice)}: {note.note}")
        for note in gathered.card.contested_caps
    )
    judged = sum(signal.basis.startswith("judgement") for signal in gathered.model.signals.values())
    return (
        f"{judged} of {len(gathered.model.signals)} thresholds are judgement rather than published values; "
        "the ledger says which.",
        "No study has yet checked that teams with higher readings of this model deliver better.",
        *contested,
    )


def _control(gathered: Gathered, words: str, practice: str) -> ControlRow:
    score = gathered.scores.get(practice)
    if score is None:
        return ControlRow(words, practice, practice, "not known", "not known", "not in this maturity model", "")
    return ControlRow(
        control=words,
        practice=practice,
        name=score.name,
        level=gathered.level_name(score.staged_level),
        score=score_text(score.planning_score),
        state=state_word(score, gathered.withheld),
        evidence=_evidence(gathered, score),
    )


def _evidence(gathered: Gathered, score: PracticeScore) -> str:
    bands = telling_bands(score)
    if bands:
        return as_sentence(fact_of(gathered.model, bands[0]))
    return "No repository signal; self-report only." if score.self_report else "Nothing to show yet."
