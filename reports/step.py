"""One step of the story: lock, check, decide, change, record. `flow` tells the steps; this is their shape."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Table, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reports import answers, holders, journal, rows
from reports.access import Standing, may, may_ever, may_see
from reports.attachments import NewAttachment
from reports.callers import CENTER_ROLES, Caller
from reports.clocks import Clock, ServiceLevel
from reports.commands import Args
from reports.configuration import CategoryRules, City
from reports.events import Event, ReportLeadMoved
from reports.lifecycle import REMEMBERED, SAME, UNVERSIONED, Command, Edge, State, edge_for
from reports.models import Report
from reports.problems import Held, NotAllowed, NotFound, NotNow, Stale
from reports.promise import Promise, clock_of, telling_due
from reports.proposing import promised
from reports.views import Address, Listener, after_of, report_object


@dataclass(frozen=True, slots=True)
class Scene:
    """Where and when a step happens: the transaction, the city's configuration, the moment, who acts.

    `lease`: how long a claim holds without heartbeat. `address` makes the signed addresses of pictures.
    """

    conn: AsyncConnection
    city: City
    by: Caller
    now: datetime
    address: Address
    lease: timedelta = timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class Request:
    """One command as it was asked for. `version`: the one the asker believes in; `key`: makes asking again harmless.

    `photos`: the media of `resolve`, `answer` or `reopen`, judged before the transaction began.
    """

    command: Command
    code: str
    args: Args
    version: int | None = None
    key: str | None = None
    photos: tuple[NewAttachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What a decision may look at."""

    scene: Scene
    request: Request
    row: dict[str, Any]
    edge: Edge
    category: CategoryRules
    clock: Clock

    @property
    def now(self) -> datetime:
        """The moment of the step."""
        return self.scene.now

    @property
    def by(self) -> Caller:
        """Who acts."""
        return self.scene.by


