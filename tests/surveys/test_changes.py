"""A change sent twice is stored once; a change that would overwrite something unseen is shown beside it."""

import re

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from assessment.models import Assessment, AssessmentState
from core.refusals import Invalid
from surveys.domain.answer_store import answer_to, texts
from surveys.domain.answers import begin_survey, save_answer, save_comment, save_fix_first
from surveys.domain.changes import Change, Conflict, change_of, is_new
from surveys.domain.seats import new_secret
from surveys.models import AnonymousAnswer, ParticipantState
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import AnonymousSurveyFactory, ParticipantFactory, SurveyFactory

HTMX = {"HX-Request": "true"}
FIRST, SECOND, THIRD = "key-of-first", "key-of-second", "key-of-third"


@pytest.fixture(params=[SurveyFactory, AnonymousSurveyFactory])
def seat(db, request):
    seat = ParticipantFactory(survey=request.param())
    new_secret(seat)
    begin_survey(seat)
    return seat


def say(seat, level, key, *replaces):
    return save_answer(seat, question="SP1.m", answer=level, change=Change(key, replaces))


def test_change_that_arrives_twice_is_stored_once(seat):
    first = say(seat, 3, FIRST, "")
    assert say(seat, 3, FIRST, "") == first
    assert (first.level, first.version) == (3, FIRST)


def test_change_that_arrives_again_after_a_newer_one_of_the_same_device_undoes_nothing(seat):
    say(seat, 3, FIRST, "")
    say(seat, 4, SECOND, "", FIRST)
    with pytest.raises(Conflict):
        say(seat, 3, FIRST, "")
    assert answer_to(seat, "SP1.m").level == 4


def test_device_that_never_heard_back_may_replace_its_own_change(seat):
    say(seat, 3, FIRST, "")
    assert say(seat, 4, SECOND, "", FIRST).level == 4


def test_change_of_a_device_that_did_not_see_the_latest_is_refused(seat):
    say(seat, 3, FIRST, "")
    say(seat, 4, SECOND, FIRST)
    with pytest.raises(Conflict) as refusal:
        say(seat, 1, THIRD, FIRST)
    assert (refusal.value.part, refusal.value.key) == ("SP1.m", SECOND)
    assert answer_to(seat, "SP1.m").level == 4


def test_two_devices_that_say_the_same_do_not_disagree(seat):
    say(seat, 3, FIRST, "")
    assert say(seat, 3, SECOND, "").version == FIRST


def test_emptied_comment_that_arrives_twice_is_no_conflict(seat):
    key = save_comment(seat, practice="SP1", text="one", change=Change(FIRST, ("",)))
    for _ in range(2):
        assert save_comment(seat, practice="SP1", text="", change=Change(SECOND, (key,))) == ""
    assert texts(seat) == {}


def test_wish_is_not_overwritten_unseen(seat):
    save_fix_first(seat, text="The build.", change=Change(FIRST, ("",)))
    with pytest.raises(Conflict):
        save_fix_first(seat, text="The tests.", change=Change(SECOND, ("",)))
    assert texts(seat)[""].text == "The build."


def test_row_without_name_keeps_the_key_of_its_own_change_alone(db):
    seat = ParticipantFactory(survey=AnonymousSurveyFactory())
    new_secret(seat)
    begin_survey(seat)
    say(seat, 3, FIRST, "")
    save_answer(seat, question="SP1.e", answer=3)
    keys = list(AnonymousAnswer.objects.values_list("version", flat=True))
    assert len(set(keys)) == 2
    assert not hasattr(AnonymousAnswer, "updated_at")


@pytest.mark.parametrize("key", ["", "short", "x" * 37, "with space", "<script>"])
def test_unusable_key_is_replaced_by_one_of_the_server(key):
    assert re.fullmatch("[0-9a-f]{16}", change_of(key).key)


@given(st.text(), st.one_of(st.none(), st.text()))
def test_any_key_and_any_list_of_keys_makes_a_change(key, replaces):
    change = change_of(key, replaces)
    assert 8 <= len(change.key) <= 36
    assert change.replaces is None or len(change.replaces) >= 1


@given(st.text(min_size=1), st.text(min_size=1))
def test_nothing_known_of_the_stored_never_replaces_it(stored_key, text):
    change = Change("a-new-key-of-mine", ("",))
    with pytest.raises(Conflict):
        is_new(change, part="x", stored_key=stored_key, stored="other" + text, given=text)


# Through the pages


@pytest.fixture
def named(place):
    survey = SurveyFactory(assessment=AssessmentFactory(team=place.team))
    return ParticipantFactory(survey=survey, user=place.member, state=ParticipantState.STARTED)


@pytest.fixture
def ben(client, named):
    client.force_login(named.user)
    return client


def address(seat, name, *arguments):
    return reverse(f"surveys:{name}", args=[seat.survey.assessment.public_id, *arguments])


