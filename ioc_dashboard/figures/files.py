"""Tables as files: CSV for programs and old spreadsheets, XLSX with typed cells for people."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from ioc_dashboard.figures.sheets import Column, Kind, Sheet, local
from reports.comma_separated import csv_text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
_WIDTHS: dict[Kind, int] = {"text": 24, "count": 11, "share": 11, "minutes": 12, "moment": 17, "day": 12}
_FORMATS: dict[Kind, str] = {
    "text": "@",
    "count": "#,##0",
    "share": "0.0%",
    "minutes": "#,##0.0",
    "moment": "dd/mm/yyyy hh:mm",
    "day": "dd/mm/yyyy",
}


def csv_file(sheet: Sheet, locale: str, zone: str) -> str:
    """One table as CSV: shares 0..1, minutes, times of the city's clocks; cells that look like formulas are defused."""
    return csv_text(sheet.heads(locale), [[_plain(value, zone) for value in row] for row in sheet.rows])


def _plain(value: Any, zone: str) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, datetime):
        return local(value, zone).isoformat(sep=" ", timespec="minutes")
    return value.isoformat() if isinstance(value, date) else value


def workbook(sheets: Sequence[Sheet], locale: str, zone: str, made_at: datetime) -> bytes:
    """All of them in one workbook, one table a sheet: heads that stay in sight, typed cells, no formulas."""
    held = io.BytesIO()
    # Text is text: nothing a resident wrote becomes a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(held, options) as book:
        book.set_properties({"title": "Hiện Trường", "created": local(made_at, zone)})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#ECEEF1"})
        formats = {kind: book.add_format({"num_format": written}) for kind, written in _FORMATS.items()}
        for sheet in sheets:
            page = book.add_worksheet(sheet.title(locale)[:31])
            page.freeze_panes(1, 2 if len(sheet.columns) > 4 else 1)
            page.set_landscape()
            page.repeat_rows(0)
            page.fit_to_pages(1, 0)
            for place, (column, title) in enumerate(zip(sheet.columns, sheet.heads(locale), strict=True)):
                page.write_string(0, place, title, head)
                page.set_column(place, place, _width(column, place, sheet))
            for line, row in enumerate(sheet.rows, start=1):
                for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
                    _write(page, line, place, value, column.kind, formats, zone)
    return held.getvalue()


def _width(column: Column, place: int, sheet: Sheet) -> int:
    if column.kind != "text":
        return _WIDTHS[column.kind]
    longest = max((len(str(row[place] or "")) for row in sheet.rows), default=0)
    return min(48, max(10, longest + 2))


def _write(page: Any, line: int, place: int, value: Any, kind: Kind, formats: dict[Kind, Any], zone: str) -> None:
    if value is None:
        return
    if isinstance(value, datetime):
        page.write_datetime(line, place, local(value, zone), formats["moment"])
    elif isinstance(value, date):
        page.write_datetime(line, place, value, formats["day"])
    elif isinstance(value, str):
        page.write_string(line, place, value, formats["text"])
    else:
        # Counts are whole; the summary has shares among them.
        page.write_number(
            line, place, value, formats["share" if kind == "count" and isinstance(value, float) else kind]
        )
