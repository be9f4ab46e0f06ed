import json
import zipfile
from pathlib import Path
from typing import Any

import numpy
import pyogrio
import pytest
from pyproj import Transformer
from shapely import from_wkt, to_wkb, transform
from shapely.geometry.base import BaseGeometry

from geo.area_reading import read_features
from geo.fields import Fields, Mapping, read_text
from geo.layers import read_layer
from geo.problems import BadFile, BadImport
from geo.sentences import sentence_of
from geo.shapes import from_rings, same_shape
from tests.geo.drawing import cell, collection, feature

# VN-2000 in a zone of three degrees: the national system, in which a city's cadastre hands out its layers.
VN_2000 = "EPSG:9217"


def write(path: Path, shapes: list[BaseGeometry | None], crs: str | None, **more: Any) -> Path:
    """Write a layer with the fields MA_XA, TEN_XA and MA_TINH by GDAL."""
    turned = shapes
    if crs is not None:
        to_file: Any = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform
        turned = [None if shape is None else transform(shape, to_file, interleaved=False) for shape in shapes]
    pyogrio.raw.write(
        path,
        geometry=numpy.array([None if shape is None else to_wkb(shape) for shape in turned], dtype=object),
        field_data=[
            numpy.array([f"2650{number}" for number in range(len(shapes))], dtype=object),
            numpy.array([f"Phường Số {number}" for number in range(len(shapes))], dtype=object),
            numpy.array(["79"] * len(shapes), dtype=object),
        ],
        fields=["MA_XA", "TEN_XA", "MA_TINH"],
        crs=crs,
        geometry_type="Polygon",
        **more,
    )
    return path


CASES = [
    ("a.gpkg", "EPSG:4326"),
    ("a.gpkg", VN_2000),
    ("a.gpkg", "EPSG:32648"),
    ("a.shp", "EPSG:4326"),
    ("a.shp", VN_2000),
]


@pytest.mark.parametrize(("name", "crs"), CASES)
def test_geopackage_and_shapefile_in_any_system(tmp_path: Path, name: str, crs: str) -> None:
    drawn: list[BaseGeometry | None] = [cell(0, 0), cell(1, 0).difference(cell(1.4, 0.4, 0.2, 0.2))]
    layer = read_layer(write(tmp_path / name, drawn, crs, encoding="UTF-8"))
    taken, refused = read_features(layer, "commune", Mapping())
    assert refused == []
    assert [(f.code, f.name, f.parent_code) for f in taken] == [
        ("26500", "Phường Số 0", "79"),
        ("26501", "Phường Số 1", "79"),
    ]
    for was, now in zip(drawn, taken, strict=True):
        assert was is not None
        assert same_shape(was, now.shape.polygons)


