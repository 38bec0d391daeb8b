"""`manage.py measure` and what stands behind it, on repositories of every shape."""

import datetime as dt
import json
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from assessment.maturity.loader import SHIPPED, read_model
from metrics.clients.git.clone import share_folder
from metrics.clients.git.process import Limits
from metrics.domain.measure import SHALLOW, measure
from metrics.signals.types import Measured, Skipped
from tests.metrics.repositories import PEOPLE, UNTIL, Builder, days_ago, git, lines, plain_history

SIGNALS = read_model(SHIPPED).signals
LIMITS = Limits.of_seconds(86_400)  # counted from the import on
OFFLINE_HISTORY = {"spec_link_rate", "size_p75", "test_cochange", "revert_rate", "ai_marked_share"}


@pytest.fixture
def found_in(tmp_path):
    def found(builder: Builder, until=UNTIL, *, name="source", **options):
        folder = builder.write(tmp_path / name, **options)
        copy = share_folder(folder, tmp_path / f"{name}-copy", limits=LIMITS)
        return measure(copy, until=until, definitions=SIGNALS, limits=LIMITS)

    return found


def reading(findings, signal):
    return next(reading for reading in findings.readings if reading.signal == signal)


def measured_json(folder, capsys, until=UNTIL):
    call_command("measure", str(folder), "--until", until.isoformat(), "--json")
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("signal", ["test_cochange", "pickup_p75"])
def test_the_command_explains_one_signal_as_data(tmp_path, capsys, signal):
    folder = plain_history(40).write(tmp_path / "source")
    whole = measured_json(folder, capsys)
    call_command("measure", str(folder), "--until", UNTIL.isoformat(), "--json", "--explain", signal)
    told = json.loads(capsys.readouterr().out)
    assert told.pop("signal") == signal
    if signal in whole["signals"]:
        assert len(told.pop("examples")) == 12
        assert told == whole["signals"][signal]
    else:
        assert told == {"skipped": whole["skipped"][signal]}


def test_every_signal_of_the_model_is_measured_or_skipped_with_a_reason(found_in):
    findings = found_in(plain_history())
    assert [reading.signal for reading in findings.readings] == list(SIGNALS)
    assert all(skipped.reason.endswith(".") for skipped in findings.skipped)


def test_windows_and_units_are_those_of_the_model(found_in):
    for found in found_in(plain_history(60, every_days=1)).measured:
        definition = SIGNALS[found.signal]
        assert (found.signal, found.window_days) == (found.signal, definition.window_days)
        assert found.grade is not None or found.unit == definition.unit


def test_a_plain_history_reads_as_built(found_in):
    findings = found_in(plain_history(40))
    assert reading(findings, "test_cochange").value == pytest.approx(0.5)
    assert reading(findings, "spec_link_rate").value == pytest.approx(0.5)
    assert (
        reading(findings, "revert_rate")
        == Skipped("revert_rate", "Too little to go by: n is 40, and this signal needs at least 13.")
        or reading(findings, "revert_rate").value == 0
    )
    assert findings.facts["merged_changes_180d"] == 40


def test_an_empty_repository_is_measured_with_everything_skipped(found_in):
    findings = found_in(Builder())
    assert not findings.measured
    assert {skipped.signal for skipped in findings.skipped} == set(SIGNALS)


def test_ten_commits_say_what_ten_commits_can(found_in):
    findings = found_in(plain_history(10))
    assert reading(findings, "size_p75").n == 10
    assert isinstance(reading(findings, "direct_push_rate"), Skipped)
    assert "needs at least 13" in reading(findings, "revert_rate").reason


def test_a_shallow_repository_skips_what_goes_over_time(tmp_path, found_in):
    source = plain_history(40).write(tmp_path / "whole")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--bare", "--depth=5", f"file://{source}", str(shallow))
    copy = share_folder(shallow, tmp_path / "copy", limits=LIMITS)
    findings = measure(copy, until=UNTIL, definitions=SIGNALS, limits=LIMITS)
    reasons = {skipped.signal: skipped.reason for skipped in findings.skipped}
    assert all(reasons[signal] == SHALLOW for signal in OFFLINE_HISTORY | {"owner_map", "rework_21d"})
    assert "merged_changes_180d" not in findings.facts


