"""Finding what may be the same problem in the database, and pictures that were used before."""

import asyncio
import random
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports import duplicates, flow, near_prints, rows, used_pictures
from reports.attachments import NewAttachment, remember_fingerprints
from reports.callers import Caller
from reports.commands import ARGS
from reports.duplicates import Found, similar
from reports.lifecycle import Command
from reports.sealing import seal
from reports.step import Request
from reports.used_pictures import used_before, warn_if_any_used
from tests.reports.town import LEAD, LEADER, OPERATOR, SUPERVISOR, Town

HERE: dict[str, Any] = {"lon": 107.08, "lat": 10.35, "accuracy_m": 10.0}
PRINT = "9f3c61e20ad47b58"
NEAR_PRINT = "9f3c61e20ad47b5b"  # 2 bits
SIX_BITS = f"{int(PRINT, 16) ^ 0x3F:016x}"
# One bit in each of the eight bytes: no byte is left in common.
EIGHT_BITS = f"{int(PRINT, 16) ^ 0x0101010101010101:016x}"


def away(metres_north: float) -> dict[str, Any]:
    return {**HERE, "lat": HERE["lat"] + metres_north / 111_320}


_ATTACH = text("""
INSERT INTO attachment (id, report_id, role, position, filename, sha256, bytes, state, phash, phash_ways,
                        warnings, created_at)
SELECT CAST(:id AS uuid), r.id, CAST(:role AS text),
       (SELECT count(*) FROM attachment WHERE report_id = r.id AND role = CAST(:role AS text)), '', :sha256, 1, 'ready',
       :phash, :ways, jsonb_build_array(jsonb_build_object('code', 'old-photo')), now()
FROM report r WHERE r.code = :code
""")
_MANY_REPORTS = text("""
INSERT INTO report (code, version, state, urgency, category, description, channel, anonymous, lon, lat, supporting,
                    involved, received_at, due_at, due_basis, extensions, approved_by, public_media)
SELECT 'T' || n, 1, 'received', 'normal', 'pothole', 'x', 'app', false, 106.9 + (n % 141) * 0.003,
       10.2 + (n / 141) * 0.003, '{}', '{}', now(), now(), 'projected', 0, '{}', '{}'
FROM generate_series(1, 20000) AS n
""")
_MANY_PICTURES = text("""
INSERT INTO attachment (id, report_id, role, position, filename, sha256, bytes, state, phash, created_at)
SELECT gen_random_uuid(), r.id, 'report', 0, '', md5(r.code), 1, 'ready', p.phash, now()
FROM unnest(CAST(:prints AS text[])) WITH ORDINALITY AS p(phash, n) JOIN report r ON r.code = 'T' || n
""")


async def attach(
    town: Town,
    report: dict[str, Any],
    phash: str | None,
    *,
    role: str = "report",
    sha256: str | None = None,
    ways: str | None = None,
) -> str:
    """A ready picture of a report, as intake and worker leave it."""
    facts = {"id": str(uuid4()), "code": report["code"], "phash": phash, "role": role, "sha256": sha256 or uuid4().hex}
    facts["ways"] = ways
    async with town.engine.begin() as conn:
        await conn.execute(_ATTACH, facts)
    return str(facts["id"])


async def warn_if_used(conn: AsyncConnection, attachment_id: str) -> list[dict[str, Any]]:
    return (await warn_if_any_used(conn, [attachment_id]))[attachment_id]


async def find(town: Town, code: str, by: Caller = OPERATOR, **more: Any) -> list[Found]:
    async with town.engine.connect() as conn:
        row = await rows.by_code(conn, code)
        assert row is not None
        return await similar(town.scene(conn, by), row, **more)


async def codes(town: Town, report: dict[str, Any], by: Caller = OPERATOR, **more: Any) -> list[str]:
    return [found.row["code"] for found in await find(town, report["code"], by, **more)]


async def test_the_most_alike_comes_first_with_its_reasons(town: Town) -> None:
    phone = await town.phone()
    mine = await town.send(phone, description="Ổ gà trước số 12 Trần Phú", **HERE)
    near = await town.send(phone, description="o ga truoc so 12 tran phu", **away(8))
    beside = await town.send(phone, description="đường hư", **away(25))
    far = await town.send(phone, description="Ổ gà", **away(900))
    found = await find(town, mine["code"])
    assert [one.row["code"] for one in found] == [near["code"], beside["code"]]
    assert far["code"] not in [one.row["code"] for one in found]
    assert found[0].distance_m == pytest.approx(8, abs=0.5)
    assert {reason.code for reason in found[0].alike.because} == {"distance", "same-category", "text", "time"}
    assert await codes(town, mine, threshold=0.95) == [near["code"]]
    assert await codes(town, mine, limit=1) == [near["code"]]


