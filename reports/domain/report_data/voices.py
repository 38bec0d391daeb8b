"""What people say beside what the repository shows, with the sentence that each pair deserves."""

from assessment.domain.scoring.types import PracticeScore, State
from core.figures import percent_text, range_text
from core.language import gettext, list_text, ngettext, number
from reports.charts.voices import WIDTH, Said, Shown, voices
from reports.domain.report_data.facts import allowed_by, fact_of, telling_bands
from reports.domain.report_data.gather import Gathered
from reports.domain.report_data.labels import label
from reports.domain.report_data.types import Contradiction, VoiceRow
from reports.domain.report_data.words import as_sentence, count_text, score_text

TONES = {
    State.CONTRADICTION: "clay",
    State.TENSION: "sand",
    State.SELF_REPORT_ONLY: "sand",
    State.NOT_KNOWN: "sand",
    State.NOT_ASKED: "ink",
}
ORDER = (
    State.CONTRADICTION,
    State.TENSION,
    State.ALIGNED,
    State.SELF_REPORT_ONLY,
    State.NOT_KNOWN,
    State.NOT_ASKED,
)


def voice_rows(gathered: Gathered) -> tuple[VoiceRow, ...]:
    """All practices: disagreement first, then split ones, then by the size of the gap."""
    ordered = sorted(
        gathered.card.practices,
        key=lambda score: (ORDER.index(score.state), not score.split, -abs(score.gap or 0.0)),
    )
    return tuple(voice_row(gathered, score) for score in ordered)


def voice_row(gathered: Gathered, score: PracticeScore, *, width: float = WIDTH) -> VoiceRow:
    said, shown = score.self_report, score.evidence
    sentence = voice_sentence(gathered, score)
    contradiction = score.state == State.CONTRADICTION
    return VoiceRow(
        practice=score.practice,
        name=score.name,
        dimension=score.dimension,
        said=_said_text(score, gathered.withheld),
        said_range=range_text((said.low, said.high)) if said and not score.split else "",
        n=said.n if said else 0,
        shown=score_text(shown.value) if shown else gettext("none"),
        plan=range_text(score.range) if contradiction else score_text(score.planning_score),
        level=gathered.level_name(score.staged_level),
        state=state_word(score, gathered.withheld),
        tone="moss" if score.support == "supported" else TONES.get(score.state, "ink"),
        is_split=score.split,
        sentence=sentence,
        chart=voices(
            said=Said(said.value, said.low, said.high, score.summary.distribution if score.summary else ())
            if said
            else None,
            shown=Shown(shown.value, shown.standard_error) if shown else None,
            plan=score.planning_score,
            split=score.split,
            contradiction=contradiction,
            message=f"{score.name}: {sentence}",
            width=width,
        ),
        stale=stale_text(gathered.stale.get(score.practice, 0)),
    )


def stale_text(days: int) -> str:
    """How long the term of a practice is over; empty while it runs."""
    return ngettext("stale for {n} day", "stale for {n} days", days).format(n=days) if days else ""


def state_word(score: PracticeScore, withheld: str = "") -> str:
    """The state in words; an aligned practice says how far the evidence carries it."""
    if withheld and score.self_report is None:
        return gettext("not shown")
    word = label(score.support or score.state)
    return gettext("{word}, split").format(word=word) if score.split else word


def voice_sentence(gathered: Gathered, score: PracticeScore, *, n_facts: int = 2) -> str:
    said, shown = score.self_report, score.evidence
    if said is None and gathered.withheld:
        return gathered.withheld
    if score.state == State.NOT_ASKED or said is None:
        return gettext("Nobody has answered the questions of this practice, so there is nothing to compare.")
    if score.state == State.NOT_KNOWN:
        return gettext(
            "Only {percent} of the answers name a level, the rest are “I don’t know”, so no level is given."
        ).format(percent=percent_text(said.coverage))
    if score.split:
        return split_sentence(score)
    if shown is None:
        return gettext("People say {value} ({range}, n = {n}); no repository signal reads on this practice.").format(
            value=number(f"{said.value:.1f}"), range=range_text((said.low, said.high)), n=said.n
        )
    return _pair_sentence(gathered, score, said.value, shown.value, n_facts)