def test_no_merges_leave_merging_signals_unsaid(found_in):
    findings = found_in(plain_history(40))
    assert "could be merged again" in reading(findings, "conflict_rate").reason
    assert "leave no trace" in reading(findings, "branch_age_p75").reason


def test_a_history_of_merges_says_age_and_conflicts(found_in):
    builder = Builder()
    tip = builder.commit("Start", {"a.py": lines(3)}, at=days_ago(89))
    for number in range(12):
        age = 1 + number % 4
        merged = days_ago(80 - 6 * number)
        started = merged - dt.timedelta(days=age)
        side = builder.commit(
            f"Work {number}",
            {f"b{number}.py": lines(9)},
            branch=f"b{number}",
            start=tip,
            at=started,
            author=PEOPLE[1 + number % 2],
        )
        clash = number == 5
        if clash:
            builder.commit("Ours", {f"b{number}.py": "ours\n"}, at=started + dt.timedelta(hours=1))
        tip = builder.commit(
            f"Merge pull request #{number} from team/b{number}", {f"b{number}.py": lines(9)}, merge=side, at=merged
        )
    findings = found_in(builder)
    assert reading(findings, "branch_age_p75") == Measured(
        "branch_age_p75",
        n=12,
        value=pytest.approx(3.25),
        window_days=90,
        unit="days",
        examples=reading(findings, "branch_age_p75").examples,
    )
    conflicts = reading(findings, "conflict_rate")
    assert (conflicts.n, conflicts.value) == (12, pytest.approx(1 / 12))


def test_commits_dated_1970_and_2099_are_survived_and_counted(found_in):
    builder = plain_history(40)
    undisturbed = found_in(builder, name="plain")
    odd = plain_history(20)
    odd.commit("From the past", {"past.txt": "x\n"}, at=0)
    odd.commit("From the future", {"future.txt": "x\n"}, at=4_070_908_800)
    for number in range(20, 40):
        files = {f"app/part{number}.py": lines(10 + number)}
        if number % 2:
            files[f"tests/test_part{number}.py"] = lines(5)
        body = f"\n\nRefs #{number + 100}" if number % 2 else ""
        odd.commit(f"Add part {number}{body}", files, at=days_ago(2 * (40 - number)), author=PEOPLE[number % 4])
    disturbed = found_in(odd, name="odd")
    assert disturbed.facts["future_dated_commits"] == 1
    for signal in ("spec_link_rate", "size_p75", "test_cochange", "ai_marked_share"):
        assert reading(disturbed, signal) == _with_examples_of(reading(disturbed, signal), reading(undisturbed, signal))


def test_a_future_dated_tip_is_left_out_of_the_tree_too(found_in):
    builder = plain_history(40)
    builder.commit("From the future", {"future.txt": "x\n"}, at=4_070_908_800)
    assert found_in(builder, name="tip").head
    assert found_in(builder, name="tip2").facts["merged_changes_180d"] == 40


def test_the_past_can_be_measured_as_it_was(found_in):
    builder = plain_history(40)
    until = days_ago(40).date()
    early = plain_history(40)
    findings = found_in(builder, until, name="whole")
    assert reading(findings, "size_p75").n == 21  # the first is 80 days old, then one every second day
    assert findings.head != found_in(early, name="again").head


def test_a_bare_and_a_checked_out_repository_read_the_same(found_in):
    bare = found_in(plain_history(), name="bare")
    assert found_in(plain_history(), name="full", bare=False) == bare


def test_huge_blob_pointer_submodule_and_odd_name_are_survived(found_in):
    builder = plain_history(40)
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 2000000000\n"
    builder.commit(
        "Add odd things",
        {"big.bin": b"\0" * 3_000_000, "film.mp4": pointer, b"caf\xe9/na\xefve.py": lines(30)},
        at=days_ago(1),
        submodule="libs/dep",
    )
    size = reading(found_in(builder), "size_p75")
    assert size.n == 41
    json.dumps(size.examples).encode("utf-8")


