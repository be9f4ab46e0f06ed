"""The pure rules of alarms: what is raised, kept, cleared and escalated, whatever the order of things."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from reports import alarms
from reports.alarms import (
    Cause,
    Change,
    Clear,
    Escalate,
    Failing,
    Raise,
    Standing,
    Thresholds,
    Unread,
    Untouched,
    Waiting,
)
from tests.reports.office import CITY, local

T0 = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LIMITS = Thresholds(urgent_most=3)


def untouched(code: str, minutes: float) -> Untouched:
    return Untouched(code, T0 - minutes * MINUTE, "pothole", None, 107.0, 10.0)


subjects = st.sampled_from(["A", "B", "C", "D"])
steps = st.lists(st.tuples(st.frozensets(subjects), st.integers(0, 400), st.frozensets(subjects)), max_size=40)


@settings(max_examples=200, deadline=None)
@given(steps)
def test_whatever_happens_each_alarm_is_raised_once_goes_up_in_order_and_is_cleared_once(
    history: list[tuple[frozenset[str], int, frozenset[str]]],
) -> None:
    """A history: which causes are so at each look, after how many seconds, and whom people acknowledge after it."""
    now, standing, number = T0, dict[str, Standing](), 0
    for so, seconds, taken in history:
        now += timedelta(seconds=seconds)
        causes = [Cause("agency_silent", subject) for subject in sorted(so)]
        for move in alarms.decide(causes, standing.values(), now, T0, LIMITS):
            if isinstance(move, Raise):
                assert move.cause.subject not in standing
                number += 1
                standing[move.cause.subject] = Standing(number, 1, now, False, move.cause)
            elif isinstance(move, Clear):
                assert standing.pop(move.cause.subject).id == move.id
            elif isinstance(move, Escalate):
                (alarm,) = [one for one in standing.values() if one.id == move.id]
                assert not alarm.acknowledged and move.level == alarm.level + 1 <= alarms.TOP_LEVEL
                assert now - alarm.level_at >= LIMITS.escalate
                standing[alarm.cause.subject] = Standing(alarm.id, move.level, now, False, alarm.cause)
        assert set(standing) == set(so)
        for subject in taken & set(standing):
            alarm = standing[subject]
            standing[subject] = Standing(alarm.id, alarm.level, alarm.level_at, True, alarm.cause)


def test_looking_twice_at_the_same_changes_nothing() -> None:
    cause = Cause("storm", "A", ("A", "B"), 2)
    alarm = Standing(1, 1, T0, False, cause)
    assert alarms.decide([cause], [alarm], T0 + MINUTE, T0, LIMITS) == []
    grown = Cause("storm", "A", ("A", "B", "C"), 3)
    assert alarms.decide([grown], [alarm], T0 + MINUTE, T0, LIMITS) == [Change(1, grown)]


def test_time_in_which_nobody_looked_is_not_time_of_being_ignored() -> None:
    cause = Cause("storm", "A")
    alarm = Standing(1, 1, T0, False, cause)
    awake = T0 + timedelta(days=1)
    assert alarms.decide([cause], [alarm], awake, awake, LIMITS) == []
    assert alarms.decide([cause], [alarm], awake + 5 * MINUTE, awake, LIMITS) == [Escalate(1, "storm", 2)]


def test_the_oldest_urgent_reports_have_alarms_the_others_are_counted_and_move_up() -> None:
    waiting = [untouched(code, minutes) for code, minutes in zip("ABCDEF", (60, 50, 40, 30, 20, 10), strict=True)]
    causes = alarms.urgent(waiting, (), T0, LIMITS)
    assert [(one.subject, one.facts.get("more")) for one in causes] == [("A", 2), ("B", None), ("C", None)]
    kept = alarms.urgent(waiting[1:], {"B", "C"}, T0, LIMITS)
    assert [(one.subject, one.facts.get("more")) for one in kept] == [("B", 1), ("C", None), ("D", None)]
    # One that is older than all of them came back: what stands is not pushed out.
    again = alarms.urgent([untouched("Z", 90), *waiting], {"A", "B", "C"}, T0, LIMITS)
    assert [one.subject for one in again] == ["A", "B", "C"]


def test_an_agency_is_silent_in_working_time_only() -> None:
    friday = local("2026-11-20 16:00")

    def causes(now: str, count: int = 1, standing: tuple[str, ...] = (), accepted: str | None = None) -> list[str]:
        one = Waiting("roads", (("A", friday),), count, local(accepted) if accepted else None)
        found = alarms.silent([one], standing, local(now), CITY, Thresholds())
        return [str(cause.facts["why"]) for cause in found]

    assert causes("2026-11-23 08:00") == [], "an hour on Friday, half an hour on Monday"
    assert causes("2026-11-23 08:30", count=5) == ["stalled"]
    assert causes("2026-11-23 08:30", count=4) == []
    assert causes("2026-11-23 08:30", count=3, standing=("roads",)) == ["stalled"], "it stands until half is gone"
    assert causes("2026-11-23 08:30", count=2, standing=("roads",)) == []
    assert causes("2026-11-23 08:30", count=5, accepted="2026-11-23 08:00") == [], "it is at work"
    assert causes("2026-11-23 16:29") == []
    assert causes("2026-11-23 16:30") == ["late"]


def test_a_hand_over_is_stuck_when_it_fails_for_long_or_was_given_up_and_until_nothing_fails() -> None:
    def causes(*cases: tuple[float, bool], standing: tuple[str, ...] = (), awake: float = 600) -> list[Cause]:
        named = tuple((f"R{place}", T0 - minutes * MINUTE, dead) for place, (minutes, dead) in enumerate(cases))
        return alarms.stuck([Failing("power", named)], standing, T0, T0 - awake * MINUTE, Thresholds())

    assert causes((29, False)) == [] and causes() == [] and causes(standing=("power",)) == []
    (one,) = causes((30, False), (1, False))
    assert (one.kind, one.subject, one.reports, one.count, one.facts["dead"]) == (
        *("handover_stuck", "power", ("R0", "R1"), 2),
        0,
    )
    assert causes((1, True))[0].facts["dead"] == 1
    assert causes((1, False), standing=("power",)) != [], "one that got through in between is no recovery"
    assert causes((500, False), awake=1) == [], "just woken up: let it be tried"
    assert causes((500, True), awake=1) != []


def test_a_box_that_cannot_be_read_is_told_after_a_while_and_until_it_was_read() -> None:
    def causes(minutes: float, standing: tuple[str, ...] = (), awake: float = 600) -> list[Cause]:
        box = Unread(T0 - minutes * MINUTE, "away")
        return alarms.unread(box, standing, T0, T0 - awake * MINUTE, Thresholds())

    assert causes(14) == [] and alarms.unread(None, (alarms.MAILBOX,), T0, T0, Thresholds()) == []
    assert [(one.kind, one.subject, one.facts["why"]) for one in causes(15)] == [("mailbox_failing", "answers", "away")]
    assert causes(1, standing=(alarms.MAILBOX,)) != [], "it stands until the box was read"
    assert causes(500, awake=1) == [], "just woken up: let it be tried"


def test_unsealed_facts_with_hysteresis_and_after_a_sleep() -> None:
    old, limits = T0 - timedelta(seconds=15), Thresholds()
    assert alarms.unsealed(old, (), T0, T0 - MINUTE, limits) != []
    assert alarms.unsealed(T0 - timedelta(seconds=14), (), T0, T0 - MINUTE, limits) == []
    assert alarms.unsealed(T0 - timedelta(seconds=6), (alarms.SEALING,), T0, T0 - MINUTE, limits) != []
    assert alarms.unsealed(T0 - timedelta(seconds=4), (alarms.SEALING,), T0, T0 - MINUTE, limits) == []
    assert alarms.unsealed(T0 - timedelta(days=1), (), T0, T0, limits) == [], "just woken up: let the sealer begin"
    assert alarms.unsealed(None, (alarms.SEALING,), T0, T0 - MINUTE, limits) == []


def test_a_worker_is_missed_only_by_who_was_awake_itself() -> None:
    limits = Thresholds()
    assert alarms.unwatched(None, T0 - MINUTE, T0, limits) != []
    assert alarms.unwatched(T0 - timedelta(days=1), T0 - MINUTE / 2, T0, limits) == []
    assert alarms.unwatched(T0 - MINUTE / 2, T0 - timedelta(days=1), T0, limits) == []
    assert alarms.unwatched(T0 - MINUTE, T0 - timedelta(days=1), T0, limits) != []
