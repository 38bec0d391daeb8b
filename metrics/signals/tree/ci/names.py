"""Looking for files by their names among the texts of a tree, so that whoever keeps the texts may take note of it."""

from collections.abc import Mapping


class Noting(Mapping[str, str]):
    """Texts that are told which names were looked for."""

    def named(self, head: str, tail: str) -> list[str]:
        """The paths that begin and end so, sorted."""
        raise NotImplementedError


def named(texts: Mapping[str, str], head: str, tail: str) -> list[str]:
    """The paths of texts that begin and end so, sorted."""
    if isinstance(texts, Noting):
        return texts.named(head, tail)
    return sorted(path for path in texts if path.endswith(tail) and path.startswith(head))
