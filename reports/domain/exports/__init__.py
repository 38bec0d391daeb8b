"""The result in forms other programs read: tables, a workbook, a page and a text, made from what the pages show."""

from reports.domain.exports.export import EXPORTS, Exported, export, is_offered

__all__ = ["EXPORTS", "Exported", "export", "is_offered"]
