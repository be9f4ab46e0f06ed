"""`hientruong explain-due`: how a report's due time came about, line by line."""

import asyncio
import json
import sys
from typing import Annotated, Any

import typer

from api.cli_words import tell
from api.logs import set_up
from api.settings import read_settings


def explain_due(
    code: Annotated[str, typer.Argument(help="The report's code.")],
    lang: Annotated[str, typer.Option(help="vi or en.")] = "vi",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a script.")] = False,
) -> None:
    """Print how the due time of a report was counted: start, each day, holidays, pauses, extensions.

    Example: hientruong explain-due VT-7K3M-9Q2 --json
    """
    if lang not in ("vi", "en"):
        raise typer.BadParameter("is vi or en", param_hint="--lang")
    told = asyncio.run(_told(code))
    if told is None:
        print(f"hientruong: {tell('no-report', code=code)}", file=sys.stderr)
        raise typer.Exit(1)
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    for line in told["lines"]:
        print(line["text"][lang])


async def _told(typed: str) -> dict[str, Any] | None:
    from api.wiring import open_house, utc_now
    from reports import rows
    from reports.codes import read_code
    from reports.due_story import explained

    settings = read_settings()
    set_up(settings.log)
    async with open_house(settings) as house, house.transactions.begin() as conn:
        code = read_code(typed)
        row = await rows.by_code(conn, code) if code else None
        if row is None:
            return None
        city = await house.configurations.current(conn)
        return await explained(conn, row, city, "center", utc_now())
