"""What a run keeps for the next one: the same answers, less to read, and nothing that can go wrong with the file."""

import datetime as dt
import gc
import re
import time

import pytest

from assessment.maturity.loader import SHIPPED, read_model
from metrics.clients.git import history, process, tree
from metrics.clients.git.clone import share_folder
from metrics.clients.git.process import GitLimit, Limits
from metrics.domain import blocks, kept, sources
from metrics.domain.beside import beside
from metrics.domain.blocks import MAX_BLOCKS, Block, Rows
from metrics.domain.kept import loading, rarely_collecting
from metrics.domain.measure import measure
from metrics.signals.types import Places, TreeEntry, name_of_rule
from tests.metrics.repositories import PEOPLE, UNTIL, Builder, days_ago, git, lines, plain_history

LIMITS = Limits.of_seconds(86_400)  # counted from the import on
SIGNALS = read_model(SHIPPED).signals


@pytest.fixture
def measured(tmp_path):
    """Measures `source` with what was kept at a name, or with nothing kept."""

    def run(name="copy", *, until=UNTIL):
        copy = share_folder(tmp_path / "source", tmp_path / name, limits=LIMITS)
        return measure(copy, until=until, definitions=SIGNALS, limits=LIMITS, keep_at=tmp_path / f"{name}.kept")

    return run


def grown(folder, n=45):
    """The same history as before, a branch merged with a conflict and a few changes later."""
    builder = plain_history(n)
    side = builder.commit("Work apart", {"app/part1.py": lines(9, "side")}, branch="side", start=n, at=days_ago(0.4))
    builder.commit("Work here", {"app/part1.py": lines(8, "main")}, at=days_ago(0.3))
    builder.commit("Merge branch 'side'", {"app/part1.py": lines(9, "both")}, merge=side, at=days_ago(0.2))
    builder.write(folder)


def test_a_second_run_after_new_commits_says_what_a_first_one_says(tmp_path, measured):
    plain_history(45).write(tmp_path / "source")
    before = measured()
    (tmp_path / "source").rename(tmp_path / "before")
    grown(tmp_path / "source")
    assert git(tmp_path / "source", "merge-base", "--is-ancestor", before.head, "main") == ""
    after = measured()
    assert after == measured("fresh")
    assert after != before


def test_a_second_run_reads_only_what_is_new(tmp_path, measured, monkeypatch):
    grown(tmp_path / "source")
    first = measured()
    asked = []
    given = history._given
    monkeypatch.setattr(
        history, "_given", lambda copy, args, shas, limits: asked.extend(shas) or given(copy, args, (), limits)
    )
    assert measured() == first
    assert asked == []


def test_what_is_kept_is_loaded_while_git_is_waited_for(tmp_path, measured, monkeypatch):
    grown(tmp_path / "source")
    first = measured()
    asked = []
    monkeypatch.setattr(history, "_given", lambda copy, args, shas, limits: asked.extend(shas) or iter(()))
    before = gc.get_threshold()
    with loading(tmp_path / "copy.kept") as load:
        copy = share_folder(tmp_path / "source", tmp_path / "copy", limits=LIMITS)
        assert measure(copy, until=UNTIL, definitions=SIGNALS, limits=LIMITS, load=load) == first
    assert asked == []
    assert gc.get_threshold() == before


def test_what_goes_wrong_meanwhile_is_what_is_said(tmp_path):
    with pytest.raises(ZeroDivisionError), loading(tmp_path / "none.kept"):
        raise ZeroDivisionError


def test_git_is_started_a_few_times_however_many_changes_and_files_there_are_and_never_to_blame(
    tmp_path, measured, monkeypatch
):
    told = []
    monkeypatch.setattr(
        process, "command_line", lambda place, args, of=process.command_line: told.append(args[0]) or of(place, args)
    )
    counts = []
    for n in (65, 150):
        plain_history(n).write(tmp_path / "source")
        measured(f"copy{n}")
        n_first = len(told)
        (tmp_path / "source").rename(tmp_path / f"before{n}")
        grown(tmp_path / "source", n)
        measured(f"copy{n}")
        counts.append((n_first, len(told) - n_first))
        (tmp_path / "source").rename(tmp_path / f"after{n}")
        assert "blame" not in told
        told.clear()
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 9


def test_an_earlier_day_is_measured_as_if_nothing_were_kept(tmp_path, measured):
    grown(tmp_path / "source")
    measured()
    earlier = days_ago(40).date()
    assert measured(until=earlier) == measured("fresh", until=earlier)


