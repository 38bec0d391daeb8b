"""Several choices in one question, answered by one person or voted in a workshop: what they may be, how stored."""

from collections.abc import Collection

from core.language import gettext
from core.refusals import Invalid


def ticks_as_stored(chosen: Collection[int], *, alone: Collection[int]) -> str:
    """The numbers in order; Invalid for none at all, and where one of those that stand alone has company."""
    numbers = sorted(set(chosen))
    if not numbers:
        raise Invalid(gettext("Not saved yet: tick at least one choice, or say that you don’t know."))
    if len(numbers) > 1 and set(alone) & set(numbers):
        raise Invalid(gettext("Not saved yet: “none of these” stands alone; take it or the other ticks away."))
    return " ".join(map(str, numbers))
