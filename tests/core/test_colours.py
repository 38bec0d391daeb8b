import colorsys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.colours import contrast, darker_until

COLOURS = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")
PAPERS = ("#ffffff", "#fbfaf7")


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#0f5e70", "#0f5e70", 1)]
)
def test_contrast_is_what_wcag_gives(one, other, ratio):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


@given(COLOURS)
def test_offered_tone_passes_and_a_colour_that_passes_is_offered_itself(colour):
    tone = darker_until(colour, against=PAPERS, ratio=4.5)
    assert min(contrast(tone, paper) for paper in PAPERS) >= 4.5
    if min(contrast(colour, paper) for paper in PAPERS) >= 4.5:
        assert tone == colour


@given(COLOURS)
def test_offered_tone_is_no_darker_than_needed(colour):
    tone = darker_until(colour, against=PAPERS, ratio=4.5)
    if tone != colour:
        assert contrast(tone, PAPERS[1]) < 4.7


@pytest.mark.parametrize("colour", ["#ffe873", "#ff6600", "#00ff00", "#88ccff"])
def test_offered_tone_keeps_the_hue(colour):
    def hue(text):
        return colorsys.rgb_to_hsv(*(int(text[at : at + 2], 16) / 255 for at in (1, 3, 5)))[0]

    assert hue(darker_until(colour, against=PAPERS, ratio=4.5)) == pytest.approx(hue(colour), abs=0.06)
