"""What a report of many teams costs: `python -m bench.portfolio [N …]`, by default 10, 30 and 100 teams.

Every team has two closed assessments with a scored card. Prints for each size the queries and the processor time of
gathering and writing, the processor time and the peak memory of the rendering process, pages and bytes, and the time
for one more team between the sizes: where it does not rise, the report grows linearly. Processor time, because other
work on the machine blurs it little.
"""

import os
import sys
import time
from dataclasses import dataclass

SIZES = (10, 30, 100)


@dataclass(frozen=True)
class Cost:
    n: int
    queries: int
    written_s: float
    rendered_s: float
    peak_mb: float
    pages: int
    kilobytes: int


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import django

    django.setup()
    from django.test.runner import DiscoverRunner

    sizes = tuple(int(word) for word in sys.argv[1:]) or SIZES
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        _print([_cost(n) for n in sorted(sizes)])
    finally:
        runner.teardown_databases(databases)


def _cost(n: int) -> Cost:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from reports.domain.making import printed
    from reports.domain.portfolio import gather_teams, portfolio_data
    from reports.domain.portfolio_report import portfolio_html
    from reports.pdf import render_pdf

    organization, teams = _organization(n)
    began = time.process_time()
    with CaptureQueriesContext(connection) as queries:
        html = portfolio_html(portfolio_data(organization, gather_teams(teams)))
    written = time.process_time() - began
    pdf = render_pdf(printed(html))
    memory_mb, kilobytes = pdf.memory_bytes / 1_000_000, round(len(pdf.content) / 1000)
    return Cost(n, len(queries), written, pdf.processor_s, memory_mb, pdf.n_pages, kilobytes)


def _organization(n: int):  # type: ignore[no-untyped-def]
    from tests.factories import team_of_nine
    from tests.factories.accounts import OrganizationFactory, TeamFactory
    from tests.factories.reports import ResultFactory

    organization, card = OrganizationFactory(name=f"{n} teams"), team_of_nine.card()
    teams = [TeamFactory(organization=organization, name=f"Team {i:03}") for i in range(n)]
    for team in teams:
        for end in ("2026-03-31", "2026-06-30"):
            ResultFactory(card=card, assessment__team=team, assessment__state="closed", assessment__period_end_on=end)
    return organization, teams


def _print(costs: list[Cost]) -> None:
    print("teams queries  written s  rendered s  peak MB  pages   kB  more s a team")
    for cost, before in zip(costs, [None, *costs], strict=False):
        spent = cost.written_s + cost.rendered_s
        more = (spent - before.written_s - before.rendered_s) / (cost.n - before.n) if before else spent / cost.n
        print(
            f"{cost.n:5} {cost.queries:7} {cost.written_s:10.2f} {cost.rendered_s:11.2f} {cost.peak_mb:8.0f} "
            f"{cost.pages:6} {cost.kilobytes:4} {more:14.3f}"
        )


if __name__ == "__main__":
    main()
