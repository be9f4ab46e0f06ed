"""`hientruong watch`: the live desk in a terminal, over the public protocol and nothing else.

>>> run(username="operator1", password="secret", topic="operations", seconds=60)     # doctest: +SKIP
0

The exit status tells a script what happened: 0 ended as asked (Ctrl-C, `seconds`), 1 the city cannot be
reached, 3 the city refused the credential or the topic. Wrong use (status 2) is the command line's to say.
"""

from __future__ import annotations

import asyncio
import sys

from api.clients import Closed, Refused, Unreachable
from api.watch.follow import Following, follow
from api.watch.screen import JsonLines, Lines, Screen, Table

DONE, UNREACHABLE, REFUSED = 0, 1, 3


def run(
    url: str = "http://127.0.0.1:8000",
    username: str | None = None,
    password: str | None = None,
    token: str | None = None,
    topic: str = "operations",
    since: int | None = None,
    as_json: bool = False,
    table: bool | None = None,
    seconds: float | None = None,
    reconnect: bool = True,
) -> int:
    """Follows one topic until interrupted; gives the exit status.

    Either `token` or `username` and `password` is needed; `since` resumes after that sequence number;
    `as_json` prints one JSON object a line; `table` redraws a live table (default: on a terminal only);
    `seconds` ends by itself; without `reconnect` a lost line ends with status 1.
    """
    wanted = Following(url, username, password, token, topic, since, reconnect)
    screen = _screen(as_json, sys.stdout.isatty() if table is None else table, topic)
    try:
        with screen:
            asyncio.run(_until(wanted, screen, seconds))
    except KeyboardInterrupt:
        return DONE
    except (Unreachable, Closed) as failure:
        print(f"The city cannot be reached: {failure}", file=sys.stderr)
        return UNREACHABLE
    except Refused as refusal:
        print(f"The city refused: {refusal}", file=sys.stderr)
        return REFUSED
    return DONE


async def _until(wanted: Following, screen: Screen, seconds: float | None) -> None:
    try:
        async with asyncio.timeout(seconds):
            async for item in follow(wanted):
                screen.show(item)
    except TimeoutError:
        return


def _screen(as_json: bool, table: bool, topic: str) -> Screen:
    if as_json:
        return JsonLines()
    return Table(topic) if table else Lines()
