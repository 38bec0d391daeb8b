import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.domain.scoring.student import incomplete_beta, t_probability, t_quantile

# Printed tables of Student's t, to the six places they give.
TABLE = [
    (0.90, 1, 3.077684),
    (0.90, 2, 1.885618),
    (0.90, 4, 1.533206),
    (0.90, 5, 1.475884),
    (0.90, 6, 1.439756),
    (0.90, 12, 1.356217),
    (0.90, 30, 1.310415),
    (0.90, 1000, 1.282399),
    (0.95, 7, 1.894579),
    (0.975, 10, 2.228139),
    (0.995, 3, 5.840909),
    (0.10, 4, -1.533206),
]


@pytest.mark.parametrize(("probability", "degrees", "expected"), TABLE)
def test_t_quantile_agrees_with_printed_tables(probability, degrees, expected):
    assert t_quantile(probability, degrees) == pytest.approx(expected, abs=1e-6)


@given(st.floats(0.001, 0.999), st.floats(0.5, 500))
def test_t_quantile_is_the_inverse_of_the_probability(probability, degrees):
    assert t_probability(t_quantile(probability, degrees), degrees) == pytest.approx(probability, abs=1e-9)


def test_t_quantile_in_the_middle_is_zero():
    assert t_quantile(0.5, 7) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("probability", "degrees"), [(0, 3), (1, 3), (0.9, 0), (0.9, -1)])
def test_t_quantile_outside_its_domain_is_refused(probability, degrees):
    with pytest.raises(ValueError, match="No t quantile"):
        t_quantile(probability, degrees)


def test_incomplete_beta_has_its_closed_forms():
    assert incomplete_beta(1, 1, 0.3) == pytest.approx(0.3)
    assert incomplete_beta(2, 2, 0.5) == pytest.approx(0.5)
    assert incomplete_beta(3, 1, 0.2) == pytest.approx(0.008)
    assert (incomplete_beta(2, 5, 0), incomplete_beta(2, 5, 1)) == (0, 1)
