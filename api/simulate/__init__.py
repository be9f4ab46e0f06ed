"""`hientruong simulate`: residents, operators and agencies at work, through the public doors only.

>>> run(rate="30/min", minutes=2, password="secret")                                 # doctest: +SKIP
0

Everything the players know they learn from the city they play in: its categories, its agencies, its places.
The exit status: 0 nothing went wrong, 1 the city cannot be reached or some request failed, 3 the demo
password is not taken.
"""

from __future__ import annotations

import asyncio
import json
import sys

from api.clients import Client, Refused, Unreachable
from api.simulate.play import play
from api.simulate.rates import per_second
from api.simulate.tally import Tally
from api.simulate.town import NothingToPlayWith, Plan

DONE, FAILED, REFUSED = 0, 1, 3


def run(
    rate: str = "30/min",
    minutes: float | None = None,
    residents: int = 20,
    url: str = "http://127.0.0.1:8000",
    password: str = "",
    as_json: bool = False,
    pictures: float = 0.6,
    seed: int | None = None,
) -> int:
    """Plays until interrupted, or for `minutes`; gives the exit status.

    `rate` is new reports per second, minute or hour ("2/s", "30/min", "100/h"); `residents` how many phones
    send them; `password` is that of the demo accounts; `pictures` the share of reports with a photo; with
    `seed` the same people say the same things in the same order. Raises ValueError for a rate that is none.
    """
    plan = Plan(url, password, per_second(rate), residents, minutes, pictures, seed)
    tally = Tally()
    failure: Exception | None = None
    try:
        asyncio.run(_play(plan, tally, quiet=as_json))
    except KeyboardInterrupt:
        pass
    except (Refused, Unreachable, NothingToPlayWith) as ended:
        failure = ended
        print(f"The simulation could not go on: {ended}", file=sys.stderr)
    print(json.dumps(tally.summary()) if as_json else tally.text())
    if isinstance(failure, Refused) and failure.status in (401, 403):
        return REFUSED
    return FAILED if failure is not None or tally.failures else DONE


async def _play(plan: Plan, tally: Tally, quiet: bool) -> None:
    async with Client.open(plan.url) as city:
        await play(city, plan, tally, quiet)
