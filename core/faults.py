"""Why a job failed, kept in English and said in the language of whoever looks.

What a door to another program or host raises is kept on the row as it was raised. Each such sentence stands here as a
template; shown, it is recognised and worded anew with its values. What no template fits is shown as it was kept.
"""

import re
from functools import cache

from core.language import gettext, gettext_noop, number

FAULTS = (
    # a report
    gettext_noop(
        "The report could not be made or stored. The server's log has the details; ask for it again after a look."
    ),
    gettext_noop("The report is too large to render: {n} bytes, at most {most}."),
    gettext_noop("The data to attach are too large: {n} bytes, at most {most}."),
    gettext_noop("Rendering took longer than {n} seconds and was stopped."),
    gettext_noop("Rendering needed more memory than a report may take and was stopped."),
    gettext_noop("Rendering took more memory or processor time than a report may take and was stopped."),
    gettext_noop("Rendering broke off with signal {n}, a fault in WeasyPrint or a library under it."),
    gettext_noop("WeasyPrint found no Pango on this machine. Install it: {command}."),
    gettext_noop("WeasyPrint could not render the report: {message}"),
    # tickets
    gettext_noop("The tracker answered with something else than its issues; is the address right?"),
    gettext_noop("The tracker answered with something else than an issue; is the address right?"),
    # a repository
    gettext_noop("The worker stopped {n} times during this work. Look at its log, then start it again."),
    gettext_noop("The host name of the address is not known; check its spelling."),
    gettext_noop("Only https addresses and folders on this server can be read."),
    gettext_noop("This repository keeps its objects outside the folders this server may read."),
    gettext_noop("This repository has an object folder that this server may not list."),
    gettext_noop("This repository borrows its objects from more than {n} places."),
    gettext_noop("This repository borrows objects by a quoted path; write it without quotes."),
    gettext_noop("The repository lacks a file its newest commit names; it may be damaged."),
    gettext_noop("The newest commit lists more than {n} files."),
    gettext_noop("git printed more than {n} MB where little was expected."),
    gettext_noop("Merging again takes more than {n} MB on the disk."),
    gettext_noop("The changes of the last {days} days touch files more than {n} times."),
    gettext_noop("A project on GitLab is written with its group, such as {project}, or as its number."),
    gettext_noop("A project on {host} is written as {form}."),
    gettext_noop("An app is given as its id, the id of its installation and its private key."),
    gettext_noop("The private key of the app cannot be read; give the whole PEM file."),
    gettext_noop("git stopped with status {status}: {message}"),
    # a hosting service or a tracker
    gettext_noop("The host name {name} is not known; check its spelling."),
    gettext_noop("{name} answered with something that is no JSON; is the address right?"),
    gettext_noop("{name} asks to wait: its limit of requests is reached."),
    gettext_noop("{name} could not be reached ({why})."),
    gettext_noop("{name} did not understand the request (status {status})."),
    gettext_noop("{name} does not accept the token; it may have ended or been taken back."),
    gettext_noop("{name} does not know this project, or does not show it to the token."),
    gettext_noop("{name} does not let the token see this."),
    gettext_noop("{name} is in trouble (status {status})."),
    gettext_noop("{name} pointed to another server, which is not followed."),
    gettext_noop("{name} redirects in a circle."),
    gettext_noop("{name} sent an answer of over {n} MB, which is not read."),
)
NUMBERS = {"n", "most", "days"}
WORDS = {"form", "project"}  # how a project is written on a host: words of ours


def fault_in_words(kept: str) -> str:
    """The kept sentence in the active language."""
    if kept and (said := gettext(kept)) != kept:
        return said
    for pattern, template in _patterns():
        if found := pattern.fullmatch(kept):
            return gettext(template).format(**{name: _value(name, value) for name, value in found.groupdict().items()})
    return kept


def _value(name: str, value: str) -> str:
    if name in WORDS:
        return gettext(value)
    return number(value) if name in NUMBERS else value


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """In the order above: the more particular sentence stands before the one that could hold it."""
    return tuple((re.compile(_pattern(template), re.DOTALL), template) for template in FAULTS)


def _pattern(template: str) -> str:
    parts = re.split(r"\{(\w+)\}", template)
    places = dict.fromkeys(NUMBERS, r"[\d,]+")
    return "".join(
        f"(?P<{part}>{places.get(part, '.+')})" if i % 2 else re.escape(part) for i, part in enumerate(parts)
    )
