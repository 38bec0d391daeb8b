"""Fourteen months of eight people who never were: branches, merges, fixes, reverts, releases and late specifications.

The team is that of the made-up voices: it grew, took up assistants half-way and kept its ways of working.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from reports.domain.made_up.chances import chance, choose
from reports.domain.made_up.code import function, name_of_function, test
from reports.domain.made_up.files import (
    AT_THE_START,
    DECISION,
    DECISIONS,
    LATER,
    OF_CARE,
    OPEN_END,
    SPECIFICATION,
    UNITS,
)
from reports.domain.made_up.stream import Edit, State, Stream, edited

DAYS = 426
PEOPLE = (
    "Rosa Lindqvist <rosa@parcel.example>", "Tomas Okafor <tomas@parcel.example>", "Mei Hartmann <mei@parcel.example>",
    "Jonas Abebe <jonas@parcel.example>", "Ines Kowalczyk <ines@parcel.example>", "Samir Dahl <samir@parcel.example>",
    "Leila Novak <leila@parcel.example>", "Piotr Silva <piotr@parcel.example>",
)  # fmt: skip
BOT = "dependabot[bot] <dependabot@parcel.example>"
N_AT_FIRST = 5  # people; the others join one after the other
PARTS = (
    "orders",
    "checks",
    "carriers",
    "prices",
    "store",
    "forms",
    "events",
    "queue",
    "search",
    "tasks",
    "views",
    "rules",
)
MODULES = {unit: tuple(f"{unit}/{part}.py" for part in PARTS) for unit in UNITS}
WHY = (
    "Shops ask for it by telephone.",
    "Seen on Monday at the depot.",
    "The carrier changed it.",
    "It was asked twice.",
)
NOTHING = "- Small things\n"
TRAILER = "Assisted-by: AI assistant"


@dataclass
class _Work:
    """A branch: what it does, who does it, and from when to when."""

    number: int
    kind: str  # feature, fix, revert, chore, bump or later
    author: str
    begun_at: dt.datetime
    merged_at: dt.datetime
    title: str = ""
    body: str = ""
    parts: list[tuple[str, list[Edit]]] = field(default_factory=list)  # title and edits of each commit
    start: int = 0
    base: State = field(default_factory=dict)


@dataclass
class _Told:
    """What was told so far: the mainline's files, its newest commit, and what may be fixed or taken back."""

    stream: Stream
    state: State
    tip: int
    recent: list[_Work] = field(default_factory=list)
    young: list[tuple[str, str]] = field(default_factory=list)  # path and name of functions of late
    n_releases: int = 0


def history_of(until: dt.date) -> bytes:
    """The stream of `git fast-import` for the history that ends on the day."""
    end = dt.datetime.combine(until, dt.time(17), tzinfo=dt.timezone(dt.timedelta(hours=1)))
    first = end - dt.timedelta(days=DAYS)
    stream, state = Stream(), edited({}, [Edit(path, "", text) for path, text in AT_THE_START.items()])
    state = edited(state, _first_code())
    tip = stream.commit("main", "Begin with what the desk had", author=PEOPLE[0], at=first, state=state, paths=state)
    told = _Told(stream, state, tip)
    works = list(_works(first, end))
    events = [(work.begun_at, 0, work.number, work) for work in works]
    events += [(work.merged_at, 1, work.number, work) for work in works]
    released = first
    for at, is_end, _, work in sorted(events, key=lambda event: event[:3]):
        if (at - released).days >= 7:
            released = at
            _release(told, at)
        if is_end:
            _merge(told, work)
        else:
            work.start, work.base = told.tip, told.state
            _plan(told, work)
    stream.forget("side")
    return bytes(stream.told)


def _first_code() -> Iterator[Edit]:
    for unit in UNITS:
        for path in MODULES[unit]:
            for n in range(3):
                name = name_of_function("first", path, n)
                yield Edit(path, name, function(name, "first", path, n, n_steps=6))


def _works(first: dt.datetime, end: dt.datetime) -> Iterator[_Work]:
    """Every working day a few begin; more of them the longer the story goes on."""
    number = 100
    later = [(end - dt.timedelta(days=days), (path, text, title)) for days, path, text, title in LATER]
    for day in range(1, DAYS):
        morning = (first + dt.timedelta(days=day)).replace(hour=8, minute=10)
        if morning.weekday() > 4:
            continue
        share = day / DAYS
        team = PEOPLE[: N_AT_FIRST + int(share * (len(PEOPLE) - N_AT_FIRST + 0.99))]
        while later and later[0][0] <= morning:
            path, text, title = later.pop(0)[1]
            number += 1
            work = _Work(
                number, "later", choose(team, "later", number), morning, morning + dt.timedelta(hours=5), title
            )
            work.parts = [(title, [Edit(path, "", text)])]
            yield work
        for place in range(1 + int(chance("many", day) * (2 + 2.2 * share))):
            number += 1
            begun_at = morning + dt.timedelta(minutes=int(chance("begun", number) * 300) + place)
            kind = _kind_of(number)
            hours = (4 if kind in ("fix", "bump") else 16) + chance("long", number) ** 2 * (
                20 if kind == "bump" else 150
            )
            merged_at = _at_work(begun_at + dt.timedelta(hours=hours))
            if merged_at < end:
                yield _Work(number, kind, BOT if kind == "bump" else choose(team, "who", number), begun_at, merged_at)


