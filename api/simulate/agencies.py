"""Agencies: accept what is dispatched to them, sometimes return it, resolve it with an after-photo.

>>> office = await Agency.open("urban-environment", stage)                           # doctest: +SKIP
"""

from __future__ import annotations

from api.clients import File, Message, send_upload
from api.simulate.desk import Desk, Stage
from api.simulate.pictures import street
from api.simulate.words import pick

RETURN_SHARE = 0.04


class Agency:
    """One agency's duty officer, signed in as `agency-<code>`."""

    def __init__(self, code: str, desk: Desk, stage: Stage) -> None:
        self.code = code
        self.desk = desk
        self.stage = stage
        self._begun: set[str] = set()

    @classmethod
    async def open(cls, code: str, stage: Stage) -> Agency:
        """Signs in and opens the desk; what already waits there comes with the snapshot."""
        account = await stage.city.login(f"agency-{code}", stage.plan.password)
        agency = cls(code, Desk(account, "agency", stage), stage)
        stage.group.create_task(agency.desk.keep_open(agency.hear))
        return agency

    def hear(self, message: Message) -> None:
        """Takes on a report of this play that lies with this agency and waits for acceptance."""
        report = message.get("report") or {}
        code = report.get("code")
        if code not in self.stage.ours or report.get("lead") != self.code:
            return
        if message["event"] == "report.returned":
            self._begun.discard(code)
        elif report.get("state") == "dispatched" and code not in self._begun:
            self._begun.add(code)
            self.stage.begin(self._handle(report))

    async def _handle(self, report: Message) -> None:
        stage, code = self.stage, report["code"]
        await stage.think(1, 5)
        if stage.chance.random() < RETURN_SHARE:
            self._begun.discard(code)
            reason = stage.chance.choice(stage.town.reasons["return"])
            await self.desk.command("return", code, version=report["version"], reason=reason)
            return
        report = await self.desk.command("accept", code, version=report["version"])
        await stage.think(4, 20)
        photo = File("sau-xu-ly.png", street(stage.chance.getrandbits(40), repaired=True), "image/png")
        with stage.tally.step("upload"):
            upload = await send_upload(self.desk.account, photo)
        await self.desk.command(
            "resolve", code, version=report["version"], media=[upload], summary=pick("resolve", stage.chance)
        )
