"""What a run keeps in English is said in the reader's language, and nothing a run may say is missing from the list."""

import ast
import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from assessment.domain.retold import SKIPPED, UNSEEN, retold, retold_example
from assessment.domain.scoring.types import SignalReading
from assessment.domain.shown_evidence import line_of
from assessment.maturity.loader import SHIPPED, read_model
from core.models import JobState
from metrics.models import Measurement
from metrics.signals.types import MergeStyle
from tests.factories.assessment import AssessmentFactory
from tests.factories.metrics import CollectionFactory, RepositoryFactory
from tests.house.files import ROOT

MADE_OF_VALUES = [
    (
        "Only 3 of 12 changes show their files (80% needed).",
        "Nur 3 von 12 Änderungen zeigen ihre Dateien (80\xa0% nötig).",
    ),
    ("No change was merged in the last 90 days.", "In den letzten 90 Tagen wurde keine Änderung gemergt."),
    (
        f"Branches leave no trace here: the mainline holds {MergeStyle.SQUASH}.",
        "Branches hinterlassen hier keine Spur: Der Hauptzweig enthält zusammengefasste Änderungen.",
    ),
    ("Reading 1,234 changes of the last 365 days", "1.234 Änderungen der letzten 365 Tage werden gelesen"),
    ("Opening no one", "no one wird geöffnet"),
    ("61 signals measured, 0 could not be said.", "61 Signale gemessen, 0 ließen sich nicht bestimmen."),
]


@pytest.mark.parametrize(("kept", "said"), MADE_OF_VALUES)
def test_a_kept_sentence_is_worded_anew_with_its_values(kept, said):
    with override("de"):
        assert retold(kept) == said
    with override("en"):
        assert retold(kept) == kept


@pytest.mark.parametrize("kept", ["", "Was hier auf Deutsch stand.", "A sentence of some other version."])
def test_what_nobody_knows_is_shown_as_it_was_kept(kept):
    with override("fr"):
        assert retold(kept) == kept


def test_an_example_keeps_its_line_and_words_what_is_behind_it():
    with override("de"):
        assert retold_example("12 Fix (again) (not explained)") == "12 Fix (again) (nicht erklärt)"
        assert retold_example("12 Fix (none)") == "12 Fix (none)"


EXAMPLES = [
    ("a1b2c3 Add: it (3.5 days)", "a1b2c3 Add: it (3,5 Tage)"),
    ("Ledger: #4 Fix: this (names no item)", "Ledger: #4 Fix: this (nennt kein Ticket)"),
    ("#12 A title: with colon: 1,250 lines", "#12 A title: with colon: 1.250 Zeilen"),
    ("no owner: app/a.py", "niemand zuständig: app/a.py"),
    ("Ledger: no owner: app/a.py", "Ledger: niemand zuständig: app/a.py"),
    ("no force push: yes", "kein Force-Push: ja"),
    ("review required: cannot be seen", "Review Pflicht: nicht zu sehen"),
    ("deploy/a.env line 3: a private key", "deploy/a.env Zeile 3: ein privater Schlüssel"),
    (
        ".github/ci.yml: npm run lint:fix, its failure is ignored, not on proposed changes",
        ".github/ci.yml: npm run lint:fix, ein Fehlschlag wird übergangen, nicht bei vorgeschlagenen Änderungen",
    ),
    ("docs/spec.md: 3 of 8 parts", "docs/spec.md: 3 von 8 Teilen"),
    (
        "At least this: The rules of the default branch need the role Maintainer.",
        "Mindestens dies: Die Regeln des Standardzweigs brauchen die Rolle Maintainer.",
    ),
]


@pytest.mark.parametrize(("kept", "said"), EXAMPLES)
def test_what_stands_behind_an_example_is_said_in_the_readers_language(kept, said):
    with override("de"):
        assert retold_example(kept) == said
    with override("en"):
        assert retold_example(kept) == kept


@pytest.mark.parametrize("kept", ["a1b2 Rename no to yes", "#3 Score 4 of 5", "app/a.py", "a1 Close (it)", "x: y", ""])
def test_what_people_wrote_is_left_as_it_is(kept):
    with override("de"):
        assert retold_example(kept) == kept


def _notes(path):
    """Every note a signal puts behind an example, a value in it as 7."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"show", "show_change", "share_of"}:
            told = [word.value for word in node.keywords if word.arg == "note"]
            for part in (*told, *(node.args[1:2] if node.func.id != "share_of" else ())):
                if isinstance(part, ast.JoinedStr):
                    yield "".join(str(p.value) if isinstance(p, ast.Constant) else "7" for p in part.values)
                elif isinstance(part, ast.Constant):
                    yield part.value


def test_every_note_of_a_signal_is_on_the_list():
    notes = {note for place in ROOT.glob("metrics/signals/**/*.py") for note in _notes(place)}
    assert len(notes) > 20
    with override("de"):
        assert [note for note in sorted(notes) if retold_example(f"a1 Title ({note})") == f"a1 Title ({note})"] == []


@pytest.mark.django_db
def test_evidence_beside_an_answer_shows_its_examples_in_the_readers_language():
    model = read_model(SHIPPED)
    reading = SignalReading("size_p75", n=40, value=120.0, examples=("a1b2 Add it (900 lines)",))
    with override("de"):
        assert line_of(model, reading, None, {}, today=dt.date(2026, 6, 30)).examples == ("a1b2 Add it (900 Zeilen)",)


def _sentences(path):
    """Every whole sentence the file writes, a value in it as 7; docstrings are none."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.FunctionDef, ast.ClassDef)
    docs = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in docs:
            text = node.value
        else:
            continue
        if re.fullmatch(r"[A-Z][^\n]* [^\n]*[a-z)]\.", text):
            yield text


def test_every_sentence_of_a_signal_and_a_host_is_on_the_list():
    domain = ROOT / "metrics/domain"
    places = [*ROOT.glob("metrics/signals/**/*.py"), domain / "measure.py", domain / "quotas.py"]
    said = {text for place in places for text in _sentences(place)}
    said |= {
        text
        for place in ROOT.glob("metrics/clients/**/*.py")
        for text in _sentences(place)
        if re.match(r"[A-Z][\w ]* needs? (the (scope|permission|right|role)|GitLab|to be switched)", text)
    }
    assert len(said) > 90
    with override("de"):
        assert [text for text in sorted(said) if retold(text) == text] == []
    assert len(set(SKIPPED)) + len(set(UNSEEN)) > 90


@pytest.mark.django_db
def test_page_of_a_run_speaks_the_readers_language(client, place):
    collection = CollectionFactory(
        assessment=AssessmentFactory(team=place.team),
        repository=RepositoryFactory(team=place.team, name="Ledger"),
        state=JobState.DONE,
        log=[{"at": "2026-11-02T09:00:00+00:00", "text": "Opening Ledger"}],
    )
    Measurement.objects.create(collection=collection, signal="size_p75", skipped="No change is open.")
    client.force_login(place.lead)
    client.cookies["django_language"] = "es"
    page = client.get(reverse("metrics:collection-detail", args=[collection.public_id])).content.decode()
    assert "No hay ningún cambio abierto." in page
    assert "Se abre Ledger" in page
    assert "No change is open" not in page
