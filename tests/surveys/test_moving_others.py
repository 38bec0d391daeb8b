"""Moving an assessment to another version of a model that was written elsewhere."""

import pytest
from django.urls import reverse

from assessment.domain.evidence import current_result, rescore
from assessment.domain.other_rules import scored_other
from assessment.maturity.foreign.asked import EVERYBODY, practice_code, question_code
from assessment.maturity.foreign.aws_lens import read_aws_lens
from assessment.maturity.foreign.dsomm import read_dsomm
from assessment.maturity.foreign.samm import read_samm
from assessment.maturity.loader import foreign_model_of, load_foreign_model
from assessment.models import Assessment, AssessmentState, EvidenceSource
from surveys.domain.exchange import export_answers, import_into
from surveys.domain.moving import preview_of, targets_to_move_to
from surveys.domain.moving_over import move_to_version
from surveys.domain.summarize import summarize_survey
from surveys.domain.workshop.finishing import finish_workshop
from surveys.models import AgendaItem, Answer, AnswerKind, Participant, ParticipantState
from tests.assessment.foreign.samples import activity, lens, question, samm_files, write_dsomm, write_lens, write_samm
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import AnonymousSurveyFactory, ParticipantFactory, SurveyFactory
from tests.factories.workshops import make_other_workshop

pytestmark = pytest.mark.django_db
RULES = [("out_one && out_two", "NO"), ("out_one", "MEDIUM"), ("default", "HIGH")]
CHOICES = ("one", "two", "three", "no")


def samm(folder, change=lambda files: None):
    files = samm_files()
    change(files)
    return load_foreign_model(read_samm(write_samm(folder, files))[0])


def a_lens(folder, choices=CHOICES, rules=RULES, **more):
    asked = question("out", rules, choices=choices, **more)
    return load_foreign_model(read_aws_lens(write_lens(folder / "lens.json", lens(asked)))[0])


def dsomm(folder, **activities):
    return load_foreign_model(read_dsomm(write_dsomm(folder / "model.yaml", {"Build": {"Images": activities}}))[0])


def answered(place, row, *seats):
    """An open assessment in which Ben, and further people, said `{question of the file: level or ticked}`."""
    assessment = AssessmentFactory(team=place.team, maturity_model=row, target_profile={}, state=AssessmentState.OPEN)
    survey = SurveyFactory(assessment=assessment)
    for n, said in enumerate(seats):
        seat = ParticipantFactory(
            survey=survey,
            user=None if n else place.member,
            label=f"Guest {n}",
            roles=[EVERYBODY],
            state=ParticipantState.FINISHED,
        )
        for name, value in said.items():
            fields = {"participant": seat, "question": question_code(name)}
            if isinstance(value, str):
                Answer.objects.create(**fields, kind=AnswerKind.TICKED, ticked=value)
            else:
                Answer.objects.create(**fields, kind=AnswerKind.LEVEL, level=value)
    summarize_survey(survey)
    return assessment


def pairs(rows):
    return {row.id: (row.before, row.after) for row in rows}


@pytest.fixture
def folders(tmp_path):
    made = tmp_path / "before", tmp_path / "after"
    for folder in made:
        folder.mkdir()
    return made


def reworded_and_other_choices(files):
    """P-RO-A-1 is worded otherwise, P-RO-B-1 has another set of answers, a question more is asked by nobody yet."""
    files["questions/P-1-A"]["text"] = "Do you plan?"
    files["answer_sets/M"] = {"id": "a" * 32, "values": [{"text": "Never", "value": 0}, {"text": "Always", "value": 1}]}
    files["questions/P-1-B"]["answerSet"] = "a" * 32


