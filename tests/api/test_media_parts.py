"""Parts of a film for a player that jumps: Range requests (RFC 9110 section 14)."""

import json
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.routes.media import part_of
from tests.api.conftest import Doors
from tests.media.pictures import jpeg

REPORT = {"category": "pothole", "description": "Ổ gà", "location": {"lon": 107.08, "lat": 10.35}}


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-", (0, 100)),
        ("bytes=0-0", (0, 1)),
        ("bytes=10-19", (10, 20)),
        ("bytes=90-500", (90, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=-500", (0, 100)),
        ("bytes=100-", None),
        ("bytes=-0", None),
        ("bytes=20-10", None),
        ("bytes=-", (0, 100)),
        ("bytes=0-1,5-6", (0, 100)),
        ("items=0-1", (0, 100)),
    ],
)
def test_what_a_range_asks_for(asked: str, part: tuple[int, int] | None) -> None:
    assert part_of(asked, 100) == part


@given(st.text(max_size=30), st.integers(1, 10**9))
def test_no_range_reaches_outside(asked: str, size: int) -> None:
    part = part_of("bytes=" + asked, size)
    assert part is None or 0 <= part[0] < part[1] <= size


def test_a_part_of_an_original_and_the_whole_of_it(doors: Doors) -> None:
    sent = jpeg()
    headers = {**doors.headers("reporter"), "Idempotency-Key": str(uuid4())}
    files = [("media", ("a.jpg", sent, "image/jpeg"))]
    made = doors.client.post("/api/v1/reports", data={"report": json.dumps(REPORT)}, files=files, headers=headers)
    code = made.json()["code"]
    shown = doors.client.get(f"/api/v1/reports/{code}", headers=doors.headers("operator")).json()
    address = shown["media"][0]["original"]
    whole = doors.client.get(address)
    assert (whole.content, whole.headers["accept-ranges"]) == (sent, "bytes")
    part = doors.client.get(address, headers={"Range": "bytes=5-14"})
    assert (part.status_code, part.content) == (206, sent[5:15])
    assert part.headers["content-range"] == f"bytes 5-14/{len(sent)}"
    assert doors.client.get(address, headers={"Range": f"bytes={len(sent)}-"}).status_code == 416
    same = {"If-None-Match": whole.headers["etag"]}
    assert doors.client.get(address, headers=same).status_code == 304
    other = {"Range": "bytes=0-1", "If-Range": '"another"'}
    assert doors.client.get(address, headers=other).status_code == 200
