"""Whatever the hour of the load, the past it makes is a possible one."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from api.demo.reading import read, reports
from api.demo.timeline import CLOSES, OPENS, Step, timeline
from reports.lifecycle import EDGES, REMEMBERED, SAME, State

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CATEGORIES = {row["code"]: row for row in read("categories")["categories"]}
APPROVALS = {code: row.get("approvals", 1) for code, row in CATEGORIES.items()}
moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))


def at(now: datetime) -> list[Step]:
    return timeline(reports(), APPROVALS, now, ZONE)


@given(moments)
@settings(max_examples=150, deadline=None)
def test_steps_are_in_order_past_and_end_with_the_newest_report(now: datetime) -> None:
    steps = at(now)
    assert all(one.at <= two.at for one, two in pairwise(steps))
    assert steps[-1].command == "submit" and steps[-1].at == now - timedelta(minutes=4)
    assert now - steps[0].at < timedelta(days=60)


@given(moments)
@settings(max_examples=20, deadline=None)
def test_every_story_is_a_way_through_the_transition_table(now: datetime) -> None:
    where: dict[str, str] = {}
    given_approvals: dict[str, int] = {}
    for step in at(now):
        slug, category = step.report.slug, CATEGORIES[step.report.category]
        if step.command == "submit":
            assert slug not in where
            where[slug] = State.RECEIVED
            continue
        approvals, lane = APPROVALS[category["code"]], category.get("lane", "standard")
        (edge,) = [
            edge
            for edge in EDGES
            if (edge.source, edge.command) == (where[slug], step.command)
            and edge.lane in (None, lane)
            and edge.approvals in (None, approvals)
            and not edge.again
        ]
        assert edge.target != REMEMBERED
        if step.command == "approve":
            given_approvals[slug] = given_approvals.get(slug, 0) + 1
            if given_approvals[slug] < approvals:
                continue
        if edge.target != SAME:
            where[slug] = edge.target
        if step.command == "merge":
            assert where[step.args["into"]] == State.RECEIVED
    ends = {story: {where[r.slug] for r in reports() if r.story == story} for story in ("closed", "merged", "extended")}
    assert ends == {"closed": {"closed"}, "merged": {"merged"}, "extended": {"in_progress"}}


def test_agencies_keep_office_hours_unless_it_is_urgent() -> None:
    for step in at(datetime(2026, 11, 20, 3, tzinfo=UTC)):
        if step.who == "lead" and step.report.urgency == "normal":
            here = step.at.astimezone(ZONE).time()
            assert here >= OPENS and here.hour < 18, step
    assert CLOSES.hour == 16


def test_the_same_present_has_the_same_past() -> None:
    now = datetime(2026, 11, 20, 3, tzinfo=UTC)
    assert at(now) == at(now)
