import json
import subprocess
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.domain.setup import issue_setup_link, make_first_administrator
from accounts.models import Membership, Organization, Role, Team
from assessment.domain.evidence import current_result
from assessment.domain.scored import score_card_of
from assessment.domain.scoring.types import State
from assessment.models import Assessment, AssessmentState
from metrics.models import Collection, Measurement
from reports.domain.demonstration import build_demonstration
from reports.models import Report
from surveys.models import Answer, AnswerKind, Participant
from tests.factories.accounts import MembershipFactory, OrganizationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def checkout(tmp_path, settings):
    settings.DATA_DIR = tmp_path / "data"
    folder = tmp_path / "payments"
    folder.mkdir()
    (folder / "app.py").write_text("print('hello')\n")
    git = ["git", "-C", str(folder), "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    for arguments in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "Begin"]):
        subprocess.run([*git, *arguments], check=True)
    return folder


def test_demonstration_is_a_finished_assessment_with_nine_voices_and_a_pdf(checkout):
    made = build_demonstration(checkout)
    assert made.pdf.read_bytes().startswith(b"%PDF-")
    assert made.assessment.state == AssessmentState.CLOSED
    assert Participant.objects.count() == 9
    assert len({role for seat in Participant.objects.all() for role in seat.roles}) == 8
    assert Answer.objects.filter(kind=AnswerKind.DONT_KNOW).exists()
    assert Measurement.objects.filter(skipped="").exists()
    card = score_card_of(current_result(made.assessment))
    assert {practice.state for practice in card.practices} - {State.NOT_ASKED, State.NOT_KNOWN}
    assert any(practice.split or practice.summary.average_deviation > 0.5 for practice in card.practices)


def test_demonstration_is_marked_everywhere(checkout):
    made = build_demonstration(checkout)
    team = made.assessment.team
    assert made.assessment.is_demo
    assert team.is_demo
    assert team.organization.is_demo
    assert team.repositories.get().is_demo
    assert all("demonstration" in seat.label for seat in Participant.objects.all())


def test_demonstration_twice_does_not_double_it(checkout):
    first = build_demonstration(checkout)
    second = build_demonstration(checkout)
    assert first.page == second.page
    for model in (Organization, Team, Assessment, Collection, Report):
        assert model.objects.count() == 1
    assert Participant.objects.count() == 9


def test_demonstration_is_open_to_administrators_who_came_before_and_after(checkout):
    before = MembershipFactory(team=None, organization=OrganizationFactory(), role=Role.ADMINISTRATOR).user
    build_demonstration(checkout)
    assert Assessment.objects.for_user(before).exists()
    Membership.objects.filter(organization__is_demo=False).delete()
    after = make_first_administrator(
        issue_setup_link(), email="ada@example.org", name="Ada", password="correct-horse", organization_name="Northwind"
    )
    assert Assessment.objects.for_user(after).exists()


def test_demo_of_something_that_is_no_repository_exits_2_and_makes_nothing(tmp_path):
    with pytest.raises(CommandError) as refused:
        call_command("demo", repository=str(tmp_path / "nowhere"))
    assert refused.value.returncode == 2
    assert not Assessment.objects.exists()


def test_demo_prints_the_file_and_the_page_at_the_address_in_use(checkout, settings, capsys):
    settings.DATA_DIR.mkdir()
    (settings.DATA_DIR / "address").write_text("http://127.0.0.1:9000\n")
    call_command("demo", repository=str(checkout), json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["page"].startswith("http://127.0.0.1:9000/assessments/")
    assert Path(told["report"]).read_bytes().startswith(b"%PDF-")