def _at_work(at: dt.datetime) -> dt.datetime:
    """The same, or the next hour somebody works."""
    if at.hour >= 18:
        at = (at + dt.timedelta(days=1)).replace(hour=9)
    elif at.hour < 8:
        at = at.replace(hour=9)
    return at + dt.timedelta(days=7 - at.weekday()) if at.weekday() > 4 else at


def _kind_of(number: int) -> str:
    drawn = chance("kind", number)
    bounds = ((0.46, "feature"), (0.74, "fix"), (0.775, "revert"), (0.90, "chore"), (1, "bump"))
    return next(kind for bound, kind in bounds if drawn < bound)


def _plan(told: _Told, work: _Work) -> None:
    """Decide what the branch does to the files it begins with."""
    if work.kind == "revert":
        _plan_revert(told, work)
    if work.kind == "fix":
        _plan_fix(told, work)
    elif work.kind == "feature":
        _plan_feature(told, work)
    elif work.kind == "chore":
        path = choose(MODULES[choose(UNITS, "unit", work.number)], "module", work.number)
        name = choose(sorted(told.state[path]), "name", work.number)
        work.title = f"Tidy up {name.replace('_', ' ')}"
        work.parts = [(work.title, [Edit(path, name, function(name, work.number, n_steps=7))])]
    elif work.kind == "bump":
        version = f"0.{100 + work.number % 400}.{work.number % 7}"
        work.title = f"Bump fastapi to {version}"
        work.parts = [(work.title, [Edit("requirements.lock", "", f"fastapi=={version}\nsqlalchemy==2.0.0\n")])]
    work.body = _body_of(work)


