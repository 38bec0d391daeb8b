"""Small things every importer needs: texts, ids, and circles among prerequisites."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from assessment.maturity.foreign.types import Findings
from core.language import gettext

SHOWN = 8  # characters of a digest in a version


def text_of(raw: object) -> str:
    """The text of a value, spaces at its ends left out; empty for nothing and for what is no text."""
    return raw.strip() if isinstance(raw, str) else ""


def digest_of(content: Any) -> str:
    """The first characters of the digest of plain data, for a format that states no version."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:SHOWN]


def id_of(name: str) -> str:
    """A name as an id: lower case, hyphens for all else."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def first_circle(needs: Mapping[str, Sequence[str]]) -> list[str]:
    """A chain of ids that need each other in a circle; empty where there is none."""
    done: set[str] = set()
    for start in needs:
        way: list[str] = []
        pending = [(start, iter(needs[start]))] if start not in done else []
        way += [start] if pending else []
        while pending:
            here, rest = pending[-1]
            following = next(rest, None)
            if following is None:
                done.add(here)
                pending.pop()
                way.pop()
            elif following in way:
                return way[way.index(following) :]
            elif following not in done:
                way.append(following)
                pending.append((following, iter(needs.get(following, ()))))
    return []


def report_circle(circle: Sequence[str], findings: Findings) -> None:
    if circle:
        chain = f" {gettext('needs')} ".join([*circle, circle[0]])
        findings.error(
            "cycle", circle[0], gettext("the prerequisites run in a circle ({chain}); break it.").format(chain=chain)
        )
