"""An agency that works by mail: its work orders by a real SMTP server, its answers by a real IMAP box and a pipe."""

import json
import os
import re
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from api import mail_fetching, mailing
from api.settings import Settings
from api.wiring import House
from notifications.handovers import mails
from reports.callers import Caller
from reports.problems import NotFound
from tests.api.mail.answers import OURS, THEIRS, answer, carried, case, dispatched, kept, said
from tests.loopback.mail import LoopbackMail
from tests.reports.town import LEAD, OPERATOR, SUPERVISOR, Town
from tests.story.photos import phone_photo

ROOT = Path(__file__).resolve().parents[3]


async def test_a_work_order_goes_out_and_its_answers_come_into_the_case(
    house: House, town: Town, server: LoopbackMail
) -> None:
    code = await dispatched(town)
    await carried(house)
    (order,) = server.received
    body = order.get_content()
    assert order["Subject"] == f"[{code}] Phiếu giao xử lý – pothole" and order["To"] == THEIRS
    for words in ("Ghi chú của trung tâm: Gần trường học", "Nội dung: Ổ gà", "10.350000,107.080000", "Hạn xử lý: "):
        assert words in body
    assert re.fullmatch(rf"phan-anh\+{code}\.[a-z2-7]{{20}}@city\.gov\.vn", str(order["Reply-To"]))
    assert order["Auto-Submitted"] == "auto-generated"
    server.put(answer(order, "NHẬN"))
    server.put(answer(order, "Mai tổ sửa đường ra.", number=2))
    server.put(answer(order, "XONG: Đã vá mặt đường, dọn sạch.", number=3, photo=phone_photo(107.08, 10.35)))
    assert await mail_fetching.fetch(house) == 3
    assert server.seen == {1, 2, 3} and await mail_fetching.fetch(house) == 0
    report = await case(town, code)
    assert (report.state, report.summary) == ("resolved", "Đã vá mặt đường, dọn sạch.")
    assert [(one.get("command"), one["text"].split("\n")[0], one["media"]) for one in await said(town, code)] == [
        ("accept", "NHẬN", 0),
        (None, "Mai tổ sửa đường ra.", 0),
        ("resolve", "XONG: Đã vá mặt đường, dọn sạch.", 1),
    ]
    assert [row.state for row in await kept(town)] == ["done", "noted", "done"]
    async with town.engine.connect() as conn:
        roles = (await conn.execute(text("SELECT role, state FROM attachment"))).all()
    assert [tuple(row) for row in roles] == [("proof", "processing")]
    # Sent back: a second mail, in the same thread; what the agency did itself was not written to it.
    await town.give(OPERATOR, "send_back", code, reason="Còn lún")
    await carried(house)
    assert [one["References"] for one in server.received] == [order["References"]] * 2
    assert len({str(one["Message-ID"]) for one in server.received}) == 2


async def test_the_same_mail_is_taken_once_whoever_brings_it(
    house: House, town: Town, server: LoopbackMail, settings: Settings
) -> None:
    code = await dispatched(town)
    await carried(house)
    raw = answer(server.received[0], "TRẢ LẠI: không thuộc địa bàn")
    # A mail server pipes it, the box has it too, and the worker dies between taking and marking.
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "HIENTRUONG_DATABASE_URL": str(settings.database.url).replace("+psycopg", ""),
        "HIENTRUONG_SECRET_KEY": settings.secret_key(),
        "HIENTRUONG_SMTP_SENDER": OURS,
        "HIENTRUONG_STATE_DIR": str(settings.place.state_dir),
    }
    command = [sys.executable, "-m", "api.cli", "receive-mail", "--json"]
    piped = subprocess.run(command, input=raw, capture_output=True, check=True, cwd=ROOT, env=environment)
    assert json.loads(piped.stdout) == {"state": "done"}
    server.put(raw)
    assert await mail_fetching.fetch(house) == 1 and await mailing.take(house, raw) == "twice"
    report = await case(town, code)
    assert report.state == "verified" and len(report.returns) == 1
    assert len(await kept(town)) == len(await said(town, code)) == 1


