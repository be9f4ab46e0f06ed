"""A phone app's life, by the reference client: everything a resident does, over the public API alone."""

from __future__ import annotations

import asyncio
import hashlib
import random
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.loopback.cutting import cutting
from tests.media.films import film, voice
from tests.processes import lasting
from tests.story.city import REPOSITORY, Stage, free_port
from tests.story.notices import Notices
from tests.story.people import HERE, People, eventually, first_leaf
from tests.story.phone import Phone, Refused
from tests.story.phone_outbox import Outbox
from tests.story.photos import phone_photo

PLACE = {"lon": HERE["lon"], "lat": HERE["lat"], "accuracy_m": 12}


def photo(size: tuple[int, int] = (480, 360), grain: tuple[int, int] = (40, 30)) -> tuple[str, str, bytes]:
    content = phone_photo(HERE["lon"], HERE["lat"], seed=uuid.uuid4().int, size=size, grain=grain)
    return "IMG.jpg", "image/jpeg", content


def elsewhere() -> dict[str, float]:
    """A place of the demo city where no other test reports."""
    return {"lon": 107.09 + random.uniform(0, 0.01), "lat": 10.36 + random.uniform(0, 0.01)}


@pytest.fixture
async def phone(stage: Stage, tmp_path: Path) -> AsyncIterator[Phone]:
    async with Phone.open(tmp_path / "phone", stage.first.url) as opened:
        await opened.begin()
        yield opened


async def sent(phone: Phone, *files: tuple[str, str, bytes], **more: Any) -> dict[str, Any]:
    """A report that has arrived whole."""
    leaf = more.pop("category", None) or first_leaf(await phone.categories())
    item = phone.compose(leaf, "Ổ gà sâu trước cổng chợ.", more.pop("location", None) or elsewhere(), files, **more)
    assert await phone.send_all(pause=0.02)
    code = next(each.code for each in phone.outbox.items() if each.key == item.key)
    assert code is not None
    return await phone.report(code)


async def digests(stage: Stage, code: str) -> list[object]:
    """SHA-256 of what has arrived, in order; a file still on its way has none."""
    rows = await asyncio.to_thread(
        stage.city.rows,
        "SELECT nullif(a.sha256, '') FROM attachment a JOIN report r ON r.id = a.report_id WHERE r.code = %s"
        " AND role = 'report' ORDER BY position",
        code,
    )
    return [digest for (digest,) in rows]


async def test_before_anything_is_sent(phone: Phone) -> None:
    tree = await phone.categories()
    leaves = [leaf for top in tree for leaf in top["children"] or [top]]
    assert {"code", "name", "icon", "questions", "stopper", "anonymous_allowed", "voice_allowed"} <= leaves[0].keys()
    stoppers = [leaf["stopper"] for leaf in leaves if leaf["stopper"]]
    assert stoppers and all(stopper["text"] and stopper["phone"] for stopper in stoppers)
    assert await phone.near(leaves[0]["code"], 107.2, 10.2) == []
    assert await phone.begin() == await phone.begin(), "a phone becomes a device once"


async def test_offline_killed_and_cut_every_300_kilobytes(stage: Stage, tmp_path: Path) -> None:
    """Three photos, a film and a voice note, entered without network; then the app is killed while it sends, twice."""
    folder = tmp_path / "phone"
    pictures = [photo((960, 720), (960, 720)) for _ in range(3)]
    assert all(len(content) > 450_000 for _, _, content in pictures)
    sounds = [("phim.mp4", "video/mp4", film(seconds=2.0)), ("loi.m4a", "audio/mp4", voice(seconds=1.0))]
    files = [*pictures, *sounds]
    async with Phone.open(folder, stage.first.url) as phone:
        await phone.begin()
        leaf = first_leaf(await phone.categories())
    async with Phone.open(folder, f"http://127.0.0.1:{free_port()}") as phone:
        assert first_leaf(await phone.categories()) == leaf, "the tree is kept for such moments"
        assert await phone.near(leaf, HERE["lon"], HERE["lat"]) == []
        item = phone.compose(leaf, "Gửi khi mất mạng.", elsewhere(), files)
        assert not await phone.send_all(pause=0.01, patience=2)
        assert phone.outbox.items()[0].code is None
    async with cutting(stage.first.url, 300_000) as network:
        for cuts in (1, 3):
            command = [sys.executable, "-m", "tests.story.phone", str(folder), network.url]
            with lasting(command, cwd=REPOSITORY):
                async with asyncio.timeout(120):
                    while network.cuts < cuts:
                        await asyncio.sleep(0.01)
            assert not Outbox(folder / "outbox").items()[0].done, "killed in the middle"
        async with Phone.open(folder, network.url) as phone:
            assert await phone.send_all(pause=0.02)
            done = phone.outbox.items()[0]
            assert done.key == item.key and done.code and not done.problem
            own = await phone.reports()
        assert network.cuts >= 4
    assert [report["code"] for report in own] == [done.code], "exactly one"
    wanted = [hashlib.sha256(data).hexdigest() for _, _, data in files]

    async def arrived() -> list[object]:
        return await digests(stage, str(done.code))

    await eventually(arrived, lambda found: found == wanted)


