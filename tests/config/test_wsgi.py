"""A web process is ready when it says so."""

import subprocess
import sys


def printed_by(asked: str) -> str:
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_pages_and_the_way_to_the_queue_are_loaded_before_the_first_request():
    wanted = {"reports.views", "surveys.views.answering", "core.embedded_queue"}
    assert printed_by(f"import sys, config.wsgi; print({wanted!r} <= sys.modules.keys())") == "True"


def test_shipped_model_is_read_before_the_first_request():
    asked = "import config.wsgi; from assessment.maturity import loader; print(len(loader._parsed))"
    assert printed_by(asked) == "1"


def test_what_stays_for_good_is_out_of_the_garbage_collectors_sight():
    assert int(printed_by("import gc, config.wsgi; print(gc.get_freeze_count())")) > 100_000
