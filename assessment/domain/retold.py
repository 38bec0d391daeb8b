"""What a run keeps in English, said in the reader's language when it is shown.

A reason, a note or a line of the log is written once, in English, with its values in it; that is how rows hold it, also
those of years ago. Here every such sentence stands as a template. Shown, the kept sentence is recognised by its
template and worded anew with the same values; what no template fits is shown as it was kept.
"""

import re
from collections.abc import Iterator
from functools import cache

from core.faults import fault_in_words
from core.language import gettext, gettext_noop, number

SKIPPED = (  # why a signal could not be said
    gettext_noop("Approvals are recorded by the host, and no host is connected."),
    gettext_noop("Branches leave no trace here: the mainline holds {style}."),
    gettext_noop("Everything that changed in the last 90 days has the same owners."),
    gettext_noop("Fewer than five people reviewed in the last 90 days."),
    gettext_noop("Fewer than three people made the changes it looks at, and nothing is shown on so few."),
    gettext_noop("Fewer than three people contributed in the last 90 days."),
    gettext_noop("Fewer than three people stand behind it, and nothing is said on so few."),
    gettext_noop("It needs the hosting service's API and figures from the team."),
    gettext_noop("It needs the hosting service's API."),
    gettext_noop("No branch was merged in the last 90 days."),
    gettext_noop("No change in the last 90 days touched an owned area."),
    gettext_noop("No change is open."),
    gettext_noop("No change merged in the last 90 days names a request this host knows."),
    gettext_noop("No change merged in the last 90 days shows a check."),
    gettext_noop("No change merged in the last 90 days was approved by a person."),
    gettext_noop("No change of more than 200 lines was approved in the last 90 days."),
    gettext_noop("No change of the last 180 days touched a path with named owners."),
    gettext_noop("No change of the last 90 days could be traced to a production deployment or a published release."),
    gettext_noop("No change of the last 90 days has both a known request and a known release."),
    gettext_noop("No change resolved in the last 90 days was reviewed."),
    gettext_noop("No change to files written by hand was merged in the last 90 days."),
    gettext_noop("No change to source files was merged in the last 90 days."),
    gettext_noop("No change was made ready in the last 28 days."),
    gettext_noop("No change was merged in the last {days} days."),
    gettext_noop("No change was released early enough to be followed for 30 days."),
    gettext_noop("No decision record of the last 365 days can be tied to the code it governs."),
    gettext_noop("No deployable unit that exposes an API or event was found."),
    gettext_noop("No feature change was merged in the last 120 days."),
    gettext_noop("No file of the present tree changed in the last 90 days."),
    gettext_noop("No lines were added in the last 90 days."),
    gettext_noop("No merge of the last 180 days could be merged again."),
    gettext_noop("No merge of the last 90 days has a run on the default branch."),
    gettext_noop("No owned area had five approvals in the last 180 days."),
    gettext_noop("No pipeline of a proposed change finished in the last 60 days."),
    gettext_noop("No reviewer acted on any change merged in the last 90 days."),
    gettext_noop("No reviewer commented on code in the last 90 days."),
    gettext_noop("No run failed in the last 60 days."),
    gettext_noop("No specification in the places looked at was touched in the last 180 days."),
    gettext_noop("Nobody but the author acted on any change merged in the last 90 days."),
    gettext_noop("Nobody reviewed in the last 56 days."),
    gettext_noop("Nobody worked on a change in the last 28 days."),
    gettext_noop("Only {seen} of {total} changes {what} (80% needed)."),
    gettext_noop(
        "Only {share} of mainline commits name their review (80% needed), so a direct push cannot be "
        "told from a reviewed one without the hosting service's API."
    ),
    gettext_noop("The changes were read back to {since} only, which is too short."),
    gettext_noop("The history cannot be read."),
    gettext_noop("The history is shallow: it ends where it was cut off, so nothing can be counted over time."),
    gettext_noop("The pipeline calls jobs kept in another repository, so its tests cannot be seen."),
    gettext_noop("The pipeline in {path} could not be read."),
    gettext_noop("The repository has no commit up to this day."),
    gettext_noop("The repository has no files."),
    gettext_noop("The repository names no owners for particular paths."),
    gettext_noop("The repository names no owners, so it has no owned areas."),
    gettext_noop("The rules of the default branch cannot be seen."),
    gettext_noop("There is no workflow whose token permissions the tree could state."),
    gettext_noop("There was no high or critical alert in the last 365 days."),
    gettext_noop("This version does not measure it."),
    gettext_noop("Too little to go by: n is {n}, and this signal needs at least {least}."),
    gettext_noop("Which changes were released, and which fixes belong to them, needs the hosting service's API."),
    gettext_noop("Who approved a change needs the hosting service's API."),
    gettext_noop(
        "Who belongs to the teams that own the code cannot be seen; allow the token to read organization members."
    ),
    gettext_noop("merge commits"),
    gettext_noop("no commits in the window"),
    gettext_noop("rebased or direct commits"),
    gettext_noop("show the size of their commits"),
    gettext_noop("show their commits"),
    gettext_noop("show their files"),
    gettext_noop("squashed changes"),
)
NOTES = (  # what a run says while it goes on and at its end
    gettext_noop("Asking {host}: {step}"),
    gettext_noop("Fetching {n} versions of files"),
    gettext_noop("Following lines through {n} changes"),
    gettext_noop("Measured"),
    gettext_noop("Merging {n} merges again"),
    gettext_noop("Opening {name}"),
    gettext_noop("Other repositories of this organization are being measured; this one comes after them."),
    gettext_noop("Other slow repositories are being measured; this one comes after them."),
    gettext_noop("Reading {n} changes of the last {days} days"),
    gettext_noop(
        "Something unexpected stopped the measuring. The server's log has the details; start it again after a look."
    ),
    gettext_noop("Stopped."),
    gettext_noop("The assessment was closed before the measuring ended; its evidence stays as it was."),
    gettext_noop("The run was stopped."),
    gettext_noop("The worker stopped {n} times during this work. Look at its log, then start it again."),
    gettext_noop("Working out the signals"),
    gettext_noop("{n} signals measured, {m} could not be said."),
    gettext_noop("{why} It goes on at {time}."),
)
UNREADABLE = (  # why a repository could not be read
    gettext_noop("Another run kept this repository busy for longer than the time limit."),
    gettext_noop("Reading the repository took longer than the time limit allows."),
    gettext_noop(
        "The default branch has no commit that can be read: set HEAD to the branch to measure, or repair"
        " the repository."
    ),
    gettext_noop("The disk is full."),
    gettext_noop("The login belongs to another host than this address."),
    gettext_noop("The repository is damaged or incomplete: git cannot read one of its objects."),
    gettext_noop("The repository needs more than the {n} MB allowed for one clone (CLONE_SIZE_LIMIT_MB)."),
    gettext_noop(
        "The server asks for a login; attach a repository that can be read without one, or a folder on this server."
    ),
    gettext_noop("The server does not answer."),
    gettext_noop("The server knows no repository at this address."),
    gettext_noop("The server sends git on to another address; give that address instead."),
    gettext_noop("The server's certificate is not trusted on this machine."),
    gettext_noop("There is no git repository at this place."),
)
UNSEEN = (  # what a token may not see
    gettext_noop("All rules of the default branch need a token of an administrator of the repository."),
    gettext_noop("Azure DevOps has no file of code owners."),
    gettext_noop("Azure DevOps keeps security alerts on a server of another name, to which the token is not sent."),
    gettext_noop("Bitbucket does not tell who belongs to a group that owns code."),
    gettext_noop("Bitbucket keeps no security alerts of its own."),
    gettext_noop("Changes need the permission Pull requests: read."),
    gettext_noop("Changes need the right to read pull requests."),
    gettext_noop("Changes need the scope read_api and the role Reporter."),
    gettext_noop("Changes need the scopes Code: read and Build: read."),
    gettext_noop("Changes need the scopes read:repository and read:issue."),
    gettext_noop("Deployments need the permission Deployments: read."),
    gettext_noop("Deployments need the right to read pipelines."),
    gettext_noop("Deployments need the scope Environment: read & manage."),
    gettext_noop("Deployments need the scope read_api and the role Reporter."),
    gettext_noop("GitHub asks to wait: its limit of requests is reached."),
    gettext_noop("GitHub could not answer a query in time."),
    gettext_noop("GitHub does not know this project, or does not show it to the token."),
    gettext_noop("GitHub does not show this to the token."),
    gettext_noop("Gitea and Forgejo keep no security alerts."),
    gettext_noop("How many approvals are required needs GitLab Premium and the role Maintainer."),
    gettext_noop("Items need the permission Issues: read."),
    gettext_noop("Items need the right to read issues."),
    gettext_noop("Items need the scope Work Items: read."),
    gettext_noop("Items need the scope read:issue."),
    gettext_noop("Items need the scope read_api and the role Reporter."),
    gettext_noop("No alerts are shown."),
    gettext_noop("Pipeline runs need Actions switched on and the scope read:repository."),
    gettext_noop("Pipeline runs need the permission Actions: read."),
    gettext_noop("Pipeline runs need the scope Build: read."),
    gettext_noop("Pipelines need the scope read_api and the role Reporter."),
    gettext_noop("Pipelines need to be switched on, and the right to read them."),
    gettext_noop("Releases need the permission Contents: read."),
    gettext_noop("Releases need the scope read:repository."),
    gettext_noop("Releases need the scope read_api and the role Reporter."),
    gettext_noop("Review comments need the permission Pull requests: read."),
    gettext_noop("Security alerts need GitLab Ultimate and the role Developer."),
    gettext_noop(
        "Security alerts need the permissions Dependabot alerts, Code scanning alerts or Secret scanning alerts: read."
    ),
    gettext_noop("Tags need the right to read the repository."),
    gettext_noop("The policies of the default branch need the scope Code: read."),
    gettext_noop("The rules of the default branch need the permission Administration: read."),
    gettext_noop("The rules of the default branch need the right to administer the repository."),
    gettext_noop("The rules of the default branch need the role Maintainer."),
    gettext_noop("This repository has no issue tracker switched on."),
    gettext_noop("Who owns code needs the permission Members of the organization: read."),
    gettext_noop("Who owns code needs the scope read:organization."),
    gettext_noop("Who owns code needs the scope read_api and membership in the groups."),
)
BEHIND = (  # in brackets behind the line of an example
    gettext_noop("a check was not green"),
    gettext_noop("approved at once, without a word"),
    gettext_noop("begun anew during review"),
    gettext_noop("closed"),
    gettext_noop("conflicts"),
    gettext_noop("fixed or taken back soon"),
    gettext_noop("from no proposed change"),
    gettext_noop("names no item"),
    gettext_noop("names no review"),
    gettext_noop("no approval before the merge"),
    gettext_noop("no owner approved"),
    gettext_noop("no request found"),
    gettext_noop("no specification near it"),
    gettext_noop("no test touched"),
    gettext_noop("not explained"),
    gettext_noop("one of the three is missing"),
    gettext_noop("open"),
    gettext_noop("quiet for over seven days"),
    gettext_noop("reverted"),
    gettext_noop("still open"),
    gettext_noop("the default branch failed after it"),
    gettext_noop("{n} about form"),
    gettext_noop("{n} approvals"),
    gettext_noop("{n} areas"),
    gettext_noop("{n} days"),
    gettext_noop("{n} lines"),
    gettext_noop("{n} rounds"),
    gettext_noop("{n} young lines"),
    gettext_noop("{share} of {n} days"),
)
WHOLE = (  # an example that is a sentence of ours about a file, a rule or a figure
    gettext_noop("75th percentile: {n} {unit}"),
    gettext_noop("At least this: {reason}"),
    gettext_noop("The default branch requires its merge queue."),
    gettext_noop("added: {path}"),
    gettext_noop("differ without naming each other: {path}, {other}"),
    gettext_noop("no contract: {path}"),
    gettext_noop("no owner: {path}"),
    gettext_noop("not before its code: {path}"),
    gettext_noop("not minimal: {path}"),
    gettext_noop("of it waiting for approval: {n} h on average in {m} deployments"),
    gettext_noop("points to {path}"),
    gettext_noop("states no limits: {path}"),
    gettext_noop("superseded: {path}"),
    gettext_noop("unchanged while {n} changes or more were merged"),
    gettext_noop("{family}: the host scans by itself"),
    gettext_noop("{path} line {n}: {found}"),
    gettext_noop("{path}: {n} of {m} parts"),
    gettext_noop("{path}: {n} in {m} words"),
    gettext_noop("{rule}: cannot be seen"),
    gettext_noop("{rule}: no"),
    gettext_noop("{rule}: yes"),
    gettext_noop("{what}: {n} {unit}"),
    gettext_noop("{where}: {words}, its failure is ignored"),
    gettext_noop("{where}: {words}, its failure is ignored, not on proposed changes"),
    gettext_noop("{where}: {words}, not on proposed changes"),
)
VALUES = {  # the words a value of such a sentence may be; a sentence with another word is none of ours
    "unit": (
        gettext_noop("changes"),
        gettext_noop("days"),
        gettext_noop("h"),
        gettext_noop("lines"),
        gettext_noop("min"),
        gettext_noop("rounds"),
    ),
    "found": (
        gettext_noop("a GitHub token"),
        gettext_noop("a GitLab token"),
        gettext_noop("a Google API key"),
        gettext_noop("a Hugging Face token"),
        gettext_noop("a PyPI token"),
        gettext_noop("a SendGrid key"),
        gettext_noop("a Slack token"),
        gettext_noop("a Slack webhook"),
        gettext_noop("a Stripe live key"),
        gettext_noop("a Twilio key"),
        gettext_noop("a private key"),
        gettext_noop("a secret in an environment file"),
        gettext_noop("an AWS access key"),
        gettext_noop("an Anthropic key"),
        gettext_noop("an OpenAI key"),
        gettext_noop("an npm token"),
    ),
    "family": (gettext_noop("code"), gettext_noop("dependency"), gettext_noop("secret")),
    "rule": (
        gettext_noop("no force push"),
        gettext_noop("review required"),
        gettext_noop("status checks required"),
        gettext_noop("owners and two reviews"),
        gettext_noop("admins included stale dismissed"),
    ),
    "reason": (*UNSEEN, gettext_noop("one rule cannot be seen.")),
}
NUMBER = r"\d[\d,]*(?:\.\d+)?(?:e[+-]\d+)?%?"
PLACES = {"n": NUMBER, "m": NUMBER, "share": NUMBER, "what": r".+", "words": r".+?", "where": r"[^:]+"}
EXAMPLE = re.compile(r"(?P<line>.*) \((?P<note>[^()]+)\)")
RETOLD_TOO = {"what", "style", "step", "why"}  # values that are words of ours; the others are names and numbers


