"""The pages around repositories: who may see and do what, and what they say."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import JobState
from core.polling import STOP_POLLING, job_version
from metrics.domain.collect import clone_place, collect
from metrics.models import Collection, CollectionSchedule, Repository
from tests.factories.assessment import AssessmentFactory
from tests.factories.metrics import CollectionFactory, RepositoryFactory
from tests.metrics.repositories import UNTIL, plain_history

EVERYONE = ("anonymous", "stranger", "member", "lead", "consultant", "admin")
SIGN_IN, NO, NEVER, OK, GO = 302, 403, 404, 200, 302

TABLE = {  # (method, address): status for each of EVERYONE
    ("get", "repository-list"): (SIGN_IN, NEVER, OK, OK, OK, OK),
    ("get", "repository-attach"): (SIGN_IN, NEVER, NO, OK, OK, OK),
    ("post", "repository-attach"): (SIGN_IN, NEVER, NO, 422, 422, 422),
    ("get", "repository-remove"): (SIGN_IN, NEVER, NO, OK, OK, OK),
    ("post", "repository-remove"): (SIGN_IN, NEVER, NO, GO, GO, GO),
    ("post", "collection-start"): (SIGN_IN, NEVER, NO, GO, GO, GO),
    ("get", "collection-detail"): (SIGN_IN, NEVER, OK, OK, OK, OK),
    ("get", "collection-status"): (SIGN_IN, NEVER, OK, OK, OK, OK),
    ("post", "collection-cancel"): (SIGN_IN, NEVER, NO, GO, GO, GO),
    ("post", "collection-restart"): (SIGN_IN, NEVER, NO, GO, GO, GO),
}


@pytest.fixture
def assessment(place):
    return AssessmentFactory(team=place.team, period_end_on=UNTIL)


@pytest.fixture
def collection(assessment, root):
    location = plain_history().write(root / "service")
    return CollectionFactory(
        assessment=assessment, repository__name="service", repository__location=str(location), until_on=UNTIL
    )


@pytest.fixture
def lead(client, place):
    client.force_login(place.lead)
    return client


def address(name, collection):
    args = {
        "repository-list": [collection.assessment.public_id],
        "repository-attach": [collection.assessment.public_id],
        "repository-host": [collection.assessment.public_id, collection.repository.public_id],
        "repository-remove": [collection.assessment.public_id, collection.repository.public_id],
        "collection-start": [collection.assessment.public_id, collection.repository.public_id],
    }.get(name, [collection.public_id])
    return reverse(f"metrics:{name}", args=args)


@pytest.mark.parametrize("who", EVERYONE)
@pytest.mark.parametrize(("method", "name"), TABLE)
def test_each_address_answers_each_person_as_agreed(client, place, collection, who, method, name):
    if who != "anonymous":
        client.force_login(place.by_name(who))
    answer = getattr(client, method)(address(name, collection))
    assert answer.status_code == TABLE[method, name][EVERYONE.index(who)]
    if who == "anonymous":
        assert "login" in answer.headers["Location"]


@pytest.mark.parametrize("name", ["collection-start", "collection-cancel", "collection-restart"])
def test_nothing_starts_or_stops_by_a_link(lead, collection, name):
    assert lead.get(address(name, collection)).status_code == 405


def test_a_repository_of_another_team_cannot_be_reached_through_ones_own(lead, collection):
    other = RepositoryFactory()
    for name in ("repository-remove", "collection-start"):
        url = reverse(f"metrics:{name}", args=[collection.assessment.public_id, other.public_id])
        assert lead.post(url).status_code == 404
    assert Repository.objects.filter(pk=other.pk).exists()


def test_attaching_a_folder_measures_it_and_shows_the_run(lead, assessment, root, django_capture_on_commit_callbacks):
    folder = plain_history().write(root / "payments-api.git")
    url = reverse("metrics:repository-attach", args=[assessment.public_id])
    with django_capture_on_commit_callbacks(execute=True):
        answer = lead.post(url, {"location": str(folder), "name": ""}, follow=True)
    repository = assessment.team.repositories.get()
    assert (repository.name, repository.kind, repository.location) == ("payments-api", "local", str(folder))
    run = repository.collections.get()
    assert (run.state, run.until_on) == (JobState.DONE, UNTIL)
    assert answer.redirect_chain[-1][0] == reverse("metrics:collection-detail", args=[run.public_id])


def test_what_is_attached_is_said_to_be_measured_every_week_from_the_beginning(lead, assessment, root):
    folder = plain_history().write(root / "service")
    lead.post(reverse("metrics:repository-attach", args=[assessment.public_id]), {"location": str(folder), "name": ""})
    url = reverse("metrics:repository-list", args=[assessment.public_id])
    page = lead.get(url).content.decode()
    assert "All are measured again every week, next on" in page
    assert CollectionSchedule.objects.get(team=assessment.team).is_on
    lead.post(reverse("metrics:collection-schedule", args=[assessment.public_id]), {"is_on": "no"})
    folder = plain_history().write(root / "other")
    lead.post(reverse("metrics:repository-attach", args=[assessment.public_id]), {"location": str(folder), "name": ""})
    assert "Measure every week" in lead.get(url).content.decode()


@pytest.mark.parametrize(
    ("state", "heading"),
    [
        (JobState.QUEUED, "Measuring service"),
        (JobState.RUNNING, "Measuring service"),
        (JobState.DONE, "service answered 0 questions."),
        (JobState.FAILED, "service could not be measured"),
        (JobState.CANCELLED, "Measuring service was stopped"),
    ],
)
def test_a_run_is_headed_by_its_state(lead, collection, state, heading):
    Collection.objects.filter(pk=collection.pk).update(state=state)
    assert f"<h1>{heading}</h1>" in lead.get(address("collection-detail", collection)).content.decode()


@pytest.mark.parametrize("name", ["repository-attach", "repository-host"])
def test_the_first_button_of_the_form_is_not_the_test_of_the_connection(lead, collection, name):
    """Enter in a field presses the first one, also without JavaScript."""
    page = lead.get(address(name, collection)).content.decode()
    form = page[page.index('<form method="post">', page.index("<h1>")) :]
    assert 'name="test"' in form
    assert form.index('<button class="visually-hidden" tabindex="-1" aria-hidden="true">') == form.index("<button")


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("/etc", "outside the folders"),
        ("ssh://git.example.org/a", "Only https addresses"),
        ("ext::sh -c evil", "Only https addresses"),
        ("--upload-pack=evil", "cannot begin with a dash"),
        ("http://git.example.org/a", "REPOSITORY_HTTP_HOSTS"),
        ("https://ada:secret@git.example.org/a", "Leave the user name and password out"),
    ],
)
def test_attaching_what_the_gate_refuses_says_why_beside_the_field(lead, assessment, root, location, said):
    url = reverse("metrics:repository-attach", args=[assessment.public_id])
    answer = lead.post(url, {"location": location})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Repository.objects.exists()


def test_attaching_twice_says_so(lead, collection):
    url = address("repository-attach", collection)
    answer = lead.post(url, {"location": collection.repository.location})
    assert answer.status_code == 422
    assert "already attached" in answer.content.decode()


def test_starting_while_a_run_is_under_way_shows_that_run(lead, collection):
    answer = lead.post(address("collection-start", collection))
    assert answer.headers["Location"] == address("collection-detail", collection)
    assert Collection.objects.count() == 1


def test_removing_deletes_what_was_measured_and_our_copy(lead, collection, django_capture_on_commit_callbacks):
    collect(collection.pk)
    place = clone_place(collection.repository)
    assert place.exists()
    with django_capture_on_commit_callbacks(execute=True):
        lead.post(address("repository-remove", collection))
    assert not Repository.objects.exists()
    assert not Collection.objects.exists()
    assert not list(place.parent.iterdir())
    assert not collection.assessment.evidence.exists()


def test_the_page_of_a_finished_run_says_what_was_read_and_what_was_not(lead, collection):
    collect(collection.pk)
    page = lead.get(address("collection-detail", collection)).content.decode()
    assert "42 lines" in page
    assert "Change size P75" in page
    assert "It needs the hosting service&#x27;s API." in page
    assert "Merged changes on the default branch in the last 180 days" in page
    assert "hx-get" not in page


def test_the_page_of_a_failed_run_says_why_and_offers_to_start_again(lead, collection):
    Collection.objects.update(state=JobState.FAILED, error="The disk is full.")
    page = lead.get(address("collection-detail", collection)).content.decode()
    assert "The disk is full." in page
    assert address("collection-restart", collection) in page


def test_a_waiting_page_polls_and_works_without_scripts(lead, collection):
    page = lead.get(address("collection-detail", collection)).content.decode()
    assert f'hx-get="{address("collection-status", collection)}?version=' in page
    assert "<noscript>" in page
    assert address("collection-cancel", collection) in page


def test_polling_answers_nothing_news_or_the_end(lead, collection):
    url = address("collection-status", collection)
    collection.refresh_from_db()
    assert lead.get(url, {"version": job_version(collection)}).status_code == 204
    Collection.objects.update(state=JobState.RUNNING, progress_total=100, progress_done=15, progress_note="Reading")
    news = lead.get(url, {"version": job_version(collection)})
    assert (news.status_code, b"Reading" in news.content) == (200, True)
    Collection.objects.update(state=JobState.DONE)
    over = lead.get(url, {"version": "old"})
    assert (over.status_code, over.headers["HX-Refresh"]) == (STOP_POLLING, "true")


def test_polling_writes_nothing(lead, collection):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        lead.get(address("collection-status", collection))
    assert not [
        q["sql"] for q in queries if not q["sql"].lstrip().upper().startswith(("SELECT", "SAVEPOINT", "RELEASE"))
    ]


def test_cancelling_a_waiting_run_ends_it_and_restarting_queues_it(lead, collection):
    lead.post(address("collection-cancel", collection))
    collection.refresh_from_db()
    assert collection.state == JobState.CANCELLED
    lead.post(address("collection-restart", collection))
    collection.refresh_from_db()
    assert collection.state == JobState.QUEUED


def test_a_member_sees_no_button_they_may_not_press(client, place, collection):
    client.force_login(place.member)
    page = client.get(address("repository-list", collection)).content.decode()
    assert "service" in page
    assert "Measure" not in page
    assert address("repository-attach", collection) not in page
    assert address("repository-remove", collection) not in page


@pytest.mark.parametrize("n_rows", [1, 3])
def test_the_list_takes_the_same_queries_however_long(lead, assessment, n_rows, django_assert_num_queries):
    for _ in range(n_rows):
        repository = RepositoryFactory(team=assessment.team)
        CollectionFactory(assessment=assessment, repository=repository, state=JobState.DONE)
        CollectionFactory(assessment=assessment, repository=repository)
    url = reverse("metrics:repository-list", args=[assessment.public_id])
    lead.get(url)
    with django_assert_num_queries(7):
        assert lead.get(url).status_code == 200


def test_an_unknown_address_is_not_found(lead, db):
    assert lead.get(reverse("metrics:collection-detail", args=[uuid.uuid4()])).status_code == 404