@dataclass(frozen=True, slots=True)
class Change:
    """What a decision changes, and the facts it makes true. `clock` and `promised` None: as the edge says.

    `clock`: the same promise with another due time; `promised`: another promise.
    """

    event: Event | None
    fields: dict[str, Any] = field(default_factory=dict)
    also: tuple[Event, ...] = ()
    clock: Clock | None = None
    promised: "Promised | None" = None
    target: State | None = None
    beside: tuple["Beside", ...] = ()


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise given anew: its level, and its clock that counts from `base`."""

    level: ServiceLevel
    clock: Clock
    base: datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """What a decision changes on another report, locked with the first, and the facts there. Versions stay: nobody gave
    that report a command.
    """

    row: dict[str, Any]
    events: tuple[Event, ...]
    fields: dict[str, Any] = field(default_factory=dict)


def listener_for(caller: Caller) -> Listener:
    """How much of a report this caller reads."""
    if caller.kind == "device":
        return "reporter"
    return "agency" if caller.role == "agency" else "center"


def shown(scene: Scene, row: dict[str, Any]) -> dict[str, Any]:
    """The report object as the acting person sees it."""
    listener = listener_for(scene.by)
    return report_object(row, city=scene.city, listener=listener, address=scene.address, now=scene.now)


# Commands by which a group changes, or that a member gives while the lead may move on.
_IN_GROUPS = (Command.MERGE, Command.UNMERGE, Command.WITHDRAW, Command.RATE)


async def begin(scene: Scene, request: Request, *others: str) -> Step:
    """Lock the report, with `others` and their groups where the command concerns them, and check everything that does
    not depend on the command's own arguments.

    Order: unseen (404), not yours to do (403), held, stale, not in this state (409).
    """
    if request.command in _IN_GROUPS:
        row = await rows.lock_group(scene.conn, request.code, *others)
    else:
        row = await rows.lock(scene.conn, request.code)
    if row is None:
        raise NotFound
    standing = await rows.standing(scene.conn, row, scene.by, scene.city)
    _check_access(scene, request.command, standing)
    try:
        _check_held(scene, request.command, row)
        _check_version(request, row)
        edge, category = _arrow(scene, request.command, row)
    except (Held, Stale, NotNow) as conflict:
        conflict.report = shown(scene, row)
        raise
    allowed = may(scene.by, edge, standing)
    if allowed is not True:
        raise NotAllowed(allowed)
    return Step(scene, request, row, edge, category, clock_of(row))


def _check_access(scene: Scene, command: Command, standing: Standing) -> None:
    if may_see(scene.by, standing) is not True:
        raise NotFound
    allowed = may_ever(scene.by, command, standing)
    if allowed is not True:
        raise NotAllowed(allowed)


def _check_held(scene: Scene, command: Command, row: dict[str, Any]) -> None:
    holder, by = row["claimed_by"], scene.by
    if command == Command.TAKE_OVER or by.role not in CENTER_ROLES:
        return
    if holder is not None and holder != by.username and row["claimed_until"] > scene.now:
        raise Held(f"{row['claimed_name']} is working on this report.")


def _check_version(request: Request, row: dict[str, Any]) -> None:
    if request.version is not None and request.version != row["version"]:
        raise Stale(f"You saw version {request.version}; it is at version {row['version']} now.")


def _arrow(scene: Scene, command: Command, row: dict[str, Any]) -> tuple[Edge, CategoryRules]:
    category = scene.city.rules_of(row["category"])
    again = scene.by.kind == "device" and owes_another_try(row, category)
    edge = edge_for(State(row["state"]), command, lane=category.lane, approvals=category.approvals, again=again)
    if edge is None:
        raise NotNow(f"{command.value} is not possible while the report is {row['state']}.")
    return edge, category


def owes_another_try(row: dict[str, Any], category: CategoryRules) -> bool:
    """Whether the agency gets a published case back from an unhappy reporter: the city has set a clock for that."""
    unhappy = (row["rating"] or {}).get("rating") == "unsatisfied"
    return unhappy and bool(category.second_chance) and row["lead"] is not None


def not_now(step: Step, detail: str) -> NotNow:
    """The refusal of a decision, with the report as it is."""
    problem = NotNow(detail)
    problem.report = shown(step.scene, step.row)
    return problem


async def take(step: Step, change: Change) -> dict[str, Any]:
    """Carry out a decision: the only place where a report's state changes. Returns the row as it is now."""
    row, scene = step.row, step.scene
    state = change.target or _target(step)
    fields = {**change.fields, **_clock_after(step, change), **_holders_after(step, change)}
    if state is not None and state != row["state"]:
        fields["state"] = state
    if step.edge.ends_claim:
        fields.update(claimed_by=None, claimed_name=None, claimed_until=None)
    if step.edge.command not in UNVERSIONED:
        fields["version"] = row["version"] + 1
    facts = [event for event in (change.event, *change.also) if event]
    after = await _write(scene, row, fields, facts)
    for other in change.beside:
        await _write(scene, other.row, other.fields, other.events)
    await tell_followers(scene, after, facts)
    return (await rows.by_code(scene.conn, row["code"]) or after) if change.beside else after


async def _write(scene: Scene, row: dict[str, Any], fields: dict[str, Any], facts: Sequence[Event]) -> dict[str, Any]:
    events = telling_due(row, fields, facts, scene.city.version)
    if fields.get("state", row["state"]) != row["state"]:
        fields = {**fields, "state_since": scene.now}
    columns = {name: value for name, value in fields.items() if name in _REPORT.c}
    if columns:
        await scene.conn.execute(update(_REPORT).where(_REPORT.c.id == row["id"]).values(**columns))
    after = {**row, **fields}
    await note(scene, before=row, row=after, events=events)
    return after


# What reporters of merged reports see of their lead: where it is and until when.
_FOLLOWERS_HEAR = frozenset(
    f"report.{fact}"
    for fact in ("dispatched", "recalled", "accepted", "returned", "extended", "published", "closed", "rejected")
) | {"report.reopened"}


async def tell_followers(scene: Scene, lead: dict[str, Any], facts: Sequence[Event]) -> None:
    """Each report merged into `lead` gets an entry of its own, so that its page and its timeline move along."""
    heard = [fact for fact in facts if fact.name in _FOLLOWERS_HEAR]
    if not heard or lead["reporter_count"] == 1:
        return
    agency = lead["lead"] if lead["involved"] else None
    told = [ReportLeadMoved(event=fact.name, agency=agency, until=getattr(fact, "until", None)) for fact in heard]
    for one in await rows.followers(scene.conn, lead["id"]):
        await note(scene, before=one, row=one, events=told)


