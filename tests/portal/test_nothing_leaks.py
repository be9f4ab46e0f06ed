"""Whatever address of the portal is asked for: not a byte of what is not public, and everything that is."""

from dataclasses import replace
from datetime import timedelta
from math import log, pi, radians, tan
from typing import Any
from uuid import uuid4

import mapbox_vector_tile
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.codes import new_code
from tests.portal.conftest import Portal
from tests.portal.village import Wanted, settle

SECRET = "bí mật không ai được biết"
HIDDEN: dict[str, dict[str, Any]] = {
    "restricted": {"category": "conduct"},
    "not public": {"category": "inner"},
    "received": {"state": "received", "more": {"published_at": None}},
    "in progress": {"state": "in_progress", "more": {"published_at": None}},
    "resolved": {"state": "resolved"},
    "rejected": {"state": "rejected"},
    "withdrawn": {"state": "withdrawn"},
    "merged": {"state": "merged"},
    "awaiting": {"state": "awaiting_resident"},
    "reopened": {"state": "verified", "more": {"published_at": None}},
}
HOME = (107.3012345, 10.6054321)
PHONE = "0912345678"


class Told:
    """What the village holds: codes and words that may be seen, and those that may not."""

    def __init__(self) -> None:
        self.public: list[str] = []
        self.hidden: dict[str, str] = {}
        self.never: list[str] = [SECRET, PHONE, "nha-toi", "original/", "số tôi", f"{HOME[0]}", f"{HOME[1]}"]
        self.photos: list[str] = []

    async def settle(self, conn: AsyncConnection) -> None:
        for minutes in range(4):
            wanted = Wanted(new_code(), description=f"Công khai {minutes}, gọi {PHONE}", rating="satisfied")
            await settle(conn, replace(wanted, published=timedelta(minutes=-minutes)))
            self.public.append(wanted.code)
        noise = Wanted(new_code(), category="noise", description="Hát khuya", lon=HOME[0], lat=HOME[1])
        await settle(conn, noise)
        self.public.append(noise.code)
        unreleased = Wanted(new_code(), released=False, description="Ảnh không công khai")
        _, photos = await settle(conn, unreleased)
        self.public.append(unreleased.code)
        self.photos += photos
        for why, changes in HIDDEN.items():
            wanted = replace(Wanted(new_code(), description=f"{SECRET} {uuid4()}"), **changes)
            _, photos = await settle(conn, wanted)
            self.hidden[why] = wanted.code
            self.photos += photos
        unsafe = Wanted(new_code(), description="Ảnh chưa che mặt")
        report_id, photos = await settle(conn, unsafe)
        self.public.append(unsafe.code)
        self.photos += photos
        await conn.execute(text("UPDATE attachment SET public_copies = NULL WHERE report_id = :id"), {"id": report_id})
        self.never += [*self.hidden.values(), *self.photos]


@pytest.fixture
def told(portal: Portal) -> Told:
    """The village with everything in it that must not be told."""
    told = Told()
    portal.change(told.settle)
    return told


def addresses(portal: Portal, told: Told) -> list[str]:
    """Every public address there is, with every filter, both languages, and all tiles of some zooms."""
    filters = ["", "category=road", "category=conduct", "category=inner", "area=26506", "agency=ward",
               "q=bi+mat", f"q={PHONE}", "q=so+toi", "rating=satisfied", "bbox=107,10,108,11",
               "bbox=107.3011,10.6053,107.3014,10.6056"]  # fmt: skip
    made = [f"{path}?{narrowed}&lang={lang}" for path in ("/", "/widget", "/feed.rss", "/feed.atom", "/open-data",
            "/api/v1/public/reports") for narrowed in filters for lang in ("vi", "en")]  # fmt: skip
    plain = ["/statistics", "/hot-spots", "/sitemap.xml", "/sitemap-pages.xml", "/sitemap-2026-11.xml", "/robots.txt",
             "/api/v1/public/statistics", "/api/v1/public/hot-spots", "/open-data/2026-11.csv", "/api/v1/categories",
             "/open-data/2026-11.geojson", "/manifest.webmanifest", "/widget.js"]  # fmt: skip
    made += plain + [f"/statistics/{table}.csv" for table in ("areas", "categories", "agencies", "months")]
    for code in (*told.public, *told.hidden.values()):
        made += [f"/reports/{code}", f"/api/v1/reports/{code}", f"/public/cards/{code}.jpg",
                 f"/api/v1/reports/{code}/timeline"]  # fmt: skip
    return made