def recorded():
    """Decision records and the code they name, most of it older than what lines are read of for everybody."""
    builder = Builder()
    record = "# Use {n}\n\nSee `app/part{n}.py`.\n"
    builder.commit("Start", {"README.md": "x\n"}, at=days_ago(300))
    for n in range(8):
        at = days_ago(290 - 35 * n)
        files = {f"docs/adr/000{n}-use-{n}.md": record.format(n=n)}
        code = {f"app/part{n}.py": lines(9 + n), "app/all.py": lines(n + 1)}
        for step, part in enumerate((files, code) if n % 2 else (code, files)):
            builder.commit(f"Step {n}.{step}", part, at=at + dt.timedelta(days=step), author=PEOPLE[n % 4])
    builder.commit("Move", {}, rename=("docs/adr/0001-use-1.md", "docs/adr/0001-really-use-1.md"), at=days_ago(140))
    builder.commit("Move it", {}, rename=("app/part3.py", "app/moved3.py"), at=days_ago(130))
    return builder


def test_lines_of_old_changes_are_read_only_where_a_signal_asks(tmp_path, measured, monkeypatch):
    recorded().write(tmp_path / "source")
    found = measured()
    assert found.readings == measured().readings
    before_code = next(reading for reading in found.measured if reading.signal == "adr_before_code")
    assert 0 < before_code.value < 1
    counted = [change.is_counted for change in kept.load_kept(tmp_path / "copy.kept").changes.values()]
    assert {True, False} == set(counted)
    monkeypatch.setattr(sources, "LINES_DAYS", 10_000)
    assert measured("all lines") == found


@pytest.mark.parametrize(
    "damaged",
    [
        lambda content: b"",
        lambda content: b"torn",
        lambda content: content[:-9],
        lambda content: bytes(len(content)),
        lambda content: content.replace(b"Add part 3", b"Add part 7"),
    ],
)
def test_a_damaged_file_counts_as_none(tmp_path, measured, damaged):
    grown(tmp_path / "source")
    first = measured()
    place = tmp_path / "copy.kept"
    content = place.read_bytes()
    assert damaged(content) != content
    place.write_bytes(damaged(content))
    assert not kept.load_kept(place).commits
    assert measured() == first


def test_changed_rules_make_all_be_read_anew(tmp_path, measured, monkeypatch):
    grown(tmp_path / "source")
    measured()
    assert kept.load_kept(tmp_path / "copy.kept").commits
    monkeypatch.setattr(kept, "rules_version", lambda: "other")
    assert not kept.load_kept(tmp_path / "copy.kept").commits


def test_what_is_too_large_is_not_kept(tmp_path, measured, monkeypatch):
    grown(tmp_path / "source")
    measured()
    monkeypatch.setattr(kept, "MAX_BYTES", 10)
    measured()
    assert not (tmp_path / "copy.kept").exists()


def test_what_left_the_window_is_dropped(tmp_path, measured):
    plain_history(10).write(tmp_path / "source")
    measured()
    measured(until=days_ago(-900).date())
    assert not kept.load_kept(tmp_path / "copy.kept").changes


