"""`hientruong readers`: who may read the restricted lane, named from the machine itself."""

import asyncio
import json
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from api.cli_words import tell
from api.logs import set_up
from api.settings import read_settings

app = typer.Typer(help="Named readers of the restricted lane.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]
Category = Annotated[str, typer.Argument(help="Code of a restricted category; all below it is included.")]
Username = Annotated[str, typer.Argument(help="The account.")]


@app.command("list")
def show(as_json: AsJson = False) -> None:
    """Every restricted category and who may read it.

    Example: hientruong readers list --json
    """
    _change(None, as_json)


@app.command()
def add(category: Category, username: Username, as_json: AsJson = False) -> None:
    """Name an account for a category.

    Example: hientruong readers add conduct supervisor
    """
    _change((category, lambda named: sorted({*named, username})), as_json)


@app.command()
def remove(category: Category, username: Username, as_json: AsJson = False) -> None:
    """Take an account's name off a category.

    Example: hientruong readers remove conduct leader
    """

    def without(named: list[str]) -> list[str]:
        if username not in named:
            raise typer.BadParameter(f"is not named for {category}", param_hint="username")
        return [one for one in named if one != username]

    _change((category, without), as_json)


def _change(change: tuple[str, Callable[[list[str]], list[str]]] | None, as_json: bool) -> None:
    from api.wiring import open_house, utc_now
    from reports import readers
    from reports.callers import Caller
    from reports.problems import BadInput

    settings = read_settings()
    set_up(settings.log)
    # Not the system, which acts by itself: somebody with a key to the machine.
    by = Caller("account", name="hientruong readers", role="admin")

    async def go() -> list[dict[str, Any]]:
        async with open_house(settings) as house:
            async with house.transactions.begin() as conn:
                city = await house.configurations.current(conn)
                if change is not None:
                    category, wanted = change
                    before = await readers.named(conn, city)
                    named = [
                        reader["username"]
                        for one in before
                        if one["code"] == category
                        for reader in one["readers"]
                        if reader["by_category"] == category
                    ]
                    await readers.set_readers(conn, city, category, wanted(named), by=by, now=utc_now())
                    city = await house.configurations.current(conn)
                answer = await readers.named(conn, city)
            await house.sealer.seal_all()
            return answer

    try:
        found = asyncio.run(go())
    except BadInput as problem:
        raise typer.BadParameter("; ".join(f"{where} {what}" for where, what in problem.errors)) from None
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    for one in found:
        who = ", ".join(f"{reader['username']} ({reader['name']})" for reader in one["readers"])
        print(f"{one['code']}: {who or tell('read-by-nobody')}")
    if not found:
        print(tell("no-restricted"), file=sys.stderr)