async def test_the_same_place_and_time_but_another_kind_is_another_problem(town: Town) -> None:
    phone = await town.phone()
    mine = await town.send(phone, description="Ổ gà to giữa ngã tư", **HERE)
    await town.send(phone, "fallen-tree", description="Cây đổ chắn lối đi", **HERE)
    assert await codes(town, mine) == []


async def test_what_ended_long_ago_or_was_declined_is_not_told(town: Town) -> None:
    phone = await town.phone()
    declined = await town.send(phone, **HERE)
    await town.give(OPERATOR, "reject", declined["code"], reason="unclear", public_answer="Không rõ.")
    taken_back = await town.send(phone, **HERE)
    await town.give(phone, "withdraw", taken_back["code"])
    early = await town.send(phone, **HERE)
    town.now += timedelta(days=85)
    mine = await town.send(phone, **HERE)
    assert await codes(town, mine) == []
    again = await town.send(phone, **HERE)
    assert await codes(town, mine) == [again["code"]]
    assert await codes(town, early) == []


async def test_many_unlike_reports_on_one_point_are_no_duplicates(town: Town) -> None:
    """A form that falls back to one coordinate must not make the whole city one problem."""
    texts = ("Ổ gà trước chợ", "Đường ngập ở hẻm 5", "Mặt đường bong tróc gần cầu", "Hố sâu đường Lê Lợi", "Lún vỉa hè")
    sent = [await town.send(await town.phone(), description=words, **HERE) for words in texts]
    again = await town.send(await town.phone(), description="Vỡ ống nước trong ngõ", **HERE)
    assert await codes(town, sent[0]) == []
    assert await codes(town, sent[4]) == []
    elsewhere = await town.send(await town.phone(), description="Một việc khác", **away(6))
    assert await codes(town, elsewhere) == []
    # What is alike in words or picture is still found there.
    story = "Nắp cống vỡ trước cổng bệnh viện, rất nguy hiểm"
    first = await town.send(await town.phone(), description=story, **HERE)
    second = await town.send(await town.phone(), description=story.lower(), **HERE)
    found = await find(town, second["code"])
    assert [one.row["code"] for one in found] == [first["code"]]
    assert "place-shared" in {reason.code for reason in found[0].alike.because}
    await attach(town, sent[2], PRINT)
    await attach(town, again, NEAR_PRINT)
    assert await codes(town, again) == [sent[2]["code"]]


async def test_one_person_sending_one_thing_again_and_again_is_not_a_crowd(town: Town) -> None:
    phone = await town.phone()
    sent = [await town.send(phone, description="Ổ gà", **HERE) for _ in range(6)]
    assert len(await codes(town, sent[0])) == 5


async def test_the_middle_of_an_area_says_nothing_about_the_place(town: Town) -> None:
    square = "MULTIPOLYGON(((107.0 10.3, 107.1 10.3, 107.1 10.4, 107.0 10.4, 107.0 10.3)))"
    async with town.engine.begin() as conn:
        await conn.execute(
            text(
                "INSERT INTO area (kind, code, name, name_en, valid_from, official, source, folded, geom)"
                " VALUES ('commune', 'a', 'A', 'A', '2025-01-01', false, 'test', 'a', ST_GeomFromText(:square, 4326))"
            ),
            {"square": square},
        )
    middle: dict[str, Any] = {"lon": 107.05, "lat": 10.35, "accuracy_m": 10.0}
    mine, other = [await town.send(await town.phone(), description=words, **middle) for words in ("Ổ gà", "Ngập")]
    assert await codes(town, mine) == []
    placed = [await town.send(await town.phone(), description=words, **HERE) for words in ("Ổ gà", "Ngập")]
    assert await codes(town, placed[0]) == [placed[1]["code"]]
    assert other["code"] not in await codes(town, placed[0])


async def test_the_same_picture_is_found_anywhere_in_the_city(town: Town) -> None:
    phone = await town.phone()
    first = await town.send(phone, "fallen-tree", description="Cây đổ", lon=107.3, lat=10.6)
    mine = await town.send(phone, description="Ổ gà", **HERE)
    await attach(town, first, PRINT)
    await attach(town, mine, SIX_BITS)
    found = await find(town, mine["code"])
    assert [one.row["code"] for one in found] == [first["code"]]
    assert found[0].alike.because[0].code == "picture"


async def test_the_restricted_lane_is_told_to_its_readers_only(town: Town) -> None:
    phone = await town.phone()
    first = await town.send(phone, "conduct", description="Cán bộ đòi tiền", **HERE)
    second = await town.send(phone, "conduct", description="Cán bộ đòi tiền", **HERE)
    mine = await town.send(phone, description="Cán bộ đòi tiền", **HERE)
    for report in (first, second, mine):
        await attach(town, report, PRINT)
    for reader, seen in ((SUPERVISOR, True), (LEADER, True), (OPERATOR, False)):
        assert (first["code"] in await codes(town, mine, reader)) is seen, reader.role