_REPORT: Table = Report.__table__  # type: ignore[attr-defined]


async def note(
    scene: Scene,
    *,
    before: dict[str, Any],
    row: dict[str, Any],
    events: Sequence[Event],
    agencies: Sequence[str] | None = None,
) -> None:
    """Record facts about a report as it now is; the agencies of before and after both hear them, or only `agencies`."""
    if events:
        await journal.record(
            scene.conn,
            events,
            by=scene.by,
            at=scene.now,
            report_id=row["id"],
            after=after_of(row),
            agencies=sorted({*_agencies_of(before), *_agencies_of(row)} if agencies is None else agencies),
            version=row["version"],
        )


def _agencies_of(row: dict[str, Any]) -> list[str]:
    """The agencies that see the report: those of the case, and those that are to look at the scene."""
    return [*row["involved"], *(row["checking"] or ())]


def _target(step: Step) -> State | None:
    target = step.edge.target
    if target == REMEMBERED:
        return State(step.row["resume_state"])
    return None if target == SAME else State(target)


def _clock_after(step: Step, change: Change) -> dict[str, Any]:
    """The fields of the clock after the decision; none where it leaves the clock alone."""
    promise = Promise.of(step.row, step.scene.city)
    if change.promised is not None:
        return promise.at(change.promised.level).given(change.promised.clock, change.promised.base, step.row["due_cap"])
    if change.clock is not None:
        return promise.moved(step.row, change.clock, step.now)
    effect, clock, now, calendar = step.edge.clock, step.clock, step.now, promise.calendar
    level = promise.level
    if effect == "start" and level.starts == ("dispatched" if step.edge.command == Command.DISPATCH else "accepted"):
        if clock.started_at is not None:
            return {}
        return promise.given(clock.start(now, level, calendar), now, step.row["due_cap"])
    if effect == "pause":
        return promise.moved(step.row, clock.pause(now, level, calendar), now)
    if effect == "resume":
        return promise.moved(step.row, clock.resume(now, level, calendar), now)
    if effect == "restart":
        return {**_again(step, promise), "overdue_noted_at": None}
    return {}


def _again(step: Step, promise: Promise) -> dict[str, Any]:
    """The promise of a case that is opened again: of its second chance when a result was disputed."""
    urgency = step.row["urgency"]
    disputed = step.row["state"] != State.REJECTED
    level = step.category.second_level(urgency) if disputed else promised(step.category, urgency, step.row["route"])
    return promise.at(level).given(Clock.project(step.now, level, promise.calendar), step.now)


def _holders_after(step: Step, change: Change) -> dict[str, Any]:
    """The clocks of those who hold the case, after the decision."""
    row, city = step.row, step.scene.city
    held, command, again = holders.read(row["holders"]), step.edge.command, bool(step.edge.again)
    present = holders.holding(held)
    dispatched = change.fields.get("lead") if command == Command.DISPATCH else row["lead"]
    agency = present.agency if present is not None else dispatched
    hand = holders.Hand(
        Command.DISPATCH if again else command, agency, step.now, city.calendar_of(agency),
        step.category.holder_level(row["urgency"]), row["reopenings"] + again,
        change.clock.due_at if change.clock else None,
    )  # fmt: skip
    now_held = holders.after(held, hand)
    return holders.fields(now_held) if now_held != held else {}


async def earlier_answer(scene: Scene, request: Request) -> dict[str, Any] | None:
    """The first answer to this key, or None when this is the first time; waits for a twin that is under way."""
    if request.key is None:
        return None
    body = f"{request.command}|{request.code}|{request.args.model_dump_json()}"
    body_hash = hashlib.sha256(body.encode()).digest()
    return await answers.earlier(scene.conn, scene.by.key, request.key, body_hash, scene.now)


async def remember_answer(scene: Scene, request: Request, answer: dict[str, Any]) -> None:
    """Keep the answer for the next time this key is used."""
    if request.key is not None:
        await answers.remember(scene.conn, scene.by.key, request.key, answer)


def as_ids(values: Sequence[UUID]) -> list[str]:
    """UUIDs as the text the row keeps."""
    return [str(value) for value in values]
