"""What a person is told from Python is marked for translation: refusals, forms and the names of choices."""

import ast
import re

import pytest

from tests.catalogs import KEYWORDS
from tests.house.files import ROOT, name_of, our_code
from tests.house.test_translations import NAMES

TOLD = {
    "Refused",
    "Invalid",
    "NotFound",
    "Busy",
    "ValidationError",
    "ScopeError",
    "add_error",
    "success",
    "add_message",
}
SHOWN = {"label", "help_text", "empty_label", "error_messages", "message", "index_title", "verbose_name"}
WORD = re.compile(r"[A-Za-z]{2}")
BRANDS = NAMES | {"GitHub", "GitLab", "Bitbucket Cloud", "Azure DevOps", "Jira", "SAMM", "A4", "Letter"}
NOT_READ_HERE = ("assessment/api.py", "config/celery.py")  # a schema's words, a filter of warnings
AT_THE_PROMPT = (  # reached from the command line alone, which speaks English
    "reports/domain/demonstration.py",
)


def _name(node):
    return getattr(node, "id", getattr(node, "attr", ""))


def _bare(node, values):
    """The texts of an expression that stand outside any mark; a name stands for what was assigned to it."""
    if isinstance(node, ast.Call) and _name(node.func) in KEYWORDS:
        return []
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.JoinedStr):
        return ["".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)]
    if isinstance(node, ast.Name):
        return [text for value in values.get(node.id, ()) for text in _bare(value, {})]
    if isinstance(node, ast.Call) and _name(node.func) == "format":
        return _bare(node.func.value, values)
    if isinstance(node, ast.Call):  # what another function makes of it is looked at where that stands
        return []
    if isinstance(node, ast.Dict):
        return [text for value in node.values for text in _bare(value, values)]
    return [text for child in ast.iter_child_nodes(node) for text in _bare(child, values)]


def _assigned(tree):
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
    return found


def _told(node):
    """The expressions of a node whose text a person reads."""
    if isinstance(node, ast.Call):
        if _name(node.func) in TOLD:
            yield from node.args
        for word in node.keywords:
            if word.arg in SHOWN:
                yield word.value
    if isinstance(node, ast.Assign) and _name(node.targets[0]) in SHOWN:
        yield node.value
    if isinstance(node, ast.ClassDef) and {_name(base) for base in node.bases} & {"TextChoices", "IntegerChoices"}:
        for line in node.body:
            if isinstance(line, ast.Assign) and isinstance(line.value, ast.Tuple):
                yield line.value.elts[-1]


def unmarked_in(source):
    tree = ast.parse(source)
    values = _assigned(tree)
    for node in ast.walk(tree):
        for said in _told(node):
            for text in _bare(said, values):
                is_word = "_" not in text and text.strip("… ")[:1].isupper()
                if text not in BRANDS and WORD.search(text) and (" " in text.strip() or is_word):
                    yield node.lineno, text


def test_every_sentence_told_from_python_is_marked():
    found = [
        f"{name_of(path)}:{line}: {text!r}"
        for path in our_code()
        if "management" not in path.parts and name_of(path) not in (*AT_THE_PROMPT, *NOT_READ_HERE)
        for line, text in unmarked_in(path.read_text(encoding="utf-8"))
    ]
    assert not found, "mark with gettext:\n" + "\n".join(found)


def test_what_speaks_english_at_the_prompt_is_called_from_there_alone():
    for name in AT_THE_PROMPT:
        module = name.removesuffix(".py").replace("/", ".")
        callers = [p for p in our_code() if f"from {module} import" in p.read_text(encoding="utf-8")]
        assert callers
        assert [name_of(p) for p in callers if "management" not in p.parts and "demonstration" not in p.name] == []
        assert (ROOT / name).exists()


@pytest.mark.parametrize(
    "source",
    [
        'raise Invalid("A weight is too large.")',
        'raise Invalid(f"A weight is at most {most}.")',
        'raise Refused("It is {state}.".format(state=state))',
        'said = "This is closed."\nraise Refused(said)',
        'raise forms.ValidationError({"name": "Give a name."})',
        'note = forms.CharField(label="Why", error_messages={"required": _("Say why.")})',
        'class State(models.TextChoices):\n    OPEN = "open", "Open"',
        'messages.success(request, "Saved.")',
    ],
)
def test_an_unmarked_sentence_is_found(source):
    assert list(unmarked_in(source))


@pytest.mark.parametrize(
    "source",
    [
        'raise Invalid(_("A weight is at most {most}.").format(most=100))',
        'said = gettext("This is closed.")\nraise Refused(said.format(day="day one"))',
        'self.add_error("note", _("Say why."))',
        'class State(models.TextChoices):\n    OPEN = "open", _("Open")',
    ],
)
def test_a_marked_sentence_passes(source):
    assert list(unmarked_in(source)) == []
