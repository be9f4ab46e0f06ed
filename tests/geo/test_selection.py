"""Areas drawn to choose what lies in them."""

import json

import pytest
from shapely import from_wkt

from geo.problems import BadShape
from geo.selection import MOST_CORNERS, read_selection
from tests.geo.drawing import polygon


def test_a_box_and_a_polygon_say_the_same() -> None:
    ring = [[107, 10], [108, 10], [108, 11], [107, 11], [107, 10]]
    assert from_wkt(read_selection("107,10,108,11")).equals(from_wkt(read_selection(json.dumps(polygon(ring)))))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,2,3",
        "a,b,c,d",
        "108,10,107,11",
        "107,10,108,99",
        "nan,10,108,11",
        "{",
        "{}",
        '{"type": "Point", "coordinates": [1, 2]}',
        '{"type": "Polygon", "coordinates": []}',
        '{"type": "Polygon", "coordinates": [[[1, 2], [1, 2]]]}',
        '{"type": "Polygon", "coordinates": [[["x", 2], [1, 3], [2, 2], ["x", 2]]]}',
        json.dumps(polygon([[107 + n * 1e-4, 10 + (n % 2) * 1e-4] for n in range(MOST_CORNERS + 2)])),
    ],
)
def test_what_is_no_area_is_refused(text: str) -> None:
    with pytest.raises(BadShape):
        read_selection(text)