async def test_what_cannot_be_done_is_kept_with_the_reason(house: House, town: Town, server: LoopbackMail) -> None:
    code = await dispatched(town)
    await carried(house)
    await town.give(LEAD, "accept", code)
    assert await mailing.take(house, answer(server.received[0], "NHẬN")) == "noted"
    assert await mailing.take(house, answer(server.received[0], "XONG", number=2)) == "noted"
    first, second = await said(town, code)
    assert "not possible" in first["refused"] and second["command"] == "resolve" and second["refused"]
    assert (await case(town, code)).state == "in_progress"


async def test_strangers_and_machines_do_nothing_and_nothing_is_lost(
    house: House, town: Town, server: LoopbackMail
) -> None:
    code = await dispatched(town)
    await carried(house)
    order = server.received[0]
    forged = EmailMessage()
    forged["Reply-To"], forged["Subject"] = f"phan-anh+{code}.aaaaaaaaaaaaaaaaaaaa@city.gov.vn", "x"
    nowhere = EmailMessage()
    nowhere["Reply-To"], nowhere["Subject"] = OURS, "x"
    away = answer(order, "NHẬN").replace(b"From:", b"Auto-Submitted: auto-replied\nFrom:")
    told = [
        (answer(order, "NHẬN", sender="ai-do@gmail.com", number=1), "quarantined", "sender"),
        (answer(forged, "NHẬN", number=2), "quarantined", "signature"),
        (answer(nowhere, "Cho hỏi việc này", number=3), "quarantined", "unknown"),
        (away.replace(b"<1@", b"<4@"), "ignored", "Auto-Submitted: auto-replied"),
        (answer(order, "x", number=5, photo=b"\xff" * 2_000_000), "refused", "too-big"),
    ]
    for raw, state, reason in told:
        assert await mailing.take(house, raw) == state
        assert (await kept(town))[-1].reason == reason
    assert (await case(town, code)).state == "dispatched" and await said(town, code) == []
    assert len(server.received) == 1, "nothing is ever answered by a machine"
    # A person looks at what waits, and puts one to its case: it says what it says, and commands nothing.
    async with house.transactions.begin() as conn:
        waiting = (await mails.listed(conn, SUPERVISOR, town.city, ["quarantined"]))["mails"]
        assert [one["reason"] for one in waiting] == ["unknown", "signature", "sender"]
        scene = await house.scene(conn, SUPERVISOR)
        await mailing.put_to(house, scene, waiting[0]["id"], code)
    (told_case,) = await said(town, code)
    assert told_case["text"] == "Cho hỏi việc này" and told_case.get("command") is None
    assert [row.raw is None for row in await kept(town)] == [False, False, True, True, True]


async def test_a_waiting_mail_about_a_restricted_case_is_for_its_readers_alone(
    house: House, town: Town, server: LoopbackMail
) -> None:
    await dispatched(town, "conduct", SUPERVISOR)
    await carried(house)
    assert (
        await mailing.take(house, answer(server.received[0], "Về cán bộ A", sender="ai-do@gmail.com")) == "quarantined"
    )
    other = await dispatched(town)
    stranger = Caller("account", str(uuid4()), "supervisor2", "Khác", "supervisor")
    (mail,) = await kept(town)
    async with house.transactions.begin() as conn:
        assert await mails.listed(conn, stranger, town.city, ["quarantined"]) == {
            "mails": [],
            "next": None,
            "counts": {},
        }
        assert await mails.waiting(conn, stranger, town.city, mail.id) is None
        # Putting it to a case of one's own would have been reading it.
        with pytest.raises(NotFound):
            await mailing.put_to(house, await house.scene(conn, stranger), mail.id, other)
        assert await mails.waiting(conn, SUPERVISOR, town.city, mail.id) is not None


