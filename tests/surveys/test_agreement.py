"""Agreement and intervals against published figures, a second implementation and what must always hold."""

import subprocess
import sys
from statistics import fmean, pvariance

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from surveys.domain.agreement import (
    a_wg,
    a_wg_words,
    alpha_words,
    average_deviation,
    bca_interval,
    icc,
    krippendorff_alpha,
    r_wg,
    r_wg_words,
    t_interval,
    wilson_interval,
)
from tests.surveys.alpha_by_definition import alpha_by_definition

LEVELS = st.integers(1, 5)
RATINGS = st.lists(LEVELS, min_size=2, max_size=14)
# Krippendorff's own example (Computing Krippendorff's Alpha-Reliability, 2011): four observers, twelve units.
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
# Shrout and Fleiss 1979, table 2: six targets, four judges.
JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
# Efron and Tibshirani 1993, table 14.1, test A of 26 children.
CHILDREN = [48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41]


def test_r_wg_of_known_cases():
    assert r_wg([3, 3, 3, 3], 5) == 1
    assert r_wg([1, 2, 3, 4, 5], 5) == pytest.approx(1 - 2.5 / 2)  # variance 2.5, evenly spread 2
    assert r_wg([1, 1, 5, 5], 5) == pytest.approx(1 - (16 / 3) / 2)  # raw, below zero
    assert r_wg([2, 3, 3, 4], 5) == pytest.approx(1 - (2 / 3) / 2)
    assert r_wg([3, None, 3], 5) == 1


@pytest.mark.parametrize("ratings", [[], [3], [3, None]])
def test_r_wg_of_fewer_than_two_is_undefined(ratings):
    assert r_wg(ratings, 5) is None


def test_a_wg_of_known_cases():
    assert a_wg([3, 3, 3, 3], 1, 5) == 1
    assert a_wg([1, 1, 5, 5], 1, 5) == pytest.approx(-1)  # the most split that mean can be
    assert a_wg([2, 3, 4, 3], 1, 5) == pytest.approx(1 - 2 * (2 / 3) / ((6 * 3 - 9 - 5) * 4 / 3))
    assert a_wg([5, 5, 5], 1, 5) == 1
    assert a_wg([1, 1], 1, 5) == 1


def test_a_wg_is_undefined_where_the_mean_is_too_near_an_end_for_so_few():
    assert a_wg([1, 2, 1], 1, 5) is None  # mean 1.33 < (1*2+5)/3
    assert a_wg([2, 2, 2, 2], 1, 5) == 1  # mean 2 = (1*3+5)/4, just allowed
    assert a_wg([3], 1, 5) is None
    assert a_wg([], 1, 5) is None


def test_a_wg_refuses_ratings_outside_the_scale():
    with pytest.raises(ValueError, match="between 1 and 5"):
        a_wg([3, 6], 1, 5)


def test_average_deviation_is_about_the_median():
    assert average_deviation([1, 2, 2, 5]) == pytest.approx((1 + 0 + 0 + 3) / 4)
    assert average_deviation([4, 4, 4]) == 0
    assert average_deviation([None]) is None


