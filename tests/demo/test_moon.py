"""The check itself is checked: days that Vietnam has celebrated, leap years among them."""

from datetime import date

import pytest

from tests.demo.moon import solar_date


@pytest.mark.parametrize(
    ("year", "new_year", "kings"),
    [
        (2020, date(2020, 1, 25), date(2020, 4, 2)),
        (2021, date(2021, 2, 12), date(2021, 4, 21)),
        (2022, date(2022, 2, 1), date(2022, 4, 10)),
        (2023, date(2023, 1, 22), date(2023, 4, 29)),
        (2024, date(2024, 2, 10), date(2024, 4, 18)),
        (2025, date(2025, 1, 29), date(2025, 4, 7)),
    ],
)
def test_known_years(year: int, new_year: date, kings: date) -> None:
    assert solar_date(1, 1, year) == new_year
    assert solar_date(10, 3, year) == kings
