"""What the linter says of models whose answers have values: each mistake once, with its place and its mend."""

from assessment.maturity.foreign.leveled_lint import lint_leveled
from assessment.maturity.foreign.types import Choice, Dimension, ForeignModel, Needs, Practice, Question
from assessment.maturity.formats import check
from tests.assessment.foreign.samples import activity, samm_files, write_dsomm, write_samm


def asked(name, values, level=1):
    choices = tuple(Choice(id=str(n), text=text, value=value) for n, (text, value) in enumerate(values))
    return Question(id=name, text="?", kind="single", level=level, choices=choices)


def found(*questions, empty=False, needs=()):
    practices = (Practice(id="p", name="p", questions=questions),)
    practices += (Practice(id="bare", name="bare", questions=()),) if empty else ()
    model = ForeignModel(
        slug="s",
        version="1",
        title="t",
        format="samm",
        rule="samm",
        dimensions=(Dimension(id="d", name="d", practices=practices),),
        prerequisites=tuple(Needs(of=of, needs=need) for of, need in needs),
    )
    return [(one.code, one.where) for one in lint_leveled(model)]


def test_sound_answers_are_quiet():
    assert found(asked("q", [("No", 0.0), ("Half", 0.5), ("Yes", 1.0)])) == []


def test_each_mistake_has_its_code_and_is_told_once():
    alike = [("No", 0.0), ("no ", 0.5), ("Yes", 1.0)]
    assert found(asked("a", alike), asked("b", alike)) == [("indistinct-anchor", "a")]
    assert found(asked("q", [("No", 0.5), ("Half", 0.5), ("Yes", 0.2)])) == [("values-not-monotone", "q")] * 2
    assert found(asked("q", [("No", 1.0), ("Yes", 1.0)])) == [("never-scores", "q")]
    assert found(asked("q", [("No", 0.0), ("Yes", 1.0)]), empty=True) == [("irrelevant-practice", "bare")]
    answers = [("No", 0.0), ("Yes", 1.0)]
    inverted = found(asked("low", answers), asked("high", answers, level=3), needs=[("low", "high")])
    assert inverted == [("level-inversion", "low")]


def test_the_answers_of_a_folder_are_told_at_the_first_question(tmp_path):
    files = samm_files()
    files["answer_sets/N"]["values"][1]["text"] = "Fully"
    told = [one for one in check(write_samm(tmp_path, files), "samm").warnings if one.code == "indistinct-anchor"]
    assert [one.where for one in told] == ["P-RO-A-1"]
    assert "and 11 more" in told[0].what


def test_control_numbers_are_told_once_for_a_key(tmp_path):
    rows = {name: activity(name, references={"iso27001-2022": [8.31, 8.25]}) for name in "ab"}
    file = write_dsomm(tmp_path / "m.yaml", {"D": {"S": rows}})
    (told,) = check(file, "dsomm").warnings
    assert (told.code, told.where.rpartition(" ")[2]) == ("coerced-scalar", "iso27001-2022")
    assert told.what.startswith("8.31 and 3 more are read as numbers by YAML")
