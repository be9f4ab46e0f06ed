import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.distance import check_point, is_fix, metres_between
from geo.problems import BadPoint

VUNG_TAU = (107.0843, 10.3460)
CON_DAO = (106.6092, 8.6830)

points = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
vietnamese = st.tuples(st.floats(102, 110), st.floats(8, 23.5))


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        # The degree of latitude at the equator and a quarter of the meridian (WGS 84).
        ((0, 0), (0, 1), 110_574.4),
        ((0, 0), (0, 90), 10_001_965.7),
        ((0, 0), (1, 0), 111_319.5),
        # Across the antimeridian it is 2 degrees, not 358.
        ((179, 0), (-179, 0), 222_639.0),
        (VUNG_TAU, VUNG_TAU, 0),
    ],
)
def test_known_distances(one: tuple[float, float], other: tuple[float, float], metres: float) -> None:
    assert metres_between(one, other) == pytest.approx(metres, abs=0.1)


def test_con_dao_is_far_off_shore() -> None:
    assert 185_000 < metres_between(VUNG_TAU, CON_DAO) < 195_000


@given(points, points)
def test_there_and_back_is_as_far(one: tuple[float, float], other: tuple[float, float]) -> None:
    there = metres_between(one, other)
    assert 0 <= there < 20_004_000
    assert metres_between(other, one) == pytest.approx(there, abs=1e-3)


@pytest.mark.parametrize(
    ("lon", "lat", "field"),
    [
        (181, 10, "lon"),
        (-180.01, 10, "lon"),
        (107, 91, "lat"),
        (10.3, 107.08, "lat"),
        (math.nan, 10, ""),
        (107, math.inf, ""),
        (1e300, 1e300, "lon"),
    ],
)
def test_absurd_coordinates_are_refused(lon: float, lat: float, field: str) -> None:
    with pytest.raises(BadPoint) as caught:
        check_point(lon, lat)
    assert caught.value.field == field
    with pytest.raises(BadPoint):
        metres_between((107, 10), (lon, lat))
    assert not is_fix(lon, lat)


def test_zero_zero_is_a_point_but_no_fix() -> None:
    assert check_point(0, 0) == (0, 0)
    assert not is_fix(0, 0)
    assert not is_fix(-0.0, 0.0)
    assert is_fix(0, 10)
    assert is_fix(*VUNG_TAU)
