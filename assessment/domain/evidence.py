"""Evidence in, results out: the only writers of both."""

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, override

from accounts.domain.audit import record
from accounts.models import User
from assessment.domain.flow_reading import StoredFlow, as_dict, read_stored, stored_flow
from assessment.domain.other_rules import rescore_other
from assessment.domain.scored import decided_part, inputs_of, scored
from assessment.domain.scoring import SCORER_VERSION
from assessment.maturity.formats import OURS
from assessment.maturity.loader import model_of
from assessment.models import (
    Assessment,
    CapContest,
    Evidence,
    EvidenceContest,
    EvidenceSource,
    Result,
    RoadmapRevision,
)
from core.refusals import Invalid
from core.spoken import SOURCE_LANGUAGE


def record_evidence(
    assessment: Assessment,
    *,
    source: str,
    practice: str = "",
    signal: str = "",
    content: dict[str, Any],
    n: int,
    observed_at: datetime,
) -> Evidence:
    """Store what one source says about one practice, in place of what it said before.

    `content` is a `SurveySummary` or a `SignalReading` as a dict. A fact of the model (`facts`) has no practice, its
    id as signal and `{"value": number}` as content.
    """
    row, _ = Evidence.objects.update_or_create(
        assessment=assessment,
        source=source,
        practice=practice,
        signal=signal,
        defaults={"content": content, "n": n, "observed_at": observed_at},
    )
    return row


def withdraw_evidence(
    assessment: Assessment,
    *,
    source: str,
    practice: str | None = None,
    signal: str | None = None,
    keep: Collection[str] = (),
) -> int:
    """Take back what a source said, for one practice or signal or for all but some practices; how many rows went."""
    rows = assessment.evidence.filter(source=source).exclude(practice__in=keep)
    if practice is not None:
        rows = rows.filter(practice=practice)
    if signal is not None:
        rows = rows.filter(signal=signal)
    return rows.delete()[0]


@transaction.atomic
def rescore(assessment: Assessment) -> Result:
    """The result of the evidence as it stands; the same evidence always gives the same row.

    When evidence returns to an earlier state, its earlier result becomes the current one again.
    """
    if assessment.maturity_model.rule != OURS:
        decided = assessment.roadmap_revisions.first()
        return rescore_other(assessment, plan=decided_part(decided) if decided else None)
    evidence = list(assessment.evidence.order_by("source", "practice", "signal"))
    contests = list(assessment.cap_contests.order_by("practice", "cap"))
    flow, revision = stored_flow(assessment), assessment.roadmap_revisions.first()
    notes = list(assessment.evidence_contests.order_by("signal", "pk").values_list("signal", "note"))
    digest = digest_of(assessment, evidence, contests, flow, revision, notes)
    result = assessment.results.filter(digest=digest).first()
    if result is None:
        inputs = inputs_of(assessment, evidence, contests, revision)
        reading = read_stored(flow, evidence)
        with override(SOURCE_LANGUAGE):  # what is kept does not depend on who looked first
            card, roadmap = scored(assessment.maturity_model, inputs, reading)
        fields = {
            "scorer_version": SCORER_VERSION,
            "score": asdict(card),
            "roadmap": asdict(roadmap),
            "flow": as_dict(reading),
            "inputs": inputs,
        }
        result, _ = Result.objects.get_or_create(assessment=assessment, digest=digest, defaults=fields)
    elif current_result(assessment) != result:
        result.save(update_fields=["updated_at"])
    return result


def current_result(assessment: Assessment) -> Result | None:
    """The result of the evidence at the last scoring; not the newest row when evidence was taken back."""
    return assessment.results.first()


def digest_of(
    assessment: Assessment,
    evidence: Iterable[Evidence],
    contests: Iterable[CapContest],
    flow: StoredFlow | None = None,
    revision: RoadmapRevision | None = None,
    notes: Iterable[tuple[str, str]] = (),
) -> str:
    """sha256 over everything a result is computed from or printed with, in an order of its own."""
    content: dict[str, Any] = {
        "evidence": sorted(
            json.dumps([row.source, row.practice, row.signal, row.content], sort_keys=True) for row in evidence
        ),
        "contested": sorted([contest.practice, contest.cap, contest.note] for contest in contests),
        "targets": assessment.target_profile,
        "model": assessment.maturity_model.digest,
        "scorer": SCORER_VERSION,
    }
    if flow:  # results made before flow was known keep their digest
        content["flow"] = flow.digest_part()
    if revision:
        content["plan"] = decided_part(revision)
    if noted := sorted(map(list, notes)):  # printed beside the evidence, so a report made before is another one
        content["contested evidence"] = noted
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def contest_cap(assessment: Assessment, *, practice: str, cap: int, note: str, by: User) -> CapContest:
    """Lift a cap of the model for this assessment; the note is printed wherever the cap would have been."""
    if not note.strip():
        raise Invalid(
            gettext("Say in a sentence why the cap does not apply here; the note is printed with the result.")
        )
    caps = next((p.caps for p in model_of(assessment.maturity_model).practices() if p.id == practice), ())
    if not 0 <= cap < len(caps):
        raise Invalid(
            gettext("The maturity model has no cap {cap} on practice {practice}.").format(
                cap=cap, practice=repr(practice)
            )
        )
    contest, _ = CapContest.objects.update_or_create(
        assessment=assessment, practice=practice, cap=cap, defaults={"note": note.strip()[:500], "by": by}
    )
    record("cap.contested", by=by, on=assessment, team=assessment.team, practice=practice, cap=cap)
    rescore(assessment)
    return contest


@transaction.atomic
def drop_contest(contest: CapContest, *, by: User | None = None) -> None:
    """Let a contested cap hold again."""
    assessment, practice, cap = contest.assessment, contest.practice, contest.cap
    contest.delete()
    record("cap.contest_withdrawn", by=by, on=assessment, team=assessment.team, practice=practice, cap=cap)
    rescore(assessment)


@transaction.atomic
def contest_evidence(assessment: Assessment, *, signal: str, note: str, by: User) -> EvidenceContest:
    """Keep a person's note that a signal reads wrong here. No score moves; the note is printed beside the reading."""
    if not note.strip():
        raise Invalid(gettext("Say in a sentence what is measured wrong; the note is printed beside the reading."))
    if not assessment.evidence.filter(source=EvidenceSource.METRIC, signal=signal).exclude(practice="").exists():
        raise Invalid(gettext("Nothing was measured here that could be contested."))
    contest, _ = EvidenceContest.objects.update_or_create(
        assessment=assessment, signal=signal, by=by, defaults={"note": note.strip()[:500]}
    )
    record("evidence.contested", by=by, on=assessment, team=assessment.team, signal=signal)
    rescore(assessment)
    return contest


@transaction.atomic
def drop_evidence_contest(contest: EvidenceContest, *, by: User) -> None:
    """Take a note on a signal back."""
    assessment, signal = contest.assessment, contest.signal
    contest.delete()
    record("evidence.contest_withdrawn", by=by, on=assessment, team=assessment.team, signal=signal)
    rescore(assessment)
