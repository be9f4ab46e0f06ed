"""What the public copy hides is decided by the center, in the picture's own measures."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from media.areas import MOST_AREAS
from tests.api.conftest import Doors
from tests.databases import disposing

FACE = {"kind": "face", "x": 0.1, "y": 0.2, "w": 0.3, "h": 0.25}
_PICTURE = text("""
INSERT INTO attachment (id, report_id, role, kind, position, filename, sha256, bytes, state, derivatives, public_copies,
                        privacy, created_at)
SELECT CAST(:id AS uuid), r.id, 'report', :kind, 0, 'a.jpg', :id, 1, :state,
       '{"large": {"key": "x/large", "width": 4, "height": 3}, "small": {"key": "x/small", "width": 4, "height": 3}}',
       '{"large": {"key": "x/p", "width": 4, "height": 3}}',
       '{"state": "withheld", "areas": [], "reason": "no-model", "by": null, "at": "2026-11-22T00:00:00+00:00"}', now()
FROM report r WHERE r.code = :code
""")
_JOBS = text("SELECT args ->> 'attachment_id' FROM procrastinate_jobs WHERE task_name = 'media:render'")


def ask(database_url: str, statement: Any, **facts: Any) -> list[Any]:
    async def run() -> list[Any]:
        async with disposing(create_async_engine(database_url)) as engine, engine.begin() as conn:
            result = await conn.execute(statement, facts)
            return [row[0] for row in result] if result.returns_rows else []

    return asyncio.run(run())


@pytest.fixture
def picture(doors: Doors, database_url: str) -> tuple[str, str]:
    """A report's code and the id of its picture, which no examination could clear."""
    return made(doors, database_url)


def made(
    doors: Doors, url: str, *, kind: str = "image", state: str = "ready", category: str = "pothole"
) -> tuple[str, str]:
    code, media = doors.send(category=category), str(uuid4())
    ask(url, _PICTURE, id=media, code=code, kind=kind, state=state)
    return code, media


def put(doors: Doors, media: str, areas: Any, who: str = "operator") -> Any:
    return doors.client.put(f"/api/v1/media/{media}/privacy", json={"areas": areas}, headers=doors.headers(who))


def test_a_person_says_what_is_hidden(doors: Doors, database_url: str, picture: tuple[str, str]) -> None:
    code, media = picture
    answer = put(doors, media, [FACE, {**FACE, "kind": "plate", "from_s": 0.5, "to_s": 2}])
    assert answer.status_code == 200, answer.text
    item = answer.json()
    assert (item["privacy"]["state"], item["privacy"]["by"], item["public"]) == ("checked", "operator", None)
    assert [{name: area[name] for name in FACE} for area in item["privacy"]["areas"]] == [
        FACE,
        {**FACE, "kind": "plate"},
    ]
    assert "from_s" not in item["privacy"]["areas"][1], "a picture has no time"
    seen = doors.client.get(f"/api/v1/reports/{code}", headers=doors.headers("operator")).json()["media"][0]
    assert seen["privacy"] == item["privacy"]
    assert ask(database_url, _JOBS) == [media]


def test_an_untouched_area_of_a_film_goes_on_following(doors: Doors, database_url: str) -> None:
    moving = {"id": "face-1", **FACE, "score": 0.8, "from_s": 0.5, "to_s": 2.0}
    path = [[0.5, 0.1, 0.2, 0.1, 0.1], [1.0, 0.3, 0.35, 0.1, 0.1]]
    _, media = made(doors, database_url, kind="video")
    found = text("UPDATE attachment SET privacy = CAST(:privacy AS jsonb) WHERE id = CAST(:id AS uuid)")
    privacy = {"state": "checked", "by": None, "at": "2026-11-22T00:00:00+00:00", "areas": [{**moving, "path": path}]}
    ask(database_url, found, id=media, privacy=json.dumps(privacy))
    kept = {name: value for name, value in moving.items() if name != "score"}
    added = {**FACE, "kind": "hand", "from_s": 0, "to_s": 1}
    first, second = put(doors, media, [kept, added]).json()["privacy"]["areas"]
    assert (first["path"], first["score"]) == (path, 0.8)
    assert "path" not in second and (second["from_s"], second["to_s"]) == (0, 1)
    (moved,) = put(doors, media, [{**kept, "x": 0.2}]).json()["privacy"]["areas"]
    assert "path" not in moved


