"""A crew at 360 px: the day's stops open without a network, and what was done arrives once, whole, by itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from playwright.async_api import BrowserContext, Page, Playwright, expect

from tests.loopback.cutting import cutting
from tests.story.city import PASSWORD, City, Process
from tests.story.people import People
from tests.web.axe import faults
from tests.web.portal.phone_media import hashes, photos
from tests.web.portal.test_outbox import Handset
from tests.web.service_worker import controlled

WORDS = "Đã vá bằng bê tông nhựa nguội, 2 m²."


@asynccontextmanager
async def a_stop(people: People) -> AsyncIterator[tuple[str, str]]:
    """A case with a task for a crew: (id of the task, username of the one who goes out).

    The crew is empty again afterwards: as long as somebody belongs to one, their phone opens on the day's stops.
    """
    report = await people.sent(await people.resident())
    report = await people.brought_to("in_progress", report)
    officer = await people.agency(report["lead"])
    username = f"agency-{report['lead']}"
    wanted = {"code": f"to-{uuid4().hex[:6]}", "name": "Tổ duy tu 1"}
    crew = (await officer.ask("POST", "/api/v1/crews", json=wanted)).json["id"]
    await officer.ask("PUT", f"/api/v1/crews/{crew}/members", json={"members": [username]})
    asked = {"what": "Vá ổ gà trước cổng trường", "crew": crew}
    headers = {"Idempotency-Key": str(uuid4())}
    task = await officer.ask("POST", f"/api/v1/reports/{report['code']}/tasks", json=asked, headers=headers)
    yield str(task.json["id"]), username
    await officer.ask("PUT", f"/api/v1/crews/{crew}/members", json={"members": []})


async def signed_in(context: BrowserContext, url: str, username: str) -> None:
    account = {"username": username, "password": PASSWORD, "cookie": True}
    assert (await context.request.post(f"{url}/api/v1/sessions", data=account)).status == 201


async def finish(page: Page, task: str, files: list[Path]) -> None:
    """Opens the stop, writes what was done with photos, the last one taken here, and sends it off."""
    await page.click(f"[data-stop='{task}']")
    await page.click("[data-done]")
    await page.locator("[data-gallery]").set_input_files(files)
    await expect(page.locator(".shots li")).to_have_count(len(files))
    # Nobody can press the shutter before there is a picture to take.
    await page.click("[data-camera]")
    await page.click("[data-shutter]")
    await expect(page.locator("ht-viewfinder dialog")).to_be_hidden()
    await expect(page.locator(".shots li img")).to_have_count(len(files) + 1)
    await page.fill("ht-stop-form textarea", WORDS)
    await page.click("[data-send]")
    await expect(page.locator("[data-outbox='1']")).to_be_visible()


def arrived(city: City, task: str) -> list[tuple[Any, ...]]:
    """(state, words, sha256, name, type, pixels across and state of the photo) of what the city has of the task."""
    return city.rows(
        "SELECT t.state, t.result ->> 'words', a.sha256, a.filename, a.content_type, a.width, a.state FROM task t"
        " LEFT JOIN attachment a ON a.id::text = ANY(t.media) WHERE t.id = %s ORDER BY a.position",
        task,
    )


async def test_a_stop_is_done_without_a_network_and_told_exactly_once(
    playwright: Playwright, tmp_path: Path, web_city: City, server: Process, people: People
) -> None:
    files = photos(tmp_path, 1, seed=71)
    async with (
        a_stop(people) as (task, username),
        cutting(server.url, 300_000) as network,
    ):
        phone = await Handset.on(playwright, tmp_path / "phone", network)
        try:
            await signed_in(phone.context, network.url, username)
            page = await phone.open("/agency/today")
            await expect(page.locator(f"[data-stop='{task}']")).to_be_visible()
            await controlled(page)
            assert await faults(page) == []
            await phone.signal(False)
            page = await phone.open("/agency/today")
            await expect(page.locator(".state .chip.soon")).to_be_visible()
            await finish(page, task, files)
            # The phone is switched off; what was done lies on it, and the list says so.
            phone = await phone.restarted()
            await phone.signal(False)
            page = await phone.open("/agency/today")
            await expect(page.locator("[data-outbox='1'] progress")).to_have_count(2)
            assert arrived(web_city, task)[0][0] == "open"
            await phone.signal(True)
            await expect(page.locator("[data-outbox='0']")).to_be_attached()
            await expect(page.locator(f"[data-stop='{task}'] .chip.done")).to_be_visible()
            # Signed out at the desk, by another page than this one: the phone shows the day to nobody, also offline.
            await page.evaluate(
                "fetch('/api/v1/sessions/current', {method: 'DELETE', headers:"
                " {'X-CSRF-Token': /hientruong_csrf=(\\w+)/.exec(document.cookie)[1]}})"
            )
            await phone.signal(False)
            page = await phone.open("/agency/today")
            await expect(page.locator(".note.warn[role=alert]")).to_be_visible()
            await expect(page.locator("[data-stop]")).to_have_count(0)
        finally:
            await phone.context.close()
    rows = arrived(web_city, task)
    assert {row[:2] for row in rows} == {("done", WORDS)}
    [chosen, taken] = rows
    assert {chosen[2]} == hashes(files)
    assert taken[3].startswith("sau-xu-ly-") and taken[4] == "image/jpeg" and taken[5] and taken[6] != "refused"
    told = web_city.rows(
        "SELECT count(*) FROM journal WHERE event = 'task.changed' AND data ->> 'task' = %s"
        " AND data ->> 'state' = 'done'",
        task,
    )
    assert told == [(1,)]
