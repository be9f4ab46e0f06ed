from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Polygon, box

from geo.problems import BadShape
from geo.shapes import Shape, area_m2, from_geojson, from_rings, from_shapely, same_shape, to_geojson
from tests.geo.drawing import cell, polygon

SQUARE = [[107.0, 10.0], [107.01, 10.0], [107.01, 10.01], [107.0, 10.01], [107.0, 10.0]]
HOLE = [[107.004, 10.004], [107.006, 10.004], [107.006, 10.006], [107.004, 10.006], [107.004, 10.004]]


def mended(*rings: list[list[float]]) -> tuple[Shape, str]:
    shape = from_geojson(polygon(*rings))
    assert shape.polygons.is_valid
    return shape, " | ".join(shape.notes)


def test_a_good_polygon_comes_through_untouched() -> None:
    shape, notes = mended(SQUARE)
    assert notes == ""
    assert shape.polygons.equals(Polygon(SQUARE))


def test_a_good_hole_stays_a_hole() -> None:
    shape, notes = mended(SQUARE, HOLE)
    assert notes == ""
    assert shape.polygons.equals(Polygon(SQUARE, [HOLE]))


def test_an_unclosed_ring_is_closed() -> None:
    shape, notes = mended(SQUARE[:-1])
    assert notes == "ring 1 was not closed"
    assert shape.polygons.equals(Polygon(SQUARE))


def test_orientation_does_not_count_and_comes_out_right() -> None:
    backwards, notes = mended(SQUARE[::-1], HOLE)
    assert notes == ""
    assert backwards.polygons.equals(Polygon(SQUARE, [HOLE]))
    outer, hole = to_geojson(backwards.polygons)["coordinates"][0]
    assert Polygon(outer).exterior.is_ccw
    assert not Polygon(hole).exterior.is_ccw


def test_a_ring_that_crosses_itself_becomes_its_two_halves() -> None:
    bow_tie = [[107.0, 10.0], [107.01, 10.01], [107.01, 10.0], [107.0, 10.01], [107.0, 10.0]]
    shape, notes = mended(bow_tie)
    assert "ring 1 was mended: Self-intersection" in notes
    assert len(shape.polygons.geoms) == 2
    assert area_m2(shape.polygons) == pytest.approx(area_m2(Polygon(SQUARE)) / 2, rel=1e-3)


def test_a_spike_is_cut_off() -> None:
    spiked = [*SQUARE[:2], [107.02, 10.0], [107.01, 10.0], *SQUARE[2:]]
    shape, notes = mended(spiked)
    assert "ring 1 was mended" in notes
    assert same_shape(shape.polygons, Polygon(SQUARE))


def test_repeated_corners_are_no_fault() -> None:
    shape, notes = mended([SQUARE[0], *SQUARE, SQUARE[-1]])
    assert notes == ""
    assert shape.polygons.equals(Polygon(SQUARE))


def test_a_hole_outside_is_left_out() -> None:
    outside = [[lon + 1, lat] for lon, lat in HOLE]
    shape, notes = mended(SQUARE, outside)
    assert notes == "ring 2 is a hole outside its polygon, left out"
    assert shape.polygons.equals(Polygon(SQUARE))


def test_a_hole_that_sticks_out_is_cut_off() -> None:
    sticking_out = [[lon + 0.005, lat] for lon, lat in HOLE]
    shape, notes = mended(SQUARE, sticking_out)
    assert notes == "ring 2 is a hole that sticks out of its polygon, cut off"
    assert same_shape(shape.polygons, Polygon(SQUARE).difference(Polygon(sticking_out)))


def test_a_flat_ring_among_good_ones_is_left_out_with_its_number() -> None:
    flat = [[[106.0, 10.0], [106.1, 10.1], [106.2, 10.2], [106.0, 10.0]]]
    shape = from_geojson({"type": "MultiPolygon", "coordinates": [[SQUARE], flat]})
    assert shape.notes == ("polygon 2, ring 1 encloses nothing (all corners on one line), left out",)
    assert shape.polygons.equals(Polygon(SQUARE))


def test_polygons_that_overlap_are_joined() -> None:
    shape = from_shapely(MultiPolygon([cell(0, 0, 2, 1), cell(1, 0, 2, 1)]))
    assert shape.notes == ("polygons that overlapped were joined",)
    assert same_shape(shape.polygons, cell(0, 0, 3, 1))


def test_crumbs_are_left_out() -> None:
    crumb = box(107.5, 10.0, 107.500001, 10.000001)
    shape = from_shapely(MultiPolygon([cell(0, 0), crumb]))
    assert shape.notes == ("1 part(s) of less than 1 m² left out",)
    assert shape.polygons.equals(cell(0, 0))


