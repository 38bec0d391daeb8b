"""How long an update of the what-if page takes on the server: `python -m bench.what_if`.

Times the answer htmx gets (200 draws, break-even table, relief, presets, two saved scenarios) in this process, without
a network, beside the smallest view there is, the health check. Prints medians of processor time and their ratio.
"""

import os
import statistics
import time
from collections.abc import Callable

N = 40
LIMIT_MS = 100


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import django

    django.setup()
    from django.test.runner import DiscoverRunner

    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        _measure()
    finally:
        runner.teardown_databases(databases)


def _measure() -> None:
    from django.test import Client
    from django.urls import reverse

    from assessment.domain.flow.given import Origin
    from assessment.domain.flow.whatif import WhatIf
    from assessment.domain.flow_inputs import record_flow_inputs
    from assessment.domain.scenarios import save_scenario
    from tests.assessment.flow.test_constraint import WAITS, team
    from tests.factories.accounts import MembershipFactory
    from tests.factories.assessment import AssessmentFactory

    assessment = AssessmentFactory()
    record_flow_inputs(assessment, [*team(), *WAITS], origin=Origin.MEASURED)
    for volume in (8, 26):
        save_scenario(assessment, name=f"Volume {volume}", whatif=WhatIf(volume_percent=volume), by=None)
    client = Client(headers={"HX-Request": "true"})
    client.force_login(MembershipFactory(team=assessment.team).user)
    page, health = reverse("reports:flow", args=[assessment.public_id]), reverse("core:health")
    query = {"coding_percent": "40", "volume_percent": "8", "reviewers": "4"}
    slow, plain = _median_ms(lambda: client.get(page, query)), _median_ms(lambda: client.get(health))
    verdict = "within" if slow < LIMIT_MS else "over"
    print(f"what-if {slow:.1f} ms, health check {plain:.2f} ms, ratio {slow / plain:.0f}; {verdict} {LIMIT_MS} ms")


def _median_ms(call: Callable[[], object]) -> float:
    call()
    times = []
    for _ in range(N):
        began = time.process_time()
        call()
        times.append(1000 * (time.process_time() - began))
    return statistics.median(times)


if __name__ == "__main__":
    main()
