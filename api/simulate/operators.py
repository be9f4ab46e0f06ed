"""Operators: claim, verify, dispatch, approve, each over the operator's own socket.

>>> desk = await Operator.sign_in("operator1", stage, on_dispatched)                 # doctest: +SKIP
>>> stage.begin(desk.triage("K7M2P9QX"))                                             # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from api.clients import Message, Refused
from api.simulate.desk import Desk, Stage
from api.simulate.words import pick

REJECT_SHARE = 0.04


class Operator:
    """One operator at one desk. `dispatched` is told the lead agency of each dispatched report."""

    def __init__(self, desk: Desk, stage: Stage, dispatched: Callable[[str], Awaitable[None]]) -> None:
        self.desk = desk
        self.stage = stage
        self._dispatched = dispatched
        self._mine: set[str] = set()

    @classmethod
    async def sign_in(cls, username: str, stage: Stage, dispatched: Callable[[str], Awaitable[None]]) -> Operator:
        """Signs in and opens the desk. Raises Refused for a wrong demo password, and Unreachable."""
        account = await stage.city.login(username, stage.plan.password)
        operator = cls(Desk(account, "operations", stage), stage, dispatched)
        stage.group.create_task(operator.desk.keep_open(operator.hear))
        return operator

    async def triage(self, code: str) -> None:
        """The first look at a report: claim it, verify or reject it, send it on."""
        await self.stage.think(0.5, 3)
        try:
            report = await self.desk.command("claim", code)
        except Refused as refusal:
            if refusal.slug == "held":
                return
            raise
        self._mine.add(code)
        await self.stage.think(1, 5)
        if self.stage.chance.random() < REJECT_SHARE:
            await self.desk.command(
                "reject",
                code,
                version=report["version"],
                reason=self._reason("reject"),
                public_answer=pick("rejected", self.stage.chance),
            )
            return
        report = await self.desk.command("verify", code, version=report["version"])
        await self.stage.think(0.5, 2)
        await self._dispatch(report)

    def hear(self, message: Message) -> None:
        """Goes on with what came back: a result to approve, a report an agency returned."""
        report = message.get("report") or {}
        if report.get("code") not in self._mine:
            return
        if message["event"] == "report.resolved":
            self.stage.begin(self._approve(report))
        elif message["event"] == "report.returned":
            self.stage.begin(self._send_again(report))

    async def _dispatch(self, report: Message, **arguments: str) -> None:
        after = await self.desk.command("dispatch", report["code"], version=report["version"], **arguments)
        await self._dispatched(after["lead"])

    async def _send_again(self, report: Message) -> None:
        await self.stage.think(1, 4)
        returns = report.get("returns") or [{}]
        proposed = returns[-1].get("proposed_agency") or report.get("lead")
        await self._dispatch(report, **({"lead": proposed} if proposed else {}))

    async def _approve(self, report: Message) -> None:
        await self.stage.think(1, 6)
        code = report["code"]
        fresh = await self.desk.account.get(f"/api/v1/reports/{code}")
        shown = [picture["id"] for picture in fresh["media"] if picture["state"] == "ready"]
        await self.desk.command(
            "approve",
            code,
            version=fresh["version"],
            public_media=shown,
            public_answer=pick("public_answer", self.stage.chance),
        )

    def _reason(self, command: str) -> str:
        return self.stage.chance.choice(self.stage.town.reasons[command])
