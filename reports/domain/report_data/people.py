"""Who answered, where roles differ, and what a role cannot see. Small groups are never shown apart."""

from collections.abc import Sequence

from core.figures import percent_text
from core.language import gettext, gettext_noop, ngettext, number
from reports.domain.report_data.appendix_types import Respondents, RoleCount
from reports.domain.report_data.gather import Gathered, Seat
from reports.domain.report_data.voices import split_sentence
from reports.domain.report_data.words import count_text

OTHERS = gettext_noop("Other roles together")


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
        rows.append(_role_count(gettext(OTHERS), gathered.seats, folded))
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
        return gettext("Nobody has been invited to answer yet.")
    finished, answered = sum(seat.finished for seat in seats), sum(seat.answered for seat in seats)
    people = gettext("{finished} of {count} finished").format(finished=finished, count=count_text(len(seats), "person"))
    if answered == finished:
        return f"{people}."
    text = ngettext("{people}, {n} has answered something.", "{people}, {n} have answered something.", answered)
    return text.format(people=people, n=answered)


def _sentences(gathered: Gathered) -> tuple[str, ...]:
    if not gathered.seats:
        return (gettext("Until people are invited, every practice is unasked."),)
    several = sum(len(seat.roles) > 1 for seat in gathered.seats)
    sentences = [
        gettext(
            "Roles with fewer than {minimum_role_group} people are counted together; no single "
            "answer is printed anywhere in this report."
        ).format(minimum_role_group=gathered.minimum_role_group)
    ]
    if several:
        text = ngettext(
            "{n} person has more than one role and counts once in each row.",
            "{n} people have more than one role and count once in each row.",
            several,
        )
        sentences.append(text.format(n=several))
    return tuple(sentences)


def _role_gaps(gathered: Gathered) -> tuple[str, ...]:
    names = gathered.role_names
    return tuple(
        gettext("{name}: {names} places it {difference} levels above {names_2}.").format(
            name=score.name,
            names=names.get(higher, higher),
            difference=number(f"{difference:.1f}"),
            names_2=names.get(lower, lower),
        )
        for score in gathered.card.practices
        for higher, lower, difference in score.role_gaps
    )


def _blind_spots(gathered: Gathered) -> tuple[str, ...]:
    """By role, because a role that cannot see a practice is a finding of its own."""
    names = gathered.role_names
    return tuple(
        gettext("{names} answers “I don’t know” on {name} in {percent} of its answers.").format(
            names=names.get(role, role), name=score.name, percent=percent_text(share)
        )
        for score in gathered.card.practices
        for role, share in score.blind_roles
    )
