"""The files of a build as browsers get them."""

import os
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from api.built import FOR_EVER, Built

SCRIPT = "console.log('xin chào');\n" * 200


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "build").mkdir()
    return tmp_path / "build"


@pytest.fixture
def client(folder: Path) -> TestClient:
    (folder / "main-1.js").write_text(SCRIPT, "utf-8")
    (folder / "small.js").write_text("0")
    (folder / "icon.png").write_bytes(b"\x89PNG" * 500)
    return TestClient(Starlette(routes=[Mount("/", Built(folder))]))


def test_scripts_come_packed_and_only_to_who_can_unpack_them(client: TestClient) -> None:
    packed = client.get("/main-1.js", headers={"Accept-Encoding": "br, gzip"})
    plain = client.get("/main-1.js", headers={"Accept-Encoding": "identity"})
    assert packed.text == plain.text == SCRIPT
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert int(packed.headers["content-length"]) < 500 < int(plain.headers["content-length"])
    for answer in (packed, plain):
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert (answer.headers["vary"], answer.headers["cache-control"]) == ("Accept-Encoding", FOR_EVER)
    again = client.get("/main-1.js", headers={"If-None-Match": packed.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head("/main-1.js").headers["content-length"] == packed.headers["content-length"]


def test_a_part_is_one_of_the_file_itself(client: TestClient) -> None:
    part = client.get("/main-1.js", headers={"Range": "bytes=0-6"})
    assert (part.status_code, part.content) == (206, b"console")


@pytest.mark.parametrize("name", ["small.js", "icon.png"])
def test_what_would_not_become_smaller_stays_as_it_is(client: TestClient, name: str) -> None:
    answer = client.get(f"/{name}")
    assert answer.status_code == 200 and "content-encoding" not in answer.headers
    assert answer.headers["cache-control"] == FOR_EVER


def test_a_file_that_changed_under_its_name_is_packed_anew(client: TestClient, folder: Path) -> None:
    before = client.get("/main-1.js")
    (folder / "main-1.js").write_text(SCRIPT.upper(), "utf-8")
    os.utime(folder / "main-1.js", (1, 1))
    assert client.get("/main-1.js").text == SCRIPT.upper() != before.text


def test_nothing_outside_of_the_build_and_nothing_that_is_not_there(client: TestClient, folder: Path) -> None:
    (folder.parent / "secret.js").write_text(SCRIPT)
    for path in ("/../secret.js", "/%2e%2e/secret.js", "/no.js"):
        answer = client.get(path)
        assert answer.status_code == 404 and "cache-control" not in answer.headers