async def test_fifty_at_once_are_one(phone: Phone, stage: Stage) -> None:
    leaf = first_leaf(await phone.categories())
    item = phone.compose(leaf, "Năm mươi lần.", elsewhere())
    headers = {"Idempotency-Key": item.key}
    answers = await asyncio.gather(
        *(phone.ask("POST", "/api/v1/reports", headers, json={**item.body, "media": []}) for _ in range(50))
    )
    assert len({answer.json()["code"] for answer in answers}) == 1
    assert sorted(answer.status_code for answer in answers) == [200] * 49 + [201]


async def test_a_wrong_clock_does_not_move_the_event(stage: Stage, tmp_path: Path) -> None:
    """The phone's clock is three hours ahead; the photo was taken an hour before it was sent."""
    skew, waited = timedelta(hours=3), timedelta(hours=1)
    shown = [datetime.now(UTC) + skew - waited]
    async with Phone.open(tmp_path, stage.first.url, lambda: shown[0]) as phone:
        await phone.begin()
        leaf = first_leaf(await phone.categories())
        item = phone.compose(leaf, "Đồng hồ sai.", elsewhere())
        shown[0] = datetime.now(UTC) + skew
        assert await phone.send_all(pause=0.02)
        report = await phone.report(str(phone.outbox.items()[0].code))
    taken = datetime.fromisoformat(report["captured_at"])
    received = datetime.fromisoformat(report["received_at"])
    assert abs(received - taken - waited) < timedelta(seconds=30)
    assert datetime.fromisoformat(item.body["captured_at"]) - taken > timedelta(hours=2.9)


async def test_a_refused_report_stays_with_its_reason_and_is_mended(phone: Phone) -> None:
    phone.compose("no-such-kind", "Sai loại.", elsewhere(), [photo((400, 300))])
    assert await phone.send_all(pause=0.02)
    item = phone.outbox.items()[0]
    assert item.code is None and item.problem is not None
    assert item.problem["type"] == "/problems/bad-input"
    assert item.problem["errors"][0]["pointer"] == "/category"
    better = phone.outbox.mend(item, category=first_leaf(await phone.categories()))
    assert better.key != item.key
    assert await phone.send_all(pause=0.02)
    (done,) = phone.outbox.items()
    assert done.done and not done.problem
    assert len((await phone.report(str(done.code)))["media"]) == 1


async def test_uploads_that_ended_while_the_phone_was_off(phone: Phone, stage: Stage) -> None:
    """Announced, then a week in a drawer: before the report was sent, and after it."""
    leaf = first_leaf(await phone.categories())
    before = phone.compose(leaf, "Trước khi gửi.", elsewhere(), [photo((400, 300))])
    before.parcels[0].upload = "0" * 32
    phone.outbox.keep(before)
    assert await phone.send_all(pause=0.02)
    after = phone.compose(leaf, "Sau khi gửi.", elsewhere(), [photo((400, 300))])
    after.parcels[0].upload = await phone._announce("a.jpg", "image/jpeg", phone.outbox.file(after, 0).stat().st_size)
    after.code = await phone._send_text(after)
    await phone.ask("DELETE", f"/api/v1/uploads/{after.parcels[0].upload}", {"Tus-Resumable": "1.0.0"})
    phone.outbox.keep(after)
    assert await phone.send_all(pause=0.02)
    for item in phone.outbox.items():
        assert item.done and not item.problem
        digest = hashlib.sha256(phone.outbox.file(item, 0).read_bytes()).hexdigest()

        async def arrived(code: str = str(item.code)) -> list[object]:
            return await digests(stage, code)

        await eventually(arrived, lambda found, digest=digest: digest in found)  # type: ignore[misc]


async def test_told_by_fcm_and_asked_a_question(phone: Phone, people: People, notices: Notices) -> None:
    report = await sent(phone, photo())
    token = f"token-{uuid.uuid4()}"
    await phone.push_by_fcm(token)
    operator = await people.operator()
    await operator.command(report["code"], "ask", question="Ổ gà nằm ở làn nào?")

    async def asked() -> dict[str, Any]:
        return await phone.report(report["code"])

    assert (await eventually(asked, lambda seen: seen["question"] is not None))["question"]["text"].startswith("Ổ gà")
    (message, *_) = await asyncio.to_thread(notices.fcm.wait_for, token, 1)
    assert message["notification"]["title"]
    answered = await phone.command(report["code"], "answer", text="Làn xe máy, sát lề.")
    assert answered["state"] == "received"
    unread = [item for item in await phone.inbox() if item["report"] == report["code"] and not item["read"]]
    assert unread
    await phone.read(unread)
    assert all(item["read"] for item in await phone.inbox() if item["id"] in {each["id"] for each in unread})
    events = [entry["event"] for entry in await phone.timeline(report["code"])]
    assert events[0] == "report.received" and "report.question_answered" in events


