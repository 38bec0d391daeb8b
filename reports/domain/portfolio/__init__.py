"""Several teams of an organization side by side, each by itself: never a ranking, never one number for all."""

from reports.domain.portfolio.build import portfolio_data
from reports.domain.portfolio.gather import PortfolioTeam, gather_teams, of_basis
from reports.domain.portfolio.types import PortfolioData

__all__ = ["PortfolioData", "PortfolioTeam", "gather_teams", "of_basis", "portfolio_data"]
