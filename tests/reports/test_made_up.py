"""The made-up repository: the same every time, believable, marked, and telling beside people's answers."""

import datetime as dt

import pikepdf
import pytest
import time_machine

from assessment.domain.evidence import current_result
from assessment.domain.scored import score_card_of
from assessment.maturity.loader import SHIPPED, read_model
from assessment.models import Assessment
from metrics.clients.git.clone import share_folder
from metrics.clients.git.process import GitError, Limits
from metrics.clients.git.written import write_repository
from metrics.domain.measure import measure
from metrics.models import Collection, Measurement
from reports.domain.demonstration import build_demonstration, last_of_a_month
from reports.domain.made_up import NAME, history_of
from tests.metrics.repositories import git

UNTIL = dt.date(2026, 10, 30)
MOST_PAGES = 16  # of the demonstration’s report
LIMITS = Limits.of_seconds(86_400)  # counted from the import on


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_repository(tmp_path_factory.mktemp("made-up") / NAME, history_of(UNTIL), limits=LIMITS)


@pytest.fixture(scope="module")
def found(written, tmp_path_factory):
    copy = share_folder(written, tmp_path_factory.mktemp("copy") / "copy", limits=LIMITS)
    return measure(copy, until=UNTIL, definitions=read_model(SHIPPED).signals, limits=LIMITS)


def test_same_day_gives_the_same_history_and_another_day_another():
    assert history_of(UNTIL) == history_of(UNTIL)
    assert history_of(UNTIL) != history_of(UNTIL - dt.timedelta(days=1))


def test_is_sound_by_gits_own_check_and_leaves_one_branch(written):
    git(written, "fsck", "--strict", "--no-dangling")
    assert git(written, "for-each-ref", "--format=%(refname)", "refs/heads").split() == ["refs/heads/main"]


def test_history_is_that_of_a_team_over_fourteen_months(written):
    authors = {line for line in git(written, "log", "--format=%ae").splitlines() if "dependabot" not in line}
    assert len(authors) >= 3
    assert all(mail.endswith("@parcel.example") for mail in authors)
    titles = git(written, "log", "--format=%s").splitlines()
    for beginning in ("Merge pull request #", "Fix ", 'Revert "', "Release 1.", "Bump "):
        assert sum(title.startswith(beginning) for title in titles) > 10, beginning
    assert "Assisted-by: AI assistant" in git(written, "log", "--format=%b")
    assert git(written, "tag").splitlines()
    days = [dt.date.fromisoformat(day) for day in git(written, "log", "--format=%cs").splitlines()]
    assert (max(days) - min(days)).days > 365 + 45
    assert UNTIL - dt.timedelta(days=4) <= max(days) <= UNTIL
    assert not [day for day in days if day.weekday() > 4 and day != min(days)]


def test_no_change_is_dated_before_what_it_builds_on(written):
    dates = {}
    for line in git(written, "log", "--reverse", "--topo-order", "--format=%H %ct %P").splitlines():
        sha, at, *parents = line.split()
        dates[sha] = int(at)
        assert all(dates[parent] <= int(at) for parent in parents), sha


def test_every_history_signal_of_a_clone_speaks(found):
    measured = {reading.signal: reading for reading in found.measured}
    said = {"spec_link_rate", "spec_cochange", "size_p75", "direct_push_rate", "test_cochange", "conflict_rate"}
    said |= {"branch_age_p75", "cross_area_share", "rework_21d", "revert_rate", "ai_marked_share"}
    assert said <= set(measured)
    for signal in said:
        assert measured[signal].n >= read_model(SHIPPED).signals[signal].min_n
    assert all(0 < measured[signal].value < 1 for signal in said - {"size_p75", "branch_age_p75"})
    assert {"size_p75", "rework_21d"} <= set(found.splits)


def test_files_say_that_it_is_made_up(written):
    assert "**This repository is made up.**" in git(written, "show", "main:README.md")


def test_is_written_anew_over_what_a_run_left(tmp_path):
    place = tmp_path / NAME
    (tmp_path / f"{NAME}.new").mkdir()
    small = b"commit refs/heads/main\ncommitter A <a@b.example> 1 +0000\ndata 1\na\n"
    for _ in range(2):
        write_repository(place, small, limits=LIMITS)
    assert git(place, "log", "--format=%s", "main") == "a"
    with pytest.raises(GitError):
        write_repository(place, b"nonsense\n", limits=LIMITS)


@pytest.mark.parametrize(("today", "day"), [("2026-11-26", "2026-10-31"), ("2027-01-01", "2026-12-31")])
def test_history_ends_with_the_month_before(today, day):
    assert last_of_a_month(dt.date.fromisoformat(today)) == dt.date.fromisoformat(day)


@pytest.mark.django_db
def test_demonstration_without_a_folder_sets_answers_beside_a_made_up_repository(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    with time_machine.travel("2026-11-26T09:00:00Z"):
        made = build_demonstration()
    end = dt.date(2026, 10, 31)  # a Saturday, when nobody works: the last change is a day older
    assert (made.assessment.period_start_on, made.assessment.period_end_on) == (end - dt.timedelta(days=90), end)
    assert Collection.objects.get().until_on == end
    assert made.assessment.team.name == NAME
    assert "made-up repository" in Assessment.objects.get().scope_note
    assert Measurement.objects.filter(signal="size_p75", skipped="", n__gte=30).exists()
    card = score_card_of(current_result(made.assessment))
    both = [practice for practice in card.practices if practice.self_report and practice.evidence]
    assert len(both) >= 10
    with pikepdf.open(made.pdf) as opened:
        assert len(opened.pages) <= MOST_PAGES
