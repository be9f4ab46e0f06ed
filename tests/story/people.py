"""The people of the story, on two servers at once: residents and agencies on one, operators on the other.

people = People(first, second, tokens)
resident = await people.resident()
report = await people.sent(resident)
report = await people.brought_to("dispatched", report)
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from api.clients import Answer, Client, File, Live, Message, send_upload
from tests.story.city import PASSWORD
from tests.story.photos import phone_photo

Report = dict[str, Any]
T = TypeVar("T")

# In the middle of the demo city.
HERE = {"lon": 107.0843, "lat": 10.3460, "accuracy_m": 12}
# In the open sea, hundreds of kilometres from any area.
NOWHERE = {"lon": 112.5, "lat": 8.5}


@dataclass
class People:
    """Clients on the first and on the second server; `tokens` keeps one session per account for all tests."""

    first: Client
    second: Client
    tokens: dict[str, str]

    async def resident(self) -> Client:
        """A new phone, on the first server."""
        return await self.first.new_device()

    async def staff(self, username: str, at: Client | None = None) -> Client:
        """An account signed in, on the second server unless said otherwise."""
        if username not in self.tokens:
            self.tokens[username] = str((await self.first.login(username, PASSWORD)).token)
        return (at or self.second).bearing(self.tokens[username])

    async def operator(self, number: int = 1) -> Client:
        """operator1 or operator2."""
        return await self.staff(f"operator{number}")

    async def agency(self, code: str) -> Client:
        """The officer of an agency, on the first server."""
        return await self.staff(f"agency-{code}", self.first)

    @asynccontextmanager
    async def live(self, who: Client, *topics: str) -> AsyncIterator[Live]:
        """A live connection of `who`, subscribed to the topics."""
        async with Live.open(who.url, who.token) as live:
            for topic in topics:
                await live.subscribe(topic)
            yield live

    async def leaf(self) -> str:
        """The first leaf category: public, standard lane, one approval, no required answers."""
        return first_leaf(await self.first.get("/api/v1/categories"))

    async def draft(self, **changes: Any) -> Report:
        """A body for POST /reports that is right in everything, but for the changes."""
        return {
            "category": await self.leaf(),
            "description": "Ổ gà sâu trước cổng trường, xe máy dễ ngã.",
            "location": HERE,
            **changes,
        }

    async def sent(self, resident: Client, files: list[File] | None = None, **changes: Any) -> Report:
        """A report that was accepted with 201."""
        answer = await resident.submit(await self.draft(**changes), files or [])
        assert answer.status == 201
        report: Report = answer.json
        return report

    async def command(self, who: Client, report: Report, command: str, **arguments: Any) -> Report:
        """A command by HTTP; gives the report after it."""
        return await who.command(report["code"], command, **arguments)

    async def brought_to(self, state: str, report: Report) -> Report:
        """Moves a report along the main way until it is in `state`."""
        way = self._way()
        behind = list(way).index(report["state"]) + 1 if report["state"] in way else 0
        for reached, step in list(way.items())[behind:]:
            if report["state"] == state:
                break
            report = await step(report)
            assert report["state"] == reached
        assert report["state"] == state
        return report

    def _way(self) -> dict[str, Callable[[Report], Awaitable[Report]]]:
        return {
            "verified": self._by_operator("verify"),
            "dispatched": self._by_operator("dispatch"),
            "in_progress": self._accept,
            "resolved": self._resolve,
            "published": self._by_operator("approve"),
        }

    def _by_operator(self, command: str) -> Callable[[Report], Awaitable[Report]]:
        async def step(report: Report) -> Report:
            return await self.command(await self.operator(), report, command)

        return step

    async def _accept(self, report: Report) -> Report:
        return await self.command(await self.agency(report["lead"]), report, "accept")

    async def _resolve(self, report: Report) -> Report:
        return await self.command(
            await self.agency(report["lead"]),
            report,
            "resolve",
            summary="Đã vá ổ gà.",
            media=[await self.proof(report["lead"])],
        )

    async def proof(self, agency: str) -> str:
        """A complete upload of a fresh after-photo by the agency."""
        photo = phone_photo(HERE["lon"], HERE["lat"], seed=uuid.uuid4().int)
        return await send_upload(await self.agency(agency), File("sau.jpg", photo))


def first_leaf(tree: list[dict[str, Any]]) -> str:
    """The code of the first category without children."""
    node = tree[0]
    return first_leaf(node["children"]) if node.get("children") else str(node["code"])


def is_problem(answer: Answer, status: int, slug: str | None = None) -> bool:
    """Whether an answer is the documented problem document (RFC 9457); says why when it is not."""
    assert answer.status == status, (answer.status, answer.content[:400])
    assert answer.headers["content-type"].split(";")[0] == "application/problem+json"
    problem = answer.json
    for member in ("type", "title", "status", "detail", "instance"):
        assert member in problem, (member, problem)
    assert problem["status"] == status
    assert slug is None or problem["type"] == f"/problems/{slug}", problem
    return True


async def heard(live: Live, event: str, code: str, seconds: float = 60.0) -> Message:
    """The next event of this name about this report; other messages are passed over."""
    deadline = time.monotonic() + seconds
    while True:
        message = await live.next(max(0.01, deadline - time.monotonic()))
        if message.get("event") == event and message["report"]["code"] == code:
            return message


async def everything_heard(live: Live, seconds: float = 0.7, *, until: tuple[str, str] | None = None) -> list[Message]:
    """All messages until nothing came for `seconds`; with `until` (event, code of the report) not before that came,
    however long it takes: silence alone may be a slow machine."""
    messages: list[Message] = []
    while until is not None:
        message = await live.next(60.0)
        messages.append(message)
        if message.get("event") == until[0] and message["report"]["code"] == until[1]:
            break
    while True:
        try:
            messages.append(await live.next(seconds))
        except TimeoutError:
            return messages


async def eventually(ask: Callable[[], Awaitable[T]], wanted: Callable[[T], bool], seconds: float = 120.0) -> T:
    """Asks until the answer is as wanted; fails with the last answer."""
    deadline = time.monotonic() + seconds
    while True:
        answer = await ask()
        if wanted(answer):
            return answer
        assert time.monotonic() < deadline, f"not within {seconds} s: {answer}"
        await asyncio.sleep(0.05)
