"""Published versions of the configuration: what is in force, publishing, history, rolling back.

Everything here runs in the caller's transaction. Whoever publishes holds one lock to its end, so that of two at once
the second sees what the first made, and is told.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports import events, journal
from reports.administration.differences import difference
from reports.administration.documents import Document, document_of, filled, fingerprint
from reports.administration.finding import Finding
from reports.administration.findings import Surroundings, problems
from reports.administration.fixed_days import running_out, with_fixed_days
from reports.administration.surroundings import read_present, read_surroundings
from reports.administration.writing import write
from reports.callers import Caller
from reports.configuration import NoConfiguration, Tables
from reports.problems import NotFound, Outdated, Unpublishable

FOUND_NOTE = ""
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('configuration', 0))")
_HEAD = "n, hash, counter, note, base, rolled_back_to, found, published_at, username, name"
_NEWEST = text(f"SELECT {_HEAD}, document FROM configuration_version ORDER BY n DESC LIMIT 1")
_ALL = text(f"SELECT {_HEAD} FROM configuration_version ORDER BY n DESC LIMIT :limit")
_ONE = text(f"SELECT {_HEAD}, document FROM configuration_version WHERE n = :n")
_INSERT = text("""
INSERT INTO configuration_version
  (n, document, hash, counter, note, base, rolled_back_to, found, published_at, username, name)
