"""The calculation told line by line ends where the clock does, and can be read aloud."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from reports import rows
from reports.clocks import due_at
from reports.configuration import load
from reports.due_story import explained
from reports.explaining import counted
from reports.views import Listener
from tests.reports.office import CITY, UNITS, level, local
from tests.reports.test_calendars import CALENDARS, calendar
from tests.reports.town import LEAD, OPERATOR, Town


@given(st.sampled_from(sorted(CALENDARS)), st.integers(0, 455_000 * 60), st.integers(1, 40), st.sampled_from(UNITS))
@settings(max_examples=200, deadline=None)
def test_counting_day_by_day_ends_where_the_axis_does(name: str, second: int, amount: int, unit: str) -> None:
    start = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(seconds=second)
    assert counted(start, level(amount, unit), calendar(name)).due == due_at(start, level(amount, unit), calendar(name))


def kinds(start: str, amount: int, unit: str) -> list[str]:
    return [line.kind for line in counted(local(start), level(amount, unit), CITY).lines]


def test_the_lines_say_what_a_person_would() -> None:
    # Saturday: arrives on Monday, which does not count.
    assert kinds("2026-03-07T09:00", 1, "working_days") == ["off", "arrives", "first_day", "day"]
    assert kinds("2026-02-13T09:00", 1, "working_days") == ["first_day", "off", "off", "off", "day"]
    assert kinds("2026-03-06T16:00", 4, "working_hours") == ["hours", "off", "hours"]
    # In the evening of a working day its hours are over; that is not a day off.
    assert kinds("2026-03-05T21:00", 4, "working_hours") == ["closed", "hours"]
    assert kinds("2026-03-06T21:00", 4, "working_hours") == ["closed", "off", "hours"]
    assert kinds("2026-02-13T09:00", 3, "calendar_days") == ["calendar_days", "off", "off", "ends"]
    assert kinds("2026-03-05T17:00", 1, "working_days") == ["closed", "arrives", "first_day", "off", "day"]


async def told(town: Town, code: str, listener: Listener = "center") -> list[str]:
    async with town.engine.connect() as conn:
        row = await rows.by_code(conn, code)
        assert row is not None
        answer = await explained(conn, row, town.city, listener, town.now)
        assert answer["due_at"] == row["due_at"].astimezone(UTC).isoformat()
        assert all(line["text"]["en"] for line in answer["lines"])
        return [line["text"]["vi"] for line in answer["lines"]]


async def test_the_whole_story_in_vietnamese(town: Town) -> None:
    """Tuesday 24 November 2026, 09:00; three working days from dispatch."""
    resident = await town.phone()
    code = (await town.send(resident))["code"]
    await town.give(OPERATOR, "verify", code)
    town.now += timedelta(hours=1)
    await town.give(OPERATOR, "dispatch", code)
    await town.give(LEAD, "accept", code)
    await town.give(LEAD, "ask", code, question="Ở số nhà nào ạ?")
    town.now += timedelta(hours=4)
    shown = await town.give(resident, "answer", code, text="Số 12.")
    until = datetime.fromisoformat(shown["due_at"]) + timedelta(days=3)
    await town.give(LEAD, "extend", code, until=until, reason="Chờ vật tư")
    assert await told(town, code) == [
        "09:00 thứ Ba 24/11/2026 – Nhận phản ánh: 3 ngày làm việc từ lúc chuyển xử lý;"
        " hạn dự kiến 17:00 thứ Sáu 27/11/2026.",
        "10:00 thứ Ba 24/11/2026 – Chuyển xử lý: 3 ngày làm việc từ lúc chuyển xử lý; hạn 17:00 thứ Sáu 27/11/2026.",
        "Tính từ 10:00 thứ Ba 24/11/2026.",
        "Thứ Ba 24/11/2026 là ngày đầu, không tính.",
        "Thứ Tư 25/11/2026: ngày làm việc thứ 1.",
        "Thứ Năm 26/11/2026: ngày làm việc thứ 2.",
        "Thứ Sáu 27/11/2026: ngày làm việc thứ 3.",
        "10:00 thứ Ba 24/11/2026 – Tạm dừng: Đội cầu đường (Sở Xây dựng) hỏi người gửi.",
        "14:00 thứ Ba 24/11/2026 – Tính tiếp; trong lúc chờ có 2 giờ làm việc; hạn 09:30 thứ Hai 30/11/2026.",
        "14:00 thứ Ba 24/11/2026 – Đội cầu đường (Sở Xây dựng) gia hạn từ 09:30 thứ Hai 30/11/2026"
        " đến 09:30 thứ Năm 03/12/2026 (Chờ vật tư).",
        "Sở Xây dựng: đã giữ 0 phút làm việc.",
        "Hạn: 09:30 thứ Năm 03/12/2026.",
    ]  # fmt: skip
    reporters = await told(town, code, "reporter")
    assert not any("Đội cầu đường" in line or "đã giữ" in line for line in reporters)
    assert reporters[-1] == "Hạn: 09:30 thứ Năm 03/12/2026."


async def storm_off(town: Town, day: str) -> None:
    """The city declares a day off, by whatever way past the administration."""
    async with town.engine.begin() as conn:
        holiday = {"from": day, "to": day, "name": "Nghỉ bão", "work": []}
        await conn.execute(
            text("UPDATE calendar SET definition = jsonb_set(definition, '{special}', definition -> 'special' || :day)")
            .bindparams(bindparam("day", type_=JSONB)), {"day": [holiday]},
        )  # fmt: skip
        town.city = await load(conn)


async def dispatched(town: Town) -> str:
    code: str = (await town.send(await town.phone()))["code"]
    await town.give(OPERATOR, "verify", code)
    await town.give(OPERATOR, "dispatch", code)
    return code


async def test_what_was_promised_is_explained_by_the_calendar_of_the_promise(town: Town) -> None:
    old = await dispatched(town)
    before = await told(town, old)
    await storm_off(town, "2026-11-25")
    new = await dispatched(town)
    await storm_off(town, "2026-11-27")
    lines = await told(town, old)
    today = [line for line in lines if line.startswith("Theo lịch hôm nay")]
    assert today == ["Theo lịch hôm nay sẽ là 17:00 thứ Ba 01/12/2026;"
                     " lịch đổi sau không đổi hạn đã báo: 17:00 thứ Sáu 27/11/2026."]  # fmt: skip
    assert [line for line in lines if line not in today] == before
    # The one between: with the first day off and without the second.
    lines = await told(town, new)
    assert "Nghỉ thứ Tư 25/11/2026: Nghỉ bão, không tính." in lines
    assert "Thứ Sáu 27/11/2026: ngày làm việc thứ 2." in lines
    assert lines[-1] == "Hạn: 17:00 thứ Hai 30/11/2026."


async def test_facts_that_name_no_configuration_are_explained_by_their_time(town: Town) -> None:
    code = await dispatched(town)
    async with town.engine.begin() as conn:
        # As before the migration: facts without the number, and editions of known times.
        await conn.execute(text("ALTER TABLE journal DISABLE TRIGGER USER"))
        await conn.execute(text("UPDATE journal SET data = data #- '{due,configuration}'"))
        await conn.execute(text("ALTER TABLE journal ENABLE TRIGGER USER"))
        await conn.execute(text("UPDATE calendar_edition SET since = :at"), {"at": town.now - timedelta(hours=1)})
    before = await told(town, code)
    await storm_off(town, "2026-11-25")
    async with town.engine.begin() as conn:
        later = "UPDATE calendar_edition SET since = :at WHERE counter = (SELECT max(counter) FROM calendar_edition)"
        await conn.execute(text(later), {"at": town.now + timedelta(hours=1)})
    assert [line for line in await told(town, code) if not line.startswith("Theo lịch hôm nay")] == before
