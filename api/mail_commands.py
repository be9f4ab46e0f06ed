"""`hientruong receive-mail`: a mail server pipes an agency's answer in."""

import asyncio
import json
import sys
from typing import Annotated

import typer

from api.logs import set_up
from api.settings import read_settings

# What mail servers understand as "keep it and try again" (sysexits.h, EX_TEMPFAIL).
LATER = 75


def register(app: typer.Typer) -> None:
    """Add it to the command line."""
    app.command("receive-mail")(receive_mail)


def receive_mail(
    to: Annotated[str | None, typer.Option(help="The recipient the mail server names (its envelope).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a script.")] = False,
) -> None:
    """Take one mail from standard input into its case. Status 75 when it must be tried again: nothing is lost.

    Example: hientruong receive-mail --to "$RECIPIENT" < mail.eml
    """
    from psycopg import Error
    from sqlalchemy.exc import SQLAlchemyError

    from api import mailing
    from api.wiring import open_house
    from reports.configuration import NoConfiguration

    settings = read_settings()
    set_up(settings.log)
    raw = sys.stdin.buffer.read(settings.handover.mail_bytes + 1)

    async def go() -> str:
        async with open_house(settings) as house:
            state = await mailing.take(house, raw, to)
            await house.sealer.seal_all()
            return state

    try:
        state = asyncio.run(go())
    except (SQLAlchemyError, Error, OSError, NoConfiguration) as error:
        print(f"hientruong: the mail could not be taken now ({type(error).__name__})", file=sys.stderr)
        raise typer.Exit(LATER) from None
    print(json.dumps({"state": state}) if as_json else f"The mail is {state}.")
