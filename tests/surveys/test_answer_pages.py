"""Answering through the pages: without JavaScript, with htmx, in two tabs, on a stale page."""

import re

import pytest
from django.urls import reverse

from assessment.models import Assessment, AssessmentState
from surveys.domain.answers import save_answer, save_comment, sections_of
from surveys.forms import curly
from surveys.models import Answer, Participant, ParticipantState
from tests.factories.accounts import MembershipFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import ParticipantFactory, SurveyFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def seat(place):
    survey = SurveyFactory(assessment=AssessmentFactory(team=place.team, scope_note="Only the ledger."))
    return ParticipantFactory(survey=survey, user=place.member, state=ParticipantState.STARTED)


@pytest.fixture
def ben(client, seat):
    client.force_login(seat.user)
    return client


def address(seat, name, *arguments):
    return reverse(f"surveys:{name}", args=[seat.survey.assessment.public_id, *arguments])


def stored(seat):
    return {a.question: a.level or a.kind for a in Answer.objects.filter(participant=seat)}


def close(seat):
    Assessment.objects.filter(survey=seat.survey).update(state=AssessmentState.CLOSED)


def test_first_page_says_what_is_asked_and_who_sees_what(ben, seat):
    Participant.objects.update(state=ParticipantState.INVITED)
    page = ben.get(address(seat, "answer-start")).content.decode()
    assert "46 questions in 7 short pages" in page
    assert "Only the ledger." in page
    assert "stored with your name" in page


def test_nobody_answers_before_reading_it(ben, seat):
    Participant.objects.update(state=ParticipantState.INVITED)
    assert ben.get(address(seat, "answer-section", "define"))["Location"] == address(seat, "answer-start")
    assert ben.post(address(seat, "answer-start"))["Location"] == address(seat, "answer-section", "define")
    assert ben.get(address(seat, "answer-section", "define")).status_code == 200


def test_page_shows_no_level_number_and_no_dimension(ben, seat):
    page = ben.get(address(seat, "answer-section", "define")).content.decode()
    values = re.findall(r'name="q-[^"]+" value="([^"]+)"', page)
    assert set(values) == {"a", "b", "c", "d", "e", "dk", "na"}
    assert "Spec quality" not in page
    for level in ("Improvised", "Tuned"):
        assert level not in page


def test_quotes_of_the_model_are_printed_curly():
    straight = "marked 'none, because' (\"why\"), by each other's code"
    assert curly(straight) == "marked ‘none, because’ (“why”), by each other’s code"


def test_choices_stand_in_the_order_of_the_file(ben, seat):
    page = ben.get(address(seat, "answer-section", "define")).content.decode()
    assert re.findall(r'name="q-SP1.m" value="([^"]+)"', page) == ["a", "b", "c", "d", "e", "dk", "na"]


def test_whole_page_is_saved_without_javascript(ben, seat):
    fields = {"q-SP1.m": "c", "q-SP1.e": "dk", "q-SP2.m": "na", "why-SP2.m": "No limits here.", "note-SP1": "Depends."}
    response = ben.post(address(seat, "answer-section", "define"), fields)
    assert response["Location"] == address(seat, "answer-section", "design")
    assert stored(seat) == {"SP1.m": 3, "SP1.e": "dk", "SP2.m": "na"}
    assert seat.comments.get().text == "Depends."


def test_save_button_stays_on_the_page(ben, seat):
    response = ben.post(address(seat, "answer-section", "define"), {"q-SP1.m": "c", "stay": ""}, follow=True)
    assert response.request["PATH_INFO"] == address(seat, "answer-section", "define")
    page = response.content.decode()
    assert re.search(r"Saved \d\d:\d\d", page)
    assert re.search(r'name="q-SP1.m" value="c" checked', page)


def test_last_page_leads_to_the_check(ben, seat):
    response = ben.post(address(seat, "answer-section", "operate"), {})
    assert response["Location"] == address(seat, "answer-review")


def test_missing_reason_is_said_beside_its_question_and_the_rest_is_saved(ben, seat):
    response = ben.post(address(seat, "answer-section", "define"), {"q-SP1.m": "na", "q-SP1.e": "b"})
    assert response.status_code == 422
    page = response.content.decode()
    assert 'id="problem-SP1.m">Not saved yet: say in one line why' in page
    assert stored(seat) == {"SP1.e": 2}
    assert re.search(r'name="q-SP1.m" value="na" checked', page)
    assert re.search(r'<input id="why-SP1.m"[^>]* aria-invalid="true" autofocus>', page)
    assert page.count("autofocus") == 1
    assert "1 choice not saved yet." in page
    assert "saved as you make them" not in page


