"""The pages of a workshop: joining, voting, watching, and what the wire tells before the reveal."""

import re
from itertools import permutations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from core.polling import STOP_POLLING
from surveys.domain.workshop.finishing import finish_workshop
from surveys.domain.workshop.joining import make_transfer, room_token
from surveys.domain.workshop.leading import hand_over, open_vote, reveal
from surveys.domain.workshop.preparing import change_settings
from surveys.models import Vote, WorkshopSeat
from tests.factories.workshops import make_workshop, vote_all

pytestmark = pytest.mark.django_db
TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


def phone_of(seat):
    client = Client()
    client.cookies[f"workshop-{seat.workshop.public_id.hex}"] = seat.secret
    return client


def address(name, *arguments):
    return reverse(f"surveys:workshop-{name}", args=arguments)


def join(workshop, **said):
    client = Client()
    client.post(address("enter", workshop.code), {"role": "engineer", **said})
    return client


def vote(client, workshop, item, level, number=1, **headers):
    data = {"item": item.public_id, "round": number, "level": level}
    return client.post(address("vote", workshop.public_id), data, headers=headers)


def opened(place, n_seats=4, **fields):
    workshop, seats = make_workshop(place, n_seats=n_seats, **fields)
    item = workshop.items.first()
    open_vote(workshop, item, by=place.lead)
    workshop.refresh_from_db()
    return workshop, item, seats


def test_joining_takes_a_code_and_a_role(place):
    workshop, _ = make_workshop(place)
    client = Client()
    typed = client.post(address("join"), {"code": workshop.code.lower()})
    assert typed.url == address("enter", workshop.code)
    assert client.post(typed.url, {"role": "wizard"}).status_code == 422
    entered = client.post(typed.url, {"role": "engineer", "name": "Dora"})
    assert entered.url == address("seat", workshop.public_id)
    assert "You are in." in client.get(entered.url).content.decode()
    assert client.get(typed.url).url == entered.url  # the same device keeps its seat
    assert WorkshopSeat.objects.get().name == "Dora"
    assert AuditEvent.objects.filter(verb="workshop.entered", who=None).count() == 1


@pytest.mark.usefixtures("still_clock")
def test_guessing_codes_is_slowed_down(place):
    client = Client()
    answers = [client.post(address("join"), {"code": "AAAAAAA"}).status_code for _ in range(101)]
    assert set(answers[:100]) == {422}
    assert answers[100] == 429


def test_vote_is_confirmed_when_it_is_stored_and_may_be_changed(place):
    workshop, item, _ = opened(place)
    client = join(workshop)
    plain = vote(client, workshop, item, 2)
    assert plain.url == address("seat", workshop.public_id)
    scripted = vote(client, workshop, item, "dk", **{"HX-Request": "true"})
    assert scripted["X-Stored"] == "yes"
    assert Vote.objects.get().level is None
    assert "Your vote is stored" in client.get(plain.url).content.decode()
    for nonsense in ("6", "", "x"):
        assert vote(client, workshop, item, nonsense).status_code == 422
    assert vote(client, workshop, item, 3, number=7).status_code == 409
    assert vote(Client(), workshop, item, 3).status_code == 410


def test_phone_hears_of_news_once_and_of_the_end(place, django_assert_num_queries):
    workshop, item, seats = opened(place)
    client, watch = phone_of(seats[0]), address("seat-watch", workshop.public_id)
    with django_assert_num_queries(1):
        assert client.get(watch, {"version": workshop.version}).status_code == 204
    vote_all(item, seats, [1, 2, 3, 4])
    assert client.get(watch, {"version": workshop.version}).status_code == 204  # others' votes are no news
    reveal(workshop, item, by=place.lead)
    news = client.get(watch, {"version": workshop.version})
    assert news.status_code == 200
    assert "4 votes" in news.content.decode()
    open_vote(workshop, workshop.items.last(), by=place.lead)
    vote_all(workshop.items.last(), seats, [3, 3, 3, 3])
    reveal(workshop, workshop.items.last(), by=place.lead)
    finish_workshop(workshop, by=place.lead)
    end = client.get(watch, {"version": workshop.version})
    assert end.status_code == STOP_POLLING
    assert "Thank you." in end.content.decode()
    assert Client().get(watch).status_code == STOP_POLLING


