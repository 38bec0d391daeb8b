"""From a result to the one frozen object that page and PDF show. Every sentence is built here, none in a template."""

from reports.domain.report_data.build import practice_data, report_data
from reports.domain.report_data.practice_types import PracticeData
from reports.domain.report_data.types import ReportData

__all__ = ["PracticeData", "ReportData", "practice_data", "report_data"]
