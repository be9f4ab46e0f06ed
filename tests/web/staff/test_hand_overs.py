"""Hand-overs to an agency's own system that fails: seen at the desk, sent again, gone."""

from collections.abc import Iterator

import psycopg
import pytest
from playwright.async_api import expect
from psycopg.types.json import Jsonb

from tests.loopback.hook import LoopbackHook
from tests.loopback.listener import Answer
from tests.story.city import City
from tests.story.people import People, eventually
from tests.web.axe import faults
from tests.web.staff.conftest import Seat


@pytest.fixture
def hook(web_city: City) -> Iterator[LoopbackHook]:
    """The system of the electricity company, for this test alone."""

    def works_there(url: str | None) -> None:
        external = Jsonb({"kind": "webhook", "url": url}) if url else None
        dsn = web_city.database_url.replace("+psycopg", "")
        with psycopg.connect(dsn, autocommit=True) as conn:
            conn.execute("UPDATE agency SET external = %s WHERE code = 'dien-luc'", (external,))

    with LoopbackHook() as hook:
        works_there(hook.url)
        yield hook
        works_there(None)


async def test_a_dead_letter_is_seen_sent_again_and_gone(seat: Seat, people: People, hook: LoopbackHook) -> None:
    admin, operator = await people.staff("admin"), await people.operator()
    hook.secrets = [(await admin.send("POST", "/api/v1/agencies/dien-luc/secrets")).json["secret"]]
    hook.plan(Answer(410, "Hệ thống đã chuyển nơi khác".encode()))
    report = await people.sent(await people.resident(), category="power-line")
    report = await people.brought_to("dispatched", report)
    assert report["lead"] == "dien-luc"
    desk = await seat("supervisor")
    await desk.open("/ioc")
    await desk.find("ht-handovers .entry").click()
    row = desk.find("[data-handover]", report["code"])
    await expect(row).to_contain_text("410 Hệ thống đã chuyển nơi khác")
    await expect(row.locator(".chip.urgent")).to_be_visible()
    assert await faults(desk.page) == []
    await row.locator("button.end").click()
    await expect(row).to_have_count(0)
    await eventually(lambda: _taken(hook), lambda number: number == 1)
    assert hook.received[0].id == hook.taken[0].id
    report = await people.command(operator, report, "recall", reason="wrong-agency")
    await eventually(lambda: _taken(hook), lambda number: number == 2)
    await people.command(operator, report, "reject", reason="unclear", public_answer="Xin gửi lại kèm ảnh.")
    assert desk.complaints == []


@pytest.fixture
def box(web_city: City) -> Iterator[str]:
    """A mail box that cannot be read, and a mail of another's name that waits; for this test alone."""
    dsn = web_city.database_url.replace("+psycopg", "")
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute("""INSERT INTO answer_box (id, looked_at, failing_since, why, error)
                        VALUES (1, now(), now() - interval '1 hour', 'certificate', 'certificate has expired')""")
        conn.execute("""INSERT INTO mail (message_id, digest, twin_of, state, reason, sender, subject, text,
                                          attachments, received_at, again, again_at)
                        VALUES ('<twin@x>', 'd', 1, 'quarantined', 'same-id', 'ai@do.example', 'Re: phiếu',
                                'XONG: rồi', '[]', now() - interval '1 hour', 2, now())""")
        yield "ai@do.example"
        conn.execute("DELETE FROM mail WHERE message_id = '<twin@x>'")
        conn.execute("DELETE FROM answer_box")


async def test_a_box_that_cannot_be_read_says_why_and_a_mail_of_anothers_name_waits(seat: Seat, box: str) -> None:
    desk = await seat("supervisor")
    await desk.open("/ioc")
    await desk.find("ht-handovers .entry").click()
    await expect(desk.find("ht-mail-box .note.bad")).to_contain_text(
        "chứng chỉ của máy chủ thư không đúng hoặc hết hạn"
    )
    await desk.find("ht-handovers dialog button[aria-pressed]", "Thư của cơ quan").click()
    mail = desk.find("[data-mail]", box)
    await expect(mail).to_contain_text("Trùng mã thư")
    await expect(mail).to_contain_text("đến thêm 2 lần")
    assert await faults(desk.page) == []
    await mail.get_by_role("button", name="Bỏ qua").click()
    await expect(mail).to_have_count(0)
    await desk.find("ht-mails select").select_option("repeated")
    await expect(desk.find("[data-mail]", box)).to_contain_text("đã xem và bỏ qua")
    assert desk.complaints == []


async def _taken(hook: LoopbackHook) -> int:
    return len(hook.taken)
