"""Doors to what lies outside: `git` to repositories, `http` to hosting services, one module per host beside it.

**The face of a host.** `metrics.clients.known` names every host, finds its module, and walks it:

- `begin(access, cursor, *, since) -> Iterator[(Page, Cursor)]`: everything the host tells of one project, normalized,
  page by page. Each `Page` carries records (`metrics.signals.changes.types`) and comes with the cursor that goes on
  after it; the caller stores both together, so a killed worker goes on where it stood. An empty cursor reads
  everything since `since`; the cursor of a finished reading reads only what changed after it.
- `look(access) -> Look`: what the token may see, for testing a connection: the project's own name, and the parts that
  stay hidden, each with the permission that would show it.

A module offers:

- `STEPS`, and `session_of(access) -> Session`: the parts of the walk, and the door they are read through.
- `project_name(session) -> str`: what the host calls the project.
- `git_login(access) -> (name, secret)`: what git shows to clone the same project.
- `NEEDS`: what a token must be allowed to, and `PROJECT`: how a project is written; both for the form, marked for
  translation.

Rules all of them keep: requests go through `metrics.clients.http` alone; nothing sleeps (a limit raises `MustWait` with
the seconds); a part the token may not see is a sentence in `Page.unseen`, never an empty list; people leave the module
only as `access.person(login)`, an id that says nothing; comments leave it without their text.
"""
