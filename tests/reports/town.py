"""A small city for the tests of the story: three lanes, two agencies and one that stands aside, one calendar."""

import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from reports import flow, intake, people
from reports.callers import SYSTEM, Caller
from reports.commands import ARGS
from reports.configuration import City, load
from reports.intake import Draft
from reports.lifecycle import Command
from reports.step import Request, Scene

# A Tuesday, 09:00 in the city.
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
WEEK = {day: [["07:30", "11:30"], ["13:30", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
LEVEL = {"amount": 3, "unit": "working_days", "starts": "dispatched"}
URGENT = {"amount": 4, "unit": "working_hours", "starts": "received"}
LEVELS = json.dumps({"normal": LEVEL, "urgent": URGENT})

_AGENCIES = """
INSERT INTO agency (code, name, name_en, kind) VALUES
  ('roads', 'Sở Xây dựng', 'Roads', 'department'), ('ward', 'UBND phường', 'Ward', 'commune'),
  ('power', 'Điện lực', 'Power', 'utility')
"""
_CATEGORY = text("""
INSERT INTO category (code, name, name_en, icon, position, lane, approvals, public, location_private, anonymous_allowed,
  proof_required, dispute_days, extensions_allowed, extension_days, service_levels, active)
VALUES (:code, :code, :code, 'road', :position, :lane, :approvals, :public, false, true, :proof, 7, 2, 30,
  CAST(:levels AS jsonb), true)
""")
_OFFICER = text(
    "INSERT INTO account (id, username, name, role, agency, password_hash, active)"
    " VALUES (CAST(:id AS uuid), :username, :name, 'agency', :agency, 'x', true)"
)
_ACCOUNT = text("""
INSERT INTO account (id, username, name, role, password_hash, active)
VALUES (CAST(:id AS uuid), :username, :name, :role, 'x', true)
""")
_READER = text("""
INSERT INTO category_reader (account_id, category, named_by, named_at)
VALUES (CAST(:id AS uuid), 'conduct', 'admin', :now)
""")
CATEGORIES: dict[str, dict[str, Any]] = {
    "pothole": {},
    "fallen-tree": {"lane": "instant"},
    "no-approval": {"approvals": 0},
    "two-approvals": {"approvals": 2},
    "with-proof": {"proof": True},
    "conduct": {"lane": "restricted", "public": False},
}

OPERATOR = Caller("account", str(uuid4()), "operator1", "Nguyễn An", "operator")
COLLEAGUE = Caller("account", str(uuid4()), "operator2", "Trần Bình", "operator")
SUPERVISOR = Caller("account", str(uuid4()), "supervisor", "Lê Chi", "supervisor")
LEADER = Caller("account", str(uuid4()), "leader", "Phạm Dũng", "leader")
ADMIN = Caller("account", str(uuid4()), "admin", "Võ Em", "admin")
LEAD = Caller("account", str(uuid4()), "agency-roads", "Đội cầu đường", "agency", "roads")
SUPPORT = Caller("account", str(uuid4()), "agency-ward", "Phường", "agency", "ward")
OUTSIDER = Caller("account", str(uuid4()), "agency-power", "Điện lực", "agency", "power")


async def build(conn: AsyncConnection) -> City:
    """The city's configuration in an empty database."""
    await conn.execute(text(_AGENCIES))
    for position, (code, how) in enumerate(CATEGORIES.items()):
        facts = {"lane": "standard", "approvals": 1, "public": True, "proof": False, **how}
        await conn.execute(_CATEGORY, {"code": code, "position": position, "levels": LEVELS, **facts})
    await conn.execute(
        text(
            "INSERT INTO routing_rule (position, code, name, lead, supporting, active)"
            " VALUES (1, 'all', 'all', 'roads', '{ward}', true)"
        )
    )
    calendar = json.dumps({"zone": "Asia/Ho_Chi_Minh", "week": WEEK, "special": []})
    await conn.execute(
        text("INSERT INTO calendar (code, name, definition) VALUES ('default', 'x', CAST(:data AS jsonb))"),
        {"data": calendar},
    )
    await conn.execute(text("UPDATE configuration SET default_desk = 'ward'"))
    # An officer who hands over writes a note, and a note has an account.
    await conn.execute(_OFFICER, {"id": LEAD.id, "username": LEAD.username, "name": LEAD.name, "agency": LEAD.agency})
    for reader in (SUPERVISOR, LEADER):
        await conn.execute(
            _ACCOUNT, {"id": reader.id, "username": reader.username, "name": reader.name, "role": reader.role}
        )
        await conn.execute(_READER, {"id": reader.id, "now": NOW})
    return await load(conn)


@dataclass
class Town:
    """The city with a clock that the test moves."""

    engine: AsyncEngine
    city: City
    now: datetime = NOW
    numbers: Any = field(default_factory=itertools.count)

    @classmethod
    async def founded(cls, engine: AsyncEngine) -> "Town":
        """Build the city."""
        async with engine.begin() as conn:
            return cls(engine, await build(conn))

    def scene(self, conn: AsyncConnection, by: Caller) -> Scene:
        """Where and when a step happens."""
        return Scene(conn, self.city, by, self.now, lambda one, variant: f"/media/{one}/{variant}")

    async def phone(self) -> Caller:
        """A new resident's device."""
        async with self.engine.begin() as conn:
            device_id, _ = await people.new_device(conn, "web", "vi", self.now)
        return Caller("device", str(device_id))

    async def send(self, by: Caller, category: str = "pothole", **more: Any) -> dict[str, Any]:
        """A resident sends a report."""
        draft = self.draft(category, **more)
        async with self.engine.begin() as conn:
            known = await intake.look(conn, draft, by=by, now=self.now, day=self.now.date(), cap_m=2000.0)
            return (await flow.submit(self.scene(conn, by), draft, known)).report

    def draft(self, category: str = "pothole", *, key: UUID | None = None, **more: Any) -> Draft:
        """What a resident writes."""
        place = {"lon": 107.08, "lat": 10.35}
        return Draft(category=category, key=key or uuid4(), body_hash=b"x", **{**place, **more})

    async def give(
        self, by: Caller, command: str, code: str, *, version: int | None = None, key: str | None = None, **args: Any
    ) -> dict[str, Any]:
        """Somebody gives a command."""
        asked = Command(command)
        request = Request(asked, code, ARGS[asked].model_validate(args), version, key)
        async with self.engine.begin() as conn:
            return await flow.perform(self.scene(conn, by), request)

    async def events(self, code: str) -> list[str]:
        """What happened to a report, in the order of writing."""
        async with self.engine.connect() as conn:
            sql = "SELECT event FROM journal j JOIN report r ON r.id = j.report_id WHERE r.code = :code ORDER BY j.id"
            return [row.event for row in await conn.execute(text(sql), {"code": code})]


@dataclass(frozen=True)
class Cast:
    """One caller for each relation to a report, and everybody who has none."""

    reporter: Caller
    stranger: Caller

    def everybody(self) -> dict[str, Caller]:
        """By name."""
        staff = {
            "operator": OPERATOR,
            "supervisor": SUPERVISOR,
            "leader": LEADER,
            "admin": ADMIN,
            "lead": LEAD,
            "supporting": SUPPORT,
            "outsider": OUTSIDER,
            "system": SYSTEM,
        }
        return {**staff, "reporter": self.reporter, "stranger": self.stranger}


def arguments(command: Command, *, other: str, due_at: str) -> dict[str, Any]:
    """Arguments with which the command can succeed."""
    until = datetime.fromisoformat(due_at) + timedelta(days=2)
    reason = {"reason": "vì lý do này"}
    known: dict[Command, dict[str, Any]] = {
        Command.TAKE_OVER: reason,
        Command.REJECT: {**reason, "public_answer": "Không thuộc phạm vi tiếp nhận."},
        Command.MERGE: {"into": other},
        Command.ASK: {"question": "Ở số nhà nào ạ?"},
        Command.ANSWER: {"text": "Số 12."},
        Command.RECALL: reason,
        Command.RETURN: reason,
        Command.EXTEND: {**reason, "until": until},
        Command.HAND_OVER: {"note": "Chờ vật tư, mai làm tiếp."},
        Command.RESOLVE: {"summary": "Đã vá mặt đường."},
        Command.SEND_BACK: reason,
        Command.REOPEN: reason,
        Command.RATE: {"rating": "satisfied"},
        Command.OVERRIDE_PROOF: reason,
        Command.AUDIT: {"result": "passed"},
        Command.SEND_CHECKER: {"to": "power", "question": "Ổ gà còn đó không?"},
        Command.REPORT_CHECK: {"finding": "Ổ gà vẫn còn, rộng chừng nửa mét."},
        Command.RECALL_CHECKER: reason,
    }
    return known.get(command, {})
