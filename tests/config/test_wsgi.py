"""A web process is ready when it says so."""

import subprocess
import sys


def test_pages_are_loaded_before_the_first_request():
    asked = "import sys, config.wsgi; print({'reports.views', 'surveys.views.answering'} <= sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"
