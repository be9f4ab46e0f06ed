"""Every figure against the slow recount, and every number against the rows behind it, over random histories."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ioc_dashboard.figures.asked import Asked
from ioc_dashboard.figures.definitions import CONDITIONS, COUNTS
from ioc_dashboard.figures.reading import Figures, figures
from ioc_dashboard.figures.rows import rows_page
from reports.callers import Caller
from reports.configuration import City
from tests.figures.history import Case, cases, found, look_for_hot_spots, write
from tests.figures.recount import expected
from tests.reports.town import LEAD, LEADER, NOW, OPERATOR

QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
TODAY = date(2026, 11, 24)
DAYS = st.integers(0, 45)
CALLERS = st.sampled_from([OPERATOR, LEADER, LEAD])


def close(value: Any) -> Any:
    return pytest.approx(value, abs=1e-6) if isinstance(value, float) else value


def compare(made: Figures, wanted: dict[str, Any]) -> None:
    told = {("total", None): made.total}
    told.update({(part, row["key"]): row for part, rows in made.tables.items() for row in rows})
    groups = {key: row for key, row in wanted["groups"].items() if key[1] or key[0] != "total" or True}
    assert set(told) == {key for key, row in groups.items() if key[0] == "total" or row["received"] or row["finished"]}
    for key, row in told.items():
        assert {name: row[name] for name in groups[key]} == groups[key], key
        judged = groups[key]["judged"]
        assert row["on_time_share"] == (groups[key]["on_time"] / judged if judged else None)
        assert row["late_share"] == ((groups[key]["late"] + groups[key]["overdue"]) / judged if judged else None)
    for step in made.steps:
        names = ("count", "median_min", "p90_min", "working_count", "working_median_min", "working_p90_min")
        for name, value in zip(names, wanted["steps"][step["key"]], strict=True):
            assert step[name] == close(value), (step["key"], name)
    asked = [(row["returned_by"], row["proposed"], row["went_to"], row["count"]) for row in made.returns]
    assert {tuple(row[:3]): row[3] for row in asked} == dict(wanted["returns"])
    assert {(row["weekday"], row["hour"]): row["received"] for row in made.workload} == dict(wanted["workload"])
    for name in ("received", "finished"):
        assert {row["day"]: row[name] for row in made.days if row[name]} == dict(wanted[f"{name}_days"])


@settings(max_examples=30, deadline=None, suppress_health_check=QUIET)
@given(told=st.lists(cases(), min_size=5, max_size=25), caller=CALLERS, back=DAYS, length=DAYS)
@pytest.mark.timeout(300)
async def test_every_figure_is_what_its_formula_says(
    engine: AsyncEngine, told: list[Case], caller: Caller, back: int, length: int
) -> None:
    first = TODAY - timedelta(days=back)
    last = min(TODAY, first + timedelta(days=length))
    async with engine.connect() as conn:
        city = await found(conn)
        await write(conn, told)
        made = await figures(conn, caller, city, Asked(first, last), NOW)
        await conn.rollback()
    compare(made, expected(told, caller, first, last))


def numbers(made: Figures) -> list[tuple[str, str, int]]:
    """Every number of the document that stands for cases: its figure, the address of its rows, how many."""
    every = [*(one.key for one in COUNTS), "finished"]
    told = [(name, made.total["rows"], made.total[name]) for name in every]
    for rows in made.tables.values():
        told += [(name, row["rows"], row[name]) for row in rows for name in every if row[name]]
    for step in made.steps:
        told.append((step["figure"], step["rows"], step["count"]))
        told.append((f"{step['figure']}_working", step["rows"], step["working_count"]))
    told += [("returns", row["rows"], row["count"]) for row in made.returns]
    told += [("received", row["rows"], row["received"]) for row in made.workload]
    told += [(name, row["rows"], row[name]) for row in made.days for name in ("received", "finished") if row[name]]
    return told + [("hot_spot", row["rows"], row["count"]) for row in made.hot_spots["spots"]]


def read_back(address: str) -> Asked:
    """The address of rows as the door reads it."""
    values: dict[str, Any] = dict(parse_qsl(urlsplit(address).query))
    values["first"], values["last"] = (date.fromisoformat(values.pop(name)) for name in ("from", "to"))
    for name in ("hour", "weekday"):
        values.update({name: int(values[name])} if name in values else {})
    values.update({"day": date.fromisoformat(values["day"])} if "day" in values else {})
    return Asked(**values)


async def opened(conn: AsyncConnection, caller: Caller, city: City, figure: str, address: str) -> list[dict[str, Any]]:
    """All rows behind a number, page by page."""
    rows: list[dict[str, Any]] = []
    after = None
    while True:
        page = await rows_page(conn, caller, city, read_back(address), figure, NOW, after=after, limit=7)
        rows += page.rows
        if page.next is None:
            assert page.count == len(rows)
            return rows
        after = page.next


@settings(max_examples=8, deadline=None, suppress_health_check=QUIET)
@given(told=st.lists(cases(), min_size=6, max_size=16), caller=CALLERS)
@pytest.mark.timeout(300)
async def test_every_number_opens_exactly_its_rows(engine: AsyncEngine, told: list[Case], caller: Caller) -> None:
    async with engine.connect() as conn:
        city = await found(conn)
        await write(conn, told)
        await look_for_hot_spots(conn, city)
        made = await figures(conn, caller, city, Asked(TODAY - timedelta(days=20), TODAY), NOW)
        for figure, address, number in numbers(made):
            rows = await opened(conn, caller, city, figure, address)
            assert len({row["code"] for row in rows}) == len(rows) == number, (figure, address)
            if figure in CONDITIONS and figure.startswith("step_"):
                assert all(row["took_min"] >= 0 for row in rows)
        await conn.rollback()
