"""A life in which every kind of event happens, as clients of each topic hear it.

`python -m tests.protocol.every_event` writes `every_event.json` anew: for each step and topic a snapshot, the events
after it, and a snapshot asked for afterwards. Python and TypeScript fold the first two and must arrive at the third.
"""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection

from api import cluster, migrate
from api.db import make_engine
from api.settings import Database
from ioc_dashboard import board
from reports import escalating, journal, rows, sweeps, warning
from reports.callers import SYSTEM, Caller
from reports.events import (
    AgencyNoteAdded,
    Event,
    MediaAdded,
    MediaArrived,
    MediaChecked,
    MediaReady,
    MediaWithheld,
    NoteAdded,
    NotificationDelivered,
    NotificationFailed,
    PartChanged,
    ProofChecked,
    ReportDrawn,
    ReportInHotSpot,
    ReportMailReceived,
    TaskChanged,
)
from reports.facts import Fact
from reports.lifecycle import Command
from reports.step import note
from tests.databases import disposing
from tests.reports.town import COLLEAGUE, LEAD, OPERATOR, OUTSIDER, SUPERVISOR, SUPPORT, Town
from tests.sealing import seal_all

FIXTURE = Path(__file__).with_name("every_event.json")
LISTENERS: dict[str, Caller] = {
    "operations": OPERATOR,
    "agency:roads": LEAD,
    "agency:ward": SUPPORT,
    "agency:power": OUTSIDER,
}
PUBLIC_ANSWER = "Không thuộc phạm vi tiếp nhận."

_ATTACHMENT = text("""
INSERT INTO attachment (id, report_id, role, kind, position, filename, sha256, bytes, state, created_at)
SELECT :id, id, 'report', 'image', 1, 'o-ga.jpg', '', 1, 'processing', :now FROM report WHERE code = :code
""")
_MEDIA = text("UPDATE attachment SET state = :state, derivatives = CAST(:derivatives AS jsonb) WHERE id = :id")


@dataclass
class Scribe:
    """Writes down what each topic hears between one look and the next."""

    town: Town
    cases: list[dict[str, Any]] = field(default_factory=list)
    seq: int = 0
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def begin(self) -> None:
        """The first snapshot of every topic."""
        self.seq, self.shown = await self._look()

    @asynccontextmanager
    async def step(self, name: str) -> AsyncIterator[None]:
        """What happens inside is one case for each topic that hears of it."""
        yield
        await seal_all(self.town.engine)
        async with self.town.engine.connect() as conn:
            heard = await self._heard(conn)
        seq, shown = await self._look()
        for topic, events in heard.items():
            if events:
                case = {"step": name, "topic": topic, "events": events}
                snapshot = {"seq": self.seq, "snapshot": self.shown[topic]}
                self.cases.append({**case, "before": snapshot, "after": {"seq": seq, "snapshot": shown[topic]}})
        self.seq, self.shown = seq, shown

    async def _heard(self, conn: AsyncConnection) -> dict[str, list[dict[str, Any]]]:
        heard: dict[str, list[dict[str, Any]]] = {topic: [] for topic in LISTENERS}
        entries = await journal.read_sealed(conn, self.seq, 500)
        known = await rows.by_ids(conn, [entry.report_id for entry in entries if entry.report_id is not None])
        for entry in entries:
            if entry.report_id is None:
                continue
            fact = Fact(entry, known[entry.report_id], self.town.city, _address)
            for topic, caller in LISTENERS.items():
                if fact.may_hear(caller):
                    heard[topic].append(json.loads(fact.message(caller)))
        return heard

    async def _look(self) -> tuple[int, dict[str, dict[str, Any]]]:
        async with self.town.engine.connect() as conn:
            seq = await journal.last_seq(conn)
            return seq, {
                topic: await board.snapshot(conn, caller, self.town.city, _address, self.town.now)
                for topic, caller in LISTENERS.items()
            }


def _address(attachment: str, variant: str) -> str:
    return f"/media/{attachment}/{variant}"


async def live_through(town: Town) -> list[dict[str, Any]]:
    """Every kind of event once at least; the cases in their order."""
    scribe = Scribe(town)
    await seal_all(town.engine)
    await scribe.begin()
    for chapter in (_arrival, _holding, _questions, _at_the_agency, _publishing, _ends, _groups, _media_and_notices):
        await chapter(town, scribe)
    return scribe.cases


async def _sweep(town: Town, sweep: Callable[..., Any], later: timedelta) -> None:
    town.now += later
    async with town.engine.begin() as conn:
        await sweep(sweeps.system_scene(conn, town.city, town.now))


async def _arrival(town: Town, scribe: Scribe) -> None:
    phone = await town.phone()
    async with scribe.step("a report arrives and is withdrawn"):
        report = await town.send(phone)
        await town.give(phone, "withdraw", report["code"])