def test_nothing_to_hide_is_an_answer_too(doors: Doors, picture: tuple[str, str]) -> None:
    item = put(doors, picture[1], [], who="supervisor").json()
    assert (item["privacy"]["state"], item["privacy"]["areas"]) == ("checked", [])


@pytest.mark.parametrize(
    ("area", "pointer"),
    [
        ({"x": -0.1}, "/areas/0/x"),
        ({"y": 1.5}, "/areas/0/y"),
        ({"w": 0}, "/areas/0/w"),
        ({"h": 2}, "/areas/0/h"),
        ({"x": 0.8}, "/areas/0/w"),
        ({"y": 0.8}, "/areas/0/h"),
        ({"x": "0.1"}, "/areas/0/x"),
        ({"x": True}, "/areas/0/x"),
        ({"kind": "house"}, "/areas/0/kind"),
        ({"from_s": 3, "to_s": 2}, "/areas/0/to_s"),
        ({"from_s": -1}, "/areas/0/from_s"),
        ({"colour": "red"}, "/areas/0/colour"),
    ],
)
def test_bad_areas_point_at_what_is_bad(
    doors: Doors, picture: tuple[str, str], area: dict[str, Any], pointer: str
) -> None:
    answer = put(doors, picture[1], [{**FACE, **area}])
    assert answer.status_code == 422, answer.text
    assert pointer in [error["pointer"] for error in answer.json()["errors"]], answer.json()


@pytest.mark.parametrize("body", [{}, {"areas": None}, {"areas": {}}, [], "x", {"areas": [], "more": 1}])
def test_a_body_of_another_shape_is_refused(doors: Doors, picture: tuple[str, str], body: Any) -> None:
    answer = doors.client.put(f"/api/v1/media/{picture[1]}/privacy", json=body, headers=doors.headers("operator"))
    assert answer.status_code == 422, answer.text


def test_numbers_that_are_none_are_refused(doors: Doors, picture: tuple[str, str]) -> None:
    body = b'{"areas": [{"kind": "face", "x": NaN, "y": 0, "w": 1e999, "h": 0.1}]}'
    headers = {**doors.headers("operator"), "Content-Type": "application/json"}
    answer = doors.client.put(f"/api/v1/media/{picture[1]}/privacy", content=body, headers=headers)
    assert answer.status_code == 422, answer.text


def test_as_many_areas_as_can_be_found_and_no_more(doors: Doors, picture: tuple[str, str]) -> None:
    assert put(doors, picture[1], [FACE] * MOST_AREAS).status_code == 200
    answer = put(doors, picture[1], [FACE] * (MOST_AREAS + 1))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/areas")


def test_only_the_center_decides(doors: Doors, database_url: str, picture: tuple[str, str]) -> None:
    code, media = picture
    doors.give("operator", "verify", code)
    doors.give("operator", "dispatch", code)
    statuses = {who: put(doors, media, [], who).status_code for who in ("public", "reporter", *doors.tokens)}
    assert statuses == {
        "public": 401,
        "reporter": 403,
        "stranger": 403,
        "operator": 200,
        "supervisor": 200,
        "leader": 403,
        "admin": 403,
        "lead": 403,
        "outsider": 404,
    }
    _, secret = made(doors, database_url, category="conduct")
    assert [put(doors, secret, [], who).status_code for who in ("operator", "supervisor")] == [404, 200]


def test_what_is_not_there_or_not_ready(doors: Doors, database_url: str) -> None:
    assert put(doors, str(uuid4()), []).status_code == 404
    assert put(doors, "no-id", []).status_code == 404
    for changes in ({"kind": "audio"}, {"state": "processing"}, {"state": "withheld"}):
        _, media = made(doors, database_url, **changes)
        assert put(doors, media, []).status_code == 409, changes
