"""The table of attacks in docs/measuring.md names tests that exist."""

import ast
import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
PAGE = TESTS.parents[1] / "docs" / "measuring.md"


def test_every_attack_in_the_table_names_a_test_that_shows_the_defence():
    rows = re.findall(r"^\| .* \| .* \| `([\w/]+\.py)`: (.+?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) > 20
    for file, words in rows:
        tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
        tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert f"test_{words.replace(' ', '_')}" in tests, (file, words)