async def _holding(town: Town, scribe: Scribe) -> None:
    code = (await town.send(await town.phone()))["code"]
    async with scribe.step("claimed, taken over, given back"):
        await town.give(OPERATOR, "claim", code)
        await town.give(COLLEAGUE, "take_over", code, reason="hết ca")
        await town.give(COLLEAGUE, "release", code)
    await town.give(OPERATOR, "claim", code)
    async with scribe.step("a claim lapses"):
        await _sweep(town, sweeps.release_lapsed_claims, timedelta(minutes=10))


async def _questions(town: Town, scribe: Scribe) -> None:
    phone = await town.phone()
    code = (await town.send(phone))["code"]
    async with scribe.step("verified anew, and not"):
        await town.give(OPERATOR, "verify", code, category="fallen-tree", urgency="urgent")
        await town.give(OPERATOR, "unverify", code)
    async with scribe.step("asked and answered"):
        await town.give(OPERATOR, "ask", code, question="Ở số nhà nào ạ?")
        await town.give(phone, "answer", code, text="Số 12.")
    await town.give(OPERATOR, "ask", code, question="Gần ngã tư nào ạ?")
    async with scribe.step("a question lapses"):
        await _lapse(town, code)


async def _lapse(town: Town, code: str) -> None:
    town.now += timedelta(days=6)
    async with town.engine.begin() as conn:
        assert await sweeps.end_by_time(sweeps.system_scene(conn, town.city, town.now), Command.LAPSE, code)


async def _at_the_agency(town: Town, scribe: Scribe) -> None:
    code = (await town.send(await town.phone()))["code"]
    await town.give(OPERATOR, "verify", code)
    async with scribe.step("a check at the scene"):
        await town.give(OPERATOR, "send_checker", code, to="power", question="Ổ gà còn đó không?")
    async with scribe.step("the check is done, another called off"):
        await town.give(OUTSIDER, "report_check", code, finding="Vẫn còn.")
        await town.give(OPERATOR, "send_checker", code, to="power", question="Còn vỉa hè?")
        await town.give(OPERATOR, "recall_checker", code, reason="không cần nữa")
    async with scribe.step("dispatched, recalled, returned"):
        await town.give(OPERATOR, "dispatch", code, note="Trước cổng trường.")
        await town.give(OPERATOR, "recall", code, reason="nhầm địa bàn")
        await town.give(OPERATOR, "dispatch", code, lead="ward", supporting=["roads"])
        await town.give(SUPPORT, "return", code, reason="không thuộc phường", proposed_agency="roads")
    await town.give(OPERATOR, "dispatch", code)
    async with scribe.step("accepted and extended"):
        report = await town.give(LEAD, "accept", code)
        until = datetime.fromisoformat(report["due_at"]) + timedelta(days=2)
        await town.give(LEAD, "extend", code, until=until, reason="chờ vật tư")
    async with scribe.step("worked on inside the agency"):
        await town.give(LEAD, "hand_over", code, note="Chờ cát, mai giao.")
        await _noted(
            town,
            code,
            TaskChanged(task=str(uuid4()), agency="roads", state="open", crew="Đội 1"),
            PartChanged(agency="ward", state="done", words="Đã căng dây."),
            AgencyNoteAdded(note=2, agency="roads", mentions=[]),
        )
    async with scribe.step("all but late"):
        await _sweep(town, warning.warn, timedelta(days=30))
    async with scribe.step("overdue"):
        await _sweep(town, sweeps.note_overdue, timedelta(days=40))
    async with scribe.step("brought before the supervisor, who takes care of it"):
        await _sweep(town, escalating.sweep, timedelta(minutes=1))
        async with town.engine.begin() as conn:
            number = (await conn.execute(text("SELECT max(id) FROM escalation"))).scalar_one()
            await escalating.acknowledge(town.scene(conn, SUPERVISOR), number, "Tôi gọi đơn vị ngay.")


async def _publishing(town: Town, scribe: Scribe) -> None:
    phone = await town.phone()
    code = (await town.send(phone, "two-approvals"))["code"]
    await town.give(OPERATOR, "verify", code)
    await town.give(OPERATOR, "dispatch", code)
    await town.give(LEAD, "accept", code)
    async with scribe.step("resolved, sent back, published by two"):
        await town.give(LEAD, "resolve", code, summary="Đã vá mặt đường.")
        await town.give(OPERATOR, "send_back", code, reason="ảnh mờ")
        await town.give(SUPERVISOR, "override_proof", code, reason="máy ảnh hỏng")
        await town.give(LEAD, "resolve", code, summary="Đã vá mặt đường, chụp lại.")
        await _noted(town, code, ProofChecked(media=str(uuid4()), worst="warn"))
        await town.give(OPERATOR, "approve", code)
        await town.give(SUPERVISOR, "approve", code, public_answer="Đã vá xong.")
    async with scribe.step("audited"):
        await town.give(OPERATOR, "audit", code, result="failed", note="Vá chưa hết.")
        await _noted(town, code, ReportDrawn())
    async with scribe.step("rated, reopened"):
        await town.give(phone, "rate", code, rating="unsatisfied")
        await town.give(phone, "reopen", code, reason="lại hỏng")


