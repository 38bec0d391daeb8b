"""The check of a draft while somebody is typing: it says what a save would say, and stores nothing."""

import pytest
from django.urls import reverse

from assessment.domain import drafts
from assessment.maturity.loader import load_shipped_model
from tests.factories.models import part_fields

pytestmark = pytest.mark.django_db
TYPING = {"HX-Request": "true"}


@pytest.fixture
def draft(place):
    return drafts.copy_model(load_shipped_model(), place.organization, name="ours", title="Ours", by=place.consultant)


def typed(client, draft, fields, *where):
    name = "draft-part" if where else "draft-yaml"
    return client.post(reverse(f"assessment:{name}", args=[draft.public_id, *where]), fields, headers=TYPING)


def test_part_being_typed_is_checked_and_not_stored(client, place, draft):
    client.force_login(place.consultant)
    before, fields = draft.text, part_fields(draft, "practice", "SP1")
    (weight,) = [name for name in fields if name.endswith("weight")]
    answer = typed(client, draft, fields | {weight: "0.001"}, "practice", "SP1")
    page = answer.content.decode()
    assert "irrelevant-practice" in page
    assert "<html" not in page
    assert "HX-Request" in answer["Vary"]
    assert "irrelevant-practice" not in typed(client, draft, fields, "practice", "SP1").content.decode()
    assert "Weight: Enter a number." in typed(client, draft, fields | {weight: "x"}, "practice", "SP1").content.decode()
    draft.refresh_from_db()
    assert (draft.text, draft.revision) == (before, 1)


def test_text_being_typed_is_checked_and_not_stored(client, place, draft):
    client.force_login(place.consultant)
    fields = {"seen": drafts.mark_of_text(draft.text)}
    text = draft.text.replace("owner: ", "owner: nobody-", 1)
    assert "dangling-reference" in typed(client, draft, fields | {"text": text}).content.decode()
    assert "no YAML that can be read" in typed(client, draft, fields | {"text": "a: [b"}).content.decode()
    draft.refresh_from_db()
    assert draft.revision == 1