def test_samm_shows_both_values_and_moves_what_holds(place, folders):
    old, new = samm(folders[0]), samm(folders[1], reworded_and_other_choices)
    assessment = answered(place, old, {"P-RO-A-1": 3, "P-RO-B-1": 3}, {"P-RO-A-1": 2})
    assert targets_to_move_to(assessment) == [new]
    before = current_result(assessment)
    preview = preview_of(assessment, new)
    assert (preview.n_answers, preview.n_carried) == (3, 2)
    assert preview.carried.asked_again == (("P-RO-B-1", "other choices"),)
    assert preview.carried.reworded == ("P-RO-A-1",)
    assert pairs(preview.practices)["P-RO"] == (0.75, 0.25)
    assert pairs(preview.whole) == {"": (0.375, 0.125)}
    moved = move_to_version(assessment, new, title="Again", by=place.lead)
    card = current_result(moved).score["card"]
    assert card["overall"]["value"] == preview.whole[0].after
    assert {name: row["value"] for name, row in card["practices"].items()} == {
        row.id: row.after for row in preview.practices
    }
    ben = Participant.objects.get(survey__assessment=moved, user=place.member)
    assert (ben.state, list(ben.answers.values_list("question", "level"))) == (
        ParticipantState.STARTED,
        [("P-RO-A-1", 3)],
    )
    assert current_result(assessment) == before


def test_old_result_stays_reproducible_after_moving(place, folders):
    old, new = samm(folders[0]), samm(folders[1], reworded_and_other_choices)
    assessment = answered(place, old, {"P-RO-A-1": 3, "P-RO-B-1": 3})
    result = current_result(assessment)
    move_to_version(assessment, new, title="Again", by=place.lead)
    assert rescore(assessment) == result
    card, following = scored_other(foreign_model_of(old), result.inputs)
    assert (result.score["card"], result.roadmap["steps"]) == (card, following)


def test_targets_of_samm_and_what_a_file_brought_come_along(place, folders):
    old, new = samm(folders[0]), samm(folders[1], reworded_and_other_choices)
    assessment = answered(place, old)
    assessment.target_profile = {"P-RO": 2.0, "gone": 1.0}
    assessment.save()
    text = """{"formatVersion":"1.0.0","assessment":{"version":"1.0.0","organization":"Acme","scope":"All",
        "date":"2026-07-07","answers":[{"questionCode":"P-RO-A-1","answerScore":1}]},"extensions":[{"name":"Odd","version":"1.0.0"}]}"""
    import_into(assessment, text)
    moved = move_to_version(assessment, new, title="Again", by=place.lead)
    assert moved.target_profile == {"P-RO": 2.0}
    assert '"Odd"' in export_answers(moved)


def test_ticked_choices_keep_their_meaning_where_their_order_is_another(place, folders):
    mended = [("out_one", "NO"), ("default", "MEDIUM")]
    old, new = a_lens(folders[0]), a_lens(folders[1], choices=("three", "one", "two", "no"), rules=mended)
    assessment = answered(place, old, {"out": "1 3"})
    preview = preview_of(assessment, new)
    assert preview.carried.asked_again == ()
    assert pairs(preview.whole) == {
        "HIGH_RISK": (0, 0),
        "MEDIUM_RISK": (1, 0),
        "NO_RISK": (0, 1),
        "UNANSWERED": (0, 0),
        "NOT_APPLICABLE": (0, 0),
    }
    assert pairs(preview.practices) == {"out": ("MEDIUM_RISK", "NO_RISK")}
    moved = move_to_version(assessment, new, title="Again", by=place.lead)
    assert Answer.objects.get(participant__survey__assessment=moved).ticked == "1 2"
    assert current_result(moved).score["card"]["questions"] == {"out": "NO_RISK"}


def test_activities_that_go_and_come_show_in_the_shares(place, folders):
    old = dsomm(folders[0], Pin=activity("u1"), Sign=activity("u2"))
    new = dsomm(folders[1], Pin=activity("u1"), Scan=activity("u3"), Sweep=activity("u4"), Wipe=activity("u5"))
    assessment = answered(place, old, {"u1": 5, "u2": 5})
    preview = preview_of(assessment, new)
    assert preview.carried.fallen_away == ("u2",)
    assert [row.texts for row in preview.whole] == [["100%", "25%", "-75%"]]
    moved = move_to_version(assessment, new, title="Again", by=place.lead)
    assert current_result(moved).score["card"]["overall"]["share"] == 0.25