def retold(kept: str) -> str:
    """The kept sentence in the active language."""
    if not kept:
        return ""
    if (said := gettext(kept)) != kept:
        return said
    for pattern, template in _patterns():
        if found := pattern.fullmatch(kept):
            return gettext(template).format(**{name: _value(name, value) for name, value in found.groupdict().items()})
    return fault_in_words(kept)


def retold_example(kept: str) -> str:
    """An example in the active language: a change or a path as it is, and what is said of it.

    With several repositories its name stands before the example.
    """
    for pattern, template in _examples():
        if found := pattern.fullmatch(kept):
            values = {name: _value_of_example(name, value) for name, value in found.groupdict().items()}
            return values.pop("before") + gettext(template).format(**values)
    found = EXAMPLE.fullmatch(kept)
    if found:
        for pattern, template in _notes():
            if note := pattern.fullmatch(found["note"]):
                values = {name: _value_of_example(name, value) for name, value in note.groupdict().items()}
                return f"{found['line']} ({gettext(template).format(**values)})"
    return kept


def _value_of_example(name: str, value: str) -> str:
    if name in VALUES:
        return gettext(value)
    return number(value) if name in ("n", "m", "share") and "e" not in value else value


def _value(name: str, value: str) -> str:
    if name in RETOLD_TOO:
        return retold(value)
    return number(value) if re.fullmatch(r"\d[\d,]*(\.\d+)?%?", value) else value


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The templates with places for values, those that say most first."""
    return tuple(sorted(_with_places(), key=lambda pair: (-len(pair[1]), pair[1])))


def _with_places() -> Iterator[tuple[re.Pattern[str], str]]:
    for template in (*SKIPPED, *NOTES, *UNREADABLE, *UNSEEN):
        if "{" in template:
            parts = re.split(r"\{(\w+)\}", template)
            yield re.compile("".join(f"(?P<{p}>.+)" if i % 2 else re.escape(p) for i, p in enumerate(parts))), template


@cache
def _examples() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Sentences about files and figures; those that say most first."""
    ranked = sorted(WHOLE, key=lambda template: (-len(re.sub(r"\{\w+\}", "", template)), template))
    return tuple((re.compile(f"(?P<before>(?:[^:]+: ){{0,2}}){_pattern(template)}"), template) for template in ranked)


@cache
def _notes() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(_pattern(template)), template) for template in BEHIND)


def _pattern(template: str) -> str:
    parts = re.split(r"\{(\w+)\}", template)
    return "".join(f"(?P<{p}>{_place(p)})" if i % 2 else re.escape(p) for i, p in enumerate(parts))


def _place(name: str) -> str:
    if name in VALUES:
        return "|".join(re.escape(word) for word in VALUES[name])
    return PLACES.get(name, r".+")
