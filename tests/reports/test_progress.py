"""A report being made: how far it is, stopped while it is at it, in another language, and looked at beforehand."""

import re
import threading

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from django.utils import timezone, translation

from core.jobs import claim_job
from core.models import JobState
from reports import pdf
from reports.domain import render
from reports.domain.making import printed
from reports.domain.report_data import report_data
from reports.domain.sections import load_beforehand, n_sections
from reports.models import Form, Report
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.named_assessments import named_result
from tests.factories.reports import ReportFactory, ResultFactory
from tests.processes import is_alive, renderings_below, wait_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch):
    """Every heartbeat's note and count, in order."""
    heard, beat = [], render.Progress._step.__globals__["beat"]

    def listen(job, *, done=None, total=None, note=None):
        beat(job, done=done, total=total, note=note)
        heard.append((job.progress_done, job.progress_total, job.progress_note))

    monkeypatch.setattr("reports.domain.progress.beat", listen)
    return heard


def test_progress_counts_every_section_the_pages_the_file_and_the_seal(told):
    held = claim_job(Report, ReportFactory().pk)
    render.render_report(held)
    counts = [done for done, _, _ in told]
    assert counts == sorted(counts)
    total = 1 + n_sections("reports/pdf/document.html") + 4
    assert (counts[-1], {t for _, t, _ in told}) == (total, {total})
    notes = [note for _, _, note in told]
    topics = re.findall(r'data-topic="([^"]+)"', render.report_html(report_data(held.result)))
    sections = [note for note in dict.fromkeys(notes) if note.startswith("Section")]
    assert sections[:3] == ["Section “Summary”", f"Section “{topics[1]}”", f"Section “{topics[2]}”"]
    assert len(sections) > 10
    assert [notes[0], *notes[-3:-1]] == ["Gathering the result", "Sealing the file", "Storing the file"]
    assert re.fullmatch(r"\d+ pages", notes[-1])


def test_notes_are_in_the_language_of_the_report(told):
    held = claim_job(Report, ReportFactory(language="de").pk)
    render.render_report(held)
    assert told[0][2] == "Das Ergebnis wird gesammelt"


@pytest.mark.parametrize("form", Form.values)
def test_document_made_by_section_is_the_document(form):
    """Whatever is put together from parts is the same as what the template gives at once."""
    from django.template.loader import render_to_string

    data = report_data(ResultFactory())
    context = {"data": data, "base": pdf.BASE, "language": "en", "is_letter": False, "is_preview": False}
    assert render.report_html(data, form=form) == render_to_string(render.TEMPLATES[Form(form)], context)


def test_nothing_is_left_to_read_for_the_first_document(monkeypatch):
    from django.template import engines
    from django.template.loaders.filesystem import Loader

    engines["django"].engine.template_loaders[0].reset()
    load_beforehand()
    read, contents = [], Loader.get_contents
    monkeypatch.setattr(
        Loader, "get_contents", lambda loader, origin: (read.append(origin), contents(loader, origin))[1]
    )
    for form in Form.values:
        render.report_html(report_data(named_result("rich")), form=form)
    assert [origin.template_name for origin in read] == []


def test_rendering_process_says_which_page_it_sets_and_that_it_writes(monkeypatch):
    monkeypatch.setattr(pdf, "TICK_S", 0.02)
    steps = []
    html = render.report_html(report_data(ResultFactory()))
    pdf.render_pdf(printed(html), step=lambda phase, n: steps.append((phase, n)))
    pages = [n for phase, n in steps if phase == "layout"]
    assert len(set(pages)) > 3
    assert steps[-1][0] == "write"


@pytest.mark.django_db(transaction=True)
def test_cancelling_in_mid_render_ends_the_process_and_the_job(monkeypatch):
    """A person presses Stop while the pages are being set: the child process is gone and nothing is stored."""
    monkeypatch.setattr(pdf, "TICK_S", 0.05)
    report = ReportFactory()
    held, seen, n_threads = claim_job(Report, report.pk), [], threading.active_count()

    def stop(phase, n):
        if not seen:
            seen.extend(renderings_below(pdf.os.getpid()))
            Report.objects.filter(pk=report.pk).update(cancel_requested_at=timezone.now())

    monkeypatch.setattr(pdf, "_hear", lambda said, step: (stop("", 0), step("layout", 1)))
    render.render_report(held)
    report.refresh_from_db()
    assert (report.state, report.file.name, report.sha256) == (JobState.CANCELLED, "", "")
    assert seen
    wait_for(lambda: not any(is_alive(pid) for pid in seen), why="the process went on")
    assert threading.active_count() <= n_threads


def test_report_in_another_language_is_a_report_of_its_own(client):
    result = ResultFactory()
    client.force_login(MembershipFactory(team=result.assessment.team, role="lead").user)
    address = reverse("reports:report-request", args=[result.assessment.public_id])
    for language in ("", "fr", "fr"):
        client.post(address, {"language": language})
    assert sorted(Report.objects.values_list("language", flat=True)) == ["en", "fr"]
    client.post(address, {"language": "xx"})
    assert Report.objects.count() == 2


def test_stop_button_stops_what_waits_and_is_gone_when_it_is_over(client):
    report = ReportFactory(template_version=render.TEMPLATE_VERSION)
    client.force_login(MembershipFactory(team=report.result.assessment.team, role="lead").user)
    status = reverse("reports:report-status", args=[report.public_id])
    assert 'form="stop"' in client.get(status).content.decode()
    client.post(reverse("reports:report-cancel", args=[report.public_id]))
    report.refresh_from_db()
    assert report.state == JobState.CANCELLED
    page = client.get(status).content.decode()
    assert "The making of the report was stopped." in page
    assert 'form="stop"' not in page


def test_report_printed_before_an_earlier_assessment_moved_is_made_again(django_capture_on_commit_callbacks):
    result = ResultFactory()
    earlier = ResultFactory(
        assessment__team=result.assessment.team, assessment__state="closed", assessment__period_end_on="2026-03-31"
    )
    with django_capture_on_commit_callbacks(execute=True):
        report = render.request_report(result, by=UserFactory())
    with django_capture_on_commit_callbacks() as unmoved:
        render.request_report(result, by=UserFactory())
    earlier.save()
    with django_capture_on_commit_callbacks() as woken:
        render.request_report(result, by=UserFactory())
    assert (report.pk is not None, len(unmoved), len(woken)) == (True, 0, 1)


def test_preview_is_the_document_in_the_page_under_a_strict_policy(client):
    result = ResultFactory()
    client.force_login(MembershipFactory(team=result.assessment.team, role="lead").user)
    address = reverse("reports:report-preview", args=[result.assessment.public_id])
    answer = client.get(address, {"form": "short", "language": "de"})
    page = answer.content.decode()
    assert 'lang="de"' in page
    for sheet in ("report", "fonts", "report-screen"):
        assert f'href="{django_settings.STATIC_URL}css/{sheet}.css"' in page
    assert 'class="paper"' in page  # its figures are drawn for white, also where the device is dark
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert pdf.BASE not in page
    assert "Preview." not in render.report_html(report_data(result))
    assert not Report.objects.exists()
    assert client.get(address, {"form": "novel"}).status_code == 404
    with translation.override("en"):
        assert client.get(address).status_code == 200
