"""Commands of the map: `count-map`."""

import asyncio
import json
from typing import Annotated

import typer

from api.logs import set_up
from api.settings import read_settings

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]


def register(app: typer.Typer) -> None:
    """Add them to the command line."""
    app.command("count-map")(count_map)


def count_map(as_json: AsJson = False) -> None:
    """Count all reports into the cells of the map from nothing; the worker keeps them up. Safe while everything runs.

    Example: hientruong count-map --json
    """
    from api.wiring import open_house
    from reports import cells

    settings = read_settings()
    set_up(settings.log)

    async def go() -> int:
        async with open_house(settings) as house, house.transactions.begin() as conn:
            return await cells.recount(conn)

    points = asyncio.run(go())
    print(json.dumps({"reports": points}) if as_json else f"{points} reports are counted into the map's cells.")
