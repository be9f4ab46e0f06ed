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


async def _taken(hook: LoopbackHook) -> int:
    return len(hook.taken)
