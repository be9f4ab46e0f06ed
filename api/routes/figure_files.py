"""The figures as files: each table as CSV or XLSX, all of them as one workbook, the monthly report as PDF."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from api.deps import HouseDep, Staff
from api.monthly import monthly_pdf
from api.routes.figures import Asking, Picking, picked
from api.wiring import utc_now
from ioc_dashboard.figures import files
from ioc_dashboard.figures.reading import figures
from ioc_dashboard.figures.rows import rows_page
from ioc_dashboard.figures.sheets import TABLES, Sheet, all_sheets, rows_sheet
from reports import readings
from reports.problems import NotFound

router = APIRouter(prefix="/api/v1/figures", tags=["figures"])
Lang = Literal["vi", "en"]
Kind = Literal["csv", "xlsx"]

MOST_ROWS = 20_000
"""Reports in one file of rows; `X-Total-Count` says how many there are."""


def _file(body: bytes | str, kind: str, name: str, **headers: str) -> Response:
    named = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(body, media_type=kind, headers={**named, "X-Content-Type-Options": "nosniff", **headers})


async def _of_sheet(sheet: Sheet, kind: Kind, lang: Lang, zone: str, name: str, **headers: str) -> Response:
    if kind == "csv":
        written = await asyncio.to_thread(files.csv_file, sheet, lang, zone)
        return _file(written, files.CSV, f"{name}.csv", **headers)
    made = await asyncio.to_thread(files.workbook, [sheet], lang, zone, utc_now())
    return _file(made, files.XLSX, f"{name}.xlsx", **headers)


@router.get("/all.xlsx")
async def whole_workbook(caller: Staff, house: HouseDep, asking: Asking, lang: Lang = "vi") -> Response:
    """Every table of the figures in one workbook."""
    async with house.transactions.read() as conn:
        city, asked = await asking.asked(conn, house)
        found = await figures(conn, caller, city, asked, utc_now())
    sheets = list(all_sheets(found, lang).values())
    made = await asyncio.to_thread(files.workbook, sheets, lang, city.calendar.zone, utc_now())
    return _file(made, files.XLSX, f"figures-{asked.first}-{asked.last}.xlsx")


@router.get("/tables/{table}.{kind}")
async def one_table(
    table: str, kind: Kind, caller: Staff, house: HouseDep, asking: Asking, lang: Lang = "vi"
) -> Response:
    """One table of the figures; shares 0..1, times in minutes."""
    if table not in TABLES:
        raise NotFound(f"There is no table {table!r}; there are {', '.join(TABLES)}.")
    async with house.transactions.read() as conn:
        city, asked = await asking.asked(conn, house)
        found = await figures(conn, caller, city, asked, utc_now())
    sheet = all_sheets(found, lang)[table]
    return await _of_sheet(sheet, kind, lang, city.calendar.zone, f"{table}-{asked.first}-{asked.last}")


@router.get("/rows.{kind}")
async def rows_file(
    kind: Kind,
    caller: Staff,
    house: HouseDep,
    asking: Asking,
    picking: Picking,
    figure: Annotated[str, Query(max_length=60)],
    lang: Lang = "vi",
) -> Response:
    """The reports behind one number, newest first, 20,000 at the most."""
    async with house.transactions.quiet() as conn:
        city, asked = await asking.asked(conn, house)
        page = await rows_page(conn, caller, city, picked(asked, picking), figure, utc_now(), limit=MOST_ROWS)
        await readings.note(conn, caller, city, page.rows, "list", utc_now())
    sheet = rows_sheet(page.rows, lang)
    return await _of_sheet(sheet, kind, lang, city.calendar.zone, figure, **{"X-Total-Count": str(page.count)})


@router.get("/monthly.pdf")
async def monthly_report(
    caller: Staff, house: HouseDep, month: Annotated[str, Query(pattern=r"^\d{4}-\d{2}$")]
) -> Response:
    """The report of a month in Vietnamese, ready to be signed; never with the restricted lane."""
    return _file(await monthly_pdf(house, caller, month), "application/pdf", f"bao-cao-{month}.pdf")
