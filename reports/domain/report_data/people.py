"""Who answered, where roles differ, and what a role cannot see. Small groups are never shown apart."""

from collections import Counter

from reports.domain.report_data.gather import Gathered
from reports.domain.report_data.types import Respondents, RoleCount
from reports.domain.report_data.voices import split_sentence
from reports.domain.report_data.words import count_text, percent_text

OTHERS = "Other roles together"


def respondents(gathered: Gathered) -> Respondents:
    invited = len(gathered.seats)
    answered = sum(seat.answered for seat in gathered.seats)
    return Respondents(
        title=_title(invited, answered),
        rows=role_counts(gathered),
        sentences=_sentences(gathered),
        role_gaps=_role_gaps(gathered),
        blind_spots=_blind_spots(gathered),
        splits=tuple(f"{score.name}: {split_sentence(score)}" for score in gathered.card.practices if score.split),
    )


def role_counts(gathered: Gathered) -> tuple[RoleCount, ...]:
    """Seats by role; roles with fewer people than the minimum are folded, and never one alone."""
    invited: Counter[str] = Counter()
    answered: Counter[str] = Counter()
    for seat in gathered.seats:
        for role in seat.roles:
            invited[role] += 1
            answered[role] += seat.answered
    order = [role.id for role in gathered.model.roles if invited[role.id]]
    folded = _folded(order, invited, gathered.minimum_role_group)
    rows = [RoleCount(gathered.role_names[role], invited[role], answered[role]) for role in order if role not in folded]
    if folded:
        rows.append(RoleCount(OTHERS, sum(invited[r] for r in folded), sum(answered[r] for r in folded)))
    return tuple(rows)


def _folded(order: list[str], invited: Counter[str], minimum: int) -> set[str]:
    """The roles under the minimum, and the next smallest as long as the fold itself could be seen through."""
    folded = {role for role in order if invited[role] < minimum}
    shown = sorted((role for role in order if role not in folded), key=lambda role: (invited[role], role))
    while folded and shown and (len(folded) == 1 or sum(invited[role] for role in folded) < minimum):
        folded.add(shown.pop(0))
    return folded


def _title(invited: int, answered: int) -> str:
    if not invited:
        return "Nobody has been invited to answer yet."
    people = count_text(invited, "invited person", "invited people")
    return f"{answered} of {people} answered, {percent_text(answered / invited)}."


def _sentences(gathered: Gathered) -> tuple[str, ...]:
    if not gathered.seats:
        return ("Until people are invited, every practice is unasked.",)
    several = sum(len(seat.roles) > 1 for seat in gathered.seats)
    sentences = [
        f"Roles with fewer than {gathered.minimum_role_group} people are counted together; no single answer is printed "
        "anywhere in this report."
    ]
    if several:
        sentences.append(f"{count_text(several, 'person has', 'people have')} more than one role and count in each.")
    return tuple(sentences)


def _role_gaps(gathered: Gathered) -> tuple[str, ...]:
    names = gathered.role_names
    return tuple(
        f"{score.name}: {names.get(higher, higher)} places it {difference:.1f} levels above {names.get(lower, lower)}."
        for score in gathered.card.practices
        for higher, lower, difference in score.role_gaps
    )


def _blind_spots(gathered: Gathered) -> tuple[str, ...]:
    """By role, because a role that cannot see a practice is a finding of its own."""
    names = gathered.role_names
    return tuple(
        f"{names.get(role, role)} answers “I don’t know” on {score.name} in {percent_text(share)} of its answers."
        for score in gathered.card.practices
        for role, share in score.blind_roles
    )
