"""What a model file can get wrong, and how it is told: the place, and what would be right."""

import copy
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from assessment.maturity.lint import UnusableModel, lint, lint_file
from assessment.maturity.loader import SHIPPED, load_model, load_shipped_model, model_of, read_model
from assessment.maturity.reading import read_yaml
from assessment.models import MaturityModel


@pytest.fixture(scope="module")
def shipped():
    return read_yaml(SHIPPED)


@pytest.fixture
def raw(shipped):
    """A copy of the shipped model to break."""
    return copy.deepcopy(shipped)


def practice(raw, name):
    return next(p for d in raw["dimensions"] for p in d["practices"] if p["id"] == name)


def action(raw, name):
    return next(a for a in practice(raw, name.split("-")[0])["actions"] if a["id"] == name)


def told(raw):
    return [str(problem) for problem in lint(raw)]


def test_shipped_model_is_sound():
    assert lint_file(SHIPPED) == ()


def test_stop_rule_names_signals_that_exist_and_looks_at_something(raw):
    rule = action(raw, "RV3-A3")["indicator"]["stop"]
    rule["worse"] = ["review_wait_p57"]
    (problem,) = told(raw)
    assert problem.endswith("stop.worse[0]: there is no signal 'review_wait_p57'; did you mean 'review_wait_p75'?")
    rule.update(worse=[], asks="")
    (problem,) = told(raw)
    assert "says when to look and not at what" in problem


def test_duplicate_ids_are_told_with_both_places(raw):
    raw["dimensions"][0]["practices"][1]["questions"][0]["id"] = "SP1.m"
    raw["roles"][1]["id"] = "product"
    assert "roles[1].id: 'product' is already the id of roles[0]; give each its own." in told(raw)
    expected = "dimensions[0].practices[1].questions[0].id: 'SP1.m' is already the id of dimensions[0].practices[0]"
    assert any(problem.startswith(expected) for problem in told(raw))


def test_dangling_prerequisite_names_its_exact_place(raw):
    raw["dimensions"][0]["practices"][2]["actions"][2]["prereqs"][1]["practice"] = "EN11"
    (problem,) = told(raw)
    place = "dimensions[0].practices[2].actions[2].prereqs[1].practice"
    assert problem == f"{place}: there is no practice 'EN11'; did you mean 'EN1'?"


