"""The statistics against a slow and obvious count in Python, over random small histories."""

import statistics as plain
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from portal.statistics import LEAST_TO_RANK, Figures, Statistics, statistics
from reports.measures import Period
from reports.models import Report
from tests.portal.conftest import Portal
from tests.portal.village import NOW, Wanted, found, settle

ZONE = "Asia/Ho_Chi_Minh"
AT_AGENCY = {"dispatched", "in_progress", "resolved", "published", "closed"}
OPEN = {"received", "verified", "dispatched", "in_progress", "resolved", "awaiting_resident"}


@dataclass(frozen=True)
class Case:
    """One report of a history; times in hours from the day of the village, `was_due` before the first extension."""

    state: str
    category: str
    lead: str
    area: str | None
    received: int
    took: int
    due: int
    paused: bool
    was_due: int | None
    rating: str | None
    returns: tuple[str, ...]
    proof: str = ""
    audit: str = ""

    @property
    def received_at(self) -> datetime:
        return NOW + timedelta(hours=self.received)

    @property
    def done_at(self) -> datetime:
        return self.received_at + timedelta(hours=self.took)

    @property
    def due_at(self) -> datetime:
        return self.received_at + timedelta(hours=self.due)

    @property
    def promised_at(self) -> datetime:
        return self.due_at if self.was_due is None else self.received_at + timedelta(hours=self.was_due)

    @property
    def resume(self) -> str | None:
        return "in_progress" if self.state == "awaiting_resident" else None


CASES = st.builds(
    Case,
    state=st.sampled_from([*sorted(OPEN), "published", "published", "closed", "rejected", "merged", "withdrawn"]),
    category=st.sampled_from(["road-pothole", "noise", "inner", "conduct"]),
    lead=st.sampled_from(["ward", "power"]),
    area=st.sampled_from(["26506", "26509", None]),
    received=st.integers(-2000, -1),
    took=st.integers(0, 500),
    due=st.integers(1, 500),
    paused=st.booleans(),
    was_due=st.none() | st.integers(1, 500),
    rating=st.sampled_from([None, "satisfied", "acceptable", "unsatisfied"]),
    returns=st.lists(st.sampled_from(["ward", "power"]), max_size=3).map(tuple),
    proof=st.sampled_from(["", "good", "fail", "let pass"]),
    audit=st.sampled_from(["", "drawn", "passed", "failed", "by hand"]),
)
PROOFS: dict[str, Any] = {
    "": None,
    "good": {"photos": 1, "worst": "warn"},
    "fail": {"photos": 1, "worst": "fail"},
    "let pass": {"photos": 1, "worst": "fail", "override": {"reason": "x"}},
}
AUDITS: dict[str, Any] = {
    "": None,
    "drawn": {"drawn_at": "x"},
    "passed": {"drawn_at": "x", "result": "passed"},
    "failed": {"earlier": [{"drawn_at": "x", "result": "failed"}]},
    "by hand": {"result": "failed"},
}


async def write(conn: AsyncConnection, place: int, case: Case) -> None:
    done = case.state in ("published", "closed")
    values: dict[str, Any] = {
        "code": f"CASE{place:05}",
        "state": case.state,
        "resume_state": case.resume,
        "category": case.category,
        "lead": case.lead,
        "lon": 107.0,
        "lat": 10.0,
        "area_code": case.area,
        "area_name": f"Phường {case.area}" if case.area else None,
        "received_at": case.received_at,
        "resolved_at": case.done_at if done else None,
        "published_at": case.done_at if done else None,
        "due_at": case.due_at,
        "due_basis": "paused" if case.paused else "running",
        "extensions": 0 if case.was_due is None else 1,
        "rating": {"rating": case.rating} if case.rating else None,
        "returns": [{"reason": "x", "agency": agency} for agency in case.returns] or None,
        "proof": PROOFS[case.proof],
        "audit": AUDITS[case.audit],
    }
    report_id = (await conn.execute(insert(Report).values(**values).returning(text("id")))).scalar_one()
    if case.was_due is not None:
        statement = """INSERT INTO journal (report_id, event, actor, data, audience, at)
            VALUES (:id, 'report.extended', '{}', jsonb_build_object('was_due', CAST(:was AS text)), 'reporter', :at)"""
        await conn.execute(
            text(statement), {"id": report_id, "was": case.promised_at.isoformat(), "at": case.received_at}
        )