async def test_a_picture_used_before_names_where(town: Town) -> None:
    phone = await town.phone()
    first, second, third = [await town.send(phone, **HERE) for _ in range(3)]
    original = await attach(town, first, PRINT)
    copy = await attach(town, second, SIX_BITS)
    unlike = await attach(town, third, EIGHT_BITS)
    async with town.engine.begin() as conn:
        assert [(one.report, one.distance, one.same_file) for one in await used_before(conn, copy)] == [
            (first["code"], 6, False)
        ]
        told = await warn_if_used(conn, copy)
        assert await warn_if_used(conn, copy) == told
        assert told == [
            {
                "code": "used-before",
                "detail": first["code"],
                "report": first["code"],
                "role": "report",
                "distance": 6,
                "same_file": False,
                "own": False,
            }
        ]
        # Of two uses one is the first: it is not told back.
        assert await warn_if_used(conn, original) == []
        assert await warn_if_used(conn, unlike) == []
        sql = text("SELECT warnings FROM attachment WHERE id = CAST(:id AS uuid)")
        kept = (await conn.execute(sql, {"id": copy})).scalar_one()
        assert [warning["code"] for warning in kept] == ["old-photo", "used-before"]


async def test_a_turned_copy_is_known_by_its_other_ways(town: Town) -> None:
    phone = await town.phone()
    first, second = [await town.send(phone, **HERE) for _ in range(2)]
    await attach(town, first, PRINT)
    ways = ["123456789abcdef0"] * 7
    ways[2], ways[6] = EIGHT_BITS, SIX_BITS
    moved = await attach(town, second, "0f1e2d3c4b5a6978", ways="".join(ways))
    async with town.engine.begin() as conn:
        (told,) = await warn_if_used(conn, moved)
        assert (told["report"], told["distance"], told["turned"], told["mirrored"]) == (first["code"], 6, 90, True)