def test_a_zipped_shapefile(tmp_path: Path) -> None:
    write(tmp_path / "a.shp", [cell(0, 0)], VN_2000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        for part in tmp_path.glob("a.[!z]*"):
            packed.write(part, part.name)
    (only,) = read_layer(tmp_path / "a.zip").features
    assert same_shape(from_rings(only.polygons).polygons, cell(0, 0))


def test_without_a_system_it_is_refused_unless_given(tmp_path: Path) -> None:
    path = write(tmp_path / "a.shp", [cell(0, 0)], VN_2000)
    path.with_suffix(".prj").unlink()
    with pytest.raises(BadFile, match="does not say its reference system"):
        read_layer(path)
    (only,) = read_layer(path, crs=VN_2000).features
    assert same_shape(from_rings(only.polygons).polygons, cell(0, 0))


def test_a_wrong_system_is_seen_by_its_coordinates(tmp_path: Path) -> None:
    path = write(tmp_path / "a.shp", [cell(0, 0)], VN_2000)
    _, refused = read_features(read_layer(path, crs="EPSG:4326"), "commune", Mapping())
    assert "another reference system?" in refused[0].reason


def test_a_layer_without_shapes_of_some_features(tmp_path: Path) -> None:
    path = write(tmp_path / "a.gpkg", [cell(0, 0), None], "EPSG:4326")
    taken, refused = read_features(read_layer(path), "commune", Mapping())
    assert [feature.code for feature in taken] == ["26500"]
    assert (refused[0].number, refused[0].code, refused[0].reason) == (
        2,
        "26501",
        "There is no geometry, or it is empty.",
    )


def test_several_layers_need_a_choice(tmp_path: Path) -> None:
    path = write(tmp_path / "a.gpkg", [cell(0, 0)], "EPSG:4326", layer="phuong")
    write(path, [cell(1, 0), cell(2, 0)], "EPSG:4326", layer="to_dan_pho", append=True)
    with pytest.raises(BadFile, match=r"several layers \(phuong, to_dan_pho\)"):
        read_layer(path)
    with pytest.raises(BadFile, match="no layer xa; it has phuong, to_dan_pho"):
        read_layer(path, layer="xa")
    assert len(read_layer(path, layer="to_dan_pho").features) == 2


def test_geojson_with_the_old_crs_member(tmp_path: Path) -> None:
    to_file: Any = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform
    corners = [list(to_file(*corner)) for corner in cell(0, 0).exterior.coords]
    document = collection(feature({"type": "Polygon", "coordinates": [corners]}, code="1", name="Một"))
    document["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document))
    (only,) = read_layer(path).features
    assert same_shape(from_rings(only.polygons).polygons, cell(0, 0))


MOON = b'{"type": "FeatureCollection", "features": [], "crs": {"properties": {"name": "moon"}}}'


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.geojson", b"{", "is not JSON in UTF-8"),
        ("a.geojson", b"\xff\xfe{}", "is not JSON in UTF-8"),
        ("a.geojson", b"[" * 100_000, "is not JSON in UTF-8"),
        ("a.geojson", b"[]", "is not a GeoJSON FeatureCollection"),
        ("a.geojson", b'{"type": "FeatureCollection"}', "is not a GeoJSON FeatureCollection"),
        ("a.geojson", MOON, "moon is not known"),
        ("a.gpkg", b"nothing of the kind", "cannot be read"),
        ("a.shp", b"nothing of the kind", "cannot be read"),
        ("a.zip", b"nothing of the kind", "cannot be read"),
        ("a.xlsx", b"", "only .geojson, .json, .gpkg, .shp, .zip can be read"),
        ("a.vrt", b"<OGRVRTDataSource/>", "only .geojson"),
    ],
)
def test_files_that_are_no_layers(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadFile) as caught:
        read_layer(path)
    assert reason in caught.value.detail


@pytest.mark.parametrize(
    ("name", "content", "en", "vi"),
    [
        (
            "a.geojson",
            b'{"type": "FeatureCollection",\n"features": [\n',
            "the [ opened in line 2 is",
            "dấu [ mở ở dòng 2 chưa được đóng",
        ),
        ("a.geojson", b'{\n"a": 1,\n}', "line 3, column 1: ", "dòng 3, cột 1: thiếu tên trong ngoặc kép"),
        ("a.geojson", b'{"a":\n"\xe9"}', "line 2 is not in UTF-8", "dòng 2 không phải mã UTF-8"),
        ("a.geojson", b"<html>", "a web page", "trang web hoặc XML"),
        ("a.geojson", b"PK\x03\x04", "a zip archive", "tệp nén .zip"),
        ("a.geojson", b"", "the file is empty", "là tệp rỗng"),
        ("a.gpkg", b"nothing", "not what its name says", "nội dung không đúng với đuôi tệp"),
        ("a.zip", b"nothing", "no zip archive", "không phải tệp nén"),
        ("a.geojson", MOON.replace(b"moon", b"EPSG:999999"), "no such number", "không có số hiệu này"),
    ],
)
def test_what_a_parser_says_is_said_plainly_in_both_languages(
    tmp_path: Path, name: str, content: bytes, en: str, vi: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadFile) as caught:
        read_layer(path)
    said = sentence_of(caught.value.detail)
    assert en in said and vi in said.vi
    assert str(tmp_path) not in said, "where files lie on the server is nobody's business"


@pytest.mark.parametrize("part", [".shx", ".dbf"])
def test_a_shapefile_without_one_of_its_parts_says_which(tmp_path: Path, part: str) -> None:
    whole = write(tmp_path / "a.shp", [cell(0, 0)], "EPSG:4326")
    whole.with_suffix(part).unlink()
    with pytest.raises(BadFile) as caught:
        read_layer(whole)
    assert f"thiếu tệp {part}" in sentence_of(caught.value.detail).vi
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        for one in tmp_path.glob("a.*"):
            if one.suffix not in (".zip", ".dbf", ".shx"):
                packed.write(one, one.name)
    with pytest.raises(BadFile):
        read_layer(tmp_path / "a.zip")


def test_an_unclosed_ring_in_a_geojson_is_closed_and_told(tmp_path: Path) -> None:
    corners = [list(corner) for corner in cell(0, 0).exterior.coords][:-1]
    path = tmp_path / "a.geojson"
    path.write_text(
        json.dumps(collection(feature({"type": "Polygon", "coordinates": [corners]}, code="1", name="Một")))
    )
    taken, _ = read_features(read_layer(path), "commune", Mapping())
    assert taken[0].shape.notes == ("ring 1 was not closed",)


def test_a_self_crossing_ring_in_a_geopackage_is_mended_and_told(tmp_path: Path) -> None:
    bow_tie = from_wkt("POLYGON((107 10, 107.01 10.01, 107.01 10, 107 10.01, 107 10))")
    taken, _ = read_features(read_layer(write(tmp_path / "a.gpkg", [bow_tie], "EPSG:4326")), "commune", Mapping())
    assert "ring 1 was mended: Self-intersection" in taken[0].shape.notes[0]


@pytest.mark.parametrize(
    ("kind", "present", "chosen"),
    [
        ("commune", ["code", "name", "fullName", "provinceCode"], ("code", "fullName", None, "provinceCode")),
        ("province", ["code", "name", "provinceCode"], ("provinceCode", "name", None, None)),
        ("commune", ["OBJECTID", "MaXa", "TenXa", "MaTinh", "TenTinh"], ("MaXa", "TenXa", None, "MaTinh")),
        ("province", ["MaXa", "TenXa", "MaTinh", "TenTinh"], ("MaTinh", "TenTinh", None, None)),
        ("neighbourhood", ["ma_to", "ten_to", "ma_xa"], ("ma_to", "ten_to", None, "ma_xa")),
        ("commune", ["Mã xã", "Tên xã", "Tên tiếng Anh"], ("Mã xã", "Tên xã", "Tên tiếng Anh", None)),
        ("commune", ["id", "name", "name_en"], ("id", "name", "name_en", None)),
    ],
)
def test_properties_are_guessed(kind: str, present: list[str], chosen: tuple[str | None, ...]) -> None:
    fields = Fields.choose(present, Mapping(), kind)
    assert (fields.code, fields.name, fields.name_en, fields.parent_code) == chosen


def test_an_empty_file_names_no_property() -> None:
    with pytest.raises(BadImport, match="The file has none"):
        Fields.choose([], Mapping(), "commune")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("00004", "00004"),
        (" Phường \n 1 ", "Phường 1"),
        (26506, "26506"),
        (26506.0, "26506"),
        (numpy.int64(7), "7"),
        (numpy.float64("nan"), None),
        (None, None),
        ("  ", None),
        (True, None),
        (1.5, "1.5"),
    ],
)
def test_properties_as_text(value: Any, said: str | None) -> None:
    assert read_text({"field": value}, "field") == said
    assert read_text({"field": value}, None) is None