def test_page_sent_again_without_the_reason_is_not_taken_for_unchanged(ben, seat):
    fields = {"q-SP1.m": "na"}
    for _ in range(2):
        response = ben.post(address(seat, "answer-section", "define"), fields)
        assert response.status_code == 422
        fields["seen-SP1.m"] = re.search(r'name="seen-SP1.m" value="([^"]*)"', response.content.decode())[1]
    ben.post(address(seat, "answer-section", "define"), {**fields, "why-SP1.m": "No limits here."})
    assert Answer.objects.get().reason == "No limits here."


def test_autosave_answers_with_the_version_and_the_progress_only(ben, seat):
    fields = {"q-SP1.m": "d", "change": "a-random-key", "replaces": "", "page": "define"}
    response = ben.post(address(seat, "answer-save", "SP1.m"), fields, headers=HTMX)
    text = response.content.decode()
    assert response["X-Version"] == Answer.objects.get().version == "a-random-key"
    assert re.search(r"1 of \d here, about \d min left", text)
    assert re.search(r"\d+ min in all", text)
    assert "<input" not in text
    assert stored(seat) == {"SP1.m": 4}


def test_autosave_looks_at_its_own_question_only(ben, seat):
    """The browser sends the whole form along; a stale choice elsewhere on the page must not be stored with it."""
    save_answer(seat, question="SP1.e", answer=5)
    ben.post(address(seat, "answer-save", "SP1.m"), {"q-SP1.m": "d", "q-SP1.e": "a"}, headers=HTMX)
    assert stored(seat) == {"SP1.m": 4, "SP1.e": 5}


@pytest.mark.parametrize("value", ["f", "3", "", "abc", "A"])
def test_unknown_choice_is_refused(ben, seat, value):
    response = ben.post(address(seat, "answer-save", "SP1.m"), {"q-SP1.m": value}, headers=HTMX)
    assert response.status_code == 422
    assert "no such choice" in response.content.decode()
    assert stored(seat) == {}


def test_unknown_question_is_refused(ben, seat):
    assert ben.post(address(seat, "answer-save", "XX1.m"), {"q-XX1.m": "a"}).status_code == 422


def test_double_post_stores_one_answer(ben, seat):
    for _ in range(2):
        assert ben.post(address(seat, "answer-save", "SP1.m"), {"q-SP1.m": "d"}, headers=HTMX).status_code == 200
    assert Answer.objects.count() == 1


def test_stale_tab_saves_only_what_was_changed_in_it(ben, seat):
    shown = {"seen-SP1.m": "|", "seen-SP1.e": "|"}  # both tabs were loaded before anything was said
    ben.post(address(seat, "answer-section", "define"), {**shown, "q-SP1.m": "e"})
    ben.post(address(seat, "answer-section", "define"), {**shown, "q-SP1.e": "b"})
    assert stored(seat) == {"SP1.m": 5, "SP1.e": 2}


def test_unchanged_choice_of_a_stale_tab_does_not_undo_the_newer_one(ben, seat):
    save_answer(seat, question="SP1.m", answer=2)
    ben.post(address(seat, "answer-save", "SP1.m"), {"q-SP1.m": "e"}, headers=HTMX)
    ben.post(address(seat, "answer-section", "define"), {"seen-SP1.m": "b|", "q-SP1.m": "b", "q-SP1.e": "a"})
    assert stored(seat) == {"SP1.m": 5, "SP1.e": 1}


def test_unchanged_comment_of_a_stale_tab_does_not_undo_the_newer_one(ben, seat):
    save_comment(seat, practice="SP1", text="new")
    ben.post(address(seat, "answer-section", "define"), {"seen-note-SP1": "old", "note-SP1": "old"})
    assert seat.comments.get().text == "new"


def test_page_shown_and_sent_back_untouched_changes_nothing(ben, seat):
    save_answer(seat, question="SP1.m", answer="na", reason='Says "no"')
    before = Answer.objects.get().updated_at
    page = ben.get(address(seat, "answer-section", "define")).content.decode()
    assert 'value="na|Says &quot;no&quot;"' in page
    ben.post(
        address(seat, "answer-section", "define"),
        {"seen-SP1.m": 'na|Says "no"', "q-SP1.m": "na", "why-SP1.m": 'Says "no"'},
    )
    assert Answer.objects.get().updated_at == before


@pytest.mark.parametrize("name", ["answer-save SP1.m", "comment-save SP1", "answer-section define", "answer-review"])
def test_assessment_closed_meanwhile_refuses_with_a_sentence(ben, seat, name):
    close(seat)
    fields = {"q-SP1.m": "d", "note-SP1": "x", "finish": "yes"}
    response = ben.post(address(seat, *name.split()), fields)
    assert response.status_code == 409
    assert "the assessment was closed" in response.content.decode()
    assert stored(seat) == {}


