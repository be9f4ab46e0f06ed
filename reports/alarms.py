"""When the center is alarmed, what keeps an alarm standing, whom it goes to, and when it is over. Pure.

    urgent_untouched  an urgent report that nobody has touched for `urgent`; every touch counts anew
    storm             many reports in one place and time (`reports.storms`)
    agency_silent     an agency has left a report unaccepted for `agency` of working time, or has `agency_waiting`
                      of them and has accepted nothing for `agency_stalled`
    handover_stuck    what is handed over to an agency's own system has failed for `handover`, or was given up
    mailbox_failing   the city's own mail box, where agencies' answers come in, cannot be read for `mailbox`
    feed_stale        facts wait unsealed for longer than `feed`, or no worker has looked for `worker`
    drill             an exercise; ends with its drill

What is so is a `Cause`. `decide` compares causes with the alarms that stand: a new cause is raised once, a standing
one kept, one that is gone cleared, and an alarm nobody acknowledges goes one level up after each `escalate`. Each rule
has its own hysteresis, so that nothing flutters at a threshold. Time during which nobody could look (the machine
slept, everything was down) does not count as being ignored: `awake_since`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from reports.calendars import MICROSECOND, Calendar
from reports.storms import Density, Sighting, Storm, extent, goes_on

Kind = Literal["urgent_untouched", "storm", "agency_silent", "handover_stuck", "mailbox_failing", "feed_stale", "drill"]
KINDS: tuple[Kind, ...] = get_args(Kind)
TOP_LEVEL = 3
# Subjects of feed_stale.
SEALING, WORKER = "sealing", "worker"
# The subject of mailbox_failing: there is one box.
MAILBOX = "answers"
MOST_REPORTS = 200
# Above this share of a storm one category, or one area, names it.
NAMING_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What the city finds alarming. `agency*` are working time, the others elapsed time.

    `urgent_most`: so many urgent reports have an alarm of their own; the others are counted and move up, so that a
    flood of them (or a day without operators) is not a flood of alarms.
    """

    urgent: timedelta = timedelta(minutes=15)
    urgent_most: int = 10
    agency: timedelta = timedelta(hours=8)
    agency_waiting: int = 5
    agency_stalled: timedelta = timedelta(hours=2)
    handover: timedelta = timedelta(minutes=30)
    mailbox: timedelta = timedelta(minutes=15)
    feed: timedelta = timedelta(seconds=15)
    worker: timedelta = timedelta(seconds=60)
    escalate: timedelta = timedelta(minutes=5)
    storm: Density = field(default_factory=Density)


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that is so now. `reports` are codes; `facts` are JSON values that the text is made of."""

    kind: Kind
    subject: str
    reports: tuple[str, ...] = ()
    count: int = 0
    category: str | None = None
    agency: str | None = None
    area: tuple[str, str] | None = None
    lon: float | None = None
    lat: float | None = None
    radius_m: float | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """An alarm that has been raised and not cleared, with the cause it was last seen to have."""

    id: int
    level: int
    level_at: datetime
    acknowledged: bool
    cause: Cause


@dataclass(frozen=True, slots=True)
class Untouched:
    """An urgent report before its dispatch that nobody holds; `since` it came, or was last touched."""

    code: str
    since: datetime
    category: str
    area: tuple[str, str] | None
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """What an agency has not accepted yet: the oldest of it by code and dispatch, how many there are, and when it last
    accepted anything.
    """

    agency: str
    dispatched: tuple[tuple[str, datetime], ...]
    count: int
    accepted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Failing:
    """Cases of an agency with a system of its own that do not get there: code, since when, whether it was given up."""

    agency: str
    cases: tuple[tuple[str, datetime, bool], ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """The city's mail box cannot be read `since` then; `why` in one word."""

    since: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Raise:
    """Make an alarm of a cause."""

    cause: Cause


@dataclass(frozen=True, slots=True)
class Change:
    """The alarm stands, and what it is about has changed."""

    id: int
    cause: Cause


@dataclass(frozen=True, slots=True)
class Escalate:
    """Nobody acknowledged it: up to this level."""

    id: int
    kind: Kind
    level: int


@dataclass(frozen=True, slots=True)
class Clear:
    """Its cause is gone."""

    id: int
    cause: Cause


Move = Raise | Change | Escalate | Clear


def urgent(
    untouched: Iterable[Untouched], standing: Collection[str], now: datetime, thresholds: Thresholds
) -> list[Cause]:
    """Urgent reports nobody has touched for too long: the oldest, and those that have an alarm already."""
    late = sorted(
        (one for one in untouched if now - one.since >= thresholds.urgent), key=lambda one: (one.since, one.code)
    )
    kept = [one for one in late if one.code in standing]
    room = max(0, thresholds.urgent_most - len(kept))
    chosen = {one.code for one in [*kept, *[one for one in late if one.code not in standing][:room]]}
    more = len(late) - len(chosen)
    causes: list[Cause] = []
    for one in late:
        if one.code in chosen:
            facts: dict[str, Any] = {"since": one.since.isoformat()}
            if more and not causes:
                facts["more"] = more
            causes.append(
                Cause(
                    "urgent_untouched", one.code, (one.code,), 1, one.category,
                    area=one.area, lon=one.lon, lat=one.lat, facts=facts,
                )
            )  # fmt: skip
    return causes


