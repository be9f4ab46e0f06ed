"""What the public sees: nothing but the named fields, nothing that was not released, newest first, page by
page.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from portal.filters import Filters
from portal.published import (
    BadCursor,
    portal_counts,
    published_page,
    published_report,
    released_media,
)
from reports.shown_place import COARSE_DEGREES
from tests.portal.village import NOW, Wanted, codes, found, parsed, settle

ALL = Filters()

PUBLIC_FIELDS = {
    *(
        "code",
        "state",
        "public_status",
        "category",
        "category_name",
        "category_icon",
        "area",
        "lead",
        "lead_name",
    ),
    *("description", "received_at", "published_at", "resolved_at", "due_at", "promised_at", "on_time", "location"),
    *("location_coarsened", "media", "public_answer", "resolution", "rating"),
}


@pytest.fixture
async def village(conn: AsyncConnection) -> AsyncConnection:
    await found(conn)
    return conn


async def test_a_feature_has_the_public_fields_and_no_other(village: AsyncConnection) -> None:
    await settle(village, Wanted("AAAA1111", rating="satisfied"))
    feature = parsed(await published_page(village, ALL))["features"][0]
    assert feature["type"] == "Feature"
    assert feature["geometry"] == {"type": "Point", "coordinates": [107.0843, 10.346]}
    assert set(feature["properties"]) == PUBLIC_FIELDS
    assert feature["properties"]["resolution"] == {"summary": "Đã vá 2 m²"}
    # The comment is the resident's own words to the city, not to the world.
    assert feature["properties"]["rating"] == {"rating": "satisfied"}
    assert await published_report(village, "AAAA1111") == feature["properties"]


@pytest.mark.parametrize(
    "hidden",
    [
        {"state": "resolved"},
        {"state": "verified"},
        {"state": "withdrawn"},
        {"category": "inner"},
        {"category": "conduct"},
        {"more": {"published_at": None}},
    ],
)
async def test_what_is_not_public_is_nowhere(village: AsyncConnection, hidden: dict[str, Any]) -> None:
    _, photos = await settle(village, replace(Wanted("AAAA1111"), **hidden))
    assert codes(await published_page(village, ALL)) == []
    assert await published_report(village, "AAAA1111") is None
    assert await released_media(village, photos[0], "small") is None


async def test_a_closed_report_stays_public(village: AsyncConnection) -> None:
    await settle(village, Wanted("AAAA1111", state="closed"))
    assert codes(await published_page(village, ALL)) == ["AAAA1111"]


async def test_only_released_photos_and_only_their_derivatives(village: AsyncConnection) -> None:
    _, photos = await settle(village, Wanted("AAAA1111", more={}))
    await settle(village, Wanted("BBBB2222", released=False, published=timedelta(minutes=-1)))
    first, second = [one["properties"] for one in parsed(await published_page(village, ALL))["features"]]
    assert [media["role"] for media in first["media"]] == ["report", "proof"]
    assert first["media"][0]["large"] == f"/public/media/{photos[0]}/large"
    assert second["media"] == []
    whole = await published_page(village, ALL)
    assert "original" not in whole and "nha-toi" not in whole and "gps" not in whole
    assert await released_media(village, photos[1], "small") == f"public/small/{photos[1]}.webp"
    assert await released_media(village, photos[1], "original") is None
    assert await released_media(village, photos[1], "video") is None
    assert await released_media(village, "not-a-uuid", "small") is None


@pytest.mark.parametrize(
    "unsafe",
    [
        "public_copies = NULL",
        "privacy = NULL",
        "privacy = jsonb_set(privacy, '{state}', '\"withheld\"')",
        "public_copies = public_copies - 'small'",
        "kind = 'audio'",
        "kind = 'video'",  # a film without a film to show
        "state = 'withheld'",
        "state = 'processing'",
    ],
)
async def test_without_hidden_copies_nothing_is_shown(village: AsyncConnection, unsafe: str) -> None:
    _, photos = await settle(village, Wanted("AAAA1111"))
    await village.execute(text(f"UPDATE attachment SET {unsafe}"))
    report = await published_report(village, "AAAA1111")
    assert report is not None and report["media"] == []
    assert [await released_media(village, photos[0], size) for size in ("small", "large", "video")] == [None] * 3


async def test_a_film_is_shown_with_its_poster(village: AsyncConnection) -> None:
    _, photos = await settle(village, Wanted("AAAA1111"))
    film = '{"key": "public/film.mp4", "width": 1280, "height": 720, "duration_s": 12.5}'
    statement = """UPDATE attachment SET kind = 'video', duration_s = 12.5,
        public_copies = public_copies || jsonb_build_object('video', CAST(:film AS jsonb)) WHERE role = 'proof'"""
    await village.execute(text(statement), {"film": film})
    report = await published_report(village, "AAAA1111")
    assert report is not None
    photo, shown = report["media"]
    assert (photo["kind"], photo["video"], photo["content_type"]) == ("image", None, "image/webp")
    assert (shown["kind"], shown["content_type"], shown["duration_s"]) == ("video", "video/mp4", 12.5)
    assert shown["video"] == f"/public/media/{photos[1]}/video" and shown["small"].endswith("/small")
    assert await released_media(village, photos[1], "video") == "public/film.mp4"


async def test_hidden_numbers_cannot_be_probed_for(village: AsyncConnection) -> None:
    await settle(village, Wanted("AAAA1111", description="Gọi tôi 0912345678, nhà 128"))
    assert codes(await published_page(village, Filters(q="0912345678"))) == []
    assert codes(await published_page(village, Filters(q="nha 128"))) == ["AAAA1111"]


async def test_what_was_promised_before_an_extension(village: AsyncConnection) -> None:
    report_id, _ = await settle(village, Wanted("AAAA1111", more={"extensions": 1}))
    first = NOW - timedelta(hours=3)
    await village.execute(
        text("""INSERT INTO journal (report_id, event, actor, data, audience, at) VALUES
        (:id, 'report.extended', '{}', jsonb_build_object('was_due', CAST(:was AS text)), 'reporter', :now),
        (:id, 'report.extended', '{}', jsonb_build_object('was_due', CAST(:now AS text)), 'reporter', :now)"""),
        {"id": report_id, "was": first.isoformat(), "now": NOW},
    )
    report = await published_report(village, "AAAA1111")
    assert report is not None and report["on_time"]
    assert datetime.fromisoformat(report["promised_at"]) == first


async def test_a_private_place_is_shown_as_the_middle_of_its_cell(village: AsyncConnection) -> None:
    home = (107.08431, 10.34604)
    await settle(village, Wanted("AAAA1111", category="noise", lon=home[0], lat=home[1]))
    await settle(village, Wanted("BBBB2222", category="noise", lon=home[0] + 0.0005, lat=home[1]))
    both = parsed(await published_page(village, ALL))["features"]
    shown = both[0]["geometry"]["coordinates"]
    assert shown == both[1]["geometry"]["coordinates"] == [107.0825, 10.3475]
    assert abs(shown[0] - home[0]) <= COARSE_DEGREES / 2 and abs(shown[1] - home[1]) <= COARSE_DEGREES / 2
    assert both[0]["properties"]["location"] == {"lon": shown[0], "lat": shown[1], "accuracy_m": 400}
    # A box around the true place must not tell that the report is in it.
    tight = Filters(bbox=(home[0] - 0.0004, home[1] - 0.0004, home[0] + 0.0009, home[1] + 0.0004))
    assert codes(await published_page(village, tight)) == []
    assert codes(await published_page(village, Filters(bbox=(107.08, 10.345, 107.085, 10.35)))) != []


async def test_numbers_and_addresses_in_the_text_are_hidden(village: AsyncConnection) -> None:
    said = "Gọi tôi 0912 345 678 hoặc +84912345678, thư an.nguyen@example.vn, số nhà 128, ngày 20/11/2026"
    hotline = {"public_answer": "Liên hệ 0254.385.2345"}
    await settle(village, Wanted("AAAA1111", description=said, more=hotline))
    report = await published_report(village, "AAAA1111")
    assert report is not None
    assert report["description"] == "Gọi tôi ••• hoặc •••, thư •••, số nhà 128, ngày 20/11/2026"
    assert report["public_answer"] == "Liên hệ •••"


async def test_newest_published_first_and_every_report_once(village: AsyncConnection) -> None:
    # Three share one moment, so the order needs its second key.
    for number in range(7):
        same = 0 if number in (2, 3, 4) else number
        await settle(village, Wanted(f"CODE{number:04}", published=timedelta(minutes=-same)))
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = await published_page(village, ALL, cursor, 2)
        seen += codes(page)
        cursor = parsed(page)["next"]
        if cursor is None:
            break
    assert seen == codes(await published_page(village, ALL))
    assert sorted(seen) == [f"CODE{number:04}" for number in range(7)]
    assert len(codes(await published_page(village, ALL, limit=3))) == 3


async def test_a_report_published_while_paging_moves_nothing(village: AsyncConnection) -> None:
    for number in range(4):
        await settle(village, Wanted(f"CODE{number:04}", published=timedelta(minutes=-number)))
    first = await published_page(village, ALL, limit=2)
    await settle(village, Wanted("NEWS0000", published=timedelta(minutes=1)))
    assert codes(await published_page(village, ALL, parsed(first)["next"], 2)) == ["CODE0002", "CODE0003"]


@pytest.mark.parametrize("cursor", ["x", "12", "99999999999999999999-AAAA1111", "-", "1e3-A"])
async def test_a_strange_cursor_is_refused_or_empty(village: AsyncConnection, cursor: str) -> None:
    await settle(village, Wanted("AAAA1111"))
    try:
        assert codes(await published_page(village, ALL, cursor)) == []
    except BadCursor:
        return


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        (Filters(category="road"), ["POTH0000", "LAMP0000"]),
        (Filters(category="noise"), ["LOUD0000"]),
        (Filters(agency="power"), ["LAMP0000"]),
        (Filters(area="26506"), ["POTH0000", "LAMP0000", "LOUD0000"]),
        (Filters(area="1"), []),
        (Filters(q="cho rach dua"), ["POTH0000"]),
        (Filters(q="CHỢ RẠCH DỪA"), ["POTH0000"]),
        (Filters(q="den duong"), ["LAMP0000"]),
        (Filters(q="100%"), []),
        (Filters(q="%"), []),
        (Filters(q="dua rach cho"), ["POTH0000"]),
        (Filters(q="rach du"), []),
        (Filters(q="truoc cho rach"), ["POTH0000"]),
        (Filters(q="Điện lực đường"), ["LAMP0000"]),
        (Filters(q="tieng on"), ["LOUD0000"]),
        (Filters(q="roads"), ["POTH0000", "LAMP0000"]),
        (Filters(q="hem 45 den"), ["LAMP0000"]),
        (Filters(q="lamp0000"), ["LAMP0000"]),
        (Filters(rating="unsatisfied"), ["LOUD0000"]),
        (Filters(bbox=(107.08, 10.34, 107.09, 10.35)), ["POTH0000"]),
        (Filters(category="road", agency="ward", q="o ga"), ["POTH0000"]),
    ],
)
async def test_filters(village: AsyncConnection, filters: Filters, wanted: list[str]) -> None:
    await settle(village, Wanted("POTH0000", published=timedelta(minutes=3)))
    lamp = Wanted("LAMP0000", lead="power", description="Đèn đường hẻm 45", lon=107.2, lat=10.5)
    await settle(village, replace(lamp, published=timedelta(minutes=2)))
    loud = Wanted("LOUD0000", category="noise", description="Hát khuya", lon=107.3, lat=10.6)
    await settle(village, replace(loud, rating="unsatisfied"))
    assert codes(await published_page(village, filters)) == wanted


async def test_english_names(village: AsyncConnection) -> None:
    await settle(village, Wanted("AAAA1111"))
    report = await published_report(village, "AAAA1111", locale="en")
    assert report is not None
    assert (report["category_name"], report["lead_name"]) == ("Pothole", "Vung Tau Ward")


async def test_the_share_on_time_counts_what_is_open_and_late(village: AsyncConnection) -> None:
    late = timedelta(hours=-2)
    await settle(village, Wanted("DONE0001"))
    await settle(village, Wanted("DONE0002", due=late))
    await settle(village, Wanted("OPEN0001", state="in_progress", due=late))
    await settle(village, Wanted("OPEN0002", state="received"))
    await settle(
        village,
        Wanted(
            "ASKD0001",
            state="awaiting_resident",
            due=late,
            more={"due_basis": "paused", "resume_state": "received"},
        ),
    )
    await settle(village, Wanted("HIDE0001", state="received", category="conduct"))
    await settle(village, Wanted("GONE0001", state="withdrawn"))
    counts = await portal_counts(village, NOW)
    assert (counts["waiting"], counts["in_progress"], counts["done"]) == (2, 1, 2)
    assert (counts["on_time"], counts["overdue"]) == (1, 1)
    assert counts["on_time_share"] == pytest.approx(1 / 3)


async def test_no_share_of_nothing(village: AsyncConnection) -> None:
    assert (await portal_counts(village, NOW))["on_time_share"] is None


@contextmanager
def statements(engine: AsyncEngine) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: Any, _cur: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine.sync_engine, "before_cursor_execute", note)


async def test_a_page_is_one_statement_whatever_its_size(village: AsyncConnection) -> None:
    for number in range(30):
        await settle(village, Wanted(f"CODE{number:04}", published=timedelta(minutes=-number)))
    for limit in (1, 30):
        with statements(village.engine) as seen:
            assert len(codes(await published_page(village, ALL, limit=limit))) == limit
        assert len(seen) == 1
