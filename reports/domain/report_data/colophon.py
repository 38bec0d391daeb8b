"""What a file says about itself: who made it, from what, and how to tell whether it was altered."""

from core.language import gettext
from reports.domain.generator import generator
from reports.domain.report_data.appendix_types import Parameter
from reports.domain.report_data.gather import Gathered
from reports.domain.report_data.words import count_text
from reports.domain.seal import issuer


def colophon_of(gathered: Gathered) -> tuple[Parameter, ...]:
    model = gathered.assessment.maturity_model
    smallest = gettext("{people} in all, {role_people} in a role").format(
        people=count_text(gathered.minimum_group, "person"),
        role_people=count_text(gathered.minimum_role_group, "person"),
    )
    return (
        Parameter(gettext("Made by"), generator()),
        Parameter(gettext("Issuing server"), issuer()),
        Parameter(gettext("Maturity model"), f"{model.title} {model.version}"),
        Parameter(gettext("Digest of the maturity model"), model.digest),
        Parameter(gettext("Digest of answers and evidence"), gathered.result.digest),
        Parameter(gettext("Smallest group shown"), smallest),
        Parameter(gettext("Standards"), gettext("PDF/A-3a and PDF/UA-1")),
        Parameter(gettext("To check this file"), "manage.py report verify FILE.pdf"),
    )
