"""A workshop from its agenda to the result, and what is refused on the way."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from assessment.models import Evidence, EvidenceSource
from core.refusals import Invalid, Refused
from surveys.domain.workshop.carrying import export_workshop, import_workshop, read_file
from surveys.domain.workshop.finishing import finish_workshop
from surveys.domain.workshop.joining import ALPHABET, find_seat, make_transfer, take_transfer, workshop_of_code
from surveys.domain.workshop.leading import (
    add_note,
    cancel_vote,
    confirm,
    hand_over,
    look_at,
    open_all,
    open_vote,
    reopen,
    reveal,
    reveal_due,
    set_timer,
    settle,
    take_over,
)
from surveys.domain.workshop.preparing import arrange, change_settings, prepare_workshop, propose_again, wifi_text
from surveys.domain.workshop.told import workshop_record
from surveys.domain.workshop.voting import cast_vote, enter_ballot, make_ballots
from surveys.domain.workshop.watching import scene_of
from surveys.models import Round, Survey, Vote, Workshop
from tests.factories.assessment import AssessmentFactory
from tests.factories.surveys import AnonymousSurveyFactory
from tests.factories.workshops import make_workshop, vote_all

pytestmark = pytest.mark.django_db


def started(place, n_seats=4, **fields):
    workshop, seats = make_workshop(place, n_seats=n_seats, **fields)
    item = workshop.items.first()
    open_vote(workshop, item, by=place.lead)
    return workshop, item, seats


def test_preparing_twice_gives_the_same_workshop(place):
    workshop, _ = make_workshop(place)
    assert prepare_workshop(workshop.assessment, by=place.consultant) == workshop
    assert len(workshop.code) >= 6
    assert set(workshop.code) <= set(ALPHABET)
    assert workshop_of_code(f" {workshop.code[:3].lower()}-{workshop.code[3:]}") == workshop
    assert sum(item.minutes for item in workshop.items.filter(is_planned=True)) <= workshop.minutes


def test_a_vote_is_kept_once_for_each_seat_and_round(place):
    _workshop, item, seats = started(place)
    for level in (2, 4, 4):
        cast_vote(seats[0], item=item.public_id, number=1, level=level)
    assert list(Vote.objects.values_list("level", flat=True)) == [4]


def test_nothing_is_revealed_below_the_minimum(place):
    workshop, item, seats = started(place)
    vote_all(item, seats[:2], [2, 3])
    with pytest.raises(Refused, match="fewer than 3"):
        reveal(workshop, item, by=place.lead)
    cast_vote(seats[2], item=item.public_id, number=1, level=None)
    reveal(workshop, item, by=place.lead)
    told = scene_of(workshop, item).last.tally
    assert (told.n, told.n_dont_know, told.distribution) == (3, 1, ())


def test_promise_given_after_preparing_holds_in_the_room(place):
    workshop, seats = make_workshop(place, n_seats=4)
    AnonymousSurveyFactory(assessment=workshop.assessment)
    item = workshop.items.get(practice="SP1")
    open_vote(workshop, item, by=place.lead)
    vote_all(item, seats, [2, 3, 3, 4])
    with pytest.raises(Refused, match="fewer than 5"):
        reveal(workshop, item, by=place.lead)


def test_a_vote_after_the_reveal_is_refused_and_changes_nothing(place):
    workshop, item, seats = started(place)
    vote_all(item, seats, [2, 3, 3, 3])
    reveal(workshop, item, by=place.lead)
    with pytest.raises(Refused, match="over"):
        cast_vote(seats[0], item=item.public_id, number=1, level=5)
    assert scene_of(workshop, item).last.tally.distribution == (0, 1, 3, 0, 0)


def test_second_vote_keeps_the_first(place):
    workshop, item, seats = started(place)
    vote_all(item, seats, [1, 3, 3, 5])
    reveal(workshop, item, by=place.lead)
    open_vote(workshop, item, by=place.lead)
    assert scene_of(workshop, item).rounds[1].tally is None
    vote_all(item, seats, [3, 3, 3, 4], number=2)
    reveal(workshop, item, by=place.lead)
    settle(workshop, item, level=3, dissent="Releases differ.", check_what="Tags", check_who="Ben", by=place.lead)
    told = workshop_record(workshop.assessment).items[0]
    assert told.first.distribution == (1, 0, 2, 0, 1)
    assert told.second.distribution == (0, 0, 3, 1, 0)
    assert (told.agreed_level, told.passes, told.dissent, told.check_who) == (3, True, "Releases differ.", "Ben")
    assert told.shift.converged


def test_taking_a_vote_back_leaves_the_round_before(place):
    workshop, item, seats = started(place)
    vote_all(item, seats, [1, 3, 3, 5])
    reveal(workshop, item, by=place.lead)
    open_vote(workshop, item, by=place.lead)
    cancel_vote(workshop, item, by=place.lead)
    item.refresh_from_db()
    assert item.state == "talking"
    assert [row.number for row in item.rounds.all()] == [1]


def test_rule_and_minimum_are_fixed_by_the_first_vote(place):
    workshop, _ = make_workshop(place)
    change_settings(workshop, {"rule_share": 0.8, "minimum": 4}, by=place.lead)
    with pytest.raises(Invalid, match="fewer than 3"):
        change_settings(workshop, {"minimum": 2}, by=place.lead)
    open_vote(workshop, workshop.items.first(), by=place.lead)
    for change in ({"rule_share": 0.5}, {"minimum": 3}, {"rule_deviation": 2.0}):
        with pytest.raises(Refused, match="fixed"):
            change_settings(workshop, change, by=place.lead)
    change_settings(workshop, {"hides_count": True}, by=place.lead)
    workshop.refresh_from_db()
    assert (workshop.rule_share, workshop.minimum, workshop.hides_count) == (0.8, 4, True)


def test_promise_of_the_survey_holds_in_the_room(place):
    assessment = AssessmentFactory(team=place.team)
    Survey.objects.create(assessment=assessment, mode="anonymous", minimum_group=5, minimum_role_group=5)
    assert prepare_workshop(assessment, by=place.lead).minimum == 5


def test_only_the_facilitator_leads_and_the_lead_moves_on_purpose_only(place):
    workshop, _ = make_workshop(place)
    item = workshop.items.first()
    with pytest.raises(Refused, match="Ada leads"):
        open_vote(workshop, item, by=place.consultant)
    with pytest.raises(Invalid, match="may not lead"):
        hand_over(workshop, to=place.member, by=place.lead)
    hand_over(workshop, to=place.consultant, by=place.lead)
    with pytest.raises(Refused, match="Carla leads"):
        open_vote(workshop, item, by=place.lead)
    take_over(workshop, by=place.lead)
    open_vote(workshop, item, by=place.lead)
    facts = AuditEvent.objects.filter(verb="workshop.handed_over").order_by("at").values_list("facts", flat=True)
    assert [row["taken"] for row in facts] == [False, True]


def test_one_vote_at_a_time_in_a_room(place):
    workshop, item, _ = started(place)
    other = workshop.items.exclude(pk=item.pk).first()
    with pytest.raises(Refused, match="Another vote"):
        open_vote(workshop, other, by=place.lead)
    with pytest.raises(Refused, match="vote is open"):
        look_at(workshop, other, by=place.lead)
    with pytest.raises(Refused, match="vote is open"):
        finish_workshop(workshop, by=place.lead)


def test_step_that_does_not_fit_says_where_the_workshop_is(place):
    workshop, item, seats = started(place)
    with pytest.raises(Refused, match="“Voting”"):
        open_vote(workshop, workshop.items.get(pk=item.pk), by=place.lead)
    vote_all(item, seats, [3, 3, 3, 3])
    stale = workshop.items.get(pk=item.pk)
    reveal(workshop, item, by=place.lead)
    with pytest.raises(Refused):
        reveal(workshop, stale, by=place.lead)


def test_agenda_is_arranged_confirmed_and_proposed_again(place):
    workshop, _ = make_workshop(place)
    first, second = workshop.items.all()[:2]
    arrange(workshop, [(second.practice, 20, True), (first.practice, 5, False)], by=place.lead)
    assert [item.practice for item in workshop.items.all()[:2]] == [second.practice, first.practice]
    assert workshop.items.first().minutes == 20
    assert confirm(workshop, [second.practice], by=place.lead) == 1
    propose_again(workshop, by=place.lead)
    assert workshop.items.get(practice=second.practice).outcome == "confirmed"
    assert workshop.items.count() == len(set(workshop.items.values_list("practice", flat=True)))
    reopen(workshop, workshop.items.get(practice=second.practice), by=place.lead)
    assert workshop.items.get(practice=second.practice).state == "waiting"


def test_timer_is_kept_by_the_server(place, time_machine):
    time_machine.move_to("2026-10-01 12:00Z", tick=False)
    workshop, item, _ = started(place)
    set_timer(workshop, item, minutes=5, by=place.lead)
    time_machine.move_to("2026-10-01 12:04Z", tick=False)
    assert scene_of(workshop, item).seconds_left == 60
    set_timer(workshop, item, minutes=2, by=place.lead)
    assert scene_of(workshop, item).seconds_left == 180
    set_timer(workshop, item, minutes=0, by=place.lead)
    assert scene_of(workshop, item).seconds_left is None


def test_second_device_takes_the_seat_and_the_first_holds_it_no_more(place):
    workshop, _item, seats = started(place)
    cookies = {f"workshop-{workshop.public_id.hex}": seats[0].secret}
    assert find_seat(cookies, workshop.public_id) == seats[0]
    moved = take_transfer(make_transfer(seats[0])[0])
    assert moved == seats[0]
    assert find_seat(cookies, workshop.public_id) is None
    assert find_seat({f"workshop-{workshop.public_id.hex}": moved.secret}, workshop.public_id) == seats[0]


def test_disagreement_needs_its_reason_and_becomes_no_evidence(place):
    workshop, item, seats = started(place)
    vote_all(item, seats, [1, 1, 5, 5])
    reveal(workshop, item, by=place.lead)
    with pytest.raises(Invalid, match="on what people disagree"):
        settle(workshop, item, level=None, by=place.lead)
    settle(workshop, item, level=None, dissent="Two services, two ways.", by=place.lead)
    add_note(workshop, kind="action", text="Look at both", owner="Ben", by=place.lead)
    finish_workshop(workshop, by=place.lead)
    assert not Evidence.objects.filter(source=EvidenceSource.WORKSHOP).exists()
    told = workshop_record(workshop.assessment)
    assert (told.items[0].outcome, told.items[0].passes) == ("disagreed", False)
    assert (told.notes[0].text, told.notes[0].about) == ("Look at both", scene_of(workshop, item).subject.name)


def test_agreed_level_is_in_the_result_beside_the_survey_and_votes_lose_their_seats(place):
    workshop, item, seats = started(place)
    vote_all(item, seats, [3, 3, 4, 4])
    reveal(workshop, item, by=place.lead)
    settle(workshop, item, level=3, by=place.lead)
    result = finish_workshop(workshop, by=place.lead)
    score = next(one for one in result.score["practices"] if one["practice"] == item.practice)
    assert score["self_report"]["value"] == 3.0
    assert score["state"] == "self-report only"
    assert not Vote.objects.exclude(seat=None).exists()
    assert not workshop.seats.exclude(name="").exists()
    with pytest.raises(Refused, match="finished"):
        add_note(workshop, kind="note", text="Late", by=place.lead)


def test_file_carries_a_finished_workshop_and_importing_twice_changes_nothing(place):
    workshop, item, seats = started(place)
    with pytest.raises(Refused, match="Finish the workshop first"):
        export_workshop(workshop, by=place.lead)
    vote_all(item, seats, [3, 3, 4, None])
    reveal(workshop, item, by=place.lead)
    settle(workshop, item, level=3, by=place.lead)
    add_note(workshop, kind="parked", text="Hiring", by=place.lead)
    finish_workshop(workshop, by=place.lead)
    before = workshop_record(workshop.assessment)
    text = export_workshop(workshop, by=place.lead)
    assert "Guest" not in text
    assert str(seats[0].public_id) not in text
    Workshop.objects.all().delete()

    assessment = AssessmentFactory(team=place.team)
    for _ in range(2):
        brought = import_workshop(assessment, read_file(text), by=place.consultant)
        assert brought.public_id == workshop.public_id
        assert Vote.objects.count() == 4
        assert Round.objects.count() == 1
        assert brought.notes.count() == 1
        assert workshop_record(assessment) == before
        assert assessment.evidence.get(source=EvidenceSource.WORKSHOP).content["value"] == 3.0


def test_file_never_overwrites_votes_and_must_fit(place):
    workshop, item, seats = started(place)
    vote_all(item, seats, [3, 3, 4, None])
    reveal(workshop, item, by=place.lead)
    settle(workshop, item, level=3, by=place.lead)
    finish_workshop(workshop, by=place.lead)
    text = export_workshop(workshop, by=place.lead)
    with pytest.raises(Refused, match="another assessment"):
        import_workshop(AssessmentFactory(team=place.team), read_file(text), by=place.lead)
    for broken in ("{}", "no file", text.replace("headwater-workshop-1", "headwater-workshop-9")):
        with pytest.raises(Invalid, match="no workshop file"):
            read_file(broken)
    other = read_file(text.replace(workshop.assessment.maturity_model.digest, "0" * 64))
    with pytest.raises(Invalid, match="another version"):
        import_workshop(workshop.assessment, other, by=place.lead)


def test_paper_ballots_are_entered_once_and_count_like_any_vote(place):
    workshop, _ = make_workshop(place)
    item = workshop.items.first()
    sheets = make_ballots(workshop, n=3, by=place.lead)
    assert make_ballots(workshop, n=3, by=place.lead) == sheets
    for sheet, level in zip([*sheets, sheets[0]], [2, 2, 3, 2], strict=True):
        assert enter_ballot(workshop, sheet, {item.public_id: level}, role="engineer", by=place.lead) == 1
    item.refresh_from_db()
    reveal(workshop, item, by=place.lead)
    assert scene_of(workshop, item).last.tally.distribution == (0, 2, 1, 0, 0)
    assert enter_ballot(workshop, sheets[0], {item.public_id: 5}, role="engineer", by=place.lead) == 0


def test_rounds_by_deadline_close_themselves(place, time_machine):
    time_machine.move_to("2026-10-01 12:00Z", tick=False)
    workshop, seats = make_workshop(place, n_seats=3, kind="deadline")
    n_planned = workshop.items.filter(is_planned=True).count()
    closes_at = timezone.now() + timedelta(days=2)
    assert open_all(workshop, closes_at=closes_at, by=place.lead) == n_planned > 1
    first, second = workshop.items.filter(is_planned=True)[:2]
    vote_all(first, seats, [2, 3, 3])
    vote_all(second, seats[:1], [5])
    assert reveal_due(workshop, by=place.lead) == (0, 0)
    time_machine.move_to("2026-10-03 12:01Z", tick=False)
    with pytest.raises(Refused, match="over"):
        cast_vote(seats[1], item=second.public_id, number=1, level=5)
    assert reveal_due(workshop, by=place.lead) == (1, n_planned - 1)
    assert open_all(workshop, closes_at=timezone.now() + timedelta(days=1), by=place.lead) == 1


def test_wifi_code_escapes_what_would_end_its_fields(place):
    workshop, _ = make_workshop(place)
    change_settings(workshop, {"wifi_name": 'Haus;"1"', "wifi_password": "a:b,c\\"}, by=place.lead)
    workshop.refresh_from_db()
    assert wifi_text(workshop) == 'WIFI:S:Haus\\;\\"1\\";T:WPA;P:a\\:b\\,c\\\\;;'
    assert "a:b" not in workshop.wifi_sealed