def test_heights_are_dropped() -> None:
    shape, notes = mended([[*corner, 12.5] for corner in SQUARE])
    assert notes == ""
    assert not shape.polygons.has_z


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        (None, "There is no geometry."),
        ("POLYGON EMPTY", "There is no geometry."),
        ({}, "A None is not an area"),
        ({"type": "Point", "coordinates": [107, 10]}, "A Point is not an area"),
        ({"type": "Polygon"}, "The geometry is empty."),
        ({"type": "Polygon", "coordinates": []}, "The geometry is empty."),
        ({"type": "Polygon", "coordinates": [[]]}, "ring 1 is empty"),
        ({"type": "Polygon", "coordinates": [107, 10]}, "are not those of a Polygon"),
        ({"type": "MultiPolygon", "coordinates": [[[107, 10]]]}, "are not those of a MultiPolygon"),
        ({"type": "GeometryCollection"}, "no list of geometries"),
        ({"type": "GeometryCollection", "geometries": []}, "The geometry is empty."),
        (polygon([[107.0, 10.0], [107.1, 10.1]]), "ring 1 has fewer than three different corners"),
        (polygon([[107.0, 10.0], [107.1, 10.1], [107.2, 10.2], [107.0, 10.0]]), "ring 1 encloses nothing"),
        (polygon([["a", 10.0], [107.1, 10.1], [107.2, 10.2]]), "ring 1: a corner is not a pair of numbers."),
        (polygon([[107.0], [107.1, 10.1], [107.2, 10.2]]), "ring 1: a corner is not a pair of numbers."),
        (polygon([[None, None], [107.1, 10.1], [107.2, 10.2]]), "ring 1: a corner is not a pair of numbers."),
        (
            polygon([[float("nan"), 10.0], [107.1, 10.1], [107.2, 10.3]]),
            "ring 1: A coordinate is not a number.",
        ),
        (polygon([[107.0, 10.0], [107.1, 91.0], [107.2, 10.3]]), "ring 1: Latitude 91.0 is not between"),
        (
            polygon([[612345.0, 1145678.0], [612400.0, 1145678.0], [612400.0, 1145700.0]]),
            "another reference system?",
        ),
        (polygon([[179.0, 10.0], [-179.0, 10.0], [-179.0, 11.0], [179.0, 11.0]]), "crosses the antimeridian"),
        (polygon(SQUARE, SQUARE), "ring 2: the hole leaves nothing of its polygon."),
        (polygon([[107, 10], [107.000005, 10], [107, 10.000005]]), "Less than 1 m² is left"),
    ],
)
def test_what_cannot_be_an_area_is_refused_with_the_reason(geometry: Any, reason: str) -> None:
    with pytest.raises(BadShape) as caught:
        from_geojson(geometry)
    assert reason in caught.value.detail


def test_a_line_is_refused() -> None:
    with pytest.raises(BadShape, match="LineString is not an area"):
        from_shapely(LineString([(107, 10), (108, 10)]))


def test_areas_on_the_ellipsoid() -> None:
    # One degree square at the equator: 12,308.8 km² (Karney's planimeter gives 12308778361 m²).
    assert area_m2(box(0, 0, 1, 1)) == pytest.approx(12_308_778_361, rel=1e-6)


def test_the_same_ground_is_the_same_shape_wherever_a_ring_starts() -> None:
    turned = Polygon([*SQUARE[2:], *SQUARE[1:3]])
    assert same_shape(Polygon(SQUARE), turned)
    assert not same_shape(Polygon(SQUARE), cell(0, 0, 1.001, 1))
    assert not same_shape(Polygon(SQUARE), Polygon(SQUARE, [HOLE]))


coordinates = st.tuples(st.floats(106.9, 107.1), st.floats(9.9, 10.1))


THREADS = [(106.9375, 10.0), (106.90625, 10.0625), (107.0, 9.90625), (106.9375, 10.0), (107.0, 10.0)]


@example([[(107.0, 9.90625), (106.9375, 9.9375), (106.90625, 10.0625)], THREADS])
@example([[(107.0, 9.90625), (106.9375, 10.0), (106.90625, 10.0625)], THREADS])
@given(st.lists(st.lists(coordinates, max_size=8), min_size=1, max_size=3))
def test_any_scribble_is_valid_afterwards_or_refused(rings: list[list[tuple[float, float]]]) -> None:
    try:
        shape = from_rings([rings])
    except BadShape as problem:
        assert problem.detail
        return
    assert shape.polygons.is_valid
    assert not shape.polygons.is_empty
    assert same_shape(from_geojson(to_geojson(shape.polygons)).polygons, shape.polygons)