def tiles(z: int) -> list[str]:
    """The tiles of a zoom that hold the village's two corners, and their neighbours: a point must not be in two."""
    side, found = 1 << z, set()
    for lon, lat in ((107.0843, 10.3460), HOME):
        across = (lon + 180) / 360 * side
        down = (0.5 - log(tan(pi / 4 + radians(lat) / 2)) / (2 * pi)) * side
        around = {(int(across) + dx, int(down) + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)}
        found |= {(x, y) for x, y in around if 0 <= x < side and 0 <= y < side}
    return [f"/tiles/reports/{z}/{x}/{y}.mvt" for x, y in sorted(found)]


def test_no_address_tells_what_is_not_public(portal: Portal, told: Told) -> None:
    seen = b""
    for address in addresses(portal, told) + [tile for z in (0, 6, 10, 12) for tile in tiles(z)]:
        answer = portal.client.get(address)
        # A page says again what was asked for; that is the reader's own.
        body = answer.content.replace(PHONE.encode(), b"") if "q=" in address else answer.content
        for code in told.hidden.values() if answer.status_code == 404 else ():
            body = body.replace(code.encode() if code in address else b"-", b"")
        for secret in told.never:
            assert secret.encode() not in body, (address, secret)
        if answer.status_code == 200:
            seen += body
    for code in told.public:
        assert code.encode() in seen


def test_what_is_hidden_answers_like_what_is_not_there(portal: Portal, told: Told) -> None:
    nowhere = new_code()
    for path in ("/reports/{}", "/public/cards/{}.jpg", "/api/v1/reports/{}"):
        missing = portal.client.get(path.format(nowhere))
        assert missing.status_code == 404
        for why, code in told.hidden.items():
            answer = portal.client.get(path.format(code))
            assert answer.status_code == 404, (why, path)
            assert answer.text.replace(code, nowhere) == missing.text
    for photo in told.photos:
        assert portal.client.get(f"/public/media/{photo}/small").status_code == 404


def test_tiles_hold_each_public_report_once(portal: Portal, told: Told) -> None:
    for z in (0, 5, 9, 11, 13, 14, 16):
        total = 0
        found = [portal.client.get(address) for address in tiles(z)]
        assert {answer.status_code for answer in found} == {200}
        for answer in found:
            layers = mapbox_vector_tile.decode(answer.content) if answer.content else {}
            for feature in layers.get("reports", {}).get("features", []):
                total += feature["properties"]["count"]
                assert feature["properties"]["public_status"] == "done"
                assert feature["properties"].get("code", told.public[0]) in told.public
        assert total == len(told.public), z


def test_tiles_are_narrowed_like_the_list(portal: Portal, told: Told) -> None:
    def count(query: str) -> int:
        answer = portal.client.get(f"/tiles/reports/0/0/0.mvt?{query}")
        layers = mapbox_vector_tile.decode(answer.content) if answer.content else {}
        return sum(feature["properties"]["count"] for feature in layers.get("reports", {}).get("features", []))

    for query in ("", "category=noise", "q=cong+khai", "rating=satisfied", "agency=power", "area=26506", "q=1",
                  "bbox=107.3,10.6,107.4,10.7"):  # fmt: skip
        listed = portal.client.get(f"/api/v1/public/reports?{query}&limit=100").json()["features"]
        assert count(query) == len(listed), query


def test_a_tile_shows_a_private_place_in_the_middle_of_its_cell(portal: Portal, told: Told) -> None:
    z, found = 16, []
    for address in tiles(z):
        answer = portal.client.get(f"{address}?category=noise")
        layers = mapbox_vector_tile.decode(answer.content) if answer.content else {}
        for feature in layers.get("reports", {}).get("features", []):
            across = int(address.split("/")[4]) + feature["geometry"]["coordinates"][0] / 4096
            found.append(across / (1 << z) * 360 - 180)
    assert found == [pytest.approx(107.3025, abs=1e-5)]
