"""Imported layers as files: nothing is lost on the way, differences are named, what cannot be used by its feature."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.layer_files import apply_layers, layer_collections, layer_differences, read_layer_files, read_layers
from geo.layer_importing import import_layer
from geo.layer_reading import LayerOptions
from geo.nearest import nearest
from geo.problems import BadFile

ODD: dict[str, Any] = {
    "lanes": 4,
    "big": 1e300,
    "small": 1e-7,
    "none": -0.0,
    "yes": True,
    "x": "ổ gà",
    "a": 2**60,
    "whole": 1.0,
}
LONG = [[107.0 + step / 997, 10.35 + step % 7 / 1009] for step in range(150)]


def feature(code: Any = "ql51", kind: str = "LineString", at: Any = None, **said: Any) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": at or [[107.0, 10.3], [107.1, 10.3]]}
    return {"type": "Feature", "properties": {"code": code, "name": code, **said}, "geometry": geometry}


def written(folder: Path, *features: Any, name: str = "roads", **members: Any) -> dict[str, Path]:
    path = folder / f"{name}.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **members}))
    return {name: path}


def dumped(collections: Any) -> str:
    return json.dumps(collections)


async def test_a_layer_goes_through_a_file_and_is_the_same_to_the_byte(conn: AsyncConnection, tmp_path: Path) -> None:
    ring = [[[107.0, 10.3], [107.01, 10.3], [107.01, 10.31], [107.0, 10.3]]]
    raw = written(tmp_path, feature(at=LONG, owner="roads", **ODD), feature("park", "Polygon", ring), feature("a"))
    await import_layer(conn, raw["roads"], LayerOptions("roads"))
    first = layer_collections(await read_layers(conn))
    assert [one["properties"]["code"] for one in first["roads"]["features"]] == ["a", "park", "ql51"]
    assert first["roads"]["features"][2]["geometry"]["coordinates"] == tuple(map(tuple, LONG))
    files = written(tmp_path, *first["roads"]["features"], name="copy")
    wanted = {"roads": read_layer_files(files)["copy"]}
    assert layer_differences(await read_layers(conn), wanted) == []
    # And into a city that has none of it.
    assert {one.what for one in await apply_layers(conn, {"roads": []})} == {("removed",)}
    assert await read_layers(conn) == {}
    assert {one.what for one in await apply_layers(conn, wanted)} == {("added",)}
    assert dumped(layer_collections(await read_layers(conn))) == dumped(first)
    assert (await nearest(conn, 107.05, 10.35, {"roads": 1000}))["roads"].code == "ql51"


async def test_what_differs_is_named_and_what_no_file_names_stays(conn: AsyncConnection, tmp_path: Path) -> None:
    poles = written(tmp_path, feature("p1", "Point", [107.0, 10.3]), name="poles")
    roads = written(tmp_path, feature("a"), feature("b"), feature("c"))
    await apply_layers(conn, read_layer_files({**roads, **poles}))
    other = read_layer_files(
        written(
            tmp_path,
            feature("b", owner="power", props={"lanes": 2}),
            feature("c", at=[[107.0, 10.3], [107.2, 10.3]]),
            feature("d"),
        )
    )
    wanted = {"a": ("removed",), "b": ("owner", "props"), "c": ("shape",), "d": ("added",)}
    assert {one.code: one.what for one in await apply_layers(conn, other)} == wanted
    assert await apply_layers(conn, other) == []
    assert list(await read_layers(conn)) == ["poles", "roads"]


BOW = [[[107.0, 10.3], [107.01, 10.31], [107.01, 10.3], [107.0, 10.31], [107.0, 10.3]]]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("x", "no GeoJSON Feature"),
        ({"type": "Feature", "properties": None, "geometry": None}, "no GeoJSON Feature"),
        (feature(code=7), "code must be text"),
        (feature(name=" "), "name must be text"),
        (feature(owner=""), "owner must be text"),
        (feature(name="a\x00b"), "name must be text"),
        (feature(lanes=4), "lanes is not known here"),
        (feature(props={"a": {}}), "props must be"),
        (feature(props={"a": float("nan")}), "props must be"),
        (feature(props={"a": 10**400}), "props must be"),
        (feature(props={"a": "x" * 9_000}), "bytes"),
        (feature(at=[[700000, 1200000], [700001, 1200000]]), "coordinates"),
        (feature(at=[[107.0, 10.3]]), "coordinates"),
        (feature(at=[[107.0, 10.3, 5.0], [107.1, 10.3, 5.0]]), "without heights"),
        (feature(at=[[107.0, 10.3], [107.0, 10.3]]), "not valid"),
        (feature(kind="Polygon", at=BOW), "not valid"),
        (feature(kind="GeometryCollection"), "points, lines"),
        (feature("a"), "the code a stands twice"),
    ],
)
def test_what_cannot_be_used_is_refused_with_file_and_feature(tmp_path: Path, bad: Any, why: str) -> None:
    with pytest.raises(BadFile, match=r"roads\.geojson: feature 2 cannot be used: ") as refused:
        read_layer_files(written(tmp_path, feature("a"), bad))
    assert why in refused.value.detail


def test_another_reference_system_is_refused(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "EPSG:9210"}}
    with pytest.raises(BadFile, match="EPSG:9210"):
        read_layer_files(written(tmp_path, feature("a"), crs=crs))


plain = st.text(max_size=5) | st.booleans() | st.integers() | st.floats()
junk = st.recursive(st.none() | plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner))


@settings(max_examples=150, deadline=None)
@given(junk, junk, junk)
def test_no_file_brings_the_reader_down(tmp_path_factory: pytest.TempPathFactory, a: Any, b: Any, c: Any) -> None:
    folder = tmp_path_factory.mktemp("junk")
    for strange in (a, {**feature("a"), "geometry": b}, feature("a", at=c), feature("a", props=b, owner=c)):
        try:
            read_layer_files(written(folder, strange))
        except BadFile as refused:
            assert "roads.geojson" in refused.detail
