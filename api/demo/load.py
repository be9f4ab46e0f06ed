"""Load the demo city, once: configuration, accounts, and reports that lived through the real story with
past times.

Everything is written in one transaction under an advisory lock, so that a load that is killed leaves
nothing behind and the next one starts anew; only pictures may be in the store already, and they are drawn
to the same bytes again. That the city is there is read off what was written last: the newest report.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from pwdlib import PasswordHash
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from api.demo import city, crews, hot_spots
from api.demo.pictures import NAMES, Photo, attachment_id, draw_all
from api.demo.reading import DemoReport, Plan, read, reports
from api.demo.timeline import Step, timeline
from geo.places import CAP_M
from media.store import MediaStore
from reports import attachments, flow, hiding, journal
from reports.callers import SYSTEM, Caller
from reports.commands import ARGS
from reports.configuration import City
from reports.configuration import load as load_configuration
from reports.events import MediaReady
from reports.intake import Draft, look
from reports.lifecycle import Command
from reports.step import Request, Scene

RESIDENTS = 24
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('demo.load'))")
# Waiting for another load to finish is no dead lock, and a load takes longer than a request may.
_PATIENCE = (text("SET LOCAL lock_timeout = '60s'"), text("SET LOCAL statement_timeout = '60s'"))


class DemoRefused(Exception):
    """The demo city has accounts with a known password; it is never loaded where the environment is
    production.
    """


@dataclass(frozen=True, slots=True)
class Loaded:
    """What there is now. `fresh`: this call loaded it; else it was there and only the passwords were set."""

    fresh: bool
    reports: int
    steps: int
    pictures: int
    usernames: tuple[str, ...]


async def load(
    engine: AsyncEngine,
    store: MediaStore,
    now: datetime,
    password: str,
    *,
    environment: str = "demo",
    chosen: Sequence[DemoReport] | None = None,
) -> Loaded:
    """Load the city unless it is there, and set every demo account's password. `now`: aware.

    `chosen`: only these reports, for a small city; None for all. Raises DemoRefused in production and
    `city.NotADemoCity` for a database that holds another city.
    """
    wanted = reports() if chosen is None else chosen
    if environment == "production":
        raise DemoRefused(DemoRefused.__doc__)
    password_hash = await asyncio.to_thread(PasswordHash.recommended().hash, password)
    steps, photos = _plan(wanted, now), dict[UUID, Photo]()
    async with engine.connect() as conn:
        there = await is_loaded(conn, wanted)
        if not there:
            await city.check_ours(conn)
    if not there:
        photos = await draw_all(steps, store, _zone())
    async with engine.begin() as conn:
        for patience in _PATIENCE:
            await conn.execute(patience)
        await conn.execute(_LOCK)
        fresh = not await is_loaded(conn, wanted)
        if fresh:
            await city.found(conn, now)
        ids = await city.save_accounts(conn, password_hash)
        await city.name_readers(conn, now)
        if fresh:
            configuration = await load_configuration(conn)
            await _Run(conn, configuration, ids, photos).through(steps, now)
            await hot_spots.look(conn, configuration, now)
            await crews.send_out(conn, configuration, ids, now)
    return Loaded(fresh, len(wanted), len(steps) if fresh else 0, len(photos) if fresh else 0, tuple(ids))


async def set_passwords(engine: AsyncEngine, password: str, *, environment: str = "demo") -> tuple[str, ...]:
    """Give every demo account this password; the usernames. DemoRefused in production."""
    if environment == "production":
        raise DemoRefused(DemoRefused.__doc__)
    password_hash = await asyncio.to_thread(PasswordHash.recommended().hash, password)
    async with engine.begin() as conn:
        return tuple(await city.save_accounts(conn, password_hash))


async def is_loaded(conn: AsyncConnection, wanted: Sequence[DemoReport] | None = None) -> bool:
    """Whether the demo city is in this database: whether the newest of its reports is."""
    newest = min(wanted or reports(), key=lambda report: (report.minutes_ago is None, report.minutes_ago or 0))
    statement = text("SELECT EXISTS (SELECT FROM reporter WHERE device_id = :device AND key = :key)")
    facts = {"device": _device_of(newest), "key": _key_of(newest)}
    return bool((await conn.execute(statement, facts)).scalar_one())


def _zone() -> ZoneInfo:
    return ZoneInfo(read("calendar")["definition"]["zone"])


def _plan(wanted: Sequence[DemoReport], now: datetime) -> list[Step]:
    approvals = {row["code"]: row.get("approvals", 1) for row in read("categories")["categories"]}
    return timeline(wanted, approvals, now, _zone())


def _reasons(command: str) -> list[dict[str, Any]]:
    return [row for row in read("reasons")["reasons"] if row["command"] == command]


def _key_of(report: DemoReport) -> UUID:
    return uuid5(NAMES, report.slug)


def _device_of(report: DemoReport) -> UUID:
    return _device(Random(f"resident:{report.slug}").randrange(RESIDENTS))


def _device(number: int) -> UUID:
    return uuid5(NAMES, f"device:{number}")


@dataclass(slots=True)
class _Life:
    """A report as the load goes on."""

    code: str
    report_id: int
    lead: str | None
    due_at: datetime


class _Run:
    """The steps carried out one after the other through `reports.flow`, each at its own time."""

    def __init__(
        self, conn: AsyncConnection, configuration: City, ids: dict[str, str], photos: dict[UUID, Photo]
    ) -> None:
        self._conn, self._city, self._ids, self._photos = conn, configuration, ids, photos
        self._people = {account["username"]: account for account in city.accounts()}
        self._lives: dict[str, _Life] = {}

    async def through(self, steps: Sequence[Step], now: datetime) -> None:
        """All of them, in the order of time, and between them what was planned for hot spots."""
        await self._add_devices(steps[0].at)
        plans = hot_spots.moments(now)
        for step in steps:
            while plans and plans[0][0] <= step.at:
                await self._plan(*plans.pop(0))
            await (self._submit(step) if step.command == "submit" else self._perform(step))

    async def _add_devices(self, at: datetime) -> None:
        rows = [{"id": _device(number), "at": at - timedelta(days=1)} for number in range(RESIDENTS)]
        await self._conn.execute(
            text("INSERT INTO device (id, platform, locale, created_at) VALUES (:id, 'android', 'vi', :at)"),
            rows,
        )

    async def _plan(self, at: datetime, plan: Plan) -> None:
        if (life := self._lives.get(plan.report)) is not None:
            person = self._people[plan.by]
            caller = Caller("account", self._ids[plan.by], plan.by, person["name"], person["role"])
            scene = Scene(self._conn, self._city, caller, at, lambda attachment, variant: "")
            await hot_spots.carry_out(scene, plan, life.code)

    def _scene(self, step: Step) -> Scene:
        return Scene(self._conn, self._city, self._caller(step), step.at, lambda attachment, variant: "")

    def _caller(self, step: Step) -> Caller:
        if step.who == "system":
            return SYSTEM
        if step.who == "resident":
            return Caller("device", str(_device_of(step.report)))
        username = f"agency-{self._lives[step.report.slug].lead}" if step.who == "lead" else step.who
        person = self._people[username]
        name, role, agency = person["name"], person["role"], person["agency"]
        return Caller("account", self._ids[username], username, name, role, agency)

    async def _submit(self, step: Step) -> None:
        report, scene = step.report, self._scene(step)
        photo = self._photos.get(attachment_id(report, "before"))
        draft = Draft(
            category=report.category,
            lon=report.lon,
            lat=report.lat,
            key=_key_of(report),
            body_hash=hashlib.sha256(report.slug.encode()).digest(),
            accuracy_m=8.0 + len(report.slug) % 9,
            description=report.text,
            captured_at=step.at - timedelta(minutes=2),
            answers=report.answers or None,
            anonymous=report.anonymous,
            attachments=(photo.attachment,) if photo else (),
        )
        day = step.at.astimezone(_zone()).date()
        known = await look(self._conn, draft, by=scene.by, now=step.at, day=day, cap_m=CAP_M)
        sent = await flow.submit(scene, draft, known)
        self._remember(step, sent.report, sent.report_id)
        await self._settle(step, photo)

    async def _perform(self, step: Step) -> None:
        life, command = self._lives[step.report.slug], Command(step.command)
        photo = self._photos.get(attachment_id(step.report, "after")) if step.proof else None
        args = ARGS[command].model_validate(self._args(step, life))
        request = Request(command, life.code, args, photos=(photo.attachment,) if photo else ())
        self._remember(step, await flow.perform(self._scene(step), request), life.report_id)
        await self._settle(step, photo)

    def _args(self, step: Step, life: _Life) -> dict[str, Any]:
        """The arguments with what only the running load knows: codes, due times, pictures."""
        args = dict(step.args)
        if "into" in args:
            args["into"] = self._lives[args["into"]].code
        if "extend_days" in args:
            args["until"] = life.due_at + timedelta(days=args.pop("extend_days"))
        if step.command == "reject":
            suggested = {row["code"]: row["public_answer"] for row in _reasons("reject")}
            args["public_answer"] = suggested[args["reason"]]
        if step.release:
            sides = (attachment_id(step.report, "before"), attachment_id(step.report, "after"))
            args["public_media"] = [side for side in sides if side in self._photos]
        return args

    def _remember(self, step: Step, shown: dict[str, Any], report_id: int) -> None:
        before = self._lives.get(step.report.slug)
        due_at = datetime.fromisoformat(shown["due_at"]) if shown.get("due_at") else step.at
        # A resident is not told who will handle the case before it is dispatched; the last known lead stands.
        lead = shown.get("lead") or (before.lead if before else None)
        self._lives[step.report.slug] = _Life(shown["code"], report_id, lead, due_at)

    async def _settle(self, step: Step, photo: Photo | None) -> None:
        """Its copies were drawn with the photo, so it is ready at once, which is a fact like any other."""
        if photo is None:
            return
        picture, report_id = str(photo.attachment.id), self._lives[step.report.slug].report_id
        await attachments.settle(self._conn, picture, derivatives=photo.derivatives)
        at = step.at + timedelta(seconds=2)
        await journal.record(self._conn, [MediaReady(media=picture)], by=SYSTEM, at=at, report_id=report_id)
        # Drawn by this program, with nobody in it: there is nothing to look for, and the portal is full at once.
        found = await hiding.ready(self._conn, picture)
        scene = Scene(self._conn, self._city, SYSTEM, at, lambda attachment, variant: "")
        await hiding.keep(scene, found, hiding.checked([], at), photo.derivatives)