async def test_one_mail_that_cannot_be_taken_holds_up_no_other(house: House, town: Town, server: LoopbackMail) -> None:
    code = await dispatched(town)
    await carried(house)
    order = server.received[0]
    for number, charset in enumerate(("idna", "undefined"), 1):
        hostile = f"From: {THEIRS}\nTo: {order['Reply-To']}\nMessage-ID: <h{number}@x>\n"
        server.put(f"{hostile}Content-Type: text/plain; charset={charset}\n\nChào\n".encode())
    async with town.engine.begin() as conn:
        # Whatever the reason: the database refuses this one.
        await conn.execute(text("ALTER TABLE mail ADD CONSTRAINT hostile CHECK (message_id <> '<h2@x>')"))
    server.put(answer(order, "NHẬN"))
    assert await mail_fetching.fetch(house) == 2
    assert server.seen == {1, 3} and (await case(town, code)).state == "in_progress"


async def test_strangers_cannot_fill_the_table(house: House, town: Town, server: LoopbackMail) -> None:
    await dispatched(town)
    await carried(house)
    nowhere = EmailMessage()
    nowhere["Reply-To"], nowhere["Subject"] = OURS, "x"
    assert await mailing.take(house, answer(nowhere, "Chào", number=1)) == "quarantined"
    async with town.engine.begin() as conn:
        await conn.execute(text("UPDATE mail SET raw = convert_to(repeat('x', 41000000), 'UTF8')"))
    assert await mailing.take(house, answer(nowhere, "Chào", number=2)) == "refused"
    assert (await kept(town))[-1].reason == "too-many"
    # Whose answer it is is known of the others: they go on.
    assert await mailing.take(house, answer(server.received[0], "NHẬN", number=3)) == "done"


async def test_who_is_to_look_at_the_scene_is_asked_to_and_gets_no_work_order(
    house: House, town: Town, server: LoopbackMail
) -> None:
    code = str((await town.send(await town.phone()))["code"])
    await town.give(OPERATOR, "send_checker", code, to="roads", question="Ổ gà còn đó không?")
    await carried(house)
    (asked,) = server.received
    assert "Đề nghị kiểm tra" in asked["Subject"] and "Cần xem: Ổ gà còn đó không?" in asked.get_content()
    assert "XONG" not in asked.get_content()
    await town.give(OPERATOR, "verify", code)
    await town.give(OPERATOR, "dispatch", code, lead="power", supporting=[])
    await town.give(OPERATOR, "recall_checker", code, reason="đã rõ")
    await carried(house)
    assert ["Phiếu giao" in one["Subject"] for one in server.received] == [False, False]
    # Their answer is theirs, and not that of the agency that has the case.
    assert await mailing.take(house, answer(asked, "Vẫn còn.")) == "quarantined"
    async with house.transactions.begin() as conn:
        (mail,) = (await mails.listed(conn, SUPERVISOR, town.city, ["quarantined"]))["mails"]
        await mailing.put_to(house, await house.scene(conn, SUPERVISOR), mail["id"], code)
    assert [one["agency"] for one in await said(town, code)] == ["roads"]


async def test_a_case_that_has_left_the_agency_takes_no_answer(house: House, town: Town, server: LoopbackMail) -> None:
    code = await dispatched(town)
    await carried(house)
    await town.give(OPERATOR, "recall", code, reason="nhầm")
    assert await mailing.take(house, answer(server.received[0], "NHẬN")) == "quarantined"
    assert (await kept(town))[0].reason == "away"


async def test_nothing_of_the_restricted_lane_is_put_into_a_mail(
    house: House, town: Town, server: LoopbackMail
) -> None:
    await dispatched(town, "conduct", SUPERVISOR)
    await carried(house)
    (order,) = server.received
    assert "Ổ gà" not in order.as_string() and "conduct" not in f"{order['Subject']}{order.get_content()}"


async def test_a_mail_server_that_refuses(house: House, town: Town, server: LoopbackMail) -> None:
    await dispatched(town)
    server.refuse = ["451 4.3.0 later"]
    await carried(house)
    await dispatched(town)
    server.refuse = ["550 5.1.1 no such user"]
    await carried(house)
    async with town.engine.connect() as conn:
        rows = (await conn.execute(text("SELECT state, last_error FROM handover ORDER BY id"))).all()
    assert [row.state for row in rows] == ["pending", "dead"]
    assert rows[0].last_error.startswith("451") and rows[1].last_error.startswith("550")
