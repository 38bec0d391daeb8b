"""A workshop that is prepared, and voices in it."""

from assessment.maturity.foreign.asked import EVERYBODY
from assessment.maturity.foreign.aws_lens import read_aws_lens
from assessment.maturity.foreign.dsomm import read_dsomm
from assessment.maturity.foreign.samm import read_samm
from assessment.maturity.loader import load_foreign_model
from surveys.domain.workshop.joining import take_seat
from surveys.domain.workshop.preparing import prepare_workshop
from surveys.domain.workshop.voting import cast_vote
from tests.assessment.foreign.samples import activity, lens, question, samm_files, write_dsomm, write_lens, write_samm
from tests.factories.assessment import AssessmentFactory


def make_workshop(place, *, n_seats=0, **fields):
    """Led by Ada; her agenda holds every practice. Returns the workshop and its seats."""
    assessment = AssessmentFactory(team=place.team)
    workshop = prepare_workshop(assessment, by=place.lead)
    for name, value in fields.items():
        setattr(workshop, name, value)
    workshop.save()
    roles = ["engineer", "product", "quality"]
    return workshop, [take_seat(workshop, role=roles[n % 3], name=f"Guest {n}") for n in range(n_seats)]


def vote_all(item, seats, levels, number=1):
    for seat, level in zip(seats, levels, strict=True):
        cast_vote(seat, item=item.public_id, number=number, level=level)


PINNED, SIGNED = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


def other_model(kind, folder):
    """A small model of each of the three formats, as a row."""
    if kind == "samm":
        model, _ = read_samm(write_samm(folder, samm_files()))
    elif kind == "dsomm":
        images = {"Pin bases": activity(PINNED), "Sign images": activity(SIGNED, level=2, dependsOn=[PINNED])}
        model, _ = read_dsomm(write_dsomm(folder / "model.yaml", {"Build": {"Images": images}}))
    else:
        rules = [("out_one && out_two", "NO"), ("out_one", "MEDIUM"), ("default", "HIGH")]
        asked = question("out", rules, choices=("one", "two", "three", "no"), description="How it goes out.")
        model, _ = read_aws_lens(write_lens(folder / "lens.json", lens(asked, question("in", [("default", "HIGH")]))))
    return load_foreign_model(model)


def make_other_workshop(place, row, *, n_seats=0):
    assessment = AssessmentFactory(team=place.team, maturity_model=row)
    workshop = prepare_workshop(assessment, by=place.lead)
    return workshop, [take_seat(workshop, role=EVERYBODY) for _ in range(n_seats)]