async def test_of_two_results_at_once_the_second_sees_the_first(town: Town) -> None:
    """Both look before either is there for the other; the later one compares what came since, under the lock. A film
    whose poster is there already, as one of a crew's, is compared with its result like a photo.
    """

    async def in_progress() -> str:
        code = str((await town.send(await town.phone(), **HERE))["code"])
        await town.give(OPERATOR, "verify", code)
        await town.give(OPERATOR, "dispatch", code)
        await town.give(LEAD, "accept", code)
        return code

    def result(code: str, phash: str, kind: str = "image") -> Request:
        photo = NewAttachment(uuid4(), "a", uuid4().hex, 1, "processing", "proof", kind=kind, phash=phash)
        args = ARGS[Command.RESOLVE].model_validate({"summary": "Đã vá mặt đường bằng nhựa nóng"})
        return Request(Command.RESOLVE, code, args, None, None, photos=(photo,))

    async def resolved(request: Request) -> dict[str, Any]:
        async with town.engine.begin() as conn:
            return await flow.perform(town.scene(conn, LEAD), request)

    async def somebody_waits(conn: AsyncConnection) -> None:
        here = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        held = text(f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND {here}")
        while (await conn.execute(held)).scalar_one() == 0:
            await asyncio.sleep(0.01)

    first, second, third = await in_progress(), await in_progress(), await in_progress()
    async with town.engine.begin() as conn:
        await flow.perform(town.scene(conn, LEAD), result(first, PRINT))
        later = asyncio.create_task(resolved(result(second, SIX_BITS, "video")))
        await asyncio.wait_for(somebody_waits(conn), 30)
    findings = (await later)["proof"]["findings"]
    assert [(one["severity"], one["facts"]["distance"]) for one in findings if one["code"] == "unique"] == [("warn", 6)]
    # A fingerprint may come and nothing else with it, when the job that brought it was overtaken by a person: then
    # nothing of its report is new in the journal.
    known = await attach(town, await town.send(await town.phone(), **HERE), None)
    async with town.engine.begin() as conn:
        while await seal(conn):
            pass
    async with town.engine.begin() as conn:
        await remember_fingerprints(conn, known, EIGHT_BITS)
        await warn_if_used(conn, known)
        later = asyncio.create_task(resolved(result(third, f"{int(EIGHT_BITS, 16) ^ 1:016x}")))
        await asyncio.wait_for(somebody_waits(conn), 30)
    findings = (await later)["proof"]["findings"]
    assert [one["facts"].get("distance") for one in findings if one["code"] == "unique"] == [1]


async def test_the_very_file_is_known_without_a_fingerprint(town: Town) -> None:
    phone = await town.phone()
    first, second = [await town.send(phone, **HERE) for _ in range(2)]
    await attach(town, first, None, sha256="a" * 64)
    again = await attach(town, second, None, sha256="a" * 64)
    async with town.engine.begin() as conn:
        (used,) = await used_before(conn, again)
    assert (used.report, used.same_file, used.distance) == (first["code"], True, 0)


async def test_a_photo_of_the_damage_is_no_proof_of_its_repair(town: Town) -> None:
    phone = await town.phone()
    report = await town.send(phone, **HERE)
    before = await attach(town, report, PRINT)
    twice = await attach(town, report, PRINT)
    proof = await attach(town, report, NEAR_PRINT, role="proof")
    async with town.engine.begin() as conn:
        assert await used_before(conn, before) == []
        assert await used_before(conn, twice) == []
        assert {(one.own, one.role) for one in await used_before(conn, proof)} == {(True, "report")}


@pytest.mark.parametrize("blank", ["0" * 16, "f" * 16, "a5" * 8, "0000000000000001"])
async def test_blank_pictures_are_not_all_the_same(town: Town, blank: str) -> None:
    phone = await town.phone()
    first, second = [await town.send(phone, **HERE) for _ in range(2)]
    await attach(town, first, blank)
    again = await attach(town, second, blank)
    async with town.engine.begin() as conn:
        assert await used_before(conn, again) == []


async def test_nothing_of_the_restricted_lane_is_told_outside_it(town: Town) -> None:
    phone = await town.phone()
    secret, plain, secret_too = [await town.send(phone, kind, **HERE) for kind in ("conduct", "pothole", "conduct")]
    await attach(town, secret, PRINT)
    outside, inside = await attach(town, plain, PRINT), await attach(town, secret_too, PRINT)
    async with town.engine.begin() as conn:
        assert await used_before(conn, outside) == []
        assert {one.report for one in await used_before(conn, inside)} == {secret["code"], plain["code"]}


async def test_what_moves_into_the_restricted_lane_is_named_no_longer(town: Town) -> None:
    phone = await town.phone()
    first, second = [await town.send(phone, **HERE) for _ in range(2)]
    await attach(town, first, PRINT)
    copy = await attach(town, second, PRINT)
    async with town.engine.begin() as conn:
        assert [one["report"] for one in await warn_if_used(conn, copy)] == [first["code"]]
    await town.give(OPERATOR, "verify", first["code"], category="conduct")
    async with town.engine.begin() as conn:
        sql = text("SELECT warnings FROM attachment WHERE id = CAST(:id AS uuid)")
        kept = (await conn.execute(sql, {"id": copy})).scalar_one()
        assert [warning["code"] for warning in kept] == ["old-photo"]


async def test_finding_uses_the_indexes(town: Town) -> None:
    """Among 20,000 reports and pictures nothing is walked through from end to end."""
    phone = await town.phone()
    mine = await town.send(phone, **HERE)
    picture = await attach(town, mine, PRINT)
    dice = random.Random(7)
    prints = [f"{dice.getrandbits(64):016x}" for _ in range(20_000)]
    async with town.engine.begin() as conn:
        await conn.execute(_MANY_REPORTS)
        await conn.execute(_MANY_PICTURES, {"prints": prints})
        await conn.execute(text("ANALYZE report"))
        await conn.execute(text("ANALYZE attachment"))
    async with town.engine.begin() as conn:
        near = await _plan(conn, duplicates._NEAR, **_asked(mine, town))
        pictured = await _plan(conn, duplicates._PICTURED, **_asked(mine, town))
        near_ones = near_prints.asked([int(PRINT, 16)])
        used = await _plan(conn, used_pictures._USED, id=picture, **near_ones, code="used-before", most=3)
    assert "report_location" in near and "Seq Scan on report" not in near, near
    for plan in (pictured, used):
        for place in range(near_prints.WORDS):
            assert f"attachment_phash_{place}" in plan, plan
        assert "attachment_sha256" in plan, plan
        assert "Seq Scan on attachment" not in plan and "Seq Scan on report" not in plan, plan


def _asked(report: dict[str, Any], town: Town) -> dict[str, Any]:
    return {
        "report_id": 1,
        **{name: HERE[name] for name in ("lon", "lat")},
        "metres": 150.0,
        "since": town.now - timedelta(days=84),
        "until": town.now + timedelta(days=84),
        "received_at": town.now,
        "ended": town.now,
        "categories": [report["category"]],
        "digests": ["a" * 64],
        **near_prints.asked([int(PRINT, 16)]),
        "most": 150,
    }


async def _plan(conn: Any, statement: Any, **facts: Any) -> str:
    return "\n".join(row[0] for row in await conn.execute(text(f"EXPLAIN {statement.text}"), facts))
