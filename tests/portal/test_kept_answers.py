"""Public answers are kept, and never too long: tags, 304, freshness, no cookie in what everybody shares."""

import time
from dataclasses import replace
from functools import partial
from typing import Any

from httpx2 import Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.routes.kept import AT_MOST_SECONDS
from portal.caching import FRESH_SECONDS
from reports.codes import new_code
from tests.portal.conftest import Portal
from tests.portal.village import Wanted, settle

STALE_SECONDS = 60.0
"""Far below the five minutes after which an answer that nobody takes back would be made anew."""

FACT = text("""INSERT INTO journal (report_id, event, actor, data, after, agencies, audience, at)
VALUES (:id, :event, '{}', '{}', jsonb_build_object('state', CAST(:state AS text)), '{}', 'public', now())""")


async def publish(conn: AsyncConnection, wanted: Wanted, event: str = "report.published") -> int:
    """A report is there, and the journal says so, in one transaction, as the story does it."""
    report_id, _ = await settle(conn, wanted)
    await conn.execute(FACT, {"id": report_id, "event": event, "state": wanted.state})
    return report_id


def seen(portal: Portal, path: str, wanted: Any) -> None:
    """Waits until the answer is as wanted."""
    began = time.monotonic()
    while not wanted(portal.client.get(path)):
        assert time.monotonic() - began < STALE_SECONDS, path
        time.sleep(0.02)


def version(portal: Portal) -> str:
    """The version of the public facts that the pages are made under."""
    return portal.client.get("/").text.split("/tiles/reports/{z}/{x}/{y}.mvt?v=")[1].split('"')[0]


def together(portal: Portal, *asked: tuple[str, dict[str, str]]) -> list[Response]:
    """The answers to these (path, headers), none of which was made anew meanwhile for its age alone."""
    while True:
        began = time.time() // AT_MOST_SECONDS
        answers = [portal.client.get(path, headers=headers) for path, headers in asked]
        if time.time() // AT_MOST_SECONDS == began:
            return answers


async def unsealed(conn: AsyncConnection) -> int:
    """How many entries of the journal have no number yet."""
    return int((await conn.execute(text("SELECT count(*) FROM journal WHERE seq IS NULL"))).scalar_one())


def publish_and_seal(portal: Portal) -> str:
    """Publishes a report and waits until the version is the one with it: only a sealed entry has a number. Its code."""
    before, code = version(portal), new_code()
    portal.change(lambda conn: publish(conn, Wanted(code)))
    seen(portal, "/", lambda answer: f"?v={before}" not in answer.text)
    return code


PUBLIC = ["/", "/?q=o+ga", "/hot-spots", "/open-data", "/feed.rss", "/feed.atom", "/widget", "/sitemap.xml",
          "/statistics", "/api/v1/public/reports", "/api/v1/public/statistics",
          "/tiles/reports/10/816/482.mvt"]  # fmt: skip


def test_an_unchanged_answer_is_not_sent_again(portal: Portal) -> None:
    publish_and_seal(portal)
    for path in PUBLIC:
        tag = portal.client.get(path).headers["etag"]
        first, again = together(portal, (path, {}), (path, {"If-None-Match": f'"x", {tag}'}))
        if first.headers["etag"] != tag:  # made anew since
            again = portal.client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (first.status_code, again.status_code) == (200, 304), (path, first.text)
        assert again.content == b"" and again.headers["etag"] == first.headers["etag"], path
        assert "public" in first.headers["cache-control"] and "no-store" not in first.headers["cache-control"], path
        assert "set-cookie" not in first.headers, path
        assert portal.client.get(path, headers={"If-None-Match": '"another"'}).status_code == 200, path


def test_what_is_published_is_seen_at_once(portal: Portal) -> None:
    paths = ("/", "/?category=road", "/feed.rss", "/api/v1/public/reports", "/widget", "/sitemap-2026-11.xml")
    for _ in range(2):
        code = new_code()
        for path in paths:
            portal.client.get(path)
        portal.change(partial(publish, wanted=Wanted(code)))
        for path in paths:
            seen(portal, path, lambda answer, code=code: code in answer.text)
        assert portal.client.get(f"/reports/{code}").status_code == 200


def test_what_is_taken_back_is_gone_at_once(portal: Portal) -> None:
    code = new_code()
    report_id = portal.change(lambda conn: publish(conn, Wanted(code)))
    seen(portal, "/", lambda answer: code in answer.text)
    assert portal.client.get(f"/reports/{code}").status_code == 200

    async def reopen(conn: AsyncConnection) -> None:
        await conn.execute(
            text("UPDATE report SET state = 'verified', published_at = NULL WHERE id = :id"), {"id": report_id}
        )
        await conn.execute(FACT, {"id": report_id, "event": "report.reopened", "state": "verified"})

    portal.change(reopen)
    seen(portal, f"/reports/{code}", lambda answer: answer.status_code == 404)
    seen(portal, "/", lambda answer: code not in answer.text)


