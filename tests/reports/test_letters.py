"""Every letter is printed with a bundled font or stands as a visible mark, and no more fonts are named than needed."""

import io

import page
import pikepdf
import pytest
from django.utils import translation
from fontTools.ttLib import TTFont

from reports.domain import render
from reports.domain.making import printed
from reports.domain.report_data import report_data
from reports.letters import MARK, SCRIPTS, fonts_for, printable
from reports.pdf import STATIC, render_pdf
from tests.factories import team_of_nine
from tests.factories.reports import ResultFactory

FOREIGN = "支払いチーム 결제 ระบบ"
NAMES = "Łódź Nguyễn Şırnak Жук Ӯзбек Ωμέγα Ἀθῆναι שלום فريق 🌊"


def letters_of(stem):
    return set(TTFont(STATIC / "fonts" / f"{stem}-400-normal.woff2").getBestCmap())


def test_the_ranges_are_those_of_the_files():
    for script in SCRIPTS:
        drawn = letters_of(script.files[0][1])
        listed = {point for point in range(0x20, 0x1FFFF) if script.has(chr(point))}
        assert listed <= drawn
    every = {point for script in SCRIPTS for point in letters_of(script.files[0][1]) if point >= 0x20}
    assert all(any(script.has(chr(point)) for script in SCRIPTS) for point in every)


def test_a_latin_document_names_three_files_and_each_script_adds_its_own():
    assert fonts_for("<p>Zahlung</p>").count("@font-face") == 3
    assert fonts_for("<p><em>Zahlung</em></p>").count("@font-face") == 4
    assert "greek" in fonts_for("<p>Ωμέγα</p>")
    assert "arabic" not in fonts_for("<p>Ωμέγα</p>")


def test_names_of_many_scripts_are_left_as_they_are():
    assert printable(NAMES) == (NAMES, ())


def test_letters_without_a_font_are_marked_by_runs_and_their_scripts_named():
    text, scripts = printable(f"<p>{FOREIGN}</p>")
    assert text == f"<p>{MARK} {MARK} {MARK}</p>"
    assert scripts == ("CJK", "Hangul", "Hiragana", "Katakana", "Thai")


def test_signs_that_draw_nothing_go_without_a_mark():
    assert printable("a\u0000b\ufe0fc\u2028d\ud800e\n") == ("abcde\n", ())


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
def test_no_text_of_ours_lacks_a_letter(language):
    with translation.override(language):
        html = render.report_html(report_data(ResultFactory()))
    assert printable(html)[1] == ()


@pytest.mark.django_db
def test_the_first_page_says_what_could_not_be_printed_and_the_file_stays_valid():
    result = ResultFactory(card=team_of_nine.card(), assessment__team__name=FOREIGN, assessment__title=NAMES)
    html = printed(render.report_html(report_data(result), form="short"))
    first = html.split("</section>", 1)[0]
    assert f"{MARK} stands for letters that no typeface of this report has" in first
    pdf = render_pdf(html)
    assert [
        f.message for profile in ("3a", "ua1") for f in page.validate_pdf_bytes(pdf.content, profile=profile).failures
    ] == []
    with pikepdf.open(io.BytesIO(pdf.content)) as opened:
        fonts = {str(o.BaseFont) for o in opened.objects if isinstance(o, pikepdf.Dictionary) and "/BaseFont" in o}
    bundled = ("Source-Sans-3", "Source-Serif-4", "Noto-Sans-Hebrew", "Noto-Sans-Arabic", "Noto-Emoji")
    assert all(any(name in font for name in bundled) for font in fonts)
    assert len(fonts) > len(bundled)


LATIN = sorted(path.name for path in (STATIC / "fonts").glob("source-*-latin-[46]*.woff2"))


@pytest.mark.parametrize("name", LATIN)
def test_numbers_stand_under_each_other_without_asking_for_it(name):
    """The faces have figures of one width by themselves; asking each text for them took a twentieth of a report."""
    font = TTFont(STATIC / "fonts" / name)
    letters, measures = font.getBestCmap(), font["hmtx"]
    widths = {measures[letters[ord(figure)]][0] for figure in "0123456789"}
    assert max(widths) - min(widths) <= 1  # of a thousand
    assert len(LATIN) == 5
