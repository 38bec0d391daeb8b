import pytest
from django.core.files.base import ContentFile

from reports.models import Report
from tests.factories.reports import ResultFactory

pytestmark = pytest.mark.django_db


def test_file_goes_with_its_assessment(django_capture_on_commit_callbacks):
    report = Report.objects.create(result=ResultFactory(), template_version="1")
    report.file.save("report.pdf", ContentFile(b"%PDF-"))
    storage, name = report.file.storage, report.file.name
    assert storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        report.result.assessment.delete()
    assert not storage.exists(name)


def test_row_without_a_file_is_deleted_without_a_word(django_capture_on_commit_callbacks):
    report = Report.objects.create(result=ResultFactory(), template_version="1")
    with django_capture_on_commit_callbacks(execute=True):
        report.delete()
    assert not Report.objects.exists()