def test_a_hidden_picture_leaves_the_kept_page(portal: Portal) -> None:
    code = new_code()
    report_id = portal.change(lambda conn: publish(conn, Wanted(code)))
    seen(portal, f"/reports/{code}", lambda answer: "/public/media/" in answer.text)

    async def hide(conn: AsyncConnection) -> None:
        await conn.execute(text("UPDATE attachment SET public_copies = NULL WHERE report_id = :id"), {"id": report_id})
        await conn.execute(FACT, {"id": report_id, "event": "media.checked", "state": "published"})

    portal.change(hide)
    seen(portal, f"/reports/{code}", lambda answer: "/public/media/" not in answer.text)


def test_what_nobody_can_see_changes_no_tag(portal: Portal) -> None:
    publish_and_seal(portal)
    before = portal.client.get("/").headers["etag"]
    hidden = replace(Wanted(new_code()), state="in_progress", more={"published_at": None})
    portal.change(lambda conn: publish(conn, hidden, "report.accepted"))
    while portal.change(unsealed):
        time.sleep(0.02)
    time.sleep(2 * FRESH_SECONDS)
    again = portal.client.get("/", headers={"If-None-Match": before})
    # The tag also changes every five minutes, for "two hours ago" must not stand still.
    assert again.status_code in (200, 304) and (again.status_code == 304 or again.headers["etag"] != before)


def test_a_device_gets_the_same_page_as_everybody(portal: Portal) -> None:
    """The page is kept for all: nothing of who asked may be in it, with or without cookies of theirs."""
    code = publish_and_seal(portal)
    for path in ("/", f"/reports/{code}", "/statistics", "/hot-spots", "/open-data"):
        cookies = "hientruong_device=geheim; hientruong_csrf_device=x; hientruong_session=y"
        nobody, somebody = together(portal, (path, {}), (path, {"Cookie": cookies}))
        # A page says how long ago, and is made again every five minutes: perhaps just between the two.
        assert somebody.content in (nobody.content, portal.client.get(path).content), path
        assert b"geheim" not in somebody.content and "set-cookie" not in somebody.headers
        assert 'name="csrf" value=""' in nobody.text or "csrf" not in nobody.text


def test_preferences_have_pages_of_their_own(portal: Portal) -> None:
    plain = portal.client.get("/")
    dark = portal.client.get("/", headers={"Cookie": "hientruong_theme=dark"})
    english = portal.client.get("/", headers={"Cookie": "hientruong_lang=en"})
    assert 'data-theme="dark"' in dark.text and "data-theme" not in plain.text and 'lang="en"' in english.text
    assert len({answer.headers["etag"] for answer in (plain, dark, english)}) == 3
    assert "Cookie" in plain.headers["vary"]


def test_what_strangers_append_makes_no_new_page(portal: Portal) -> None:
    plain, tracked = together(portal, ("/", {}), ("/?utm_source=x&fbclid=1", {}))
    assert tracked.headers["etag"] == plain.headers["etag"] and "utm_source" not in tracked.text


def test_packed_and_plain_are_the_same(portal: Portal) -> None:
    for path in ("/", "/feed.rss", "/api/v1/public/reports", "/statistics"):
        packed, plain = together(portal, (path, {"Accept-Encoding": "gzip"}), (path, {"Accept-Encoding": "identity"}))
        if len(plain.content) > 800:
            assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
        assert packed.content == plain.content and "Accept-Encoding" in plain.headers["vary"]


def test_tiles_of_the_newest_version_never_change(portal: Portal) -> None:
    page = portal.client.get("/").text
    version = page.split("/tiles/reports/{z}/{x}/{y}.mvt?v=")[1].split('"')[0]
    tile = "/tiles/reports/10/816/482.mvt"
    assert "immutable" in portal.client.get(f"{tile}?v={version}").headers["cache-control"]
    assert "immutable" not in portal.client.get(f"{tile}?v=0-0x").headers["cache-control"]
    assert portal.client.get("/tiles/reports/30/0/0.mvt").status_code == 422


def test_only_the_widget_may_be_framed(portal: Portal) -> None:
    for path in ("/", "/statistics", "/hot-spots", "/open-data"):
        assert "frame-ancestors 'none'" in portal.client.get(path).headers["content-security-policy"]
    answer = portal.client.get("/widget", headers={"Cookie": "hientruong_lang=en"})
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors *" in policy and "script-src" not in policy and "default-src 'none'" in policy
    assert "<script" not in answer.text and 'lang="vi"' in answer.text and "Cookie" not in answer.headers["vary"]
