"""An assessment on a maturity model of others: no address ends in an error, whatever its page is made for."""

import pytest
from django.db import transaction
from django.test import Client

from assessment.maturity.foreign.asked import EVERYBODY
from assessment.maturity.foreign.aws_lens import read_aws_lens
from assessment.maturity.loader import load_foreign_model
from assessment.models import Assessment
from surveys.domain.summarize import summarize_survey
from surveys.domain.workshop.preparing import prepare_workshop
from surveys.models import Answer, Participant
from tests.assessment.foreign.samples import lens, question, write_lens
from tests.house.test_access import CONTENT, TABLE
from tests.house.world import build_world

SERVER_ERROR = 500


def with_a_lens(world, folder):
    """The world's assessment as if it had been started with a lens, with one answer."""
    model, _ = read_aws_lens(write_lens(folder / "lens.json", lens(question("SP1", [("default", "HIGH")]))))
    assessment = Assessment.objects.get(public_id=world.arguments["assessment"])
    for rows in ("results", "evidence", "flow_inputs", "flow_scenarios", "cap_contests", "evidence_contests"):
        getattr(assessment, rows).all().delete()
    assessment.workshop.delete()
    Answer.objects.all().delete()
    for seat in Participant.objects.all():
        seat.roles = [EVERYBODY]
        seat.save()
    Assessment.objects.filter(pk=assessment.pk).update(maturity_model=load_foreign_model(model), target_profile={})
    member = Participant.objects.get(user=world.users["member"])
    Answer.objects.create(participant=member, question="SP1", kind="ticked", ticked="1")
    summarize_survey(Assessment.objects.get(pk=assessment.pk).survey)
    prepare_workshop(Assessment.objects.get(pk=assessment.pk), by=world.users["lead"])
    world.arguments["stage"] = "part-1"
    return world


@pytest.mark.django_db
def test_no_address_ends_in_an_error(tmp_path):
    world = with_a_lens(build_world(), tmp_path)
    client, wrong = Client(raise_request_exception=False), {}
    client.force_login(world.users["lead"])
    for name, verb, *_ in TABLE:
        with transaction.atomic():
            kind = CONTENT[name.startswith("api:")]
            content = (
                {} if verb == "GET" else {"data": "{}" if kind == "application/json" else "", "content_type": kind}
            )
            status = getattr(client, verb.lower())(world.address(name), **content).status_code
            transaction.set_rollback(True)
        if status >= SERVER_ERROR:
            wrong[f"{verb} {name}"] = status
    assert wrong == {}