@pytest.mark.parametrize(
    ("breaking", "expected"),
    [
        (lambda r: r["gates"][1].update(practice="ZZ"), "gates[1].practice: there is no practice 'ZZ'"),
        (lambda r: r["gates"][1]["needs"][0].update(practice="ZZ"), "gates[1].needs[0].practice: there is no practice"),
        (lambda r: action(r, "SP1-A1").update(owner="boss"), "actions[0].owner: there is no role 'boss'"),
        (
            lambda r: action(r, "SP1-A1")["indicator"].update(signal="size"),
            "indicator.signal: there is no signal",
        ),
        (lambda r: action(r, "SP1-A1")["backing"].append("A99"), ".backing[3]: there is no seed item or source 'A99'"),
        (
            lambda r: action(r, "SP1-A1")["moves"].update(to=1),
            "moves: goes from 1 to 1; an action must lead",
        ),
        (
            lambda r: action(r, "CO2-A2").update(raises_inflow_of=["RV9"]),
            "raises_inflow_of[0]: there is no practice",
        ),
        (lambda r: practice(r, "SP1")["seeds"].append("Q1"), "there is no seed item 'Q1'"),
        (lambda r: practice(r, "SP1").update(stages={"dream": 1.0}), "stages.dream: there is no stage 'dream'"),
        (lambda r: practice(r, "SP1").update(stages={}), "stages: names no stage"),
        (
            lambda r: practice(r, "SP1")["evidence"][0].update(signal="nope"),
            "evidence[0].signal: there is no signal",
        ),
        (lambda r: practice(r, "SP1")["evidence"].append({"signal": "rounds_mean", "role": "weak"}), "is listed twice"),
        (
            lambda r: practice(r, "SP1")["questions"][0]["roles"]["primary"].append("boss"),
            "questions[0].roles.primary[3]: there is no role 'boss'",
        ),
        (
            lambda r: practice(r, "SP1")["questions"][0]["options"][4].update(level=4),
            "questions[0].options: has the levels 1, 2, 3, 4, 4; give five, one for each level from 1 to 5 in order.",
        ),
        (
            lambda r: practice(r, "SP1")["questions"][0]["options"].pop(),
            "questions[0].options: has the levels 1, 2, 3, 4; give five",
        ),
        (lambda r: practice(r, "SP1")["levels"].pop(3), "levels: describes 1, 2, 4, 5; describe each of the levels"),
        (
            lambda r: r["signals"]["size_p75"]["thresholds"].update({3: 900}),
            "signals.size_p75.thresholds: is 800.0, 900.0, 200.0, 100.0; values must fall from level to level",
        ),
        (
            lambda r: r["signals"]["spec_link_rate"]["thresholds"].update({5: 0.9}),
            "signals.spec_link_rate.thresholds: is 0.3, 0.6, 0.9, 0.9; values must rise",
        ),
        (lambda r: r["signals"]["size_p75"]["thresholds"].pop(5), "has levels 2, 3, 4; give one value for each"),
        (lambda r: r["signals"]["size_p75"].pop("better"), "signals.size_p75.better: is missing; say whether"),
        (lambda r: r["signals"]["ci_present"].update(grades={}), "signals.ci_present.grades: is empty"),
        (lambda r: r["signals"]["ci_present"]["grades"].update(none=[3, 1]), "grades.none: the band runs from 3 to 1"),
        (
            lambda r: practice(r, "EN1")["caps"][0]["when"][0].update(value="nonne"),
            "caps[0].when[0].value: protection_tier has no grade 'nonne'; did you mean 'none'?",
        ),
        (
            lambda r: practice(r, "EN2")["caps"][0]["when"][0]["value"].append("some"),
            "caps[0].when[0].value[2]: ci_present has no grade 'some'",
        ),
        (lambda r: practice(r, "EN1")["caps"][0]["when"][0].update(op=">"), "when[0].op: is '>'; grades have no order"),
        (
            lambda r: practice(r, "EN1")["caps"][2]["when"][0].update(value="much"),
            "value: is 'much'; this is measured",
        ),
        (
            lambda r: practice(r, "SP3")["caps"][0]["when"][1].update(fact="merges"),
            "when[1].fact: there is no fact",
        ),
        (
            lambda r: practice(r, "SP3")["caps"][0]["when"][1].update(signal="size_p75"),
            "name either a signal or",
        ),
        (lambda r: r["scoring"]["gap_states"].update(aligned=2), "scoring.gap_states: aligned must be the smaller gap"),
        (
            lambda r: r["scoring"]["role_weights"].pop("secondary"),
            "scoring.role_weights.secondary: is missing",
        ),
        (lambda r: r["effort_scale"].pop("M"), "effort_scale.M: is missing; describe the sizes S, M and L."),
        (lambda r: r["meta"].pop("title"), "meta.title: is missing; add it."),
        (lambda r: r["meta"].update(titel="x"), "meta.titel: is no known key; did you mean 'title'?"),
        (
            lambda r: action(r, "SP1-A1").update(prereq=[]),
            "actions[0].prereq: is no known key; did you",
        ),
        (lambda r: action(r, "SP1-A1").update(effort="XL"), "actions[0].effort: is 'XL', should be 'S', 'M' or 'L'."),
        (lambda r: practice(r, "SP1").update(weight=0), "practices[0].weight: is 0, should be greater than 0."),
        (lambda r: r["signals"]["size_p75"]["thresholds"].update({2: float("inf")}), "should be a finite number"),
        (lambda r: r["seed_items"][0].update(practices=["SP9"]), "seed_items[0].practices[0]: there is no practice"),
    ],
)
def test_mistake_is_told_with_its_place_and_what_would_be_right(raw, breaking, expected):
    breaking(raw)
    assert any(expected in problem for problem in told(raw)), told(raw)


def test_circle_of_prerequisites_is_told_once(raw):
    action(raw, "EN1-A1")["prereqs"] = [{"practice": "SP1", "level": 3}]
    action(raw, "SP1-A1")["prereqs"] = [{"practice": "EN1", "level": 3}]
    circles = [problem for problem in told(raw) if "circle" in problem]
    assert circles == [
        "dimensions[0].practices[0].actions[0].prereqs: the prerequisites run in a circle "
        "(SP1-A1 needs EN1-A1 needs SP1-A1); break it."
    ]


def test_action_that_needs_what_it_brings_is_a_circle(raw):
    action(raw, "SP1-A1")["prereqs"] = [{"practice": "SP1", "level": 2}]
    assert any("(SP1-A1 needs SP1-A1)" in problem for problem in told(raw))


def test_keystone_that_cannot_rise_is_told(raw):
    practice(raw, "EN1")["actions"] = [a for a in practice(raw, "EN1")["actions"] if a["id"] != "EN1-A2"]
    problems = told(raw)
    assert any("its actions lead from level 1 only to 3; a keystone must be able to reach 4." in p for p in problems)


def test_all_mistakes_are_told_at_once(raw):
    raw["meta"]["colour"] = "red"
    raw["gates"][0]["level"] = 7
    action(raw, "SP1-A1")["owner"] = "boss"
    action(raw, "SP2-A1")["prereqs"] = [{"practice": "XX", "level": 2}]
    practice(raw, "SP1")["questions"][0]["options"].pop()
    places = {problem.path for problem in lint(raw)}
    assert places >= {
        "meta.colour",
        "gates[0].level",
        "dimensions[0].practices[0].actions[0].owner",
        "dimensions[0].practices[1].actions[0].prereqs[0].practice",
        "dimensions[0].practices[0].questions[0].options",
    }


