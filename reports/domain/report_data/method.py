"""How it was computed, in words, with the parameters; the control map, the risks and the sources."""

import re

from assessment.domain.scoring.types import PracticeScore
from core.figures import percent_text
from core.language import gettext, gettext_noop, ngettext, number
from reports.domain.report_data.appendix_types import (
    ControlMap,
    ControlRow,
    LedgerRow,
    Method,
    MethodPart,
    Parameter,
    Risk,
    SourceRow,
)
from reports.domain.report_data.facts import fact_of, telling_bands
from reports.domain.report_data.gather import Gathered
from reports.domain.report_data.labels import label, opening_label
from reports.domain.report_data.voices import state_word
from reports.domain.report_data.words import as_sentence, count_text, score_text

CONTROLS = (
    (gettext_noop("Contracts first"), "CO1"),
    (gettext_noop("Senior review where risk is"), "RV4"),
    (gettext_noop("Blocked merges"), "EN1"),
    (gettext_noop("Tool permissions"), "EN5"),
    (gettext_noop("Traceability"), "EN6"),
)
DISCIPLINES = (
    (gettext_noop("Define intent"), "SP1"),
    (gettext_noop("Validate architecture earlier"), "SP3"),
    (gettext_noop("Enforce automatically and consistently"), "EN4"),
    (gettext_noop("Measure outcomes, not activity"), "OM1"),
)
RISKS = (
    (
        gettext_noop("It feels slower first"),
        gettext_noop(
            "Writing boundaries and examples before building costs time in the first four to "
            "eight weeks and saves coordination later. A dip of around 15% for three months is a "
            "common planning assumption."
        ),
        "DORA-ROI",
    ),
    (
        gettext_noop("Measures get gamed"),
        gettext_noop(
            "Any number that is watched becomes a target. Every speed measure here has a guard "
            "beside it, nothing is computed per person, and each action is judged on the one "
            "indicator declared in advance."
        ),
        "DORA-TOKEN",
    ),
    (
        gettext_noop("A quick path without its gate"),
        gettext_noop(
            "A light path for low-risk changes is safe only once the merge gate and the tests "
            "hold; before that it removes control. The roadmap never schedules it earlier."
        ),
        "SCORECARD",
    ),
    (
        gettext_noop("Assistant review may slow closure"),
        gettext_noop(
            "In one industrial study most automated comments were resolved and changes still "
            "took longer to close. Keep the stop rule of the action."
        ),
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
        Risk(gettext(title), gettext(text), sources[source].title if source in sources else source)
        for title, text, source in RISKS
    )


def sources_of(gathered: Gathered, ledger: tuple[LedgerRow, ...]) -> tuple[SourceRow, ...]:
    """Every source and claim this report leans on: behind its steps, its thresholds and its risks."""
    cited = {source for step in gathered.roadmap.steps for source in step.backing} | {risk[2] for risk in RISKS}
    for row in ledger:
        cited |= set(re.findall(r"[A-Z0-9][A-Z0-9-]{2,}", row.basis))
    sources = tuple(
        SourceRow(
            id=name,
            title=source.title,
            where=source.where,
            checked=opening_label(source.verified),
            link=address_of(source.where),
        )
        for name, source in gathered.model.sources.items()
        if name in cited
    )
    claims = tuple(
        SourceRow(
            item.id,
            item.text,
            gettext("claim {id} of the founding articles").format(id=item.id),
            label(item.kind),
            is_claim=True,
        )
        for item in gathered.model.seed_items
        if item.id in cited
    )
    return sources + claims


def address_of(where: str) -> str:
    """The first address among the words of a source, empty where there is none; a code host's path leads nowhere."""
    found = re.match(r"(?:[a-z0-9-]+\.)+(?:ai|co|com|dev|edu|gov|io|net|org|uk)(?:/[^\s;,]*)?", where)
    return "https://" + found[0] if found else ""


def ladder_of(gathered: Gathered) -> tuple[MethodPart, ...]:
    return tuple(MethodPart(f"{level.n} {level.name}", level.test) for level in gathered.model.scale.levels)


def _parts(gathered: Gathered) -> tuple[MethodPart, ...]:
    return _readings(gathered) + _levels(gathered)


def _readings(gathered: Gathered) -> tuple[MethodPart, ...]:
    p = gathered.model.scoring
    return (
        MethodPart(
            gettext("What people say"),
            gettext(
                "Each person’s answers to a practice are averaged, the mechanism question weighing "
                "{question_weights} and the question about reach or experience {question_weights_2}. "
                "People in a role the practice is meant for count {role_weights}, others "
                "{role_weights_2}. “I don’t know” is never turned into a low level: it lowers "
                "coverage, and below {percent} coverage the practice is called not known."
            ).format(
                question_weights=number(f"{p.question_weights['mechanism']:g}"),
                question_weights_2=number(f"{p.question_weights['reach']:g}"),
                role_weights=number(f"{p.role_weights['primary']:g}"),
                role_weights_2=number(f"{p.role_weights['secondary']:g}"),
                percent=percent_text(p.coverage_min),
            ),
        ),
        MethodPart(
            gettext("How sure that is"),
            gettext(
                "The interval covers {percent}. It shrinks with the share of invited people who "
                "answered, keeps the noise of the questions themselves, and never lets a single "
                "answer look certain."
            ).format(percent=percent_text(p.interval)),
        ),
        MethodPart(
            gettext("What the repository shows"),
            gettext(
                "Each signal allows a band of levels. Evidence pulls only where the self-report lies "
                "outside the band, and pulls harder the closer the signal is to the practice, the "
                "narrower its band and the more it observed. Signals on too few observations are "
                "dropped and listed."
            ),
        ),
    )


def _levels(gathered: Gathered) -> tuple[MethodPart, ...]:
    p = gathered.model.scoring
    return (
        MethodPart(
            gettext("When the two differ"),
            gettext(
                "Below {gap_states} levels they are aligned, up to {gap_states_2} in tension, from "
                "there in contradiction: then the lower reading is used for planning only, and both "
                "are printed."
            ).format(
                gap_states=number(f"{p.gap_states['aligned']:g}"), gap_states_2=number(f"{p.gap_states['tension']:g}")
            ),
        ),
        MethodPart(
            gettext("Staged levels"),
            gettext(
                "The planning score plus {level_rounding_tolerance}, rounded down; one less where "
                "under {percent} of the voices reach the level and no evidence does. Named facts cap "
                "it, and a level that rests on another practice waits for it. Neither changes the "
                "planning score."
            ).format(
                level_rounding_tolerance=number(f"{p.level_rounding_tolerance:g}"), percent=percent_text(p.share_rule)
            ),
        ),
        MethodPart(
            gettext("Dimensions and roadmap"),
            gettext(
                "A dimension’s level needs every keystone at it, practices with 80% of the weight at "
                "it, and none more than one below. Steps are ordered by what they are worth where "
                "control is thinnest, what they unlock and what they cost, never before a "
                "prerequisite, with at most three open at a time."
            ),
        ),
    )


def _parameters(gathered: Gathered) -> tuple[Parameter, ...]:
    p = gathered.model.scoring
    nearest_first = sorted(p.evidence_validity_sd.items(), key=lambda item: item[1])
    return (
        Parameter(
            gettext("Prior standard deviation of answers"),
            gettext("{levels} with {prior_df} degrees of freedom").format(
                levels=_levels_text(p.prior_sd), prior_df=number(f"{p.prior_df:g}")
            ),
        ),
        Parameter(gettext("Noise of one question"), _levels_text(p.instrument_sd)),
        Parameter(gettext("Bias allowed for in self-report"), _levels_text(p.self_report_bias_sd)),
        Parameter(
            gettext("Distance of a signal from its practice"),
            ", ".join(f"{label(role)} {_levels_text(sd)}" for role, sd in nearest_first),
        ),
        Parameter(gettext("Split from an average deviation of"), _levels_text(p.agreement_ad_limit)),
        Parameter(gettext("Role gap from a difference of"), _levels_text(p.role_gap_limit)),
        Parameter(gettext("Smallest role group shown"), count_text(gathered.minimum_role_group, "person")),
        Parameter(gettext("Scorer version"), gathered.card.scorer_version),
    )


def _levels_text(distance: float) -> str:
    """A distance on the ladder; only exactly one level is one."""
    return ngettext("{n} level", "{n} levels", 1 if distance == 1 else 2).format(n=number(f"{distance:g}"))


def _notes(gathered: Gathered) -> tuple[str, ...]:
    contested = tuple(
        as_sentence(
            gettext("Contested cap on {practice}: {note}").format(
                practice=gathered.practice_name(note.practice), note=note.note
            )
        )
        for note in gathered.card.contested_caps
    )
    judged = sum(signal.basis.startswith("judgement") for signal in gathered.model.signals.values())
    return (
        gettext(
            "{judged} of {signals} thresholds are judgement rather than published values; the ledger says which."
        ).format(judged=judged, signals=len(gathered.model.signals)),
        gettext("No study has yet checked that teams with higher readings of this model deliver better."),
        *contested,
    )


def _control(gathered: Gathered, words: str, practice: str) -> ControlRow:
    score = gathered.scores.get(practice)
    if score is None:
        return ControlRow(
            gettext(words),
            practice,
            practice,
            gettext("not known"),
            "",
            gettext("not in this maturity model"),
            "",
        )
    return ControlRow(
        control=gettext(words),
        practice=practice,
        name=score.name,
        level=gathered.level_name(score.staged_level),
        score="" if score.planning_score is None else score_text(score.planning_score),
        state=state_word(score, gathered.withheld),
        evidence=_evidence(gathered, score),
    )


def _evidence(gathered: Gathered, score: PracticeScore) -> str:
    bands = telling_bands(score)
    if bands:
        return as_sentence(fact_of(gathered.model, bands[0]))
    return gettext("No repository signal; self-report only.") if score.self_report else gettext("Nothing to show yet.")