def everything_told(place, workshop, seats):
    """Every page that anybody may fetch of this workshop, without what differs by chance."""
    assessment, token = workshop.assessment.public_id, room_token(workshop.public_id)
    of_leaders = [address(name, assessment) for name in ("lead", "watch", "agenda", "ballots", "settings", "finish")]
    of_leaders += [f"/assessments/{assessment}/", f"/assessments/{assessment}/result/"]
    told = []
    for user in (place.lead, place.consultant, place.admin):
        client = Client()
        client.force_login(user)
        told += [client.get(url).content.decode() for url in of_leaders]
    told += [Client().get(address(name, token)).content.decode() for name in ("room", "room-watch")]
    for seat in seats:
        names = ("seat", "seat-watch")
        told += [phone_of(seat).get(address(name, workshop.public_id)).content.decode() for name in names]
    return [TOKENS.sub("", text) for text in told]


def test_before_the_reveal_no_answer_to_anybody_depends_on_how_others_voted(place):
    workshop, item, seats = opened(place)
    told = set()
    for levels in ((1, 2, 3), (5, 5, None)):
        vote_all(item, seats[1:], levels)
        told.add("\n".join(everything_told(place, workshop, seats[:1])))
    assert len(told) == 1
    assert "3 of 4" in told.pop()
    reveal(workshop, item, by=place.lead)
    after = "\n".join(everything_told(place, workshop, seats[:1]))
    assert "1 of 3 did not know" in after
    assert "<meter" not in after  # two levels would tell whose they are


def test_second_vote_is_as_secret_as_the_first(place):
    workshop, item, seats = opened(place)
    vote_all(item, seats, [1, 3, 3, 5])
    reveal(workshop, item, by=place.lead)
    open_vote(workshop, item, by=place.lead)
    workshop.refresh_from_db()
    told = set()
    for levels in list(permutations((2, 3, 4)))[:3]:
        vote_all(item, seats[1:], levels, number=2)
        told.add("\n".join(everything_told(place, workshop, seats[:1])))
    assert len(told) == 1


def test_names_are_on_no_page(place):
    workshop, item, seats = opened(place)
    vote_all(item, seats, [1, 3, 3, 5])
    reveal(workshop, item, by=place.lead)
    workshop.refresh_from_db()
    assert "Guest" not in "\n".join(everything_told(place, workshop, seats))


def test_nobody_can_reveal_too_few_votes_by_any_page(place, client):
    workshop, item, seats = opened(place)
    vote_all(item, seats[:2], [1, 5])
    client.force_login(place.lead)
    step = address("step", workshop.assessment.public_id)
    assert client.post(step, {"do": "reveal", "practice": item.practice}).status_code == 409
    client.force_login(place.consultant)
    assert client.post(step, {"do": "reveal", "practice": item.practice}).status_code == 409
    item.refresh_from_db()
    assert item.state == "voting"


def test_screens_get_nothing_new_while_nothing_changes(place, client, django_assert_max_num_queries):
    workshop, item, seats = opened(place)
    token = room_token(workshop.public_id)
    page = client.get(address("room", token)).content.decode()
    stamp = re.search(r"watch/\?version=([\d.]+)", page)[1]
    with django_assert_max_num_queries(3):
        assert client.get(address("room-watch", token), {"version": stamp}).status_code == 204
    vote_all(item, seats[:1], [3])
    assert "1 of 4" in client.get(address("room-watch", token), {"version": stamp}).content.decode()


def test_count_can_be_hidden_on_the_wall(place, client):
    workshop, _, _ = opened(place)
    change_settings(workshop, {"hides_count": True}, by=place.lead)
    page = client.get(address("room", room_token(workshop.public_id))).content.decode()
    assert "of 4" not in page
    assert 'class="dots"' not in page


def test_facilitator_who_handed_over_sees_but_does_not_lead(place, client):
    workshop, _item, _ = opened(place)
    hand_over(workshop, to=place.consultant, by=place.lead)
    client.force_login(place.lead)
    page = client.get(address("lead", workshop.assessment.public_id)).content.decode()
    assert "Carla leads" in page
    assert 'value="reveal"' not in page
    client.post(address("hand-over", workshop.assessment.public_id))
    assert 'value="reveal"' in client.get(address("lead", workshop.assessment.public_id)).content.decode()


