"""Run inside the installation under test: a usual team's result and people who answer, ten reports, their states.

python -m bench.report_data seed | ask
"""

import json
import os
import sys
import time

import django

from bench.answering_data import seed
from config.local import set_local_defaults

PAPERS, LANGUAGES = ("a4", "letter"), ("en", "de", "es", "fr")
READERS = ("team", "board")
LIMIT_S = 600


def make() -> dict[str, object]:
    """The people who open their pages; the result is found again by its team."""
    from tests.factories.named_assessments import named_result

    named_result("rich", organization="Reports")
    return seed(20)


def ask() -> dict[str, object]:
    """Ten different full reports of one result, asked for when a line comes in; told when all have ended."""
    from django.utils.translation import override

    from assessment.models import Result
    from core.models import JobState
    from reports.domain.render import request_report
    from reports.models import Report

    result = Result.objects.filter(assessment__team__organization__name="Reports").latest("pk")
    kinds = [(language, reader, paper) for reader in READERS for language in LANGUAGES for paper in PAPERS][:10]
    Report.objects.all().delete()
    print("ready", flush=True)
    sys.stdin.readline()
    begun = time.monotonic()
    for language, reader, paper in kinds:
        with override(language):
            request_report(result, by=None, profile=reader, paper=paper)
    while Report.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).exists():
        if time.monotonic() > begun + LIMIT_S:
            break
        time.sleep(0.5)
    states = list(Report.objects.values_list("state", flat=True))
    return {"states": states, "took_s": time.monotonic() - begun}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    set_local_defaults(os.environ)
    django.setup()
    print(json.dumps({"seed": make, "ask": ask}[sys.argv[1]]()))