def test_the_command_prints_the_agreed_shape(tmp_path, capsys):
    folder = plain_history().write(tmp_path / "source")
    said = measured_json(folder, capsys)
    assert list(said) == ["repository", "until", "signals", "facts", "skipped"]
    assert (said["repository"], said["until"]) == (str(folder), "2026-06-30")
    assert said["signals"]["size_p75"] == {"value": 42.0, "n": 40, "window_days": 90, "unit": "lines"}
    assert set(said["signals"]) | set(said["skipped"]) == set(SIGNALS)
    assert not set(said["signals"]) & set(said["skipped"])
    assert said["skipped"]["pickup_p75"] == "It needs the hosting service's API."


def test_the_command_says_the_same_twice(tmp_path, capsys):
    folder = plain_history().write(tmp_path / "source")
    assert measured_json(folder, capsys) == measured_json(folder, capsys)


def test_the_command_prints_a_table_for_people(tmp_path, capsys):
    folder = plain_history().write(tmp_path / "source")
    call_command("measure", str(folder), "--until", "2026-06-30")
    out = capsys.readouterr().out
    assert "size_p75" in out
    assert "Not said:" in out


def monorepo(folder):
    builder = Builder()
    builder.commit("Start", {"CODEOWNERS": "/bank/ @org/bank\n"}, at=days_ago(60))
    for n in range(40):
        place = "shop" if n % 4 else "bank"
        builder.commit(f"Add {n}", {f"{place}/a{n}.py": lines(10)}, at=days_ago(50 - n), author=PEOPLE[n % 3])
    return builder.write(folder)


@pytest.mark.parametrize(("part", "n"), [(["bank"], 10), (["bank/", "shop"], 40), (["@org/bank"], 10)])
def test_the_command_measures_a_part(tmp_path, capsys, part, n):
    call_command("measure", str(monorepo(tmp_path / "source")), "--until", "2026-06-30", "--json", "--folders", *part)
    assert json.loads(capsys.readouterr().out)["signals"]["size_p75"]["n"] == n


def test_the_command_takes_rules_from_a_file(tmp_path, capsys):
    rules = tmp_path / "rules"
    rules.write_text("file: bank/\n")
    call_command(
        "measure", str(monorepo(tmp_path / "source")), "--until", "2026-06-30", "--json", "--rules", str(rules)
    )
    assert json.loads(capsys.readouterr().out)["signals"]["size_p75"]["n"] == 31  # the first change and the shop's


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--folders", "../x"], "is no folder"),
        (["--rules", "missing"], "missing cannot be read"),
        (["--rules", "bad"], "is no rule"),
    ],
)
def test_the_command_refuses_parts_and_rules_it_cannot_read(tmp_path, monkeypatch, options, said):
    (tmp_path / "bad").write_text("whatever\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError, match=said) as refused:
        call_command("measure", str(tmp_path), *options)
    assert refused.value.returncode == 2


@pytest.mark.parametrize("path", ["missing", "file.txt", "empty"])
def test_the_command_refuses_what_is_no_repository(tmp_path, path):
    (tmp_path / "file.txt").touch()
    (tmp_path / "empty").mkdir()
    with pytest.raises(CommandError) as refused:
        call_command("measure", str(tmp_path / path))
    assert refused.value.returncode == 2
    assert "\n" not in str(refused.value)


ONE_AFTER_THE_OTHER = """
import runpy, sys
for args in {calls!r}:
    sys.argv = ["manage.py", "measure", *args]
    try:
        runpy.run_path("manage.py", run_name="__main__")
    except SystemExit as left:
        print("left with", left.code, file=sys.stderr)
"""


def test_the_command_exits_with_two_and_one_line(tmp_path):
    calls = [[str(tmp_path / "missing")], [str(tmp_path), "--until", "2026-13-01"], ["--", "-x"]]
    command = [sys.executable, "-c", ONE_AFTER_THE_OTHER.format(calls=calls)]  # in one process: starting takes longest
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr.count("left with 2\n") == len(calls), done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


def _with_examples_of(found, other):
    return Measured(found.signal, other.n, other.value, other.grade, other.window_days, other.unit, found.examples)
