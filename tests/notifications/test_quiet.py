"""Quiet hours: over midnight, over changes of clocks, and on a push that is on its way."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from notifications.channels.base import Retry
from notifications.quiet import quiet_until
from notifications.reactor import react
from tests.notifications import town
from tests.notifications.test_sender import Desk, Queue
from tests.notifications.town import DISPATCHED, NOW

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
# Europe moves its clocks by an hour at 01:00 UTC, Lord Howe by half an hour, and Kiribati lives a day ahead.
ZONES = ("Asia/Ho_Chi_Minh", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati", "UTC")


def at(hour: int, minute: int = 0, day: int = 21) -> datetime:
    return datetime(2025, 11, day, hour, minute, tzinfo=HANOI)


def test_over_midnight() -> None:
    start, end = time(22), time(6, 30)
    assert quiet_until(at(21, 59), start, end, HANOI) is None
    assert quiet_until(at(22), start, end, HANOI) == at(6, 30, day=22)
    assert quiet_until(at(23, 59), start, end, HANOI) == at(6, 30, day=22)
    assert quiet_until(at(0), start, end, HANOI) == at(6, 30)
    assert quiet_until(at(6, 29), start, end, HANOI) == at(6, 30)
    assert quiet_until(at(6, 30), start, end, HANOI) is None


def test_within_a_day() -> None:
    assert quiet_until(at(13), time(12), time(14), HANOI) == at(14)
    assert quiet_until(at(11, 59), time(12), time(14), HANOI) is None
    assert quiet_until(at(14), time(12), time(14), HANOI) is None


def test_the_night_in_which_clocks_go_forward_is_an_hour_shorter() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    evening = datetime(2026, 3, 28, 22, tzinfo=berlin)
    until = quiet_until(evening, time(22), time(6, 30), berlin)
    assert until is not None and until - evening.astimezone(UTC) == timedelta(hours=7, minutes=30)
    # 02:30 does not exist that night: it is meant an hour later.
    assert quiet_until(evening, time(22), time(2, 30), berlin) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@given(
    now=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),
    start=st.times(),
    end=st.times(),
    zone=st.sampled_from(ZONES),
)
def test_a_push_waits_less_than_a_day_and_then_rings(now: datetime, start: time, end: time, zone: str) -> None:
    moment, place = now.replace(tzinfo=UTC), ZoneInfo(zone)
    until = quiet_until(moment, start, end, place)
    if until is None:
        local = moment.astimezone(place).time()
        # Away from changes of clocks: outside is outside.
        if (
            moment.astimezone(place).utcoffset()
            == (moment - timedelta(days=2)).astimezone(place).utcoffset()
            == (moment + timedelta(days=2)).astimezone(place).utcoffset()
        ):
            assert not (start <= local < end if start < end else local >= start or local < end)
        return
    assert moment < until <= moment + timedelta(days=1, hours=1)
    if start != end:
        # The end of one night is not inside another; only whoever sleeps all day waits on.
        assert quiet_until(until, start, end, place) is None or end > start
    shown = until.astimezone(place)
    exists = datetime.combine(shown.date(), end, tzinfo=place).astimezone(UTC).astimezone(place).time() == end
    assert not exists or shown.time() == end


async def told_at_night(engine: AsyncEngine, quiet: str, night: datetime) -> Desk:
    """A notice on its way at `night`, to a phone with these quiet hours (SQL)."""
    queue = Queue()
    async with engine.begin() as conn:
        await town.build(conn)
        phone = await town.device(conn)
        await conn.execute(text(f"UPDATE device SET {quiet}"))
        await town.push_target(conn, phone, "webpush", {"endpoint": "https://push.example/1"})
        report = await town.report(conn, "AB12CD34", phone)
        await town.happened(conn, report, DISPATCHED, at=night)
        await react(conn, enqueue=queue.enqueue, channels=["webpush"], now=night)
    [(delivery, _)] = queue.jobs
    return Desk(engine, phone, delivery, now=night)


QUIET = "quiet_from = '22:00', quiet_to = '06:30'"


async def test_at_night_the_push_waits_and_the_inbox_does_not(engine: AsyncEngine) -> None:
    night, morning = at(23), at(6, 30, day=22)
    desk = await told_at_night(engine, QUIET, night)
    assert await desk.send() is None and desk.channel.sent == []
    row = await desk.row()
    assert (row.state, row.attempts, row.next_at) == ("pending", 0, morning)
    assert desk.queue.jobs == [(desk.delivery, morning)]
    async with engine.begin() as conn:
        inbox = (await conn.execute(text("SELECT state FROM delivery WHERE channel = 'inbox'"))).scalars().all()
    assert inbox == ["delivered"]
    desk.now = morning
    assert await desk.send() is not None and len(desk.channel.sent) == 1
    assert (await desk.row()).state == "delivered"


async def test_the_sweep_leaves_what_sleeps(engine: AsyncEngine) -> None:
    desk = await told_at_night(engine, QUIET, at(23))
    await desk.send()
    desk.now = at(5, day=22)
    assert await desk.sweep() == 0


async def test_a_retry_does_not_slip_through(engine: AsyncEngine) -> None:
    desk = await told_at_night(engine, QUIET, at(21, 59))
    desk.channel.answers = [Retry("busy", 120)]
    await desk.send()
    desk.now = at(22, 5)
    assert await desk.send() is None and len(desk.channel.sent) == 1
    assert (await desk.row()).next_at == at(6, 30, day=22)


async def test_who_has_no_quiet_hours_hears_at_once(engine: AsyncEngine) -> None:
    desk = await told_at_night(engine, "quiet_from = NULL, quiet_to = NULL", at(23))
    assert await desk.send() is not None and len(desk.channel.sent) == 1


async def test_who_wants_no_push_gets_none_even_when_it_was_on_its_way(engine: AsyncEngine) -> None:
    desk = await told_at_night(engine, "push_wanted = true", NOW)
    async with engine.begin() as conn:
        await conn.execute(text("UPDATE device SET push_wanted = false"))
    await desk.send()
    assert desk.channel.sent == [] and (await desk.row()).state == "dead"
    assert await desk.targets() == 1, "the browser stays registered for the day it is wanted again"
