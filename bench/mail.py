"""Strangers' mails that lie in the city's box all at once: `python -m bench mail`.

The first 200 are taken, then the rest of 5,000, of which the last 200 are timed again: a mail must not cost more
because many came before it. More than 2,000 are not kept whole, so both kinds are among them. The mail server
is the loopback one of the tests, in a thread of this process, so its work is in the figures.
"""

import asyncio
import resource
import time
from collections.abc import Callable
from typing import Any

from pydantic import SecretStr

from api import mail_fetching
from api.outside_settings import Imap, Smtp
from api.settings import Database, Place, Secrets, Settings
from api.wiring import House, open_house
from bench.machine import Machine
from tests.loopback.mail import LoopbackMail

MAILS, SLICE = 5_000, 200
OURS = "phan-anh@city.gov.vn"


def measure(machine: Machine, say: Callable[[str], None]) -> dict[str, Any]:
    """Mails a second, megabytes grown, and what a late mail costs beside an early one."""
    with LoopbackMail() as server:
        settings = Settings(
            place=Place(state_dir=machine.folder / "state"),
            database=Database(url=machine.database_url),
            secrets=Secrets(secret_key=SecretStr("a secret of the benchmark, 32 bytes")),
            smtp=Smtp(sender=OURS, host="127.0.0.1", port=server.smtp_port, security="none"),
            imap=Imap(host="127.0.0.1", port=server.imap_port, security="none", user="x", password=SecretStr("y")),
        )
        return asyncio.run(_measure(settings, server, say))


async def _measure(settings: Settings, server: LoopbackMail, say: Callable[[str], None]) -> dict[str, Any]:
    async with open_house(settings) as house:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        early = await _taken(house, server, SLICE)
        middle = await _taken(house, server, MAILS - 2 * SLICE)
        late = await _taken(house, server, SLICE)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    found = {
        "mails": MAILS,
        "per_s": round(MAILS / (early + middle + late)),
        "early_ms": round(early / SLICE * 1000, 2),
        "late_ms": round(late / SLICE * 1000, 2),
        "ratio": round(late / early, 2),
        "grown_mb": round(grown, 1),
    }
    say(
        f"{MAILS:,} mails: {found['per_s']}/s, {found['grown_mb']} MB more; one of the first {SLICE} takes"
        f" {found['early_ms']} ms, one of the last {found['late_ms']} ms, ratio {found['ratio']} (wanted: about 1)"
    )
    return found


async def _taken(house: House, server: LoopbackMail, number: int) -> float:
    """Seconds for so many more."""
    for _ in range(number):
        server.put(_mail(len(server.box)))
    begun = time.perf_counter()
    assert await mail_fetching.fetch(house) == number, "each is taken once"
    return time.perf_counter() - begun


def _mail(number: int) -> bytes:
    head = f"From: a{number}@example.vn\r\nTo: {OURS}\r\nSubject: Thư {number}\r\nMessage-ID: <{number}@example.vn>"
    return f"{head}\r\n\r\n{'Kính gửi trung tâm, ' * 40}\r\n".encode()
