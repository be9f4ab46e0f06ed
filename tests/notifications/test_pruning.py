"""What was told long ago leaves the table; what still has to be told stays, whatever its age."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications.models import STATES
from notifications.pruning import prune, prune_handovers
from reports import sweeps
from tests.notifications import town

OLD, FRESH = town.NOW - timedelta(days=401), town.NOW - timedelta(days=399)
BEFORE = town.NOW - timedelta(days=400)
_DELIVERY = text("""
INSERT INTO delivery (device_id, seq, event, channel, state, attempts, title, body, url, tag, at, created_at)
VALUES (:device, :seq, 'report.received', 'console', :state, 0, '', '', '', '', :at, :at)
""")
_ANSWER = text("INSERT INTO command_answer (actor, key, body_hash, at) VALUES ('device:x', :key, '', :at)")


async def test_only_old_and_settled_deliveries_go(conn: AsyncConnection) -> None:
    await town.build(conn)
    device = await town.device(conn)
    for seq, (state, at) in enumerate((state, at) for state in STATES for at in (OLD, FRESH)):
        await conn.execute(_DELIVERY, {"device": device, "seq": seq, "state": state, "at": at})
    assert await prune(conn, BEFORE, batch=2) == 2
    assert await prune(conn, BEFORE, batch=2) == 1
    assert await prune(conn, BEFORE) == 0
    left = await conn.execute(text("SELECT state FROM delivery WHERE created_at < :before"), {"before": BEFORE})
    assert sorted(row.state for row in left) == ["pending", "sending"]


async def test_only_old_and_settled_hand_overs_go_and_old_mails(conn: AsyncConnection) -> None:
    await town.build(conn)
    agency = (await conn.execute(text("SELECT code FROM agency LIMIT 1"))).scalar_one()
    add = text(
        "INSERT INTO handover (agency, kind, report_id, seq, event, state, at, settled_at)"
        " VALUES (:agency, 'email', 1, :seq, 'report.dispatched', :state, :at, :settled)"
    )
    rows = [("pending", OLD, None), ("dead", OLD, OLD), ("delivered", OLD, OLD), ("delivered", OLD, FRESH)]
    for seq, (state, at, settled) in enumerate(rows):
        await conn.execute(add, {"agency": agency, "seq": seq, "state": state, "at": at, "settled": settled})
    mail = text(
        "INSERT INTO mail (message_id, state, sender, subject, text, attachments, received_at)"
        " VALUES (:id, :state, '', '', '', '[]', :at)"
    )
    for name, state, at in (("old", "noted", OLD), ("waits", "quarantined", OLD), ("fresh", "noted", FRESH)):
        await conn.execute(mail, {"id": name, "state": state, "at": at})
    assert await prune_handovers(conn, BEFORE) == 3 and await prune_handovers(conn, BEFORE) == 0
    left = await conn.execute(text("SELECT seq FROM handover ORDER BY seq"))
    assert [row.seq for row in left] == [0, 3]
    mails = await conn.execute(text("SELECT message_id FROM mail ORDER BY message_id"))
    assert [row.message_id for row in mails] == ["fresh", "waits"]


async def test_first_answers_are_kept_for_a_week(conn: AsyncConnection) -> None:
    for key, days in (("week", 6), ("older", 8), ("oldest", 80)):
        await conn.execute(_ANSWER, {"key": key, "at": town.NOW - timedelta(days=days)})
    assert await sweeps.forget_answers(conn, town.NOW) == 2
    assert (await conn.execute(text("SELECT key FROM command_answer"))).scalar_one() == "week"