def test_work_beside_ends_with_the_run():
    done = []

    def stop_early():
        with beside(Limits.of_seconds(60)) as pool:
            pool.start(lambda limits: [limits.tick() or time.sleep(0.05) or done.append(n) for n in range(1000)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stop_early()
    assert len(done) < 1000


def test_what_fails_beside_is_raised_to_who_asks():
    def fail(limits):
        raise GitLimit("Too long.")

    with beside(Limits.of_seconds(60)) as pool, pytest.raises(GitLimit, match="Too long"):
        pool.start(fail)()


def winding(n: int) -> Builder:
    """`n` changes in which files move into and out of what counts, become binary and text again, and are taken over."""
    builder = Builder()
    builder.commit("Start", {"app/a.py": lines(30), "yarn.lock": lines(40), "big.dat": lines(9)}, at=days_ago(100))
    for k in range(n):
        at, author = days_ago(95 - k), PEOPLE[k % 4]
        body = "\n\nCo-authored-by: Claude <noreply@anthropic.com>" if k % 7 == 3 else ""
        files: dict[str | bytes, str | bytes | None] = {
            "app/a.py": lines(30 + k % 5, f"v{k // 3}"),
            f"app/new{k % 9}.py": lines(5 + k % 4, f"w{k}"),
            "yarn.lock": lines(40 - k % 6, f"lock{k}"),
        }
        if k % 10 == 6:
            files["big.dat"] = b"\0\1\2" + bytes([k]) * 50 if k % 20 == 6 else lines(9, f"text{k}")
        builder.commit(f"Change {k}{body}", files, at=at, author=author)
        if k % 12 == 11:
            there, back = ("yarn.lock", "app/lock.py") if k % 24 == 11 else ("app/lock.py", "yarn.lock")
            builder.commit(f"Move {k}", {}, rename=(there, back), at=at + dt.timedelta(hours=1), author=author)
        if k % 15 == 4:
            builder.commit(f"Rename {k}", {}, rename=("app/a.py", "app/b.py"), at=at + dt.timedelta(hours=2))
            builder.commit(f"Back {k}", {}, rename=("app/b.py", "app/a.py"), at=at + dt.timedelta(hours=3))
    return builder


def test_going_on_again_and_again_says_what_starting_anew_says(tmp_path, measured):
    winding(94).write(tmp_path / "source")
    whole = git(tmp_path / "source", "rev-list", "--reverse", "--first-parent", "main").split()
    for n in (40, 41, 48, 60, 75, 76, len(whole) - 1):
        git(tmp_path / "source", "update-ref", "refs/heads/main", whole[n])
        day = dt.date.fromisoformat(git(tmp_path / "source", "log", "-1", "--format=%cs"))
        found = measured(until=day)
        assert found == measured(f"fresh{n}", until=day)
        assert any(reading.signal == "rework_21d" and reading.value for reading in found.measured)


def test_lines_are_followed_from_where_the_last_run_left_off(tmp_path, measured, monkeypatch):
    plain_history(45).write(tmp_path / "source")
    before = measured()
    (tmp_path / "source").rename(tmp_path / "before")
    grown(tmp_path / "source")
    unpacked = []
    monkeypatch.setattr(kept, "_unpacked", lambda *args, of=kept._unpacked: unpacked.append(args[1]) or of(*args))
    after = measured()
    assert before.head not in unpacked
    assert len(set(unpacked)) == 2  # "Work here" and the merge
    assert kept.load_kept(tmp_path / "copy.kept").lines.head == after.head


def test_texts_are_read_again_only_where_they_changed_or_are_asked_for(tmp_path, measured, monkeypatch):
    builder = plain_history(45)
    builder.commit("Pipeline", {".github/workflows/a.yml": "on: push\n", "tools/b.sh": "x\n"}, at=days_ago(0.1))
    builder.write(tmp_path / "source")
    read = []
    monkeypatch.setattr(
        tree, "_read_texts", lambda *args, of=tree._read_texts: read.append([e.path for e in args[1]]) or of(*args)
    )
    first = measured()
    assert len(read[0]) > 45
    assert measured() == first
    assert ".github/workflows/a.yml" in read[1]
    assert not any(path.startswith("app/") for batch in read[1:] for path in batch)


def test_texts_nobody_foresaw_are_read_one_by_one_and_then_all_at_once():
    entries = [TreeEntry(f"{n}.py", "100644", str(n), 1) for n in range(9)]
    read = []
    texts = tree.Texts(entries, {"0.py"}, lambda wanted: read.append(len(wanted)) or {e.path: e.oid for e in wanted})
    assert [texts[entry.path] for entry in entries] == [entry.oid for entry in entries]
    assert read == [1, 1, 1, 1, 5]
    assert ("8.py" in texts, "9.py" in texts, texts.get("9.py"), len(texts)) == (True, False, None, 9)


def test_blocks_are_handed_on_unopened_and_packed_anew_when_they_are_many():
    rows = Rows()
    for n in range(40):
        packed = rows.with_new({f"k{n}": [n]}, [f"k{m}" for m in range(n + 1)])
        assert len(packed) <= MAX_BLOCKS + 1
        rows = Rows(packed)
    assert {key: rows[key] for key in rows} == {f"k{n}": [n] for n in range(40)}
    (held,) = Rows(rows.with_new({}, ["k0"])).blocks
    assert held.keys == ["k0"]


def test_what_is_large_is_compressed_and_what_is_not_is_read_as_it_stands(monkeypatch):
    rows = {"a": [1, "x" * 900]}
    plain = Block.of(rows)
    monkeypatch.setattr(blocks, "COMPRESSED_FROM", 100)
    small = Block.of(rows)
    assert len(small.packed) < 100 < len(plain.packed)
    assert dict(small.rows()) == dict(plain.rows()) == rows


def test_of_two_rows_of_one_id_the_later_counts():
    rows = Rows(Rows([Block.of({"a": [1], "b": [2]})]).with_new({"a": [9]}, ["a", "b"]))
    assert (rows["a"], rows["b"]) == ([9], [2])


def test_rubbish_is_looked_for_as_before_once_a_run_has_ended(tmp_path, measured):
    before = gc.get_threshold()
    measured_while = []
    plain_history(5).write(tmp_path / "source")
    with rarely_collecting():
        measured_while.append(gc.get_threshold())
    measured()
    assert gc.get_threshold() == before
    assert measured_while[0][0] >= before[0]


def test_rules_of_names_are_asked_about_new_paths_alone():
    paths = {name: TreeEntry(name, "100644", name, 1) for name in ("b.py", "a.md", "c.py")}
    asked = []

    def is_code(path):
        asked.append(path)
        return path.endswith(".py")

    known = Places(frozenset({"b.py", "gone.py", "a.md"}), {name_of_rule(is_code): ("b.py", "gone.py")})
    assert known.where(is_code, paths) == ("b.py", "c.py")
    assert known.where(is_code, paths) == ("b.py", "c.py")
    assert asked == ["c.py"]
    assert Places().where(re.compile(r"\.md$").search, paths) == ("a.md",)


def test_patterns_that_differ_in_their_flags_are_two_rules():
    one, other = re.compile("a").search, re.compile("a", re.IGNORECASE).search
    assert len({name_of_rule(rule) for rule in (one, other, re.compile("a").match)}) == 3
