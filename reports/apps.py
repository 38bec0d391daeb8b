from django.apps import AppConfig
from django.db.models.signals import post_delete


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        from reports.files import delete_file

        post_delete.connect(delete_file, sender="reports.Report", dispatch_uid="reports.delete_file")