@pytest.mark.parametrize(
    "junk", [None, [], 3, "text", {}, {"dimensions": 3}, {"dimensions": [{"practices": [None, 3]}]}]
)
def test_junk_is_told_and_never_crashes(junk):
    assert lint(junk)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("meta: {id: a\nscale: b\n", "line 2: not YAML"),
        ("a: 1\nb: 2\na: 3\n", "line 3: the key 'a' stands here and in line 1; keep one."),
        ("a: &x [1, 2]\nb: [*x, *x]\n", "line 2: *x is an alias; write the value out instead."),
        ("[" * 50 + "]" * 50, "line 1: nested deeper than 20 levels"),
        ("a: !!python/object/apply:os.system [ls]\n", "line 1: not YAML: could not determine a constructor"),
        ("a: 1\n---\nb: 2\n", "expected a single document"),
        ("? [a, b]\n: 1\n", "line 1: not YAML"),
        ("a: \x01\n", "not YAML"),
        ("", "the file must hold a mapping"),
    ],
)
def test_unreadable_yaml_is_told_with_its_line(tmp_path, text, expected):
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    (problem,) = lint_file(tmp_path / "m.yaml")
    assert expected in str(problem)


def test_bomb_of_aliases_is_refused_before_it_grows(tmp_path):
    lines = ["a0: &a0 [x]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    (tmp_path / "m.yaml").write_text("\n".join(lines), encoding="utf-8")
    (problem,) = lint_file(tmp_path / "m.yaml")
    assert "line 2: *a0 is an alias" in str(problem)


def test_huge_absent_and_binary_files_are_refused(tmp_path):
    (tmp_path / "huge.yaml").write_bytes(b"a" * 2_000_001)
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    for name, expected in (("huge", "larger than 2 MB"), ("binary", "not UTF-8"), ("absent", "cannot be read")):
        (problem,) = lint_file(tmp_path / f"{name}.yaml")
        assert expected in str(problem)


def test_command_says_in_one_line_what_a_sound_file_holds():
    out = StringIO()
    call_command("model", "lint", str(SHIPPED), stdout=out)
    assert out.getvalue().endswith("5 dimensions, 23 practices, 46 questions, 61 signals, 78 actions.\n")
    assert out.getvalue().count("\n") == 1


def test_command_lists_every_problem_and_leaves_with_two(tmp_path):
    file = tmp_path / "m.yaml"
    file.write_text(SHIPPED.read_text().replace("owner: product", "owner: boss"), encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        call_command("model", "lint", str(file))
    assert caught.value.returncode == 2
    first, *rest = str(caught.value).splitlines()
    assert first == f"{len(rest)} problems"
    assert all(line.startswith(f"{file}: dimensions[") and "'boss'" in line for line in rest)


def test_unsound_model_is_never_read(tmp_path):
    (tmp_path / "m.yaml").write_text("meta: 3\n", encoding="utf-8")
    with pytest.raises(UnusableModel, match="meta"):
        read_model(tmp_path / "m.yaml")


@pytest.mark.django_db
def test_same_content_is_loaded_once_and_comes_back_typed():
    first = load_shipped_model()
    assert load_shipped_model() == first
    assert model_of(first) == read_model(SHIPPED)
    changed = read_model(SHIPPED).model_copy(update={"action_semantics": "other"})
    assert load_model(changed) != first
    assert MaturityModel.objects.count() == 2


def test_doubled_id_neither_hides_a_circle_nor_makes_one_up(raw):
    """Four kinds of fault at once, each told where it is and no other."""
    first = raw["dimensions"][0]["practices"][0]
    gate = next(p for d in raw["dimensions"] for p in d["practices"] if p["id"] == "EN1")
    first["actions"][0]["prereqs"] = [{"practice": "ZZ9", "level": 2}]
    first["actions"][1]["prereqs"].append({"practice": "EN1", "level": 4})
    first["actions"][2]["id"] = first["actions"][1]["id"]
    first["questions"][1]["colour"] = "red"
    raises = next(action for action in gate["actions"] if action["moves"]["to"] == 4)
    raises["prereqs"] = [{"practice": "SP1", "level": 3}]
    told = [str(problem) for problem in lint(raw)]
    assert len([line for line in told if "ZZ9" in line]) == 1
    assert len([line for line in told if "already the id" in line]) == 1
    assert len([line for line in told if "colour" in line]) == 1
    (circle,) = [line for line in told if "circle" in line]
    assert "EN1" in circle
    assert len(told) == 4
