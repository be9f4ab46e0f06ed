"""`hientruong calendar`: the public holidays of a country, printed or written into a working calendar."""

import asyncio
import json
import re
import sys
from typing import Annotated, Any

import typer

from api.logs import set_up
from api.settings import read_settings

app = typer.Typer(help="Working calendars: public holidays as data.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]
MOST_YEARS = 30


@app.callback()
def calendar() -> None:
    """Working calendars: public holidays as data."""


@app.command("holidays")
def holidays(
    country: Annotated[str, typer.Option(help="Two letters, as ISO 3166 has them.")],
    years: Annotated[str, typer.Option(help="One year, or the first and the last: 2023-2030.")],
    into: Annotated[
        str | None, typer.Option("--into", help="Code of the calendar to write them into; without it they are printed.")
    ] = None,
    language: Annotated[str, typer.Option(help="Language of the names.")] = "vi",
    as_json: AsJson = False,
) -> None:
    """Public holidays with the days worked instead of some. The calendar's own special days stay as they are.

    Example: hientruong calendar holidays --country VN --years 2026-2027 --into default
    """
    from reports.calendars import CalendarError

    asked = _years(years)
    try:
        days = asyncio.run(_written(into, country, asked, language)) if into else _printed(country, asked, language)
    except CalendarError as error:
        print(f"hientruong: {error}", file=sys.stderr)
        raise typer.Exit(1) from None
    if as_json:
        print(json.dumps({"calendar": into, "special": days}, ensure_ascii=False))
        return
    for day in days:
        until = f" - {day['to']}" if day["to"] != day["from"] else ""
        hours = ", ".join("-".join(span) for span in day["work"])
        print(f"{day['from']}{until}  {day['name']}{f'  ({hours})' if hours else ''}")


def _years(text: str) -> range:
    match = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    if not 1976 <= first <= last <= 2200 or last - first >= MOST_YEARS:
        raise typer.BadParameter(f"is not a year or a span of {MOST_YEARS} years at most", param_hint="--years")
    return range(first, last + 1)


def _printed(country: str, years: range, language: str) -> list[dict[str, Any]]:
    """Of an office that works on weekdays: what a swapped Saturday's hours would be is the calendar's to say."""
    from reports.calendars import Calendar, special_out
    from reports.public_holidays import with_holidays

    day = ((480, 720), (780, 1020))
    office = Calendar("UTC", (day,) * 5 + ((), ()), country=country)
    return [special_out(item) for item in with_holidays(office, years, language).special]


async def _written(code: str, country: str, years: range, language: str) -> list[dict[str, Any]]:
    from dataclasses import replace

    from sqlalchemy import text

    from api.wiring import open_house
    from reports.calendars import Calendar, CalendarError, special_out
    from reports.public_holidays import SOURCE, with_holidays

    settings = read_settings()
    set_up(settings.log)
    async with open_house(settings) as house, house.transactions.begin() as conn:
        found = await conn.execute(
            text("SELECT definition FROM calendar WHERE code = :code FOR UPDATE"), {"code": code}
        )
        definition = found.scalar_one_or_none()
        if definition is None:
            raise CalendarError(f"there is no calendar {code!r}")
        made = with_holidays(replace(Calendar.from_data(definition), country=country), years, language)
        await conn.execute(
            text("UPDATE calendar SET definition = CAST(:definition AS jsonb) WHERE code = :code"),
            {"code": code, "definition": json.dumps(made.to_data(), ensure_ascii=False)},
        )
    return [special_out(item) for item in made.special if item.source.startswith(SOURCE) and item.first.year in years]