def percentile(values: list[float], share: float) -> float | None:
    """The continuous percentile as SQL defines it: linear between the neighbours."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def counted(cases: list[Case], returned: int) -> dict[str, Any]:
    """The figures of some cases, each by its definition."""
    done = [case for case in cases if case.state in ("published", "closed")]
    hours = [(case.done_at - case.received_at) / timedelta(hours=1) for case in done]
    first = [case for case in done if case.done_at <= min(case.promised_at, case.due_at)]
    in_time = [case for case in done if case.done_at <= case.due_at]
    faces = [case.rating for case in done if case.rating]
    return {
        "received": len(cases),
        "done": len(done),
        "rejected": sum(case.state == "rejected" for case in cases),
        "open": sum(case.state in OPEN for case in cases),
        "overdue": sum(case.state in OPEN and not case.paused and case.due_at < NOW for case in cases),
        "on_time": len(first),
        "extended": len(in_time) - len(first),
        "late": len(done) - len(in_time),
        "median_h": plain.median(hours) if hours else None,
        "p90_h": percentile(hours, 0.9),
        "rated": len(faces),
        **{face: faces.count(face) for face in ("satisfied", "acceptable", "unsatisfied")},
        "returned": returned,
        "unproven": sum(case.proof != "good" for case in done),
        "overridden": sum(case.proof == "let pass" for case in done),
        "audited": sum(case.audit in ("passed", "failed") for case in done),
        "audit_failed": sum(case.audit == "failed" for case in done),
    }


def expected(cases: list[Case], period: Period) -> dict[tuple[str, str | None], dict[str, Any]]:
    """The figures of every row of every table."""
    there = ZoneInfo(ZONE)
    within = [
        case
        for case in cases
        if case.category in ("road-pothole", "noise") and case.state not in ("merged", "withdrawn")
        and (period.first is None or case.received_at.astimezone(there).date() >= period.first)
        and (period.last is None or case.received_at.astimezone(there).date() <= period.last)
    ]  # fmt: skip
    groups: dict[tuple[str, str | None], list[Case]] = defaultdict(list)
    groups["total", None] = []
    for case in within:
        groups["total", None].append(case)
        groups["categories", case.category].append(case)
        groups["months", f"{case.received_at.astimezone(there):%Y-%m}"].append(case)
        if case.area:
            groups["areas", case.area].append(case)
        if (case.resume or case.state) in AT_AGENCY:
            groups["agencies", case.lead].append(case)
    gave_back = [agency for case in within for agency in case.returns]
    return {
        (part, key): counted(
            members, gave_back.count(str(key)) if part == "agencies" else sum(len(case.returns) for case in members)
        )
        for (part, key), members in groups.items()
    }


def told(found_: Statistics) -> Iterator[tuple[tuple[str, str | None], Figures]]:
    yield ("total", None), found_.total
    for part, rows in found_.tables.items():
        for row in rows:
            yield (part, row.key), row


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    cases=st.lists(CASES, max_size=25),
    first=st.none() | st.integers(1, 90).map(lambda days: date(2026, 11, 20) - timedelta(days=days)),
    length=st.none() | st.integers(0, 60),
)
async def test_every_figure_is_what_its_formula_says(
    engine: AsyncEngine, cases: list[Case], first: date | None, length: int | None
) -> None:
    last = None if length is None else (first or date(2026, 9, 1)) + timedelta(days=length)
    period = Period(first, last)
    async with engine.connect() as conn:
        await found(conn)
        for place, case in enumerate(cases):
            await write(conn, place, case)
        whole = await statistics(conn, period, NOW, zone=ZONE)
        made = dict(told(whole))
        await conn.rollback()
    assert sum(pair.count for pair in whole.returns) == whole.total.returned
    wanted = expected(cases, period)
    assert set(made) == set(wanted)
    for where, figures in wanted.items():
        row = made[where]
        for name, value in figures.items():
            assert getattr(row, name) == (pytest.approx(value) if isinstance(value, float) else value), (where, name)
        judged = figures["done"] + figures["overdue"]
        for part in ("on_time", "extended", "late"):
            counts = figures["late"] + figures["overdue"] if part == "late" else figures[part]
            share = None if judged < LEAST_TO_RANK else pytest.approx(counts / judged)
            assert row.share(part) == share


def row(name: str, **figures: int) -> Figures:
    """A row of a table in which only these figures are not nought."""
    names = ("received", "done", "rejected", "open", "overdue", "on_time", "extended", "late", "rated", "satisfied",
             "acceptable", "unsatisfied", "returned")  # fmt: skip
    return Figures(name, name, median_h=None, p90_h=None, **{**dict.fromkeys(names, 0), **figures})


def test_few_cases_have_no_share_and_many_add_up() -> None:
    few = row("few", done=4, on_time=4)
    assert few.small and few.share("on_time") is None and few.as_json()["on_time_share"] is None
    many = row("many", done=7, on_time=3, extended=2, late=2, overdue=3)
    shares = [many.share("on_time"), many.share("extended"), many.share("late")]
    assert shares == [0.3, 0.2, 0.5] and not many.small
    assert row("x", done=9, rated=4, satisfied=4).satisfied_share is None
    assert row("x", done=10, rated=5, satisfied=4).satisfied_share == 0.8


def test_the_page_its_files_and_its_data_agree(portal: Portal) -> None:
    for place in range(6):
        portal.change(partial(settle, wanted=Wanted(f"DONE0000{place}", rating="satisfied")))
    late = Wanted("OPEN00000", state="in_progress", due=timedelta(hours=-1))
    portal.change(lambda conn: settle(conn, late))
    document = portal.client.get("/api/v1/public/statistics").json()
    assert document["total"]["received"] == 7 and document["least_to_rank"] == LEAST_TO_RANK
    # Now is after the village's day, so the open one is overdue.
    assert document["total"]["on_time_share"] == round(6 / 7, 4)
    page = portal.client.get("/statistics").text
    assert "85,7 %" in page and 'href="/?category=road-pothole"' in page and "/statistics/areas.csv" in page
    assert "85.7%" in portal.client.get("/statistics?lang=en").text
    rows = portal.client.get("/statistics/categories.csv").text.splitlines()
    assert rows[0].startswith("\ufeffkey,name,received") and rows[1].startswith("road-pothole,Ổ gà,7,6,")
    assert portal.client.get("/api/v1/public/statistics?from=2026-11-19").json()["total"]["received"] == 0
    assert "Không có phản ánh nào" in portal.client.get("/statistics?from=2030-01-01").text


@pytest.mark.parametrize(
    "query", ["from=x", "from=2026-02-30", "from=2026-05-02&to=2026-05-01", "to=9999-12-31", "from=0001-01-01"]
)
def test_a_strange_period_is_refused(portal: Portal, query: str) -> None:
    assert portal.client.get(f"/api/v1/public/statistics?{query}").status_code == 422
    assert portal.client.get(f"/statistics?{query}").status_code in (404, 422)
