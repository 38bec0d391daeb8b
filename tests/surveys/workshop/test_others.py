"""Workshops on maturity models of others: voted question by question, told as counts, agreed as an answer."""

import json
import re

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from assessment.domain.evidence import rescore
from assessment.models import Evidence, EvidenceSource
from core.refusals import Invalid, Refused
from reports.domain.other_report import other_report
from reports.domain.render import report_pdf
from surveys.domain.workshop.carrying import export_workshop, import_workshop, read_file
from surveys.domain.workshop.finishing import finish_workshop
from surveys.domain.workshop.joining import cookie_name, room_token
from surveys.domain.workshop.leading import add_note, open_vote, reveal, settle
from surveys.domain.workshop.preparing import propose_again
from surveys.domain.workshop.voting import cast_vote, enter_ballot, make_ballots
from surveys.domain.workshop.watching import scene_of
from surveys.models import AgendaItem, Vote, Workshop
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import AnonymousSurveyFactory
from tests.factories.workshops import PINNED, make_other_workshop, other_model, vote_all
from tests.reports.reading import lines_of

pytestmark = pytest.mark.django_db
TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
OURS_ALONE = ("a<sub>wg</sub>", "Mean ", "average deviation", "at the constraint", "level 1")


def address(name, *arguments):
    return reverse(f"surveys:workshop-{name}", args=arguments)


def opened(place, folder, kind, subject, n_seats=4):
    workshop, seats = make_other_workshop(place, other_model(kind, folder), n_seats=n_seats)
    item = workshop.items.get(practice=subject)
    open_vote(workshop, item, by=place.lead)
    workshop.refresh_from_db()
    return workshop, item, seats


def revealed(place, folder, kind, subject, votes):
    workshop, item, seats = opened(place, folder, kind, subject, n_seats=len(votes))
    vote_all(item, seats, votes)
    reveal(workshop, item, by=place.lead)
    workshop.refresh_from_db()
    item.refresh_from_db()
    return workshop, item, seats


def screens(place, workshop, seat):
    """The facilitator's page, the wall and one telephone, without what differs by chance."""
    lead, phone = Client(), Client()
    lead.force_login(place.lead)
    phone.cookies[cookie_name(workshop.public_id)] = seat.secret
    pages = [
        lead.get(address("lead", workshop.assessment.public_id)),
        Client().get(address("room", room_token(workshop.public_id))),
        phone.get(address("seat", workshop.public_id)),
    ]
    return [re.sub(r"\s+", " ", TOKENS.sub("", page.content.decode())) for page in pages]


def workshop_rows(assessment):
    return Evidence.objects.filter(assessment=assessment, source=EvidenceSource.WORKSHOP)


def test_samm_votes_are_told_as_counts_and_the_agreed_choice_is_the_answer(place, tmp_path):
    workshop, item, seats = revealed(place, tmp_path, "samm", "P-RO-A-1", [2, 2, 3, None])
    scene = scene_of(workshop, item)
    assert scene.last.tally.distribution == (0, 2, 1, 0)  # No, Half, Fully, does not apply
    assert (scene.last.together, scene.last.tally.agreement.passes) == ("Half", False)
    for page in screens(place, workshop, seats[0]):
        assert "4 votes, 1 did not know" in page
        assert "Taken together: Half" in page
        assert not [words for words in OURS_ALONE if words in page]
    settle(workshop, item, level=3, dissent="Not in the old part.", by=place.lead)
    add_note(workshop, kind="decision", text="Ask again in spring", by=place.lead)
    result = finish_workshop(workshop, by=place.lead)
    (said,) = workshop_rows(workshop.assessment).get().content["questions"]
    assert (said["question"], said["value"], said["low"], said["high"], said["n"]) == ("P-RO-A-1", 1.0, 0.5, 1.0, 3)
    assert result.score["card"]["practices"]["P-RO"]["value"] == 0.5  # one of six activities of two streams
    row = other_report(result).workshop.rows[0]
    assert (row.first, row.outcome, row.rule) == ("“Half” 2; “Fully” 1; 1 did not know", "Agreed: Fully", "not met")
    text = " ".join(line for _, line in lines_of(report_pdf(result).content))
    for words in ("The workshop agreed on 1 question.", "Not in the old part.", "Ask again in spring", "Agreed: Fully"):
        assert words in text


