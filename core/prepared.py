"""Questions to the database whose SQL is worked out once, for the few requests that come by the hundred a second.

Django builds and compiles a query anew each time it is asked; where two hundred people answer or vote at once, that is
most of the processor time. A prepared question is an ordinary query set with slots for the values that differ. It is
worked out anew each day, since a query set may hold today's date ("places whose last day is not over"); a moment must
be a slot.
"""

import datetime as dt
from collections.abc import Callable
from copy import copy
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BigAutoField, Field, QuerySet, Value
from django.db.models.query import ModelIterable
from django.utils import timezone

T = TypeVar("T")


class Slot(Value):
    """The place in a query set where a value of this kind goes."""

    def __init__(self, name: str, kind: "Field[Any, Any]") -> None:
        super().__init__(name, output_field=kind)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:  # noqa: ARG002  # as Django calls it
        return "%s", [self]


class UserSlot(Slot):
    """A slot for a signed-in person, for query sets that ask `for_user`."""

    is_authenticated = True

    def __init__(self, name: str = "user") -> None:
        super().__init__(name, BigAutoField())


class Prepared(Generic[T]):
    """One query set, made by `build` when it is first asked; `values_list` sets give tuples, others rows."""

    def __init__(self, build: Callable[[], "QuerySet[Any, T]"]) -> None:
        self.build = build
        self._worked_out: tuple[dt.date, type, Any, str, list[Any]] | None = None

    def __call__(self, **values: object) -> list[T]:
        connection = connections[DEFAULT_DB_ALIAS]
        iterable, compiler, sql, slots = self._for_today()
        given = [_in_database(value, values, connection) if isinstance(value, Slot) else value for value in slots]
        asked = copy(compiler)
        asked.connection, asked.as_sql = connection, lambda: (sql, given)
        if not issubclass(iterable, ModelIterable):
            return list(asked.results_iter(tuple_expected=True))
        query = SimpleNamespace(get_compiler=lambda using: asked)  # noqa: ARG005  # as Django calls it
        rows = SimpleNamespace(db=DEFAULT_DB_ALIAS, query=query, _known_related_objects={})
        return list(iterable(rows))

    def first(self, **values: object) -> T | None:
        """The first row; the query set says itself that it wants no more."""
        return next(iter(self(**values)), None)

    def _for_today(self) -> tuple[Any, Any, str, list[Any]]:
        today, found = timezone.localdate(), self._worked_out
        if found is None or found[0] != today:
            rows = self.build()
            compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
            sql, slots = compiler.as_sql()
            compiler.connection = None  # each thread brings its own
            found = (today, rows._iterable_class, compiler, sql, list(slots))
            self._worked_out = found
        return found[1:]


def _in_database(slot: Slot, values: dict[str, object], connection: Any) -> object:
    return slot.output_field.get_db_prep_value(values[slot.value], connection)
