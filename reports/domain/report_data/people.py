"""Who answered, where roles differ, and what a role cannot see. Small groups are never shown apart."""

from collections.abc import Sequence

from reports.domain.report_data.gather import Gathered, Seat
from reports.domain.report_data.types import Respondents, RoleCount
from reports.domain.report_data.voices import split_sentence
from reports.domain.report_data.words import count_text, percent_text

OTHERS = "Other roles together"


def respondents(gathered: Gathered) -> Respondents:
    return Respondents(
        title=turnout(gathered.seats),
        rows=role_counts(gathered),
        sentences=_sentences(gathered),
        role_gaps=_role_gaps(gathered),
        blind_spots=_blind_spots(gathered),
        splits=tuple(f"{score.name}: {split_sentence(score)}" for score in gathered.card.practices if score.split),
    )


def role_counts(gathered: Gathered) -> tuple[RoleCount, ...]:
    """Seats by role, nobody twice in a row; roles under the minimum are folded, and never one alone."""
    order = [role.id for role in gathered.model.roles if _in_roles(gathered.seats, {role.id})]
    folded = _folded(order, gathered.seats, gathered.minimum_role_group)
    names = gathered.role_names
    rows = [_role_count(names[role], gathered.seats, {role}) for role in order if role not in folded]
    if folded:
        rows.append(_role_count(OTHERS, gathered.seats, folded))
    return tuple(rows)


def _role_count(name: str, seats: Sequence[Seat], roles: set[str]) -> RoleCount:
    members = _in_roles(seats, roles)
    return RoleCount(name, len(members), sum(seat.answered for seat in members))


def _in_roles(seats: Sequence[Seat], roles: set[str]) -> list[Seat]:
    return [seat for seat in seats if roles & set(seat.roles)]


def _folded(order: list[str], seats: Sequence[Seat], minimum: int) -> set[str]:
    """The roles under the minimum, and the next smallest as long as the fold itself could be seen through."""
    invited = {role: len(_in_roles(seats, {role})) for role in order}
    folded = {role for role in order if invited[role] < minimum}
    shown = sorted((role for role in order if role not in folded), key=lambda role: (invited[role], role))
    while folded and shown and (len(folded) == 1 or len(_in_roles(seats, folded)) < minimum):
        folded.add(shown.pop(0))
    return folded


def turnout(seats: Sequence[Seat]) -> str:
    """1 of 3 people finished, 2 have answered something."""
    if not seats:
        return "Nobody has been invited to answer yet."
    finished, answered = sum(seat.finished for seat in seats), sum(seat.answered for seat in seats)
    people = f"{finished} of {count_text(len(seats), 'person', 'people')} finished"
    if answered == finished:
        return f"{people}."
    return f"{people}, {answered} {'has' if answered == 1 else 'have'} answered something."


def _sentences(gathered: Gathered) -> tuple[str, ...]:
    if not gathered.seats:
        return ("Until people are invited, every practice is unasked.",)
    several = sum(len(seat.roles) > 1 for seat in gathered.seats)
    sentences = [
        f"Roles with fewer than {gathered.minimum_role_group} people are counted together; no single answer is printed "
        "anywhere in this report."
    ]
    if several:
        people = count_text(several, "person has", "people have")
        sentences.append(f"{people} more than one role and count once in each row.")
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