def test_another_device_takes_the_seat_by_a_link(place):
    workshop, item, seats = opened(place)
    vote_all(item, seats[:1], [4])
    link, second = address("take", make_transfer(seats[0])[0]), Client()
    assert second.get(link).status_code == 200
    assert second.post(link).url == address("seat", workshop.public_id)
    assert 'value="4" checked' in second.get(address("seat", workshop.public_id)).content.decode()
    assert phone_of(seats[0]).get(address("seat", workshop.public_id)).status_code == 410
    assert Client().get(link).status_code == 410
    assert AuditEvent.objects.filter(verb="workshop.device_changed").exists()


def test_whole_way_on_the_facilitators_pages(place, client):
    workshop, seats = make_workshop(place, n_seats=3)
    client.force_login(place.lead)
    key = workshop.assessment.public_id
    item = workshop.items.first()
    steps = [("look", 0), ("open", 0), ("reveal", [2, 2, 3]), ("timer-5", 0), ("open", 0), ("reveal", [2, 2, 2])]
    number = 0
    for step, levels in steps:
        number += step == "open"
        if levels:
            vote_all(item, seats, levels, number=number)
        assert client.post(address("step", key), {"do": step, "practice": item.practice}).status_code == 302
    page = client.get(address("lead", key)).content.decode()
    assert "The rule is met." in page
    assert client.post(address("settle", key, item.practice), {"level": "2"}).status_code == 302
    assert client.post(address("finish", key)).status_code == 302
    assert "The workshop is finished." in client.get(address("lead", key)).content.decode()
    file = client.get(address("export", key))
    assert file["Content-Disposition"].startswith("attachment")
    sent = SimpleUploadedFile("workshop.json", file.content)
    assert client.post(address("import", key), {"file": sent}).status_code == 302
    broken = SimpleUploadedFile("workshop.json", b"{}")
    assert client.post(address("import", key), {"file": broken}).status_code == 422


@pytest.mark.parametrize("n_items", [1, 3])
def test_agenda_page_asks_the_same_few_questions(place, client, n_items, django_assert_max_num_queries):
    workshop, _ = make_workshop(place)
    keep = workshop.items.values_list("pk", flat=True)[:n_items]
    workshop.items.exclude(pk__in=list(keep)).delete()
    client.force_login(place.lead)
    with django_assert_max_num_queries(12):
        assert client.get(address("agenda", workshop.assessment.public_id)).status_code == 200


def test_agenda_row_dropped_on_another_takes_its_place_and_typed_minutes_stay(place, client):
    workshop, _ = make_workshop(place)
    client.force_login(place.lead)
    before = list(workshop.items.values_list("practice", flat=True))
    typed = {f"at-{item.practice}": item.position for item in workshop.items.all()}
    typed |= {f"for-{name}": 9 for name in before}

    def drop(dragged, on):
        sent = client.post(address("agenda", workshop.assessment.public_id), typed | {"dragged": dragged, "before": on})
        assert sent.status_code == 302
        return list(workshop.items.values_list("practice", flat=True))

    assert drop(before[5], before[1]) == [before[0], before[5], *before[1:5], *before[6:]]
    assert set(workshop.items.values_list("minutes", flat=True)) == {9}
    assert drop(before[0], before[2])[2] == before[0]  # downwards: behind the row it was dropped on
    assert sorted(drop("XX9", before[0])) == sorted(before)  # somebody's own request with a practice there is not


def test_second_vote_is_shown_with_the_first_on_every_screen(place, client):
    workshop, item, seats = opened(place)
    vote_all(item, seats, [1, 1, 5, 5])
    reveal(workshop, item, by=place.lead)
    client.force_login(place.lead)
    screens = [
        (client, address("lead", workshop.assessment.public_id)),
        (client, address("room", room_token(workshop.public_id))),
        (phone_of(seats[0]), address("seat", workshop.public_id)),
    ]
    for who, where in screens:
        page = who.get(where).content.decode()
        assert "More split than chance would have it." in page
        assert 'class="first"' not in page
    open_vote(workshop, item, by=place.lead)
    vote_all(item, seats, [3, 3, 3, 4], number=2)
    reveal(workshop, item, by=place.lead)
    for who, where in screens:
        page = who.get(where).content.decode()
        assert page.count('<meter class="first"') == 5
        assert page.count("was 2<") == 2
        assert "More split than chance" not in page
