import pytest

from metrics.signals.changes.people import (
    owner_approval_rate,
    reviewer_concentration,
    reviews_per_week_p80,
    single_reviewer_areas,
    wip_per_person,
)
from metrics.signals.changes.types import Actor, Part
from metrics.signals.owners import Owners, parse_codeowners
from metrics.signals.types import FileChange, Skipped
from tests.metrics.changes.building import ADA, AGENT, BEN, CLEO, DAN, EVE, approval, at, merged, push, told

PEOPLE = [Actor(f"p{n}") for n in range(10)]


def reviewed(number, *people, path="src/a.py", days=6.0, **fields):
    reviews = tuple(approval(person, at(days=days - 0.5)) for person in people)
    files = (FileChange(path, 5, 0),)
    return merged(number, opened=at(days=days), merged_at=at(days=days - 1), reviews=reviews, files=files, **fields)


def owners(text):
    return Owners("CODEOWNERS", parse_codeowners(text))


def test_concentration_is_the_share_of_the_busiest_fifth():
    by = [BEN] * 6 + [CLEO, DAN, EVE, PEOPLE[0]]
    reading = reviewer_concentration(told(*(reviewed(n, who) for n, who in enumerate(by, 1))))
    assert (reading.n, reading.value) == (10, 0.6)


def test_concentration_rounds_the_fifth_up():
    by = [BEN] * 4 + [CLEO] * 3 + [DAN, EVE, PEOPLE[0], PEOPLE[1]]  # six people: a fifth is two
    assert reviewer_concentration(told(*(reviewed(n, who) for n, who in enumerate(by, 1)))).value == 7 / 11


def test_concentration_needs_five_reviewers():
    by = [BEN, CLEO, DAN, EVE] * 20
    assert isinstance(reviewer_concentration(told(*(reviewed(n, who) for n, who in enumerate(by)))), Skipped)


def test_reviews_a_week_is_the_80th_percentile_over_people():
    by = [BEN] * 8 + [CLEO] * 16 + [DAN] * 24 + [EVE] * 32 + [PEOPLE[0]] * 40
    changes = [reviewed(n, who, days=10) for n, who in enumerate(by)]
    reading = reviews_per_week_p80(told(*changes))
    assert (reading.n, reading.value) == (5, pytest.approx(4.2))  # 1, 2, 3, 4, 5 a week


def test_a_second_review_of_a_change_is_no_second_review():
    changes = [reviewed(n, BEN, BEN, CLEO, DAN) for n in range(8)]
    assert reviews_per_week_p80(told(*changes)).value == 1


@pytest.mark.parametrize(
    "signal", [reviewer_concentration, reviews_per_week_p80, single_reviewer_areas, wip_per_person]
)
def test_nothing_is_said_on_fewer_than_three_people(signal):
    changes = [reviewed(n, BEN if n % 2 else CLEO) for n in range(60)]
    assert isinstance(signal(told(*changes, owners=owners("src/ @x\ndocs/ @y"))), Skipped)


def test_area_with_one_approver_is_named_by_its_folder():
    lone = [reviewed(n, BEN, path=f"src/pay/{n}.py") for n in range(5)]
    shared = [reviewed(10 + n, who, path="docs/a.md") for n, who in enumerate([BEN, CLEO, DAN, CLEO, DAN])]
    few = [reviewed(20 + n, BEN, path="lib/a.py") for n in range(4)]
    reading = single_reviewer_areas(told(*lone, *shared, *few, owners=owners("src/ @ada\ndocs/ @ben\nlib/ @cleo")))
    assert (reading.n, reading.value) == (2, 0.5)
    assert reading.examples == ("src/pay (5 approvals)",)


MEMBERS = {"@ben": frozenset({BEN.id}), "@org/pay": frozenset({CLEO.id, DAN.id})}


def test_owner_approves_as_a_person_or_through_a_team():
    rules = owners("* @everyone\nsrc/pay/ @org/pay\nsrc/core/ @ben")
    changes = [
        reviewed(1, CLEO, path="src/pay/a.py"),
        reviewed(2, BEN, path="src/pay/a.py"),
        reviewed(3, BEN, path="src/core/a.py"),
        reviewed(4, CLEO, path="README.md"),  # only the rule for everything
        reviewed(5, path="src/core/a.py"),
    ]
    reading = owner_approval_rate(told(*changes, owners=rules, members=MEMBERS))
    assert (reading.n, reading.value) == (4, 0.5)
    assert reading.examples == ("#5 Change 5 (no owner approved)", "#2 Change 2 (no owner approved)")


def test_every_touched_path_needs_its_own_owner():
    both = (FileChange("src/pay/a.py", 1, 0), FileChange("src/core/a.py", 1, 0))
    change = merged(1, opened=at(days=6), merged_at=at(days=5), files=both, reviews=(approval(CLEO, at(days=5.5)),))
    rules = owners("src/pay/ @org/pay\nsrc/core/ @ben")
    assert owner_approval_rate(told(change, owners=rules, members=MEMBERS)).value == 0


def test_owner_approval_is_silent_where_teams_cannot_be_seen():
    context = told(
        reviewed(1, CLEO, path="src/pay/a.py"), owners=owners("src/pay/ @org/hidden"), members=MEMBERS,
        unseen={Part.MEMBERS: "Give the token read:org."},
    )  # fmt: skip
    assert owner_approval_rate(context).reason == "Give the token read:org."


@pytest.mark.parametrize("rules", [None, owners("* @everyone")])
def test_owner_approval_needs_owners_of_particular_paths(rules):
    assert isinstance(owner_approval_rate(told(reviewed(1, BEN), owners=rules)), Skipped)


def test_open_changes_per_author_is_a_mean_over_days():
    authors = [ADA, BEN, CLEO]
    always = [
        merged(n, opened=at(days=40), merged_at=None, author=a, pushes=(push(f"{n}", at(days=3)),))
        for n, a in enumerate(authors)
    ]
    half = merged(9, opened=at(days=27.5), merged_at=at(days=13.5), author=AGENT)  # open on 14 of the 28 days
    reading = wip_per_person(told(*always, half))
    assert (reading.n, reading.value) == (3, pytest.approx((3 + 0.5) / 3))


def test_examples_never_name_a_person():
    changes = [reviewed(n, PEOPLE[n % 6]) for n in range(60)]
    context = told(*changes, owners=owners("src/ @p1"), members={"@p1": frozenset({"p1"})})
    for signal in (reviewer_concentration, reviews_per_week_p80, single_reviewer_areas, owner_approval_rate):
        text = " ".join(signal(context).examples)
        assert not any(person.id in text.split() for person in PEOPLE)
        assert "@" not in text