def silent(
    waiting: Iterable[Waiting], standing: Collection[str], now: datetime, calendar: Calendar, thresholds: Thresholds
) -> list[Cause]:
    """Agencies that do not take up what they were sent. One that has an alarm keeps it until it is down to half the
    number, or accepts something.
    """
    causes = []
    for one in waiting:
        if not one.dispatched:
            continue
        oldest = one.dispatched[0][1]
        least = -(-thresholds.agency_waiting // 2) if one.agency in standing else thresholds.agency_waiting
        heard = max(oldest, one.accepted_at) if one.accepted_at else oldest
        late = worked(oldest, now, calendar) >= thresholds.agency
        stalled = one.count >= least and worked(heard, now, calendar) >= thresholds.agency_stalled
        if late or stalled:
            codes = tuple(code for code, _ in one.dispatched)
            facts = {"since": oldest.isoformat(), "why": "late" if late else "stalled"}
            causes.append(Cause("agency_silent", one.agency, codes, one.count, agency=one.agency, facts=facts))
    return causes


def stuck(
    failing: Iterable[Failing],
    standing: Collection[str],
    now: datetime,
    awake_since: datetime,
    thresholds: Thresholds,
) -> list[Cause]:
    """Agencies whose system does not take what it is handed. One that has an alarm keeps it until nothing fails any
    more: a single message that got through between two failures is no recovery.
    """
    causes = []
    for one in failing:
        # While everything slept nobody tried; but what was given up was tried long enough.
        late = any(dead or now - max(since, awake_since) >= thresholds.handover for _, since, dead in one.cases)
        if one.cases and (late or one.agency in standing):
            codes = tuple(code for code, _, _ in one.cases)[:MOST_REPORTS]
            oldest = min(since for _, since, _ in one.cases)
            facts: dict[str, Any] = {"since": oldest.isoformat(), "dead": sum(dead for _, _, dead in one.cases)}
            causes.append(Cause("handover_stuck", one.agency, codes, len(one.cases), agency=one.agency, facts=facts))
    return causes


def unread(
    box: Unread | None, standing: Collection[str], now: datetime, awake_since: datetime, thresholds: Thresholds
) -> list[Cause]:
    """The mail box that cannot be read for too long; over when it was read, and not before."""
    if box is None or (MAILBOX not in standing and now - max(box.since, awake_since) < thresholds.mailbox):
        return []
    return [Cause("mailbox_failing", MAILBOX, facts={"since": box.since.isoformat(), "why": box.why})]


def worked(start: datetime, now: datetime, calendar: Calendar) -> timedelta:
    """The working time between two moments; zero when `now` is earlier."""
    if now <= start:
        return timedelta()
    return calendar.between(calendar.moment(start), calendar.moment(now)) * MICROSECOND


def unsealed(
    oldest: datetime | None, standing: Collection[str], now: datetime, awake_since: datetime, thresholds: Thresholds
) -> list[Cause]:
    """Facts that wait to be sealed, and so are on no screen; over when the oldest waits a third of the limit."""
    if oldest is None:
        return []
    limit = thresholds.feed / 3 if SEALING in standing else thresholds.feed
    if now - max(oldest, awake_since) < limit:
        return []
    return [Cause("feed_stale", SEALING, facts={"since": oldest.isoformat()})]


def unwatched(looked_at: datetime | None, awake_since: datetime, now: datetime, thresholds: Thresholds) -> list[Cause]:
    """No worker has looked for too long, as far as whoever asks has itself been awake."""
    last = max(looked_at, awake_since) if looked_at else awake_since
    if now - last < thresholds.worker:
        return []
    return [Cause("feed_stale", WORKER, facts={"since": (looked_at or awake_since).isoformat()})]


def storm(one: Storm, members: Sequence[Sighting], now: datetime, density: Density) -> Cause | None:
    """The cause a storm is while it goes on."""
    if not members or not goes_on(members, now, density):
        return None
    where = extent(members)
    newest = sorted(members, key=lambda member: (member.at, member.code), reverse=True)
    return Cause(
        "storm",
        one.subject,
        tuple(member.code for member in newest),
        len(members),
        category=_of_most([member.category for member in members]),
        area=_of_most([member.area for member in members]),
        lon=round(where.lon, 6),
        lat=round(where.lat, 6),
        radius_m=where.radius_m,
        facts={"since": min(member.at for member in members).isoformat()},
    )


def _of_most(values: Sequence[Any]) -> Any:
    """The value that most share; None when none has so large a share."""
    first = max(dict.fromkeys(values), key=values.count)
    return first if values.count(first) >= NAMING_SHARE * len(values) else None


def decide(
    causes: Iterable[Cause],
    standing: Iterable[Standing],
    now: datetime,
    awake_since: datetime,
    thresholds: Thresholds,
) -> list[Move]:
    """What is to be done: `causes` and `standing` of the same kinds, each cause once. Of the alarms that stay, those
    that nobody has acknowledged go up.
    """
    wanted = {(cause.kind, cause.subject): cause for cause in causes}
    moves: list[Move] = []
    for alarm in standing:
        cause = wanted.pop((alarm.cause.kind, alarm.cause.subject), None)
        if cause is None:
            moves.append(Clear(alarm.id, alarm.cause))
            continue
        if cause != alarm.cause:
            moves.append(Change(alarm.id, cause))
        moves += rise(alarm, now, awake_since, thresholds)
    return moves + [Raise(cause) for cause in wanted.values()]


def rise(alarm: Standing, now: datetime, awake_since: datetime, thresholds: Thresholds) -> list[Move]:
    """One level up for an alarm nobody has acknowledged for `escalate`, counted from its present level."""
    ignored = now - max(alarm.level_at, awake_since)
    if alarm.acknowledged or alarm.level >= TOP_LEVEL or ignored < thresholds.escalate:
        return []
    return [Escalate(alarm.id, alarm.cause.kind, alarm.level + 1)]