def test_lens_is_voted_as_a_set_and_told_as_counts_per_choice(place, tmp_path):
    votes = [(1, 2), (1, 2), (1, 3), (4,), None]
    workshop, item, seats = revealed(place, tmp_path, "lens", "out", votes)
    scene = scene_of(workshop, item)
    assert scene.last.tally.distribution == (3, 2, 1, 1, 0)
    assert (scene.last.together, scene.last.counted) == ("one", frozenset({1}))
    lead = screens(place, workshop, seats[0])[0]
    assert 'type="checkbox" name="level" value="1" checked' in lead  # more than half ticked it
    assert 'type="checkbox" name="level" value="2" checked' not in lead
    settle(workshop, item, level=(1, 2), by=place.lead)
    card = finish_workshop(workshop, by=place.lead).score["card"]
    assert card["questions"] == {"out": "NO_RISK", "in": "UNANSWERED"}


def test_dsomm_is_voted_by_shares_and_may_be_said_not_to_apply(place, tmp_path):
    workshop, item, _ = revealed(place, tmp_path, "dsomm", PINNED, [0, 0, 5])
    assert scene_of(workshop, item).last.together == "Does not apply here."
    settle(workshop, item, level=0, by=place.lead)
    result = finish_workshop(workshop, by=place.lead)
    assert workshop_rows(workshop.assessment).get().content["questions"][0]["state"] == "na"
    assert other_report(result).workshop.rows[0].outcome == "Agreed: Does not apply here"


def test_what_was_agreed_goes_before_the_survey_question_by_question(place, tmp_path):
    workshop, item, _ = revealed(place, tmp_path, "samm", "P-RO-A-1", [3, 3, 3])
    told = {"state": "answered", "n": 3, "low": None, "high": None, "counted": [], "ticked": [], "value": 0.5}
    content = {"questions": [{"question": name, **told} for name in ("P-RO-A-1", "P-RO-A-2")]}
    at = item.created_at
    Evidence.objects.create(
        assessment=workshop.assessment, source="survey", practice="P-RO", content=content, n=3, observed_at=at
    )
    settle(workshop, item, level=3, by=place.lead)
    card = finish_workshop(workshop, by=place.lead).score["card"]
    assert card["practices"]["P-RO"]["value"] == 0.75  # (1 + 0.5) of one of two streams


OFFERED = {
    "lens": {"none with another": (1, 4), "nothing": (), "no such choice": (1, 9), "not here with another": (0, 1)},
    "samm": {"no such choice": 4, "several": (1, 2)},
}


@pytest.mark.parametrize(("kind", "case"), [(kind, case) for kind, cases in OFFERED.items() for case in cases])
def test_a_vote_for_what_is_not_offered_is_refused_and_the_one_before_stays(place, tmp_path, kind, case):
    subject = "out" if kind == "lens" else "P-RO-A-1"
    _workshop, item, seats = opened(place, tmp_path, kind, subject)
    cast_vote(seats[0], item=item.public_id, number=1, level=2)
    with pytest.raises(Invalid):
        cast_vote(seats[0], item=item.public_id, number=1, level=OFFERED[kind][case])
    vote = Vote.objects.get()
    assert (vote.level, vote.ticked) == ((None, "2") if kind == "lens" else (2, ""))