async def _ends(town: Town, scribe: Scribe) -> None:
    code = (await town.send(await town.phone(), "no-approval"))["code"]
    await town.give(OPERATOR, "verify", code)
    await town.give(OPERATOR, "dispatch", code)
    await town.give(LEAD, "accept", code)
    async with scribe.step("published without approval, closed"):
        await town.give(LEAD, "resolve", code, summary="Đã dọn.")
        await town.give(OPERATOR, "close", code)
    other = (await town.send(await town.phone()))["code"]
    async with scribe.step("rejected"):
        await town.give(OPERATOR, "reject", other, reason="không rõ", public_answer=PUBLIC_ANSWER)


async def _groups(town: Town, scribe: Scribe) -> None:
    first, second, third = [(await town.send(await town.phone()))["code"] for _ in range(3)]
    async with scribe.step("merged"):
        await town.give(OPERATOR, "merge", second, into=first)
    async with scribe.step("a group merged into another"):
        await town.give(OPERATOR, "merge", first, into=third)
    async with scribe.step("the lead goes on"):
        await town.give(OPERATOR, "verify", third)
        await town.give(OPERATOR, "dispatch", third)
        await town.give(LEAD, "accept", third)
    async with scribe.step("unmerged"):
        await town.give(OPERATOR, "unmerge", second)
    async with scribe.step("a note"):
        await _noted(town, third, NoteAdded(note=1, mentions=["operator2"]))


async def _media_and_notices(town: Town, scribe: Scribe) -> None:
    code, one = (await town.send(await town.phone()))["code"], str(uuid4())
    await town.give(OPERATOR, "verify", code)
    await town.give(OPERATOR, "dispatch", code)
    async with town.engine.begin() as conn:
        await conn.execute(_ATTACHMENT, {"id": one, "code": code, "now": town.now})
    async with scribe.step("a picture comes later and is ready"):
        await _noted(town, code, MediaAdded(count=1), MediaArrived(media=one, kind="image"))
        await _media(town, one, "ready")
        await _noted(town, code, MediaReady(media=one), MediaChecked(media=one, areas=2))
    async with scribe.step("a picture is withheld"):
        await _media(town, one, "withheld")
        await _noted(town, code, MediaWithheld(media=one, reason="unreadable"))
    async with scribe.step("it lies in a hot spot, and the agency writes a mail"):
        wrote = ReportMailReceived(agency="roads", mail=1, text="Đã cử người.", command="accept", refused="not-now")
        await _noted(town, code, ReportInHotSpot(hot_spot="DN234678", cases=3), wrote)
    async with scribe.step("notices"):
        given_up = NotificationFailed(delivery=2, channel="fcm", reason="unregistered")
        await _noted(town, code, NotificationDelivered(delivery=1, channel="webpush"), given_up)


async def _media(town: Town, one: str, state: str) -> None:
    async with town.engine.begin() as conn:
        await conn.execute(_MEDIA, {"id": one, "state": state, "derivatives": json.dumps({"small": {}, "large": {}})})


async def _noted(town: Town, code: str, *facts: Event) -> None:
    async with town.engine.begin() as conn:
        row = await rows.by_code(conn, code)
        assert row is not None
        await note(town.scene(conn, SYSTEM), before=row, row=row, events=facts)


def _small(case: dict[str, Any]) -> dict[str, Any]:
    """The case with two bystanders at most: those whom nothing happened to tell little."""
    told = {event["report"]["code"] for event in case["events"]}
    before, after = [{one["code"]: one for one in case[when]["snapshot"]["reports"]} for when in ("before", "after")]
    both = sorted(before.keys() | after.keys())
    bystanders = [code for code in both if before.get(code) == after.get(code)]
    kept = told | {*bystanders[:2]} | {code for code in both if code not in bystanders}
    smaller = dict(case)
    for when in ("before", "after"):
        reports = [one for one in case[when]["snapshot"]["reports"] if one["code"] in kept]
        smaller[when] = {"seq": case[when]["seq"], "snapshot": {"reports": reports}}
    return smaller


async def _make() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = cluster.ensure_running(Path(folder), throwaway=True)
        try:
            admin = create_engine(make_url(url), isolation_level="AUTOCOMMIT")
            with admin.connect() as conn:
                conn.execute(text("CREATE DATABASE every_event"))
            admin.dispose()
            database = make_url(url).set(database="every_event").render_as_string(hide_password=False)
            migrate.upgrade(database)
            async with disposing(make_engine(database, Database())) as engine:
                cases = await live_through(await Town.founded(engine))
        finally:
            cluster.stop(Path(folder), throwaway=True)
    lines = ",\n".join(json.dumps(_small(case), ensure_ascii=False, separators=(",", ":")) for case in cases)
    FIXTURE.write_text(f"[\n{lines}\n]\n", "utf-8")
    print(f"{FIXTURE.name}: {len(cases)} cases")


if __name__ == "__main__":
    asyncio.run(_make())