VALUES (:n, CAST(:document AS jsonb), :hash, :counter, :note, :base, :rolled_back_to, :found, :at, :username, :name)
""")
MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class Version:
    """One version; `document` as it was published, which `filled` brings up to what the software knows today."""

    n: int
    hash: str
    counter: int
    note: str
    base: int | None
    rolled_back_to: int | None
    found: bool
    published_at: datetime
    username: str
    name: str
    document: Mapping[str, Any] | None = None

    def as_document(self) -> dict[str, Any]:
        """For screens and programs, without the configuration itself."""
        return {
            "version": self.n,
            "counter": self.counter,
            "hash": self.hash,
            "note": self.note,
            "base": self.base,
            "rolled_back_to": self.rolled_back_to,
            "found": self.found,
            "published_at": self.published_at.astimezone(UTC).isoformat(),
            "by": None if self.found else {"username": self.username, "name": self.name},
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """What is in force: the newest version, its document, and the tables it was read from."""

    version: Version
    document: Document
    present: Tables


async def lock(conn: AsyncConnection) -> None:
    """Nobody else changes the configuration until this transaction ends."""
    await conn.execute(_LOCK)


async def standing(conn: AsyncConnection, now: datetime) -> Standing:
    """The version in force. What was changed past this room (demo, commands, by hand) becomes a version of its own,
    marked as found, so that every version a draft can begin from is what the city had.
    """
    present = await read_present(conn)
    if not present["configuration"]:
        raise NoConfiguration(NoConfiguration.__doc__)
    document, newest = document_of(present), await _newest(conn)
    if newest is None or filled(newest.document or {}) != document:
        await lock(conn)
        present = await read_present(conn)
        document, newest = document_of(present), await _newest(conn)
        if newest is None or filled(newest.document or {}) != document:
            newest = await _keep(
                conn, document, present["configuration"][0]["version"], base=newest.n if newest else None, at=now
            )
    return Standing(newest, document, present)


async def _newest(conn: AsyncConnection) -> Version | None:
    row = (await conn.execute(_NEWEST)).mappings().one_or_none()
    return Version(**row) if row is not None else None


async def _keep(
    conn: AsyncConnection,
    document: Document,
    counter: int,
    *,
    base: int | None,
    at: datetime,
    by: Caller | None = None,
    note: str = FOUND_NOTE,
    rolled_back_to: int | None = None,
) -> Version:
    facts = {
        "n": (base or 0) + 1,
        "hash": fingerprint(document),
        "counter": counter,
        "note": note,
        "base": base,
        "rolled_back_to": rolled_back_to,
        "found": by is None,
        "username": by.username if by else "",
        "name": by.name if by else "",
    }
    await conn.execute(_INSERT, {**facts, "at": at, "document": orjson.dumps(document).decode()})
    return Version(**facts, published_at=at, document=document)  # type: ignore[arg-type]


async def publish(
    conn: AsyncConnection,
    document: Mapping[str, Any],
    *,
    base: int,
    note: str,
    by: Caller,
    now: datetime,
    rolled_back_to: int | None = None,
) -> Version:
    """Put the document in force as the next version, with the public holidays its calendars lack; the one in force when
    nothing would change.

    Outdated when another version was published since `base`, with what it changed; Unpublishable with the findings
    when some are grave. `now` is aware, in the city's zone.
    """
    await lock(conn)
    before = await standing(conn, now)
    if before.version.n != base:
        raise Outdated(
            f"Version {before.version.n} is in force; this was made from version {base}.",
            base=base,
            version=before.version.n,
            difference=await since(conn, base, before),
        )
    grave = [finding for finding in await judged(conn, document, before.present, now, by) if finding.grave]
    if grave:
        raise Unpublishable(
            *((_place(finding), str(finding.as_document()["detail"])) for finding in grave),
            problems=[finding.as_document() for finding in grave],
        )
    whole = published(document, now)
    changes = difference(before.document, whole)
    if not changes:
        return before.version
    counter = await write(conn, whole, before.present, now)
    version = await _keep(conn, whole, counter, base=base, at=now, by=by, note=note, rolled_back_to=rolled_back_to)
    fact = events.ConfigurationPublished(
        configuration=version.n, base=base, note=note, changes=len(changes), rolled_back_to=rolled_back_to
    )
    await journal.record(conn, [fact], by=by, at=now)
    return version


def published(document: Mapping[str, Any], now: datetime) -> Document:
    """The document as publishing it now would put it in force."""
    return with_fixed_days(filled(document), now.date())


def warnings(before: Standing, now: datetime) -> list[Finding]:
    """What administrators should see to although nobody changes anything: calendars whose holidays run out."""
    return list(running_out(before.document, now.date()))


def _place(finding: Finding) -> str:
    return f"/{finding.section}" + (f"/{finding.code}" if finding.code is not None else "") + finding.pointer


async def judged(
    conn: AsyncConnection, document: Mapping[str, Any], present: Tables, now: datetime, by: Caller
) -> list[Finding]:
    """What is wrong with the document, as of today."""
    around = await read_surroundings(conn, present, now.date(), by)
    # Rules of a large city against all its areas take a second, in which others want to be served.
    return await asyncio.to_thread(_problems, document, around, now)


def _problems(document: Mapping[str, Any], around: Surroundings, now: datetime) -> list[Finding]:
    found = problems(document, around)
    # What is missing and will be written with it is nothing to warn of.
    written = published(document, now) if any(one.kind == "holidays-to-write" for one in found) else None
    left = {one.code for one in running_out(written, now.date())} if written is not None else set()
    return [one for one in found if one.kind != "holidays-to-write" or one.code in left]


async def since(conn: AsyncConnection, base: int, before: Standing) -> list[dict[str, Any]]:
    """What changed from version `base` to the one in force."""
    return difference((await version(conn, base)).document or {}, before.document)


async def version(conn: AsyncConnection, n: int) -> Version:
    """One version with its document; NotFound for one that there never was."""
    row = (await conn.execute(_ONE, {"n": n})).mappings().one_or_none() if 0 < n < 2**31 else None
    if row is None:
        raise NotFound
    return Version(**row)


async def history(conn: AsyncConnection, now: datetime) -> list[Version]:
    """All versions, the newest first, without their documents; at most `MOST_LISTED`."""
    await standing(conn, now)
    return [Version(**row) for row in (await conn.execute(_ALL, {"limit": MOST_LISTED})).mappings()]


async def roll_back(conn: AsyncConnection, n: int, *, base: int, note: str, by: Caller, now: datetime) -> Version:
    """Put version `n` in force again, as a new version. Reports keep route, area and due time they were given."""
    older = await version(conn, n)
    return await publish(
        conn, filled(older.document or {}), base=base, note=note, by=by, now=now, rolled_back_to=older.n
    )
