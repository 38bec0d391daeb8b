"""What every host signal reads, and the rules by which a change, a review or a comment counts. The only such rules.

- **Changes**: those aimed at the default branch. Left out are the changes of automation bots (changes of coding
  assistants count), release changes, and merges of one long-lived branch into another.
- **Actions of reviewers**: reviews and comments of people other than the author, made once the change was ready and
  not after it was resolved. A review by a bot or an assistant is no review, and nobody reviews an own change.
- **Drafts** are not counted until they are first marked ready.
- **Light path**: a change with one of the labels of `LIGHT_PATH` was declared not to need a review.
- A window is taken by the day a change was merged, unless the signal says otherwise.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from metrics.signals.changes.types import Actor, ActorKind, Change, Hosted, Part, Push, Remark, Review
from metrics.signals.exclusions import AGENT, BOT, LONG_LIVED, RELEASE, is_counted
from metrics.signals.links import AGENT_MAIL
from metrics.signals.owners import Owners
from metrics.signals.types import FileChange, History

LIGHT_PATH = re.compile(
    r"^(.*[/: ])?(light|quick|fast)[-_ ]?(path|track|lane)$|^(.*[/: ])?(skip|no)[-_ ](code[-_ ])?review([-_ ]\w+)?$"
    r"|^(.*[/: ])?(self[-_ ]merge|trivial|ship[-_ ]show)$",
    re.IGNORECASE,
)
_LONG_LIVED_BRANCH = re.compile(LONG_LIVED, re.IGNORECASE)


@dataclass(frozen=True)
class HostContext:
    """One repository as its host tells it, with the history, the owners and the template of its tree where known."""

    hosted: Hosted
    history: History | None = None
    owners: Owners | None = None
    template: str = ""  # the text a new change's description starts from
    hours_per_pass: float = 0.75  # hands-on hours of one review pass, by default or from the facilitator
    hours_per_day: float = 2.0  # hours a day one reviewer gives to reviewing

    @property
    def until(self) -> dt.datetime:
        return self.hosted.until

    @cached_property
    def counted(self) -> tuple[Change, ...]:
        """Every change that counts, whatever its state, oldest first."""
        found = (change for change in self.hosted.changes if counts(change, self.hosted.default_branch))
        return tuple(sorted(found, key=lambda change: (change.created_at, change.number)))

    def merged(self, days: int) -> tuple[Change, ...]:
        """The counted changes merged in the last `days` days, newest first."""
        start = self.until - dt.timedelta(days=days)
        found = (c for c in self.counted if c.merged_at and start < c.merged_at <= self.until)
        return tuple(sorted(found, key=lambda c: (c.merged_at or start, c.number), reverse=True))

    def start_of(self, days: int) -> dt.datetime:
        return self.until - dt.timedelta(days=days)

    def unseen(self, *parts: Part) -> str:
        """Why one of the parts cannot be seen, or nothing."""
        return next((self.hosted.unseen[part] for part in parts if part in self.hosted.unseen), "")


def counts(change: Change, default_branch: str) -> bool:
    """Whether a change is one that people or assistants made for the default branch."""
    if change.target_branch and default_branch and change.target_branch != default_branch:
        return False
    if change.author.kind is ActorKind.BOT or RELEASE.search(change.title):
        return False
    return not (change.source_branch and _LONG_LIVED_BRANCH.fullmatch(change.source_branch))


def is_light(change: Change) -> bool:
    return any(LIGHT_PATH.match(label) for label in change.labels)


def is_reviewer(actor: Actor, change: Change) -> bool:
    """A person other than the author."""
    return actor.is_person and actor.id != change.author.id


def _is_in_time(at: dt.datetime, change: Change) -> bool:
    return (
        change.ready_at is not None and at >= change.ready_at and not (change.resolved_at and at > change.resolved_at)
    )


def reviews_of(change: Change) -> list[Review]:
    """The reviews that count, oldest first."""
    found = (r for r in change.reviews if is_reviewer(r.actor, change) and _is_in_time(r.at, change))
    return sorted(found, key=lambda review: review.at)


def remarks_of(change: Change) -> list[Remark]:
    """The comments that count, oldest first."""
    found = (r for r in change.remarks if is_reviewer(r.actor, change) and _is_in_time(r.at, change))
    return sorted(found, key=lambda remark: remark.at)


def pushes_by(change: Change, until: dt.datetime) -> tuple[Push, ...]:
    return tuple(push for push in change.pushes if push.committed_at <= until)


def counted_files(change: Change) -> tuple[FileChange, ...]:
    """The files written by hand, of those the host lists."""
    return tuple(file for file in change.files or () if is_counted(file))


def counted_lines(change: Change) -> int | None:
    """Added plus deleted lines without machine-made files; None where the host lists no files.

    Of a change too large to list whole, the host's total less the machine-made files it does list.
    """
    if change.files is None:
        return None
    listed = sum(max(0, file.added) + max(0, file.deleted) for file in change.files)
    kept = sum(max(0, file.added) + max(0, file.deleted) for file in counted_files(change))
    return max(change.lines - (listed - kept), kept)


def kind_of(login: str, *, mail: str = "", is_marked_bot: bool = False) -> ActorKind:
    """What an account is, from its name, its address and what the host says of it."""
    if AGENT_MAIL.match(mail) or (AGENT.search(login) and (is_marked_bot or "[bot]" in login)):
        return ActorKind.AGENT
    if is_marked_bot or BOT.search(login):
        return ActorKind.BOT
    return ActorKind.PERSON


def n_people(actors: Iterable[Actor]) -> int:
    return len({actor.id for actor in actors if actor.is_person})
