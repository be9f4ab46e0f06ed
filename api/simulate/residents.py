"""Residents: they send what they see, follow it, and say what they think of the result.

>>> resident = await Resident.move_in(stage)                                         # doctest: +SKIP
>>> code = await resident.report()                                                   # doctest: +SKIP
"""

from __future__ import annotations

from datetime import UTC, datetime

from api.clients import File, Message
from api.simulate.desk import Desk, Stage
from api.simulate.pictures import street
from api.simulate.words import pick, said

RATING_SHARE = 0.7
RATINGS = ("satisfied", "acceptable", "unsatisfied")
RATING_WEIGHTS = (7, 2, 1)


class Resident:
    """One phone: a device credential and, while something of its own is open, a live line."""

    def __init__(self, desk: Desk, stage: Stage) -> None:
        self.desk = desk
        self.stage = stage

    @classmethod
    async def move_in(cls, stage: Stage) -> Resident:
        """A new device. Raises Refused and Unreachable."""
        with stage.tally.step("device"):
            phone = await stage.city.new_device(stage.chance.choice(("web", "android", "ios")))
        resident = cls(Desk(phone, None, stage), stage)
        stage.group.create_task(resident.desk.keep_open(resident.hear))
        return resident

    async def report(self) -> str:
        """Sends one report, with a photo or without, and follows it; gives its code."""
        stage, chance = self.stage, self.stage.chance
        category, spot = chance.choice(stage.town.categories), chance.choice(stage.town.spots)
        lon, lat = spot.scattered(chance)
        body = {
            "category": category.code,
            "description": said(category.code, spot.name, chance),
            "answers": category.answered(chance),
            "location": {"lon": lon, "lat": lat, "accuracy_m": chance.randint(4, 40)},
            "captured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        photo = chance.random() < stage.plan.pictures
        files = [File("hien-truong.png", street(chance.getrandbits(40)), "image/png")] if photo else []
        with stage.tally.step("submit"):
            sent = await self.desk.account.submit(body, files)
        code: str = sent.json["code"]
        stage.ours.add(code)
        return code

    def hear(self, message: Message) -> None:
        """Rates a published report, as most people do who were answered."""
        if message["event"] == "report.published" and self.stage.chance.random() < RATING_SHARE:
            self.stage.begin(self._rate(message["report"]["code"]))

    async def _rate(self, code: str) -> None:
        await self.stage.think(2, 8)
        rating = self.stage.chance.choices(RATINGS, RATING_WEIGHTS)[0]
        body = {"rating": rating, "comment": pick(f"comment_{rating}", self.stage.chance)}
        with self.stage.tally.step("rate"):
            await self.desk.account.ask("POST", f"/api/v1/reports/{code}/rating", json=body)