def contradictions(gathered: Gathered) -> tuple[Contradiction, ...]:
    """Each contradiction with its sentence and up to three facts behind the measured side."""
    found = [score for score in gathered.card.practices if score.state == State.CONTRADICTION]
    found.sort(key=lambda score: -abs(score.gap or 0.0))
    return tuple(
        Contradiction(
            practice=score.practice,
            name=score.name,
            sentence=voice_sentence(gathered, score),
            readings=voice_sentence(gathered, score, n_facts=0),
            facts=tuple(
                as_sentence(f"{fact_of(gathered.model, band)}, {allowed_by(band)}") for band in telling_bands(score)[:3]
            ),
            next_step=gettext("Half a day in Now settles which reading is right."),
        )
        for score in found
    )


def voices_title(gathered: Gathered) -> str:
    """The finding of the page on agreement."""
    states = [score.state for score in gathered.card.practices]
    disputed = states.count(State.CONTRADICTION)
    compared = sum(state in {State.CONTRADICTION, State.TENSION, State.ALIGNED} for state in states)
    if not compared:
        return gettext("People and repository cannot be compared yet.")
    if not disputed:
        return gettext("People and repository do not contradict each other on {count}.").format(
            count=count_text(compared, "practice")
        )
    return gettext("People and repository contradict each other on {disputed} of {count}.").format(
        disputed=disputed, count=count_text(compared, "practice")
    )


def _said_text(score: PracticeScore, withheld: str) -> str:
    if score.self_report is None:
        return gettext("not shown") if withheld else gettext("no answer")
    return gettext("split") if score.split else score_text(score.self_report.value)


def _apart(score: PracticeScore) -> str:
    found = score.self_report.average_deviation if score.self_report else None
    return "" if found is None else f"{found:.2f}"


def split_sentence(score: PracticeScore) -> str:
    counts = score.summary.distribution if score.summary else ()
    if not any(counts):
        text = gettext("Opinions split (average deviation {deviation} levels), so no single dot is drawn.")
        return text.format(deviation=number(_apart(score)))
    voices_by_level = [
        gettext("{n} at level {level}").format(n=n, level=level) for level, n in enumerate(counts, start=1) if n
    ]
    deviation = _apart(score)
    return gettext(
        "Opinions split ({voices_by_level}; average deviation {deviation} levels), so no single dot is drawn."
    ).format(voices_by_level=list_text(voices_by_level), deviation=deviation)


def _pair_sentence(gathered: Gathered, score: PracticeScore, said: float, shown: float, n_facts: int) -> str:
    plan = score_text(score.planning_score)
    if score.state == State.CONTRADICTION:
        facts = "; ".join(fact_of(gathered.model, band) for band in telling_bands(score)[:n_facts])
        because = f" ({facts})" if facts else ""
        return gettext(
            "People place {name} at {said}; the repository supports {shown}{because}. Until that "
            "is settled we plan on {plan}."
        ).format(name=score.name, said=number(f"{said:.1f}"), shown=number(f"{shown:.1f}"), because=because, plan=plan)
    if score.state == State.TENSION:
        return gettext(
            "People say {said}, the repository reads {shown}: {abs} levels apart. We plan on {plan} between them."
        ).format(
            said=number(f"{said:.1f}"), shown=number(f"{shown:.1f}"), abs=number(f"{abs(said - shown):.1f}"), plan=plan
        )
    if score.support == "supported":
        return gettext("People say {said} and the repository supports it ({shown}). We plan on {plan}.").format(
            said=number(f"{said:.1f}"), shown=number(f"{shown:.1f}"), plan=plan
        )
    return gettext("People say {said}; the repository ({shown}) does not contradict it. We plan on {plan}.").format(
        said=number(f"{said:.1f}"), shown=number(f"{shown:.1f}"), plan=plan
    )