def send(client, seat, fields, name="answer-save", part="SP1.m"):
    return client.post(address(seat, name, *filter(None, [part])), fields, headers=HTMX)


def test_page_without_javascript_shows_both_and_overwrites_nothing(ben, named):
    page = ben.get(address(named, "answer-section", "define")).content.decode()
    shown = {name: re.search(f'name="{name}" value="([^"]*)"', page)[1] for name in ("version-SP1.m", "seen-SP1.m")}
    save_answer(named, question="SP1.m", answer=5)
    response = ben.post(address(named, "answer-section", "define"), {**shown, "q-SP1.m": "a", "q-SP1.e": "b"})
    assert response.status_code == 409
    page = response.content.decode()
    assert re.search('name="q-SP1.m" value="a" checked', page)
    assert "The choice marked here is yours" in page
    assert answer_to(named, "SP1.m").level == 5
    assert answer_to(named, "SP1.e").level == 2  # the rest of the page is saved
    again = {name: re.search(f'name="{name}" value="([^"]*)"', page)[1] for name in ("version-SP1.m", "seen-SP1.m")}
    assert ben.post(address(named, "answer-section", "define"), {**again, "q-SP1.m": "a"}).status_code == 302
    assert answer_to(named, "SP1.m").level == 1


def test_comment_and_wish_without_javascript_show_both(ben, named):
    save_comment(named, practice="SP1", text="From the telephone.")
    save_fix_first(named, text="From the telephone.")
    fields = {"note-SP1": "From here.", "seen-note-SP1": "", "version-note-SP1": ""}
    response = ben.post(address(named, "answer-section", "define"), fields)
    assert response.status_code == 409
    assert "From the telephone." in (page := response.content.decode())
    assert "From here." in page
    fields = {"fix_first": "From here.", "version-fix_first": "", "finish": "yes"}
    response = ben.post(address(named, "answer-review"), fields)
    assert response.status_code == 409
    assert "From here.</textarea>" in response.content.decode()
    named.refresh_from_db()
    assert (named.fix_first, named.state) == ("From the telephone.", ParticipantState.STARTED)


def test_script_gets_both_sides_and_the_choice(ben, named):
    save_answer(named, question="SP1.m", answer=5)
    response = send(ben, named, {"q-SP1.m": "na", "why-SP1.m": "<b>", "change": FIRST, "replaces": ""})
    assert response.status_code == 409
    page = response.content.decode()
    assert "Does not apply here: &lt;b&gt;" in page
    assert re.search(r"Saved at \d\d:\d\d", page)
    assert page.count("data-keep=") == 2
    assert "{&quot;q-SP1.m&quot;: &quot;e&quot;" in page
    assert f'data-stored="{answer_to(named, "SP1.m").version}"' in page


def test_closed_meanwhile_keeps_both_and_says_what_to_do(ben, named):
    save_answer(named, question="SP1.m", answer=5)
    Assessment.objects.update(state=AssessmentState.CLOSED)
    response = send(ben, named, {"q-SP1.m": "a", "change": FIRST, "replaces": ""})
    page = response.content.decode()
    assert response.status_code == 409
    assert "the assessment was closed" in page
    assert "Ask those who lead the assessment to open it again" in page
    assert 'data-keep="stored"' in page
    assert 'data-keep="mine"' not in page


@pytest.mark.parametrize(("name", "part"), [("answer-save", "SP1.m"), ("comment-save", "SP1"), ("wish-save", "")])
def test_page_of_another_seat_saves_nothing_here(ben, named, name, part):
    other = ParticipantFactory(survey=named.survey)
    fields = {"seat": str(other.public_id), "q-SP1.m": "a", "note-SP1": "x", "fix_first": "x"}
    assert send(ben, named, fields, name, part).status_code == 403
    path = address(named, "answer-section", "define")
    assert ben.post(path, fields).status_code == 409
    named.refresh_from_db()
    assert (named.answers.count(), named.comments.count(), named.fix_first) == (0, 0, "")


def test_text_of_ten_megabytes_is_refused_in_a_sentence(ben, named):
    response = ben.post(address(named, "comment-save", "SP1"), {"note-SP1": "x" * 10_000_000}, headers=HTMX)
    assert response.status_code == 413
    assert "2000 characters" in response.content.decode()


def test_text_of_one_megabyte_comes_back_in_its_field(ben, named):
    response = ben.post(address(named, "answer-section", "define"), {"note-SP1": "x" * 1_000_000, "q-SP1.m": "b"})
    assert response.status_code == 422
    assert "this holds 2000 characters; yours has 1000000" in (page := response.content.decode())
    assert "x" * 1_000_000 in page
    assert answer_to(named, "SP1.m").level == 2


def test_too_long_a_reason_is_refused_with_both_numbers(named):
    with pytest.raises(Invalid, match="300 characters, yours has 301"):
        save_answer(named, question="SP1.m", answer="na", reason="x" * 301)