def test_closed_assessment_can_be_read(ben, seat):
    save_answer(seat, question="SP1.m", answer=4)
    close(seat)
    page = ben.get(address(seat, "answer-section", "define")).content.decode()
    assert "The assessment is closed. This is what you said; it can no longer change." in page
    assert "Save and go on" not in page
    assert "Save and go on" not in page
    assert page.count("disabled") >= 6
    assert "This assessment is closed." in ben.get(address(seat, "answer-start")).content.decode()


def test_draft_shows_no_form_to_send(ben, seat):
    Assessment.objects.update(state=AssessmentState.DRAFT)
    assert "Not open yet." in ben.get(address(seat, "answer-start")).content.decode()
    assert "Save and go on" not in ben.get(address(seat, "answer-section", "define")).content.decode()


def test_check_lists_open_questions_with_links_and_other_answers_in_words(ben, seat):
    save_answer(seat, question="SP1.m", answer="dk")
    save_answer(seat, question="SP1.e", answer="na", reason="We never review.")
    page = ben.get(address(seat, "answer-review")).content.decode()
    assert "2 of 46 questions have an answer." in page
    assert "I don’t know" in page
    assert "Does not apply here: We never review." in page
    assert f"{address(seat, 'answer-section', 'design')}#SP3.m" in page
    assert page.count("No answer yet.") == 44


def test_finishing_stores_the_wish_and_thanks(ben, seat):
    page = ben.post(
        address(seat, "answer-review"), {"fix_first": "The nightly build.", "finish": "yes"}, follow=True
    ).content.decode()
    seat.refresh_from_db()
    assert (seat.state, seat.fix_first) == (ParticipantState.FINISHED, "The nightly build.")
    assert "Thank you, you have finished." in page


def test_wish_can_be_kept_without_finishing(ben, seat):
    ben.post(address(seat, "answer-review"), {"fix_first": "Later.", "keep": "yes"})
    seat.refresh_from_db()
    assert (seat.state, seat.fix_first) == (ParticipantState.STARTED, "Later.")


def test_another_device_goes_on_where_the_first_stopped(ben, seat):
    for question in ("SP1.m", "SP1.e", "SP2.m", "SP2.e", "SP4.m", "SP4.e"):
        save_answer(seat, question=question, answer=3)
    assert ben.post(address(seat, "answer-start"))["Location"] == address(seat, "answer-section", "design")


def test_stage_without_questions_for_the_seat_is_not_found(ben, seat):
    Participant.objects.update(roles=["security"])
    page = ben.get(address(seat, "answer-start")).content.decode()
    missing = [s for s in ("define", "design", "build", "review") if address(seat, "answer-section", s) not in page]
    for stage in missing:
        assert ben.get(address(seat, "answer-section", stage)).status_code == 404
    assert ben.get(address(seat, "answer-section", "nonsense")).status_code == 404


def test_expired_sign_in_sends_htmx_to_the_sign_in_page(client, seat):
    response = client.post(address(seat, "answer-save", "SP1.m"), {"q-SP1.m": "d"}, headers=HTMX)
    assert response.status_code == 204
    assert response["HX-Redirect"].startswith("/accounts/login/")
    assert stored(seat) == {}


def test_seat_is_only_ever_ones_own(client, seat, place):
    client.force_login(place.lead)
    assert client.get(address(seat, "answer-section", "define")).status_code == 403
    assert client.post(address(seat, "answer-save", "SP1.m"), {"q-SP1.m": "d"}).status_code == 403
    assert "You are not asked" in client.get(address(seat, "answer-start")).content.decode()
    assert stored(seat) == {}


def test_stranger_finds_nothing(client, seat, place):
    client.force_login(place.stranger)
    for name in ("answer-start", "answer-review", "participant-list", "comment-list"):
        assert client.get(address(seat, name)).status_code == 404


@pytest.mark.parametrize("n_answered", [1, 3])
def test_page_asks_the_database_the_same_for_any_number_of_answers(ben, seat, n_answered, django_assert_num_queries):
    for question in ("SP1.m", "SP1.e", "SP2.m")[:n_answered]:
        save_answer(seat, question=question, answer=3)
    MembershipFactory.create_batch(n_answered, team=seat.survey.assessment.team)
    with django_assert_num_queries(9):
        ben.get(address(seat, "answer-section", "define"))


def test_every_stage_of_the_seat_has_a_page_of_its_own(ben, seat):
    for section in sections_of(seat):
        page = ben.get(address(seat, "answer-section", section.stage.id)).content.decode()
        assert f"<h1>{section.stage.name}</h1>" in page
        assert page.count('class="question"') == len(section.questions())