async def test_told_by_web_push(phone: Phone, people: People, notices: Notices) -> None:
    report = await sent(phone)
    browser = notices.push.subscribe()
    await phone.push_by_web(browser.subscription)
    await (await people.operator()).command(report["code"], "ask", question="Ổ gà nằm ở đâu?")
    (message, *_) = await asyncio.to_thread(browser.wait_for, 1)
    assert message.shown["title"]


async def test_the_result_is_rated_and_reopened_with_a_photo(phone: Phone, people: People, tmp_path: Path) -> None:
    report = await sent(phone, photo())
    async with phone.watch(report["code"]) as events:
        published = await people.brought_to("published", report)
        seen = []
        async with asyncio.timeout(60):
            async for event in events:
                seen.append(event["event"])
                if event["event"] == "report.published":
                    break
    assert seen[-1] == "report.published" and "report.dispatched" in seen
    rated = await phone.command(report["code"], "rating", rating="unsatisfied", comment="Lại hỏng rồi.")
    assert rated["rating"]["rating"] == "unsatisfied"
    shot = tmp_path / "van-con.jpg"
    shot.write_bytes(photo()[2])
    reason = (await phone.get("/reasons"))["reopen"][0]["code"]
    upload = await phone.upload("image/jpeg", shot)
    again = await phone.command(report["code"], "reopen", reason=reason, media=[upload])
    assert again["state"] == "verified" and again["version"] == published["version"] + 1
    assert len([item for item in again["media"] if item["role"] == "report"]) == 2


async def test_withdrawn_before_anybody_looked(phone: Phone) -> None:
    report = await sent(phone)
    assert (await phone.command(report["code"], "withdraw"))["state"] == "withdrawn"
    with pytest.raises(Refused) as refused:
        await phone.command(report["code"], "withdraw")
    assert refused.value.problem["type"] == "/problems/not-now"


@asynccontextmanager
async def another(stage: Stage, folder: Path) -> AsyncIterator[Phone]:
    async with Phone.open(folder, stage.second.url) as opened:
        await opened.begin("ios", "en")
        yield opened


async def test_near_you_is_followed_instead_of_sent_again(
    phone: Phone, stage: Stage, people: People, tmp_path: Path
) -> None:
    place = elsewhere()
    report = await sent(phone, photo(), location=place)
    async with another(stage, tmp_path / "other") as neighbour:
        near = await neighbour.near(report["category"], place["lon"], place["lat"])
        (found,) = [one for one in near if one["code"] == report["code"]]
        assert found["distance_m"] < 5 and found["public_status"] == "waiting"
        assert not {"description", "media"} & found.keys(), "nothing of an unpublished report but that it is there"
        await neighbour.follow("report", report["code"])
        await neighbour.follow("area", report["area"]["code"])
        await people.brought_to("published", report)

        async def told() -> list[str]:
            return [item["report"] for item in await neighbour.inbox()]

        await eventually(told, lambda codes: report["code"] in codes)
        await neighbour.unfollow("report", report["code"])
        await neighbour.unfollow("area", report["area"]["code"])
        assert await neighbour.get("/devices/me/follows") == {"reports": [], "areas": []}


async def test_quiet_hours(phone: Phone) -> None:
    wished = await phone.prefer(locale="en", quiet_hours={"from": "21:30", "to": "06:00"})
    assert wished["quiet_hours"] == {"from": "21:30", "to": "06:00"} and wished["locale"] == "en"
    assert (await phone.prefer(push=False))["quiet_hours"] == {"from": "21:30", "to": "06:00"}
    assert (await phone.prefer(quiet_hours=None, push=True))["quiet_hours"] is None


async def test_moved_to_another_phone(phone: Phone, stage: Stage, tmp_path: Path) -> None:
    report = await sent(phone, photo((400, 300)))
    code = await phone.give_away()
    async with another(stage, tmp_path / "new") as new:
        assert await new.reports() == []
        await new.take_over(code.lower())
        assert [own["code"] for own in await new.reports()] == [report["code"]]
        assert (await new.report(report["code"]))["description"]
        with pytest.raises(Refused):
            await new.take_over(code)
    assert await phone.reports() == []


def test_the_reference_client_stands_alone() -> None:
    """It may be copied out: nothing of the city's own code is imported."""
    for name in ("phone.py", "phone_outbox.py"):
        source = (REPOSITORY / "tests/story" / name).read_text("utf-8")
        imports = [line.split()[1] for line in source.splitlines() if line.startswith(("from ", "import "))]
        ours = {name.split(".")[0] for name in imports} & {"api", "reports", "media", "geo", "portal", "notifications"}
        assert not ours, ours
