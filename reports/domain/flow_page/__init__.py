"""From the inputs of a team and a what-if to everything the what-if page and the report show about flow."""

from reports.domain.flow_page.build import flow_page
from reports.domain.flow_page.cases import saved_cases
from reports.domain.flow_page.types import FlowPage

__all__ = ["FlowPage", "flow_page", "saved_cases"]
