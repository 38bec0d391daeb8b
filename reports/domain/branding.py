"""How an organization's reports look: logo, colours, words on the cover and at the foot of the page.

A brand is kept under the digest of its content, so a report that names the digest is printed the same for ever, and an
organization that goes back to an earlier look finds the reports it had then.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.domain.audit import record
from accounts.models import Organization, Role, Team, User
from core.colours import contrast, darker_until
from reports.models import Brand, Report

PAPERS = ("#ffffff", "#fbfaf7")  # the report's sheet, and the page of the site
WORDS_RATIO = 4.5  # WCAG 2.2, 1.4.3
MARKS_RATIO = 3.0  # WCAG 2.2, 1.4.11
OWN_COLOUR = "#0f5e70"


@dataclass(frozen=True)
class BrandDraft:
    """What somebody chose, before it is kept; `logo` is a PNG that core.images drew, or nothing."""

    colour: str
    rule_colour: str
    cover_text: str
    footer_text: str
    logo: bytes
    logo_alt: str


@dataclass(frozen=True)
class Look:
    """A brand as documents read it: the report, its page, its slides."""

    organization: str
    colour: str
    rule_colour: str
    cover_lines: tuple[str, ...]
    footer_text: str
    logo: bytes
    logo_alt: str

    @property
    def logo_address(self) -> str:
        """The logo as a data address, so that a document holds it and fetches nothing."""
        return f"data:image/png;base64,{base64.b64encode(self.logo).decode()}" if self.logo else ""


def look_of(brand: Brand) -> Look:
    return Look(
        organization=brand.organization.name,
        colour=brand.colour,
        rule_colour=brand.rule_colour,
        cover_lines=tuple(line.strip() for line in brand.cover_text.splitlines() if line.strip()),
        footer_text=brand.footer_text,
        logo=bytes(brand.logo),
        logo_alt=brand.logo_alt,
    )


def look_by_digest(digest: str) -> Look | None:
    """None for the look of Headwater, and where the organization behind a digest is gone."""
    brand = Brand.objects.filter(digest=digest).select_related("organization").first() if digest else None
    return look_of(brand) if brand else None


def brand_in_use(organization: Organization) -> Brand | None:
    return Brand.objects.filter(organization=organization, in_use=True).select_related("organization").first()


def brands_for(user: User, team: Team) -> list[Brand]:
    """The looks a report of this team may wear: its organization's first, then those of others the person advises."""
    advised = user.memberships.filter(team=None, role__in=(Role.ADMINISTRATOR, Role.CONSULTANT)).values("organization")
    rows = Brand.objects.filter(in_use=True).select_related("organization").order_by("organization__name", "pk")
    theirs = [brand for brand in rows.filter(organization__in=advised) if brand.organization_id != team.organization_id]
    return [*rows.filter(organization=team.organization_id), *theirs]


def tone_for_words(colour: str) -> str:
    """The colour itself when words in it can be read on paper and white words on it, else the nearest darker tone."""
    return darker_until(colour, against=PAPERS, ratio=WORDS_RATIO)


def tone_for_marks(colour: str) -> str:
    return darker_until(colour, against=PAPERS, ratio=MARKS_RATIO)


def weakest_contrast(colour: str) -> float:
    return min(contrast(colour, paper) for paper in PAPERS)


@transaction.atomic
def keep_draft(organization: Organization, draft: BrandDraft, *, by: User) -> Brand:
    """The row of this content, to be looked at; other drafts that nothing wears go."""
    digest = _digest(organization, draft)
    drafts = Brand.objects.filter(organization=organization, in_use=False).exclude(digest=digest)
    drafts.exclude(digest__in=Report.objects.exclude(brand="").values("brand")).delete()
    brand, _ = Brand.objects.get_or_create(
        digest=digest, defaults={"organization": organization, "made_by": by, **_fields(draft)}
    )
    return brand


@transaction.atomic
def put_in_use(organization: Organization, draft: BrandDraft, *, by: User) -> Brand:
    """From now on reports of the organization look like this; what was printed before stays as it is."""
    Organization.objects.select_for_update().get(pk=organization.pk)  # two administrators at once: one after the other
    brand, before = keep_draft(organization, draft, by=by), brand_in_use(organization)
    if before == brand:
        return brand
    Brand.objects.filter(organization=organization, in_use=True).update(in_use=False)
    brand.in_use = True
    brand.save(update_fields=["in_use", "updated_at"])
    changed = [name for name, value in _fields(draft).items() if before is None or _plain(before, name) != value]
    record("brand.put_in_use", by=by, on=brand, organization=organization, changed=changed)
    return brand


@transaction.atomic
def withdraw_brand(organization: Organization, *, by: User) -> None:
    """Back to Headwater's own look."""
    brand = brand_in_use(organization)
    if brand is None:
        return
    Brand.objects.filter(pk=brand.pk).update(in_use=False)
    record("brand.withdrawn", by=by, on=brand, organization=organization)


def kept_brand(organization: Organization, digest: str) -> Brand | None:
    """The draft or earlier look a form goes on from."""
    return Brand.objects.filter(organization=organization, digest=digest).first() if digest else None


def draft_of(brand: Brand) -> BrandDraft:
    return BrandDraft(**{name: _plain(brand, name) for name in BrandDraft.__dataclass_fields__})


def _plain(brand: Brand, name: str) -> Any:
    value = getattr(brand, name)
    return bytes(value) if name == "logo" else value  # a database may hand out a memoryview


def _fields(draft: BrandDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in BrandDraft.__dataclass_fields__}


def _digest(organization: Organization, draft: BrandDraft) -> str:
    """Of the content and whose it is, so that two organizations with the same look have two rows."""
    told = _fields(draft) | {"logo": hashlib.sha256(draft.logo).hexdigest()}
    return hashlib.sha256(json.dumps([str(organization.public_id), told], sort_keys=True).encode()).hexdigest()