def _plan_feature(told: _Told, work: _Work) -> None:
    number, unit = work.number, choose(UNITS, "unit", work.number)
    for part in range(1 + int(chance("parts", number) ** 2 * 4)):
        place = unit if chance("elsewhere", number, part) < 0.75 else choose(UNITS, "other unit", number, part)
        path = choose(MODULES[place], "module", number, part)
        name = name_of_function(number, part)
        steps = 8 + int(chance("steps", number, part) ** 2 * 44)
        edits = [Edit(path, name, function(name, number, part, n_steps=steps))]
        if chance("tested", number, part // 2) < 0.72:
            tests = f"tests/{place}/test_{path.rpartition('/')[2]}"
            edits.append(Edit(tests, f"test_{name}", test(name, number, n_cases=3 + steps // 8)))
        if len(told.state.get(path, {})) > 8:
            edits.append(Edit(path, choose(sorted(told.state[path]), "old", number, part), None))
        title = f"{'Add' if name not in told.state.get(path, {}) else 'Extend'} {name.replace('_', ' ')}"
        work.parts.append((title, edits))
    work.title = work.parts[0][0]
    if chance("specified", number) < 0.2:
        noun = name_of_function(number, 0).partition("_")[2].replace("_", " ")
        work.parts.insert(0, (f"Say what {noun} needs", [_specification(work, unit, noun)]))
    n_decided = sum(path.startswith("docs/decisions/") for path in told.state)
    if chance("decided", number) < 0.03 and n_decided < len(DECISIONS):
        decision = DECISIONS[n_decided]
        path = f"docs/decisions/{n_decided + 1:04}-{decision.lower().replace(' ', '-')}.md"
        text = DECISION.format(decision=decision, unit=unit, number=number)
        work.parts.append((f"Record: {decision.lower()}", [Edit(path, "", text)]))


def _specification(work: _Work, unit: str, noun: str) -> Edit:
    text = SPECIFICATION.format(title=work.title, noun=noun, unit=unit, why=f"Shops ask for {noun} by telephone today.")
    text += (OF_CARE if chance("care", work.number) < 0.4 else OPEN_END).format(unit=unit, noun=noun)
    return Edit(f"docs/specs/{work.number}-{noun.replace(' ', '-')}.md", "", text)


def _plan_fix(told: _Told, work: _Work) -> None:
    """Most faults are in what was written of late."""
    there = [(path, name) for path, name in told.young[-40:] if name in told.state.get(path, {})]
    path = choose(MODULES[choose(UNITS, "unit", work.number)], "module", work.number)
    name = choose(sorted(told.state[path]), "name", work.number)
    if there and chance("young", work.number) < 0.6:
        path, name = choose(there, "which", work.number)
    lines = (told.state[path][name]).split("\n")
    at = 1 + int(chance("line", work.number) * (len(lines) - 2))
    n_lines = 1 + int(chance("lines", work.number) * 8)
    mended = [f"    order = store.checked(order, {work.number}, step={n})" for n in range(n_lines)]
    work.title = f"Fix {name.replace('_', ' ')} for empty orders"
    work.parts = [(work.title, [Edit(path, name, "\n".join([*lines[:at], *mended, *lines[at + n_lines :]]))])]
    if chance("tested", work.number) < 0.5:
        tests = f"tests/{path.partition('/')[0]}/test_{path.rpartition('/')[2]}"
        work.parts.append(
            ("Hold it by a test", [Edit(tests, f"test_{name}_empty", test(name, work.number, n_cases=2))])
        )


def _plan_revert(told: _Told, work: _Work) -> None:
    """Takes back a feature of the last weeks; a fix where there is none."""
    past = [other for other in told.recent[-30:] if other.kind == "feature"]
    if not past:
        work.kind = "fix"
        return
    back = choose(past, "back", work.number)
    told.recent.remove(back)
    work.title = f'Revert "{back.title}"'
    edits = [Edit(e.path, e.block, back.base.get(e.path, {}).get(e.block)) for _, some in back.parts for e in some]
    work.parts = [(work.title, edits)]


def _body_of(work: _Work) -> str:
    """What the change says of itself: half name an item; the later, the more disclose an assistant."""
    said = [choose(WHY, "why", work.number)] if chance("told", work.number) < 0.8 else []
    if work.kind in ("feature", "fix") and chance("item", work.number) < 0.57:
        said.append(f"Refs PD-{work.number * 3}")
    if work.kind in ("feature", "chore") and chance("assisted", work.number) < max(0, (work.number - 260) / 900):
        said.append(TRAILER)
    return "\n\n".join(said)


def _merge(told: _Told, work: _Work) -> None:
    """Tell the commits of the branch and its merge; a small fix may go straight to the mainline."""
    is_pushed = work.kind == "fix" and chance("pushed", work.number) < 0.5
    if is_pushed:
        edits = [edit for _, some in work.parts for edit in some]
        told.state = edited(told.state, edits)
        told.tip = told.stream.commit(
            "main", _message(work.title, work.body), author=work.author, at=work.merged_at, state=told.state,
            paths=(edit.path for edit in edits),
        )  # fmt: skip
    else:
        _tell_branch(told, work)
    if work.kind == "feature":
        told.recent.append(work)
        made = [(e.path, e.block) for _, some in work.parts for e in some if e.text and e.path.endswith(".py")]
        told.young += [(path, name) for path, name in made if not path.startswith("tests/")]


def _tell_branch(told: _Told, work: _Work) -> None:
    state, mark, every = work.base, work.start, (work.merged_at - work.begun_at) / (len(work.parts) + 1)
    paths: set[str] = set()
    at = work.begun_at
    for n, (title, edits) in enumerate(work.parts):
        state = edited(state, edits)
        at = max(at, min(_at_work(work.begun_at + every * n), work.merged_at))
        paths.update(edit.path for edit in edits)
        body = work.body if n == 0 else ""
        touched = [edit.path for edit in edits]
        mark = told.stream.commit(
            "side", _message(title, body), author=work.author, at=at, state=state, paths=touched, start=mark
        )
        told.state = edited(told.state, edits)
    slug = work.title.lower().replace('"', "").replace(" ", "-")[:40]
    message = _message(f"Merge pull request #{work.number} from parcel/{slug}", f"{work.title}\n\n{work.body}".strip())
    merger = choose(PEOPLE[:N_AT_FIRST], "merger", work.number)
    told.tip = told.stream.commit(
        "main", message, author=merger, at=work.merged_at, state=told.state, paths=paths, start=told.tip, merge=mark
    )


def _message(title: str, body: str) -> str:
    return f"{title}\n\n{body}\n" if body else f"{title}\n"


def _release(told: _Told, at: dt.datetime) -> None:
    told.n_releases += 1
    version = f"1.{told.n_releases}.0"
    titles = "".join(f"- {work.title}\n" for work in told.recent[-4:])
    edits = [Edit("CHANGELOG.md", f"{1000 - told.n_releases}", f"## {version}\n\n{titles or NOTHING}")]
    told.state = edited(told.state, edits)
    told.tip = told.stream.commit(
        "main", f"Release {version}\n", author=PEOPLE[1], at=at, state=told.state, paths=["CHANGELOG.md"]
    )
    told.stream.tag(f"v{version}", told.tip)
