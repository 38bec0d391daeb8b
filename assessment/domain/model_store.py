"""The maturity models an organization may use, and how one that somebody sends becomes one of them."""

from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.domain.audit import record
from accounts.models import Organization, User
from assessment.maturity.foreign.asked import why_not_asked
from assessment.maturity.foreign.types import ForeignModel
from assessment.maturity.formats import OURS, Checked, counts_of
from assessment.maturity.loader import foreign_model_of, is_shipped, load_foreign_model, load_model
from assessment.maturity.schema import MaturityModelFile
from assessment.maturity.uploaded import check_uploaded
from assessment.models import MaturityModel, ModelUpload
from core.refusals import Invalid, Refused


def models_for(organization: Organization) -> list[MaturityModel]:
    """The newest of each name: what the organization brought first, then what is there for all, without the shipped."""
    rows = MaturityModel.objects.for_organization(organization).defer("content", "source")
    newest: dict[tuple[bool, str], MaturityModel] = {}
    for row in rows.order_by("created_at", "pk"):
        if not is_shipped(row):
            newest[row.organization_id is None, row.slug] = row
    return [newest[key] for key in sorted(newest)]


def models_to_start_with(organization: Organization) -> list[MaturityModel]:
    """Those an assessment can be started with."""
    return [row for row in models_for(organization) if row.is_ours or not why_not_asked(foreign_model_of(row))]


def model_to_start_with(organization: Organization, name: str) -> MaturityModel:
    """The newest of SLUG, or SLUG@VERSION, an assessment of the organization can start with; its own come first."""
    slug, _at, version = name.partition("@")
    rows = MaturityModel.objects.for_organization(organization).filter(slug=slug)
    found = sorted(
        rows.filter(version=version) if version else rows,
        key=lambda row: (row.organization_id is not None, row.created_at, row.pk),
    )
    if not found:
        raise Invalid(_("There is no maturity model {name} to start with.").format(name=name))
    if not found[-1].is_ours and (why := why_not_asked(foreign_model_of(found[-1]))):
        raise Invalid(_("{name} cannot be asked: {why}").format(name=name, why=why))
    return found[-1]


@transaction.atomic
def withdraw(row: MaturityModel, *, by: User) -> None:
    """Take away a model of an organization that no assessment was started with. Raises Refused otherwise."""
    refusal = Refused(_("{model} is in use, so it stays: results are read by it.").format(model=row))
    if row.organization is None:
        raise refusal
    record(
        "maturity_model.withdrawn",
        by=by,
        on=row,
        organization=row.organization,
        slug=row.slug,
        version=row.version,
    )
    try:
        row.delete()
    except ProtectedError:
        raise refusal from None


def look_at(
    organization: Organization, file: IO[bytes], *, name: str, kind: str, slug: str = "", by: User
) -> tuple[Checked, ModelUpload | None]:
    """Read and lint what was sent, and keep it until its sender has seen what was noticed; nothing is stored yet.

    No upload where no model can be built of it; an earlier one of the same person goes either way.
    """
    checked = check_uploaded(file, name, kind, slug=slug)
    told = _told_in_every_language(file, name, kind, checked)
    with transaction.atomic():
        ModelUpload.objects.filter(organization=organization, by=by).delete()
        if checked.model is None:
            return checked, None
        return checked, ModelUpload.objects.create(
            organization=organization, by=by, format=kind, findings=told, **_kept(checked, checked.model, slug)
        )


@transaction.atomic
def store(upload: ModelUpload, *, by: User) -> MaturityModel:
    """The row of what was sent, for its organization alone; the upload goes."""
    if upload.format == OURS:
        file = MaturityModelFile.model_validate(upload.content)
        row = load_model(file, slug=upload.slug, source=upload.source, organization=upload.organization)
    else:
        row = load_foreign_model(ForeignModel.model_validate(upload.content), organization=upload.organization)
    record(
        "maturity_model.stored",
        by=by,
        on=row,
        organization=upload.organization,
        format=upload.format,
        slug=row.slug,
        version=row.version,
    )
    upload.delete()
    return row


@transaction.atomic
def throw_away(upload: ModelUpload) -> None:
    upload.delete()


def found_in(upload: ModelUpload) -> dict[str, Any]:
    """What was noticed, in the reader's language; uploads from before every language was kept are told as they are."""
    known: dict[str, Any] = upload.findings
    return known["in"].get(get_language(), known) if "in" in known else known


def _told_in_every_language(file: IO[bytes], name: str, kind: str, checked: Checked) -> dict[str, Any]:
    """What was noticed, in the language it was asked in and under `in` in the others: the file itself is not kept."""
    found, others = _told(checked), [code for code, _name in settings.LANGUAGES if code != get_language()]
    if checked.model is None or not (checked.errors or checked.warnings):
        return found
    told = {}
    for code in others:
        file.seek(0)
        with override(code):
            told[code] = _told(check_uploaded(file, name, kind))
    return {**found, "in": told}


def _told(checked: Checked) -> dict[str, Any]:
    return {
        "errors": [one.model_dump() for one in checked.errors],
        "warnings": [one.model_dump() for one in checked.warnings],
    }


def _kept(checked: Checked, model: MaturityModelFile | ForeignModel, slug: str) -> dict[str, Any]:
    about: Any = model if isinstance(model, ForeignModel) else model.meta
    return {
        "slug": (slug or (model.slug if isinstance(model, ForeignModel) else model.meta.id))[:60],
        "version": about.version[:40],
        "title": about.title[:200],
        "content": model.model_dump(mode="json", by_alias=not isinstance(model, ForeignModel)),
        "source": checked.source,
        "counts": counts_of(model),
    }
