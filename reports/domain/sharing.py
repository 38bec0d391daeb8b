"""Links to one finished report for people without an account.

The secret is made at random, shown once and kept as a digest. A link that is guessed, expired or revoked, or whose
report is gone, is looked for by the same one query and not found, so nothing tells these cases apart.
"""

import datetime as dt

from django.contrib.auth.hashers import check_password, make_password
from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.audit import record
from accounts.models import User
from assessment.models import Assessment
from core.models import JobState
from core.refusals import Refused
from reports.models import Report, ShareLink
from surveys.domain.links import digest_of, new_token

TICKET_S = 900  # how long a page opened by the password can download


class ShareOver(Refused):
    """The link leads nowhere, for a reason that is not told."""

    status = 404

    def __init__(self) -> None:
        super().__init__(_("This link leads nowhere, or no longer. Ask whoever sent it for a new one."))


@transaction.atomic
def share_report(report: Report, *, days: int, password: str, note: str, by: User) -> tuple[ShareLink, str]:
    """The link and its secret, which is told only now."""
    if report.state != JobState.DONE or not report.has_file:
        raise Refused(_("Only a finished report can be shared. Have it made first."))
    token = new_token()
    link = ShareLink.objects.create(
        report=report,
        token_digest=digest_of(token),
        password=make_password(password) if password else "",
        note=note,
        expires_at=timezone.now() + dt.timedelta(days=days),
        made_by=by,
    )
    team, profile = report.result.assessment.team, report.profile
    record("report.shared", by=by, on=link, team=team, profile=profile, days=days, has_password=bool(password))
    return link, token


@transaction.atomic
def revoke_link(link: ShareLink, *, by: User) -> None:
    """From now on the link leads nowhere; revoking twice says it once."""
    if ShareLink.objects.filter(pk=link.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
        record("report.link_revoked", by=by, on=link, team=link.report.result.assessment.team)


def links_of(assessment: Assessment) -> QuerySet[ShareLink]:
    rows = ShareLink.objects.filter(report__result__assessment=assessment)
    return rows.select_related("report__result__assessment__team", "made_by")


def live_link(token: str) -> ShareLink:
    """The link of this secret; raises ShareOver where it leads nowhere."""
    rows = ShareLink.objects.live().select_related("report__result__assessment__team__organization")
    link = rows.filter(token_digest=digest_of(token)).first()
    if link is None or not link.report.has_file:
        raise ShareOver
    return link


def password_opens(link: ShareLink, password: str) -> bool:
    return check_password(password, link.password)


def ticket_for(link: ShareLink) -> str:
    """What the opened page hands back with the download, so that no cookie is needed."""
    return TimestampSigner(salt="reports.share").sign(link.public_id.hex)


def ticket_opens(link: ShareLink, ticket: str) -> bool:
    try:
        return TimestampSigner(salt="reports.share").unsign(ticket, max_age=TICKET_S) == link.public_id.hex
    except BadSignature:
        return False


@transaction.atomic
def note_link_download(link: ShareLink) -> None:
    """Counted in the audit log and on the link, without an address or anything else about who it was."""
    ShareLink.objects.filter(pk=link.pk).update(n_downloads=F("n_downloads") + 1)
    report = link.report
    team = report.result.assessment.team
    record("report.downloaded_by_link", by=None, role="link", on=link, team=team, profile=report.profile)
