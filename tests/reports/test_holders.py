"""The clock of each agency that holds a case: handing it round resets nothing, and no time is counted twice."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.calendars import Calendar
from reports.holders import Hand, Holder, after, fields, holding, read
from reports.lifecycle import Command
from tests.reports.office import CITY, HANOI, level, local

ALWAYS = Calendar("Asia/Ho_Chi_Minh", (((0, 1440),),) * 7)
FOUR_HOURS = level(4, "working_hours", "dispatched")


def course(*steps: tuple[str, str, str], promise: object = FOUR_HOURS, calendar: Calendar = CITY) -> list[Holder]:
    """Holders after (command, agency, local time) one after the other."""
    held: list[Holder] = []
    for command, agency, at in steps:
        held = after(held, Hand(Command(command), agency, local(at), calendar, promise))  # type: ignore[arg-type]
        assert read([one.to_data() for one in held]) == held
    return held


def test_whoever_gets_the_case_back_goes_on_where_it_stopped() -> None:
    first = course(("dispatch", "roads", "2026-03-05T08:00"))
    assert fields(first)["holder_due_at"] == local("2026-03-05T14:00")
    bounced = course(
        ("dispatch", "roads", "2026-03-05T08:00"),
        ("return", "roads", "2026-03-05T09:00"),
        ("dispatch", "ward", "2026-03-05T10:00"),
        ("return", "ward", "2026-03-06T10:00"),
        ("dispatch", "roads", "2026-03-06T14:00"),
    )
    roads, ward = bounced
    # One hour was used, three are left; the day at the ward is the ward's.
    assert fields(bounced)["holder_due_at"] == local("2026-03-06T17:00")
    assert (roads.used, ward.used, ward.ended_by) == (timedelta(hours=1), timedelta(hours=7.5), "return")
    assert holding(bounced) is roads
    assert roads.clock is not None and roads.clock.started_at == local("2026-03-05T08:00")


def test_a_question_pauses_and_an_extension_extends() -> None:
    asked = (
        ("dispatch", "roads", "2026-03-05T08:00"),
        ("accept", "roads", "2026-03-05T08:30"),
        ("ask", "roads", "2026-03-05T09:00"),
    )
    assert fields(course(*asked))["holder_due_at"] is None
    answered = course(*asked, ("answer", "roads", "2026-03-05T16:00"))
    assert fields(answered)["holder_due_at"] == local("2026-03-06T09:30")
    held = after(
        answered, Hand(Command.EXTEND, "roads", local("2026-03-05T16:30"), CITY, until=local("2026-03-09T17:00"))
    )
    assert fields(held)["holder_due_at"] == local("2026-03-09T17:00")
    assert holding(held).used_until(local("2026-03-05T16:30"), CITY) == timedelta(hours=1.5)  # type: ignore[union-attr]


def test_a_promise_from_acceptance_waits_for_it() -> None:
    promise = level(2, "working_hours", "accepted")
    sent = course(("dispatch", "roads", "2026-03-05T08:00"), promise=promise)
    assert (fields(sent)["holder_due_at"], sent[0].clock.basis) == (None, "projected")  # type: ignore[union-attr]
    begun = after(sent, Hand(Command.ACCEPT, "roads", local("2026-03-05T10:00"), CITY, promise))
    assert fields(begun)["holder_due_at"] == local("2026-03-05T14:00")
    assert begun[0].accepted_at == local("2026-03-05T10:00")


def test_without_a_promise_the_time_is_counted_all_the_same() -> None:
    held = course(("dispatch", "roads", "2026-03-05T08:00"), ("resolve", "roads", "2026-03-05T14:30"), promise=None)
    assert (held[0].used, held[0].clock, fields(held)["holder_due_at"]) == (timedelta(hours=4.5), None, None)
    back = after(held, Hand(Command.SEND_BACK, "roads", local("2026-03-06T08:00"), CITY))
    assert (back[0].ended_at, back[0].used) == (None, timedelta(hours=4.5))


def test_commands_of_others_change_nothing() -> None:
    assert course(("verify", "roads", "2026-03-05T08:00"), ("accept", "roads", "2026-03-05T08:00")) == []
    assert (
        course(("dispatch", "roads", "2026-03-05T08:00"), ("claim", "roads", "2026-03-05T09:00"))[0].clock is not None
    )


ENDS = ("return", "recall", "resolve")
moves = st.lists(
    st.tuples(
        st.sampled_from(("dispatch-a", "dispatch-b", "accept", "ask", "answer", *ENDS, "send_back")),
        st.integers(1, 900),
    ),
    min_size=1,
    max_size=25,
)  # fmt: skip


@given(moves)
@settings(max_examples=150, deadline=None)
def test_time_used_is_the_time_held_whatever_the_course(steps: list[tuple[str, int]]) -> None:
    """Against a count of its own: minute by minute, who holds the case and whether a question is open."""
    promise, at = level(30, "working_hours", "dispatched"), datetime(2026, 3, 5, 8, tzinfo=HANOI)
    held: list[Holder] = []
    minutes: dict[str, int] = {}
    holder, asked, lead = None, False, "a"
    for name, wait in steps:
        command, _, agency = name.partition("-")
        if (command == "dispatch") == (holder is not None) or (command == "send_back" and holder is not None):
            continue
        if (command == "answer") != asked:
            continue
        lead = agency or lead
        held = after(held, Hand(Command(command), lead, at, ALWAYS, promise))
        if command in ("dispatch", "send_back"):
            holder = lead
        elif command in ENDS:
            holder = None
        asked = holder is not None and command == "ask"
        if holder is not None and not asked:
            minutes[holder] = minutes.get(holder, 0) + wait
        at += timedelta(minutes=wait)
        for one in held:
            used = one.used_until(at, ALWAYS)
            assert used == timedelta(minutes=minutes.get(one.agency, 0))
            if one.clock is not None and one.clock.basis == "running":
                assert one.clock.due_at == at + timedelta(hours=30) - used
