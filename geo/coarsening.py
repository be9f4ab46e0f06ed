"""Positions made coarse for publication, where the exact one would show somebody's home."""

import math

from geo.distance import check_point

METRES_PER_DEGREE = 111_195.0
"""Of latitude, on the sphere of mean radius 6,371,008.8 m."""


def coarsen(lon: float, lat: float, metres: float) -> tuple[float, float]:
    """The middle of the grid cell of about `metres` by `metres` in which the point lies, for publication of
    private places.

    Always the same answer for the same place: a random shift would be averaged away by whoever asks often or
    by many reports from one door. Rows of the grid are counted from the equator and each row has a whole
    number of cells round the Earth, so that cells do not depend on the point asked for. Raises BadPoint;
    ValueError for metres <= 0.
    """
    if not metres > 0 or not math.isfinite(metres):
        raise ValueError("The size of a cell is a positive number of metres.")
    lon, lat = check_point(lon, lat)
    rows = max(1, math.floor(180 * METRES_PER_DEGREE / metres))
    height = 180 / rows
    row = min(rows - 1, math.floor((lat + 90) / height))
    middle_lat = -90 + (row + 0.5) * height
    round_the_earth = 360 * METRES_PER_DEGREE * math.cos(math.radians(middle_lat))
    columns = max(1, math.floor(round_the_earth / metres))
    width = 360 / columns
    column = min(columns - 1, math.floor((lon + 180) / width))
    return (round(-180 + (column + 0.5) * width, 7), round(middle_lat, 7))
