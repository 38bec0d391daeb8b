from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        from accounts.events import person_left
        from reports.files import delete_file

        person_left.connect(forget_person, dispatch_uid="reports.forget_person")
        post_delete.connect(delete_file, sender="reports.Report", dispatch_uid="reports.delete_file")


def forget_person(user: Any, organization: Any, **_: Any) -> None:
    """Who stays in another organization is no longer named here; an account that goes takes its name along."""
    from reports.models import Brand, OwnerReminder, RemarkVersion, Report, ShareLink, TrackerRun

    if organization is not None:
        rows = Report.objects.filter(result__assessment__team__organization=organization, requested_by=user)
        rows.update(requested_by=None)
        TrackerRun.objects.filter(tracker__team__organization=organization, requested_by=user).update(requested_by=None)
        Brand.objects.filter(organization=organization, made_by=user).update(made_by=None)
        RemarkVersion.objects.filter(assessment__team__organization=organization, by=user).update(by=None)
        links = ShareLink.objects.filter(report__result__assessment__team__organization=organization, made_by=user)
        links.update(made_by=None)
        OwnerReminder.objects.filter(assessment__team__organization=organization, owner=user).delete()