def test_a_level_of_ours_keeps_its_bounds_in_the_database_too(place, tmp_path):
    _workshop, item, _ = opened(place, tmp_path, "samm", "P-RO-A-1")
    AgendaItem.objects.filter(pk=item.pk).update(outcome="agreed", agreed_level=0)
    for wrong in ({"kind": "levels"}, {"agreed_ticked": "1 2"}, {"outcome": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AgendaItem.objects.filter(pk=item.pk).update(**wrong)


def test_telephone_sends_ticks_and_finds_them_again(place, tmp_path):
    workshop, item, seats = opened(place, tmp_path, "lens", "out")
    phone = Client()
    phone.cookies[cookie_name(workshop.public_id)] = seats[0].secret
    sent = {"item": item.public_id, "round": 1, "level": ["1", "3"]}
    assert phone.post(address("vote", workshop.public_id), sent, headers={"HX-Request": "true"})["X-Stored"] == "yes"
    assert Vote.objects.get().ticked == "1 3"
    page = phone.get(address("seat", workshop.public_id)).content.decode()
    assert re.findall(r'value="(\w+)" checked', page) == ["1", "3"]
    for wrong, status in (({"level": ["dk", "1"]}, 422), ({"level": ["1", "4"]}, 422), ({"level": []}, 422)):
        assert phone.post(address("vote", workshop.public_id), sent | wrong).status_code == status
    assert phone.post(address("vote", workshop.public_id), sent | {"level": "dk"}).status_code == 302
    assert (Vote.objects.get().level, Vote.objects.get().ticked) == (None, "")


def test_before_the_reveal_no_screen_depends_on_what_others_ticked(place, tmp_path):
    workshop, item, seats = opened(place, tmp_path, "lens", "out")
    told = set()
    for votes in ([(1,), (2,), (3,)], [(1, 2), (4,), None]):
        vote_all(item, seats[1:], votes)
        told.add("".join(screens(place, workshop, seats[0])))
    assert len(told) == 1
    assert "3 of 4 have voted" in told.pop()


def test_nothing_is_told_of_fewer_than_the_minimum(place, tmp_path):
    workshop, item, seats = opened(place, tmp_path, "lens", "out")
    vote_all(item, seats[:2], [(1,), (2,)])
    with pytest.raises(Refused, match="fewer than 3"):
        reveal(workshop, item, by=place.lead)
    vote_all(item, seats[2:], [None, None])
    reveal(workshop, item, by=place.lead)
    workshop.refresh_from_db()
    for page in screens(place, workshop, seats[0]):
        assert "2 of 4 did not know" in page
        assert "<meter" not in page
    settle(workshop, workshop.items.get(practice="out"), level=(1,), by=place.lead)
    finish_workshop(workshop, by=place.lead)
    (said,) = workshop_rows(workshop.assessment).get().content["questions"]
    assert (said["counted"], said["n"], said["ticked"]) == (["out_one"], 0, [])
    assert '"votes": []' in export_workshop(workshop, by=place.lead)


def test_promise_of_the_survey_holds_for_others_too(place, tmp_path):
    workshop, seats = make_other_workshop(place, other_model("lens", tmp_path), n_seats=4)
    AnonymousSurveyFactory(assessment=workshop.assessment)
    item = workshop.items.get(practice="out")
    open_vote(workshop, item, by=place.lead)
    vote_all(item, seats, [(1,)] * 4)
    with pytest.raises(Refused, match="fewer than 5"):
        reveal(workshop, item, by=place.lead)


def test_whole_way_on_the_pages(place, client, tmp_path):
    workshop, seats = make_other_workshop(place, other_model("lens", tmp_path), n_seats=3)
    key, item = workshop.assessment.public_id, workshop.items.get(practice="out")
    client.force_login(place.lead)
    assert "Question out" in client.get(address("agenda", key)).content.decode()
    settings = client.get(address("settings", key)).content.decode()
    assert "give the same answer" in settings
    assert "rule_deviation" not in settings
    for step in ("look", "open"):
        client.post(address("step", key), {"do": step, "practice": item.practice})
    vote_all(item, seats, [(1, 2), (1,), (1, 2)])
    client.post(address("step", key), {"do": "reveal", "practice": item.practice})
    settled = address("settle", key, item.practice)
    assert client.post(settled, {"level": ["1", "none"]}).status_code == 422
    assert client.post(settled, {}).status_code == 422
    assert client.post(settled, {"level": ["1", "2"]}).status_code == 302
    assert "Agreed: one; two" in client.get(address("lead", key)).content.decode()
    assert client.post(address("finish", key)).status_code == 302
    page = client.get(reverse("reports:result", args=[key])).content.decode()
    assert "The workshop agreed on 1 question." in page
    file = client.get(address("export", key)).content
    sent = SimpleUploadedFile("workshop.json", file)
    assert client.post(address("import", key), {"file": sent}).status_code == 302


def test_file_of_others_is_a_format_of_its_own_and_importing_twice_changes_nothing(place, tmp_path):
    workshop, item, _ = revealed(place, tmp_path, "lens", "out", [(1, 2), (1,), (4,)])
    settle(workshop, item, level=(1,), by=place.lead)
    finish_workshop(workshop, by=place.lead)
    text = export_workshop(workshop, by=place.lead)
    assert json.loads(text)["format"] == "headwater-workshop-2"
    row = workshop.assessment.maturity_model
    Workshop.objects.all().delete()
    assessment = AssessmentFactory(team=place.team, maturity_model=row)
    for _ in range(2):
        brought = import_workshop(assessment, read_file(text), by=place.lead)
        assert sorted(Vote.objects.values_list("ticked", flat=True)) == ["1", "1 2", "4"]
        assert brought.items.get(outcome="agreed").agreed_ticked == "1"
        assert workshop_rows(assessment).get().content["questions"][0]["counted"] == ["out_one"]
    assert export_workshop(brought, by=place.lead) == text
    for wrong in (
        text.replace("workshop-2", "workshop-1"),
        text.replace('"agreed_ticked": [\n    1', '"agreed_ticked": [\n    9'),
    ):
        assert wrong != text
        Workshop.objects.all().delete()
        with pytest.raises(Invalid):
            import_workshop(assessment, read_file(wrong), by=place.lead)
        assert not Workshop.objects.exists()


def test_paper_offers_what_the_model_offers_and_is_entered_by_hand(place, client, tmp_path):
    workshop, _ = make_other_workshop(place, other_model("lens", tmp_path))
    item, key = workshop.items.get(practice="out"), workshop.assessment.public_id
    sheets = make_ballots(workshop, n=3, by=place.lead)
    client.force_login(place.lead)
    printed = client.get(address("ballots", key)).content.decode()
    assert printed.count("Several boxes may be ticked.") == 6  # two questions on three sheets
    assert "☐ B" in printed
    assert "your role" not in printed
    entry = address("ballot", key, sheets[0].public_id)
    assert 'type="checkbox" name="out" value="1"' in client.get(entry).content.decode()
    assert client.post(entry, {"out": ["1", "4"]}).status_code == 422
    assert client.post(entry, {"out": ["1", "dk"]}).status_code == 422
    assert client.post(entry, {"out": ["1", "2"]}).status_code == 302
    enter_ballot(workshop, sheets[1], {item.public_id: (4,)}, role="", by=place.lead)
    enter_ballot(workshop, sheets[2], {item.public_id: None}, role="", by=place.lead)
    assert sorted(Vote.objects.values_list("ticked", flat=True)) == ["", "1 2", "4"]


def test_agenda_puts_first_what_people_answered_most_differently(place, tmp_path):
    workshop, _ = make_other_workshop(place, other_model("samm", tmp_path))
    assert [item.practice for item in workshop.items.all()[:2]] == ["P-RO-A-1", "P-RO-A-2"]  # nothing known: the file's
    told = {"state": "answered", "n": 5, "counted": [], "ticked": [], "value": 0.5}
    rows = [{"question": name, "low": low, "high": 1.0, **told} for name, low in (("P-RO-A-1", 1.0), ("P-RO-B-2", 0.0))]
    Evidence.objects.create(
        assessment=workshop.assessment, source="survey", practice="P-RO", content={"questions": rows}, n=5,
        observed_at=workshop.created_at,
    )  # fmt: skip
    rescore(workshop.assessment)
    propose_again(workshop, by=place.lead)
    assert workshop.items.first().practice == "P-RO-B-2"
    last = workshop.items.last()
    assert (last.practice, last.reasons["confirms"], last.is_planned) == ("P-RO-A-1", True, False)


@pytest.mark.parametrize("n_items", [1, 6])
def test_pages_ask_the_same_few_questions_however_long_the_model(
    place, client, tmp_path, n_items, django_assert_num_queries
):
    workshop, item, seats = revealed(place, tmp_path, "samm", "P-RO-A-1", [2, 2, 3])
    others = workshop.items.exclude(pk=item.pk).values_list("pk", flat=True)
    workshop.items.filter(pk__in=list(others)[n_items - 1 :]).delete()
    lead, phone = Client(), Client()
    lead.force_login(place.lead)
    phone.cookies[cookie_name(workshop.public_id)] = seats[0].secret
    key, token = workshop.assessment.public_id, room_token(workshop.public_id)
    pages = (
        (lead, address("lead", key), 13),
        (lead, address("agenda", key), 6),
        (Client(), address("room", token), 7),
        (phone, address("seat", workshop.public_id), 6),
        (lead, reverse("reports:result", args=[key]), 8),
    )
    for who, where, n in pages:
        who.get(where)
        caches["drawn"].clear()
        with django_assert_num_queries(n, info=where):
            who.get(where)
