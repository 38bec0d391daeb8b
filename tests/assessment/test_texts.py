"""The maturity model in other languages: places, staleness, and what is kept in the language it was written in."""

import pytest
from django.utils.translation import override

from assessment.domain.evidence import rescore
from assessment.domain.scored import score_card_of
from assessment.maturity import translations
from assessment.maturity.loader import SHIPPED, load_shipped_model, model_of, read_model
from assessment.maturity.texts import mark_of, texts_of, with_texts
from tests.factories.assessment import AssessmentFactory


@pytest.fixture(scope="module")
def file():
    return read_model(SHIPPED)


def test_every_text_comes_back_from_its_place(file):
    shouted = {place: text.upper() + "!" for place, text in texts_of(file).items()}
    assert texts_of(with_texts(file, shouted)) == shouted


def test_without_texts_the_model_stays_the_same(file):
    assert with_texts(file, {}) == file


def test_no_id_number_or_publication_is_a_text(file):
    other = with_texts(file, dict.fromkeys(texts_of(file), "x"))
    assert [p.id for p in other.practices()] == [p.id for p in file.practices()]
    assert {a.owner for p in other.practices() for a in p.actions} <= {role.id for role in file.roles}
    assert other.scoring == file.scoring
    assert other.sources == file.sources
    assert other.signals["size_p75"].thresholds == file.signals["size_p75"].thresholds


def _write(folder, file, texts):
    originals = texts_of(file)
    lines = [f"  {place}: {{of: {of or mark_of(originals[place])}, text: {text}}}" for place, of, text in texts]
    (folder / f"{file.meta.id}.de.yaml").write_text("language: de\ntexts:\n" + "\n".join(lines) + "\n")


@pytest.fixture
def german(tmp_path, monkeypatch):
    """A folder for translations of our own."""
    monkeypatch.setattr(translations, "FOLDER", tmp_path)
    translations.translation.cache_clear()
    yield tmp_path
    translations.translation.cache_clear()


def test_a_translation_of_an_older_wording_is_not_used(file, german):
    names = [f"scale/levels/{n}/name" for n in (1, 2)]
    _write(german, file, [(names[0], None, "Erstes"), (names[1], "00000000", "Zweites")])
    levels = translations.translated(file, "de").scale.levels
    assert (levels[0].name, levels[1].name) == ("Erstes", file.scale.levels[1].name)
    assert names[0] not in translations.missing(file, "de")
    assert names[1] in translations.missing(file, "de")


def test_a_language_without_a_file_lacks_every_text(file, german):
    assert translations.translated(file, "nl") == file
    assert translations.missing(file, "nl") == texts_of(file)


@pytest.mark.django_db
def test_the_model_speaks_the_active_language_and_results_are_kept_in_english(file, german, monkeypatch):
    from assessment.maturity import loader

    monkeypatch.setattr(loader, "_parsed", {})
    _write(german, file, [("dimensions/SPEC/practices/SP1/name", None, "Klare Anforderung")])
    row = load_shipped_model()
    with override("de-at"):
        assert model_of(row).practices()[0].name == "Klare Anforderung"
        result = rescore(AssessmentFactory(maturity_model=row))
        told = score_card_of(result)
    assert result.score["practices"][0]["name"] == file.practices()[0].name
    assert told.practices[0].name == "Klare Anforderung"
    assert score_card_of(result).practices[0].name == file.practices()[0].name
    result.scorer_version = "0"
    with override("de"):
        assert score_card_of(result).practices[0].name == file.practices()[0].name


@pytest.mark.django_db
def test_the_parts_of_the_shipped_model_stay_in_their_order_however_the_database_kept_them(file, monkeypatch):
    from assessment.maturity import loader

    monkeypatch.setattr(loader, "_parsed", {})
    row = load_shipped_model()
    for part in ("signals", "sources"):
        row.content[part] = dict(sorted(row.content[part].items(), key=lambda item: (len(item[0]), item[0])))
    told = model_of(row)
    assert list(told.signals) == list(file.signals)
    assert list(told.sources) == list(file.sources)
