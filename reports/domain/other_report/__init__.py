"""What the page and the report say of a result on a maturity model of others, each rule in its own words."""

from reports.domain.other_report.build import other_report
from reports.domain.other_report.types import OtherReport

__all__ = ["OtherReport", "other_report"]
