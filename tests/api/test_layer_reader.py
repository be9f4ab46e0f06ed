"""Files of boundaries are read in a process of their own: it finds what we would find, and gives up in time."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.layer_reader import CONFINEMENT, LayerReader
from geo.area_reading import ImportOptions, read_areas
from geo.layer_reading import LayerOptions, LayerThing, read_things
from geo.parcels import pack, unpack
from geo.problems import BadFile, BadImport
from geo.sentences import Sentence
from tests.geo.drawing import collection, feature, polygon

MIB = 1024 * 1024
SQUARE: list[Any] = [[107, 10], [107.1, 10], [107.1, 10.1], [107, 10.1], [107, 10]]
BOW_TIE: list[Any] = [[107, 10], [107.1, 10.1], [107.1, 10], [107, 10.1], [107, 10]]
FAR: list[Any] = [[107, 10], [507, 10], [107.1, 10.1], [107, 10]]


def drawn(folder: Path) -> Path:
    rings = {"Một": SQUARE, "Hai": BOW_TIE, "Ba": FAR}
    features = [feature(polygon(ring), code=str(n), name=name) for n, (name, ring) in enumerate(rings.items(), 1)]
    path = folder / "xã.geojson"
    path.write_text(json.dumps(collection(*features, feature(polygon(SQUARE), name="Không mã"))), encoding="utf-8")
    return path


async def test_the_process_finds_what_we_find(tmp_path: Path) -> None:
    path, reader = drawn(tmp_path), LayerReader()
    try:
        taken, refused = await reader.areas(path, ImportOptions())
        assert (taken, refused) == read_areas(path, ImportOptions())
        assert len(taken) == 2 and len(refused) == 2 and all(one.reason.vi != one.reason for one in refused)
        assert "vòng 1" in refused[0].reason.vi and taken[1].shape.notes[0].vi.startswith("vòng 1 đã được sửa: ")
        with pytest.raises(BadImport) as problem:
            await reader.areas(path, ImportOptions(kind="district"))
        assert problem.value.field == "kind"
    finally:
        await reader.close()
    assert [one.name for one in tmp_path.iterdir()] == [path.name], "nothing is left lying about"


async def test_a_file_that_asks_for_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(b'{"type": "FeatureCollection", "features": [' + b"{}," * 15_000_000 + b"{}]}")
    reader = LayerReader(replace(CONFINEMENT, memory_bytes=1024 * MIB))
    try:
        with pytest.raises(BadFile) as refused:
            await reader.things(path, LayerOptions("roads"))
        assert isinstance(refused.value.detail, Sentence) and "bộ nhớ" in refused.value.detail.vi
    finally:
        await reader.close()


def test_things_come_out_of_the_parcel_as_they_went_in_and_rubbish_is_refused(tmp_path: Path) -> None:
    path, parcel = tmp_path / "roads.geojson", tmp_path / "parcel"
    line = {"type": "LineString", "coordinates": [[107, 10.123456789], [107.1, 10.1]]}
    features = [
        {"type": "Feature", "properties": {"code": code, "owner": "so-xd", "làn": 4}, "geometry": shape}
        for code, shape in (("a", line), ("b", None), ("c", {"type": "Point", "coordinates": [float("nan"), 10]}))
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    found = read_things(path, LayerOptions("roads"))
    pack(parcel, *found)
    assert unpack(parcel, LayerThing) == found and [one.number for one in found[1]] == [2, 3]
    whole = parcel.read_bytes()
    for broken in (whole[:-5], b"\xff" * 40, whole[:8] + b"[" + whole[9:]):
        parcel.write_bytes(broken)
        with pytest.raises(BadFile):
            unpack(parcel, LayerThing)
