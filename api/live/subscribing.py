"""Subscriptions: a snapshot and what comes after it, or all since a known point; nothing missed, nothing twice."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.live.connection import Connection
from api.live.feed import facts_of
from api.wiring import House, utc_now
from ioc_dashboard import board
from reports import journal, readings, rows
from reports.access import may_see
from reports.callers import Caller
from reports.codes import read_code
from reports.facts import Fact
from reports.problems import BadInput, NotAllowed, NotFound
from reports.step import shown

# A client that is further behind starts anew from a snapshot: cheaper for both than replaying.
LONGEST_PAST = 5000

_PAST = text("""
SELECT j.seq, j.report_id, r.code, j.event, j.actor, j.data, j.after, j.agencies, j.audience, j.version, j.at
FROM journal j JOIN report r ON r.id = j.report_id
WHERE j.seq > :since AND j.seq <= :until
  AND (CAST(:agency AS text) IS NULL OR j.agencies @> ARRAY[CAST(:agency AS text)])
  AND (CAST(:report_id AS bigint) IS NULL OR j.report_id = :report_id)
ORDER BY j.seq
""")
_OLDEST = text("SELECT coalesce(min(seq), 1) FROM journal")


@dataclass(frozen=True, slots=True)
class Topic:
    """What a client may listen to: `name` as it asked, `key` as the hub knows it, `report` for one report's topic."""

    name: str
    key: str
    report: dict[str, Any] | None = None
    agency: str | None = None


async def topic_of(house: House, conn: AsyncConnection, caller: Caller, name: Any) -> Topic:
    """The topic of this name if the caller may listen to it: an allow-list, anything else is refused."""
    if name == "operations":
        if not caller.oversight:
            raise NotAllowed("operations is for the center.")
        return Topic(name, "operations")
    if name == "agency":
        if caller.role != "agency" or caller.agency is None:
            raise NotAllowed("agency is for officers of an agency.")
        return Topic(name, f"agency:{caller.agency}", agency=caller.agency)
    if isinstance(name, str) and name.startswith("report:"):
        return await _report_topic(house, conn, caller, name)
    raise BadInput(("/topic", "must be operations, agency or report:<code>"))


async def _report_topic(house: House, conn: AsyncConnection, caller: Caller, name: str) -> Topic:
    code = read_code(name.removeprefix("report:"))
    row = await rows.by_code(conn, code) if code else None
    if row is None:
        raise NotFound
    city = await house.configurations.current(conn)
    standing = await rows.standing(conn, row, caller, city)
    if caller.kind == "device" and not standing.mine:
        raise NotFound
    if may_see(caller, standing) is not True:
        raise NotFound
    agency = caller.agency if caller.role == "agency" else None
    return Topic(name, f"report:{code}", report=row, agency=agency)


async def subscribe(house: House, connection: Connection, request_id: Any, name: Any, since: Any) -> dict[str, Any]:
    """Make the subscription. Returns the result to send; the past is queued behind it by `finish`."""
    async with house.transactions.read() as conn:
        topic = await topic_of(house, conn, connection.caller, name)
    if since is not None and (not isinstance(since, int) or isinstance(since, bool) or since < 0):
        raise BadInput(("/since", "must be a seq you were given"))
    connection.hold(topic.key)
    try:
        # A new transaction: what it reads is at least as new as everything offered before `hold`.
        async with house.transactions.read() as conn:
            await conn.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
            seq = await journal.last_seq(conn)
            past = await _past(house, conn, connection, topic, since, seq)
            result: dict[str, Any] = {"id": request_id, "type": "result", "seq": seq}
            if past is None:
                result["snapshot"] = await _snapshot(house, conn, connection.caller, topic)
                if since is not None:
                    result["reset"] = True
    except BaseException:
        connection.abandon(topic.key)
        raise
    await _note(house, connection.caller, topic, result.get("snapshot"), past or [])
    return {"message": result, "topic": topic.key, "seq": seq, "past": past or []}


async def _note(house: House, caller: Caller, topic: Topic, snapshot: dict[str, Any] | None, past: list[Fact]) -> None:
    """What the answer shows of the restricted lane is noted before it is sent."""
    city = house.configurations.held
    shown = snapshot["reports"] if snapshot is not None else [fact.row for fact in past if fact.may_hear(caller)]
    if city is None or not any(city.restricted(one["category"]) for one in shown):
        return
    what: readings.What = "list" if topic.report is None else "case"
    async with house.transactions.quiet() as conn:
        await readings.note(conn, caller, city, shown, what, utc_now())


async def _past(
    house: House, conn: AsyncConnection, connection: Connection, topic: Topic, since: int | None, seq: int
) -> list[Fact] | None:
    """The missed events, or None when the client must start from a snapshot."""
    if since is None or since > seq or since < connection.sent_seq or seq - since > LONGEST_PAST:
        return None
    if since + 1 < int((await conn.execute(_OLDEST)).scalar_one()):
        return None
    facts = {
        "since": since,
        "until": seq,
        "agency": topic.agency,
        "report_id": topic.report["id"] if topic.report else None,
    }
    entries = [journal.entry_of(row) for row in await conn.execute(_PAST, facts)]
    caller = connection.caller
    return [fact for fact in await facts_of(house, conn, entries) if fact.may_hear(caller) or fact.takes_away(caller)]


async def _snapshot(house: House, conn: AsyncConnection, caller: Caller, topic: Topic) -> dict[str, Any]:
    city = await house.configurations.current(conn)
    if topic.report is None:
        return await board.snapshot(conn, caller, city, house.media_address, utc_now())
    row = await rows.by_code(conn, topic.report["code"])
    scene = await house.scene(conn, caller, city)
    return {"reports": [shown(scene, row)] if row else [], "counts": {}}
