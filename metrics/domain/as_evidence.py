"""From measurements to evidence: the newest finished collection of each repository, pooled into one reading a signal.

Pooling, for a team with several repositories: values are averaged, weighted by n times the repository's weight; of
grades the one with the lowest band counts; n adds up; facts add up. A pooled 75th percentile is therefore an average of
percentiles. A repository of weight 0 counts for nothing. What each said by itself stays in the reading's parts.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from django.db import transaction

from assessment.domain.evidence import record_evidence, withdraw_evidence
from assessment.domain.flow.given import Origin
from assessment.domain.flow_inputs import record_flow_inputs
from assessment.domain.scoring.types import PartReading, SignalReading
from assessment.maturity.loader import model_of
from assessment.maturity.schema import MaturityModelFile, Signal
from assessment.models import Assessment, EvidenceSource
from assessment.tasks import rescore_soon
from core.models import JobState
from metrics.domain.as_flow import pool_flow
from metrics.models import Collection, Measurement

MAX_EXAMPLES = 12


@transaction.atomic
def record_measured(assessment: Assessment) -> None:
    """Replace the assessment's repository evidence by what its repositories say now, and score it again."""
    collections = latest_collections(assessment)
    model = model_of(assessment.maturity_model)
    withdraw_evidence(assessment, source=EvidenceSource.METRIC)
    for reading, practices in _readings(collections, model):
        for practice in practices:
            record_evidence(
                assessment,
                source=EvidenceSource.METRIC,
                practice=practice,
                signal=reading.signal,
                content=asdict(reading),
                n=reading.n,
                observed_at=end_of_day(dt.date.fromisoformat(reading.observed_on)),
            )
    counted = [collection for collection in collections if collection.repository.weight > 0]
    for fact, count in pool_facts(counted, model).items():
        observed_at = end_of_day(min(collection.until_on for collection in counted))
        record_evidence(
            assessment,
            source=EvidenceSource.METRIC,
            signal=fact,
            content={"value": count},
            n=count,
            observed_at=observed_at,
        )
    record_flow_inputs(assessment, pool_flow(counted), origin=Origin.MEASURED)
    rescore_soon(assessment.pk)


def latest_collections(assessment: Assessment) -> list[Collection]:
    """The newest finished collection of each repository, in the order of the repositories' names."""
    newest: dict[int, Collection] = {}
    done = assessment.collections.filter(state=JobState.DONE, is_follow_up=False).select_related("repository")
    for collection in done.order_by("until_on", "finished_at", "pk"):
        newest[collection.repository_id] = collection
    return sorted(newest.values(), key=lambda collection: (collection.repository.name, collection.pk))


def pool(signal: str, rows: Sequence[Measurement], definition: Signal) -> SignalReading:
    """One reading of a signal from one or more repositories, of which at least one has a weight."""
    parts = tuple(_part(row) for row in rows) if len(rows) > 1 else ()
    rows = [row for row in rows if row.collection.repository.weight > 0]
    names = [row.collection.repository.name for row in rows]
    several = len(rows) > 1
    return SignalReading(
        signal=signal,
        n=sum(row.n for row in rows),
        value=_mean([(row.value, row.n * row.collection.repository.weight) for row in rows if row.value is not None]),
        grade=_lowest_grade([row.grade for row in rows if row.grade], definition),
        window_days=max(row.window_days for row in rows),
        unit=rows[0].unit,
        observed_on=min(row.collection.until_on for row in rows).isoformat(),
        source=", ".join(names),
        examples=_examples(rows, several),
        parts=parts,
    )


def _part(row: Measurement) -> PartReading:
    repository = row.collection.repository
    return PartReading(repository.name, row.n, row.value, row.grade or None, repository.weight)


def pool_facts(collections: Iterable[Collection], model: MaturityModelFile) -> dict[str, int]:
    """The facts the maturity model asks for, added up over the repositories that could tell."""
    totals: dict[str, int] = {}
    for collection in collections:
        for fact in model.facts:
            if fact in collection.facts:
                totals[fact] = totals.get(fact, 0) + int(collection.facts[fact])
    return totals


def end_of_day(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=dt.UTC)


def _readings(
    collections: Sequence[Collection], model: MaturityModelFile
) -> Iterable[tuple[SignalReading, tuple[str, ...]]]:
    """Each measured signal with the practices that list it; a signal no practice lists goes with the empty one."""
    listed: dict[str, list[str]] = defaultdict(list)
    for practice in model.practices():
        for link in practice.evidence:
            listed[link.signal].append(practice.id)
    by_signal: dict[str, list[Measurement]] = defaultdict(list)
    measured = Measurement.objects.filter(collection__in=collections, skipped="").select_related(
        "collection__repository"
    )
    for row in measured.order_by("collection__repository__name", "pk"):
        by_signal[row.signal].append(row)
    for signal, definition in model.signals.items():
        rows = by_signal.get(signal, ())
        if any(row.collection.repository.weight > 0 for row in rows):
            yield pool(signal, rows, definition), tuple(listed[signal]) or ("",)


def _mean(weighted: Sequence[tuple[float, float]]) -> float | None:
    """The mean weighted by n; plain when no reading has any n."""
    if not weighted:
        return None
    total = sum(n for _, n in weighted)
    if not total:
        return sum(value for value, _ in weighted) / len(weighted)
    return sum(value * n for value, n in weighted) / total


def _lowest_grade(grades: Sequence[str], definition: Signal) -> str | None:
    if not grades:
        return None
    return min(grades, key=lambda grade: (definition.grades.get(grade, (0, 0)), grade))


def _examples(rows: Sequence[Measurement], several: bool) -> tuple[str, ...]:
    """A few lines of each repository, taken in turn, with its name where there are several."""
    share = -(-MAX_EXAMPLES // len(rows))
    lines = [
        f"{row.collection.repository.name}: {example}" if several else example
        for row in rows
        for example in row.examples[:share]
    ]
    return tuple(lines[:MAX_EXAMPLES])
