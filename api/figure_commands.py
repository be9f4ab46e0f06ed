"""Commands about the figures. Imports at the top are only what reading a command line needs; see `api.cli`."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from api.logs import set_up
from api.settings import read_settings
from reports.problems import BadInput


def monthly_report(
    month: Annotated[str, typer.Argument(help="The month, as 2026-10.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Where the PDF goes.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a script.")] = False,
) -> None:
    """Write the monthly report as PDF in Vietnamese, ready to be signed.

    Example: hientruong monthly-report 2026-10 -o bao-cao-2026-10.pdf
    """
    from api.monthly import CLERK, monthly_pdf
    from api.wiring import open_house

    settings = read_settings()
    set_up(settings.log)

    async def go() -> bytes:
        async with open_house(settings) as house:
            return await monthly_pdf(house, CLERK, month)

    try:
        made = asyncio.run(go())
    except BadInput as problem:
        raise typer.BadParameter(problem.errors[0][1], param_hint="MONTH") from None
    try:
        output.write_bytes(made)
    except OSError as error:
        print(f"hientruong: {output} cannot be written: {error.strerror}", file=sys.stderr)
        raise typer.Exit(1) from None
    told = {"file": str(output), "bytes": len(made)}
    print(json.dumps(told, ensure_ascii=False) if as_json else f"{output}: {len(made)} bytes.")
