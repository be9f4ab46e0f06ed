"""Boundaries through the administrators' door: dry run, import, versions, two days compared; and files that are not."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.conftest import Doors, opened

AREAS = "/api/v1/admin/areas"


@pytest.fixture(scope="module")
def doors(shared_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    with opened(shared_database_url, tmp_path_factory.mktemp("areas")) as doors:
        yield doors


def square(code: str, name: str, west: float, east: float, north: float = 10.1) -> Any:
    ring = [[west, 10.0], [east, 10.0], [east, north], [west, north], [west, 10.0]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"code": code, "name": name}, "geometry": geometry}


def layer(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def bring(doors: Doors, content: bytes, filename: str = "xã.geojson", who: str = "admin", **fields: str) -> Any:
    form = {"kind": "commune", "valid_from": "2025-07-01", **fields}
    files = {"file": (filename, content)}
    return doors.client.post(f"{AREAS}/imports", data=form, files=files, headers=doors.headers(who))


BEFORE = layer(square("1", "Một", 107.0, 107.1), square("2", "Hai", 107.1, 107.2), square("3", "Ba", 107.2, 107.3))
AFTER = layer(square("1", "Một", 107.0, 107.1), square("2", "Hai", 107.1, 107.25), square("4", "Bốn", 107.25, 107.3))


def test_boundaries_come_in_as_of_a_day_and_two_days_are_compared(doors: Doors) -> None:
    tried = bring(doors, BEFORE, dry_run="true").json()
    assert tried["dry_run"] and len(tried["added"]) == 3
    versions = f"{AREAS}/versions"
    assert doors.client.get(versions, headers=doors.headers("leader")).json()["versions"] == []
    assert bring(doors, BEFORE).json()["source"] == "xã.geojson"
    later = bring(doors, AFTER, valid_from="2099-01-01", close_missing="true").json()
    assert [one["code"] for one in later["changed"]] == ["2"] and [one["code"] for one in later["closed"]] == ["3"]
    coming, now = doors.client.get(versions, headers=doors.headers("leader")).json()["versions"]
    assert (coming["valid_from"], coming["upcoming"], coming["areas"], coming["ended"]) == ("2099-01-01", True, 3, 2)
    assert (now["in_force"], now["areas"], now["sources"]) == (True, 3, ["xã.geojson"])
    days = {"a": "2026-01-01", "b": "2099-01-01"}
    compared = doors.client.get(f"{AREAS}/compare", params=days, headers=doors.headers("admin")).json()
    changes = {one["code"]: (one["change"], one["share"]) for one in compared["changes"]}
    assert changes == {
        "1": ("same", 0),
        "2": ("moved", pytest.approx(0.5, abs=0.001)),
        "3": ("gone", 1),
        "4": ("new", 1),
    }
    assert [one["properties"]["change"] for one in compared["a"]["features"]] == ["same", "moved", "gone"]
    assert [one["properties"]["code"] for one in compared["b"]["features"]] == ["1", "2", "4"]
    deeds = doors.client.get("/api/v1/admin/deeds", headers=doors.headers("admin")).json()["deeds"]
    assert [(deed["event"], deed["data"]["valid_from"]) for deed in deeds] == [
        ("areas.imported", "2099-01-01"), ("areas.imported", "2025-07-01"),
    ]  # fmt: skip


def zipped(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return packed.getvalue()


VRT = b"<OGRVRTDataSource><OGRVRTLayer><SrcDataSource>/etc/hosts</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"


@pytest.mark.parametrize(
    ("content", "filename", "fields", "pointer"),
    [
        (b"", "x.geojson", {}, "/file"),
        (b"{", "x.geojson", {}, "/file"),
        (b"[" * 100_000, "x.geojson", {}, "/file"),
        (BEFORE, "x.vrt", {}, "/file"),
        (VRT, "x.gpkg", {}, "/file"),
        (b"no zip", "x.zip", {}, "/file"),
        (zipped(a_shp=VRT, a_dbf=b"", a_shx=b""), "x.zip", {}, "/file"),
        (zipped(a_vrt=VRT), "x.zip", {}, "/file"),
        (zipped(**{f"a{n}_shp": b"\x00\x00\x27\x0a" for n in range(31)}), "x.zip", {}, "/file"),
        (BEFORE, "x.geojson", {"kind": "planet"}, "/kind"),
        (BEFORE, "x.geojson", {"valid_from": "soon"}, "/valid_from"),
        (BEFORE, "x.geojson", {"colour": "red"}, "/colour"),
        (BEFORE, "x.geojson", {"crs": "EPSG:0"}, "/file"),
    ],
)  # fmt: skip
def test_what_is_no_layer_is_refused_by_field(
    doors: Doors, content: bytes, filename: str, fields: dict[str, str], pointer: str
) -> None:
    answer = bring(doors, content, filename, **fields)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_only_an_administrator_brings_boundaries_in_and_only_as_a_form(doors: Doors) -> None:
    assert bring(doors, BEFORE, who="leader").status_code == 403
    assert bring(doors, BEFORE, who="public").status_code == 401
    answer = doors.client.post(f"{AREAS}/imports", content=BEFORE, headers=doors.headers("admin"))
    assert answer.status_code == 415
    wrong = doors.client.get(f"{AREAS}/versions?kind=planet", headers=doors.headers("admin"))
    assert wrong.json()["errors"][0]["pointer"] == "/kind"


def road(code: str, owner: str) -> Any:
    geometry = {"type": "LineString", "coordinates": [[107.0, 10.0], [107.01, 10.0]]}
    properties = {"code": code, "name": f"Đường {code}", "owner": owner}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def test_a_layer_is_replaced_as_a_whole(doors: Doors) -> None:
    def send(*features: Any, name: str = "roads", **fields: str) -> Any:
        files = {"file": ("đường.geojson", layer(*features))}
        return doors.client.post(
            f"/api/v1/admin/layers/{name}", data=fields, files=files, headers=doors.headers("admin")
        )

    def known() -> Any:
        return doors.client.get("/api/v1/admin/layers", headers=doors.headers("leader")).json()["layers"]

    assert send(road("1", "roads"), dry_run="true").json()["added"] == ["1"] and known() == []
    assert send(road("1", "roads"), road("2", "stranger")).json()["owners_unknown"] == ["stranger"]
    assert send(road("1", "roads")).json()["removed"] == ["2"]
    assert known() == [{"layer": "roads", "features": 1, "owners": ["roads"]}]
    assert [error["pointer"] for error in send(road("1", "x"), name="A B").json()["errors"]] == ["/layer"]
    assert [error["pointer"] for error in send().json()["errors"]] == ["/file"]