@pytest.mark.parametrize(
    ("metric", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_of_krippendorffs_example(metric, published):
    assert krippendorff_alpha(OBSERVERS, metric) == pytest.approx(published, abs=5e-4)


@settings(max_examples=200)
@given(
    st.integers(1, 6).flatmap(
        lambda n: st.lists(st.lists(st.none() | LEVELS, min_size=n, max_size=n), min_size=1, max_size=7)
    ),
    st.sampled_from(["nominal", "ordinal", "interval", "ratio"]),
)
def test_alpha_agrees_with_its_definition(table, metric):
    ours, defined = krippendorff_alpha(table, metric), alpha_by_definition(table, metric)
    assert (ours is None) == (defined is None)
    if ours is not None:
        assert ours == pytest.approx(defined, abs=1e-9)


def test_alpha_loads_its_library_when_it_is_asked_for():
    """A page without agreement, and the start of the program, do not wait for it."""
    asked = "print('nltk' in sys.modules, agreement.krippendorff_alpha([[1, 2], [1, 2]]))"
    program = f"import sys; from surveys.domain import agreement; {asked}"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["False", "1.0"]


@pytest.mark.parametrize("table", [[], [[]], [[3, 3]], [[3], [3]], [[1, None], [None, 2]], [[2, 2], [2, 2]]])
def test_alpha_is_undefined_where_nothing_can_be_compared_or_nothing_varies(table):
    assert krippendorff_alpha(table, "ordinal") is None


def test_alpha_refuses_rows_of_different_length_and_unknown_metrics():
    with pytest.raises(ValueError, match=r"zip|longer|shorter"):
        krippendorff_alpha([[1, 2], [1]])
    with pytest.raises(ValueError, match="no metric cardinal"):
        krippendorff_alpha([[1, 2], [2, 1]], "cardinal")  # type: ignore[arg-type]  # what is tested
    with pytest.raises(ValueError, match="no negative"):
        krippendorff_alpha([[1, -1], [2, 1]], "ratio")


@given(st.permutations(OBSERVERS))
def test_alpha_does_not_depend_on_the_order_of_raters(rows):
    assert krippendorff_alpha(rows) == pytest.approx(krippendorff_alpha(OBSERVERS), abs=1e-12)


@pytest.mark.parametrize(
    ("kind", "published"),
    [("ICC1", 0.17), ("ICC2", 0.29), ("ICC3", 0.71), ("ICC1k", 0.44), ("ICC2k", 0.62), ("ICC3k", 0.91)],
)
def test_icc_of_shrout_and_fleiss(kind, published):
    assert icc(JUDGES, kind) == pytest.approx(published, abs=5e-3)


@pytest.mark.parametrize(
    "table", [[], [[]], [[1, 2]], [[1], [2]], [[1, 2], [None, 3]], [[3, 3], [3, 3]], [[1, 2], [2, 1]]]
)
def test_icc_of_the_mean_is_undefined_without_complete_data_or_differences(table):
    assert icc(table, "ICC1k") is None


def test_icc_is_one_for_raters_who_agree_wholly():
    assert icc([[1, 1], [4, 4], [2, 2]], "ICC2") == pytest.approx(1)


def test_icc_refuses_ragged_tables_and_unknown_kinds():
    with pytest.raises(ValueError, match="same number"):
        icc([[1, 2], [1]], "ICC1")
    with pytest.raises(ValueError, match="no ICC4"):
        icc(JUDGES, "ICC4")  # type: ignore[arg-type]  # what is tested


def test_t_interval_of_a_known_case_and_cut_to_the_scale():
    assert t_interval([1, 2, 3, 4, 5]) == pytest.approx((1.0368, 4.9632), abs=1e-4)  # 3 -+ 2.7764 * 0.70711
    assert t_interval([1, 1, 2], low=1, high=5)[0] == 1
    assert t_interval([4], 0.95) is None


def test_wilson_interval_of_known_cases():
    assert wilson_interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson_interval(0, 4) == pytest.approx((0.0, 0.4899), abs=1e-4)
    assert wilson_interval(4, 4) == pytest.approx((0.5101, 1.0), abs=1e-4)
    assert wilson_interval(0, 0) is None
    with pytest.raises(ValueError, match="5 of 4"):
        wilson_interval(5, 4)


def test_bca_interval_of_efron_and_tibshirani():
    low, high = bca_interval(CHILDREN, pvariance, 0.90, resamples=20_000)
    assert low == pytest.approx(115.8, abs=4)  # printed for 2000 resamples: 115.8 to 259.6; percentile 100.8 to 233.9
    assert high == pytest.approx(259.6, abs=6)


def test_bca_interval_comes_out_the_same_again():
    assert bca_interval(CHILDREN, fmean) == bca_interval(list(CHILDREN), fmean)
    assert bca_interval(CHILDREN, fmean, seed=1) != bca_interval(CHILDREN, fmean, seed=2)


@pytest.mark.parametrize("people", [[], [3], [4, 4, 4, 4]])
def test_bca_interval_is_undefined_where_nothing_varies(people):
    assert bca_interval(people, fmean) is None


@given(RATINGS)
def test_full_agreement_and_only_that_gives_one(ratings):
    assert (r_wg(ratings, 5) == 1) == (len(set(ratings)) == 1) == (average_deviation(ratings) == 0)


@given(RATINGS)
def test_a_wg_lies_between_minus_one_and_one(ratings):
    value = a_wg(ratings, 1, 5)
    assume(value is not None)
    assert -1 - 1e-9 <= value <= 1 + 1e-9


@given(RATINGS)
def test_mirroring_the_scale_changes_no_agreement(ratings):
    mirrored = [6 - rating for rating in ratings]
    assert r_wg(mirrored, 5) == pytest.approx(r_wg(ratings, 5))
    assert average_deviation(mirrored) == pytest.approx(average_deviation(ratings))
    assert (a_wg(mirrored, 1, 5) is None) == (a_wg(ratings, 1, 5) is None)


@given(st.integers(0, 40), st.integers(0, 40))
def test_wilson_holds_the_share_inside_zero_to_one(x, more):
    interval = wilson_interval(x, x + more)
    assume(interval is not None)
    assert 0 <= interval[0] <= x / (x + more) <= interval[1] <= 1


def test_not_a_number_is_refused():
    with pytest.raises(ValueError, match="finite"):
        r_wg([3, float("nan")], 5)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, None),
        (-0.2, "more split than random"),
        (0.3, "lack of agreement"),
        (0.31, "weak"),
        (0.5, "weak"),
        (0.51, "moderate"),
        (0.7, "moderate"),
        (0.71, "strong"),
        (0.9, "strong"),
        (0.91, "very strong"),
        (1, "very strong"),
    ],
)
def test_words_for_r_wg(value, words):
    assert r_wg_words(value) == words


def test_words_for_a_wg_and_alpha():
    assert [a_wg_words(v) for v in (None, 0.59, 0.6, 0.7)] == [None, "weak", "reasonable", "acceptable"]
    assert [alpha_words(v) for v in (None, 0.66, 0.667, 0.8)] == [None, "not reliable", "tentative", "reliable"]
