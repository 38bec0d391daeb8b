import inspect
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from assessment.maturity.loader import SHIPPED, read_model
from metrics.domain.signal_reference import _host_readers, _readers, reference_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "metrics.md"


@pytest.fixture(scope="module")
def definitions():
    return read_model(SHIPPED).signals


def test_reference_page_in_docs_is_up_to_date(definitions):
    assert PAGE.read_text(encoding="utf-8") == reference_page(definitions), "Run: manage.py signals > docs/metrics.md"


def test_reference_page_has_every_signal_once(definitions):
    page = reference_page(definitions)
    assert [page.count(f"(`{signal}`)\n") for signal in definitions] == [1] * len(definitions)


def test_reference_page_says_how_offline_signals_are_read(definitions):
    page = reference_page(definitions)
    offline = [signal for signal, d in definitions.items() if set(d.sources) <= {"tree", "history"}]
    assert len(offline) > 10
    for signal in offline:
        part = page.partition(f"(`{signal}`)")[2].partition("\n## ")[0]
        assert "**How it is read.** " in part or "**From the clone.** " in part, signal


def test_reference_page_says_how_every_signal_is_read(definitions):
    assert reference_page(definitions).count("**How it is read.** ") + reference_page(definitions).count(
        "**From the host.** "
    ) == len(definitions)


def test_every_signal_over_time_states_its_window_what_is_left_out_its_unit_and_its_source(definitions):
    """In its own docstring, for readers of the code, and so on the page."""
    lacking = {}
    for signal, about in definitions.items():
        readers = [read for read in (_readers().get(signal), _host_readers().get(signal)) if read]
        words = " ".join(" ".join((inspect.getdoc(read) or "").split()) for read in readers)
        wanted = {"source": r"\b[Ss]ource\b|mainline"}
        if about.window_days:
            wanted["window"] = rf"\b{about.window_days} days\b"
            wanted["exclusions"] = r"left out|not counted?\b|are no\b|not judged|\bleaves? out"
        if about.unit and about.kind != "grades":
            wanted["unit"] = rf"\b({re.escape(about.unit)}|{UNITS.get(first := about.unit.split()[0], first)})\b"
        if missing := [name for name, pattern in wanted.items() if not re.search(pattern, words, re.IGNORECASE)]:
            lacking[signal] = missing
    assert lacking == {}


UNITS = {"h": "hours", "min": "minutes"}  # as sentences write them


def test_signals_prints_the_page(definitions, capsys):
    call_command("signals")
    assert capsys.readouterr().out == reference_page(definitions)