def test_agreements_of_a_workshop_come_along_question_by_question(place, folders):
    old, new = samm(folders[0]), samm(folders[1], reworded_and_other_choices)
    workshop, _ = make_other_workshop(place, old)
    assessment = workshop.assessment
    for item in workshop.items.filter(practice__in=[question_code(q) for q in ("P-RO-A-1", "P-RO-B-1")]):
        AgendaItem.objects.filter(pk=item.pk).update(
            outcome="agreed", agreed_level=3, settled_at="2026-09-01T10:00:00Z"
        )
    finish_workshop(workshop, by=place.lead)
    agreed = assessment.evidence.get(source=EvidenceSource.WORKSHOP)
    moved = move_to_version(assessment, new, title="Again", by=place.lead)
    row = moved.evidence.get(source=EvidenceSource.WORKSHOP)
    assert [one["question"] for one in agreed.content["questions"]] == ["P-RO-A-1", "P-RO-B-1"]
    assert [one["question"] for one in row.content["questions"]] == ["P-RO-A-1"]
    assert (row.observed_at, row.practice) == (agreed.observed_at, practice_code("P-RO"))


def test_answers_without_names_stay_and_only_what_was_published_is_previewed(place, folders):
    old, new = samm(folders[0]), samm(folders[1], reworded_and_other_choices)
    assessment = AssessmentFactory(team=place.team, maturity_model=old, target_profile={})
    survey = AnonymousSurveyFactory(assessment=assessment)
    ParticipantFactory(survey=survey, user=place.member, roles=[EVERYBODY], state=ParticipantState.STARTED)
    one = {"state": "answered", "n": 5, "n_dont_know": 0, "n_not_applicable": 0, "counted": [], "ticked": []}
    told = [one | {"question": name, "value": 1.0, "low": 1.0, "high": 1.0} for name in ("P-RO-A-1", "P-RO-B-1")]
    assessment.evidence.create(
        source=EvidenceSource.SURVEY, practice="P-RO", content={"questions": told}, n=5, observed_at="2026-09-30T00:00Z"
    )
    rescore(assessment)
    preview = preview_of(assessment, new)
    assert (preview.n_answers, preview.n_carried) == (None, None)
    assert pairs(preview.practices)["P-RO"] == (1.0, 0.5)
    moved = move_to_version(assessment, new, title="Again", by=place.lead)
    assert not moved.evidence.exists()
    assert Participant.objects.get(survey=moved.survey).state == ParticipantState.INVITED


@pytest.mark.parametrize("language", ["en", "de"])
def test_pages_of_a_lens_count_risks_and_lead_over(client, place, folders, language):
    old, new = a_lens(folders[0]), a_lens(folders[1], title="Is it out?", rules=RULES[:1] + RULES[2:])
    assessment = answered(place, old, {"out": "1"})
    client.force_login(place.lead)
    client.cookies["django_language"] = language
    overview = client.get(reverse("assessment:assessment-detail", args=[assessment.public_id])).content.decode()
    versions = reverse("surveys:version-list", args=[assessment.public_id])
    assert f'href="{versions}"' in overview
    address = reverse("surveys:version-preview", args=[assessment.public_id, new.digest])
    assert f'href="{address}"' in client.get(versions).content.decode()
    page = client.get(address).content.decode()
    assert ("High risk" in page) is (language == "en")
    assert "Question out" in page
    client.post(address, {"title": "Over there"})
    assert Assessment.objects.get(title="Over there").maturity_model == new


def test_a_model_that_cannot_be_asked_is_not_offered(place, folders):
    old = a_lens(folders[0])
    a_lens(folders[1], choices=("one",), rules=[("default", "HIGH")])
    assert targets_to_move_to(answered(place, old)) == []
