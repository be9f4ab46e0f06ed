"""Bringing a layer of areas into the database: read, compare, tell the difference, and unless it is a dry
run, write it.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from psycopg.errors import LockNotAvailable
from sqlalchemy import bindparam, insert, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.area_reading import ImportOptions, Progress, check_kind, read_areas
from geo.areas import Change, Difference, Incoming, Refusal, Terms, Version, compare, inherited, joined
from geo.columns import as_shape, shape_value
from geo.folding import fold
from geo.models import Area
from geo.portions import in_portions
from geo.problems import BadImport
from geo.report import ImportReport
from geo.sentences import Sentence

_AREA = Area.__table__  # type: ignore[attr-defined]

# Two imports of one kind at a time would both compare with what was before either; the second waits and then
# compares with what the first left. Readers are not held up.
LOCK = text("SELECT pg_advisory_xact_lock(hashtext('geo.import_areas'))")


async def run_import(
    conn: AsyncConnection, path: Path, options: ImportOptions, now: datetime, progress: Progress | None = None
) -> ImportReport:
    """Import the file `path`; for `hientruong import-areas FILE`.

    `now` only gives the default of `valid_from`, so it should be in the city's own time zone. `progress(done,
    of)` is called from another thread. Raises BadFile when the file cannot be read and BadImport when it
    cannot be taken as asked; single bad features are refused in the report and hold up nobody else.
    """
    read = await asyncio.to_thread(read_areas, path, options, progress)
    return await import_read(conn, *read, options, now, path.name)


async def import_read(
    conn: AsyncConnection,
    features: Sequence[Incoming],
    refused: Sequence[Refusal],
    options: ImportOptions,
    now: datetime,
    name: str,
) -> ImportReport:
    """Import what `read_areas` found in the file of that name, as `run_import` does."""
    source = options.source if options.source is not None else name
    return await import_areas(
        conn,
        features,
        options.kind,
        options.valid_from or now.date(),
        source=source,
        official=options.official,
        dry_run=options.dry_run,
        close_missing=options.close_missing,
        correct=options.correct,
        within=options.within,
        refused=refused,
    )


async def import_areas(
    conn: AsyncConnection,
    features: Iterable[Incoming],
    kind: str,
    valid_from: date,
    *,
    source: str = "",
    official: bool = False,
    dry_run: bool = False,
    close_missing: bool = False,
    correct: bool = False,
    within: str | None = None,
    refused: Sequence[Refusal] = (),
) -> ImportReport:
    """Compare `features` with the stored areas of `kind` and, unless `dry_run`, make the new versions.

    `refused` are features that did not get this far; they appear in the report, and their areas do not count
    as missing. Waits for any other import as long as the connection waits for locks. Raises BadImport.
    """
    check_kind(kind)
    await _alone(conn)
    stored = await _stored(conn, kind, within)
    difference = await asyncio.to_thread(_differ, stored, features, refused, Terms(valid_from, official, correct))
    closed = _closable(difference, valid_from) if close_missing else []
    if not dry_run:
        await _write(conn, difference, kind, valid_from, source, official, within)
        await _close(conn, closed, valid_from)
    return ImportReport.of(difference, closed, kind=kind, valid_from=valid_from, source=source, dry_run=dry_run)


def _differ(
    stored: Sequence[Version], features: Iterable[Incoming], refused: Sequence[Refusal], terms: Terms
) -> Difference:
    single, ambiguous = joined(features)
    difference = compare(stored, single, terms)
    difference.refused = sorted([*refused, *ambiguous, *difference.refused], key=lambda refusal: refusal.number)
    known = {refusal.code for refusal in difference.refused}
    difference.missing = [version for version in difference.missing if version.code not in known]
    return difference


async def _alone(conn: AsyncConnection) -> None:
    try:
        await conn.execute(LOCK)
    except OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            raise BadImport(
                Sentence(
                    "Another import of areas is running; try again when it has ended.",
                    "Đang có một lần nạp địa bàn khác; thử lại khi lần ấy xong.",
                )
            ) from None
        raise


async def _stored(conn: AsyncConnection, kind: str, within: str | None) -> list[Version]:
    columns = [
        _AREA.c[name] for name in ("id", "code", "name", "name_en", "parent_code", "official", "valid_from", "valid_to")
    ]
    query = select(*columns, _AREA.c.geom).where(_AREA.c.kind == kind).order_by(_AREA.c.code, _AREA.c.valid_from)
    if within is not None:
        query = query.where(_AREA.c.parent_code == within)
    rows = (await conn.execute(query)).all()
    return await asyncio.to_thread(lambda: [Version(**{**row._mapping, "geom": as_shape(row.geom)}) for row in rows])


def _closable(difference: Difference, valid_from: date) -> list[Version]:
    if any(refusal.code is None for refusal in difference.refused):
        raise BadImport(
            Sentence(
                "Areas cannot be ended while a feature without a code is refused: it may be one of the missing.",
                "Không thể kết thúc địa bàn vắng mặt khi có đối tượng không mã bị từ chối: có thể chính là nó.",
            )
        )
    return [version for version in difference.missing if version.valid_from < valid_from]


async def _write(
    conn: AsyncConnection,
    difference: Difference,
    kind: str,
    valid_from: date,
    source: str,
    official: bool,
    within: str | None,
) -> None:
    same_for_all = {"kind": kind, "valid_from": valid_from, "source": source, "official": official}
    new_versions = [change for change in difference.changed if not change.correction]
    await _close(conn, [change.old for change in new_versions], valid_from)
    added = [(one, one.name_en, one.parent_code or within) for one in difference.added]
    for change in new_versions:
        said = inherited(change)
        added.append((change.new, said["name_en"], said["parent_code"]))
    for some in in_portions(added, lambda one: one[0].shape.polygons):
        # Writing the corners down takes a while, in which others want to be served.
        rows = await asyncio.to_thread(lambda: [_texts(*one) for one in some])  # noqa: B023 -- waited for at once
        await conn.execute(insert(_AREA), [{**row, **same_for_all} for row in rows])
    for change in difference.changed:
        if change.correction:
            await _rewrite(conn, change, source, official)


async def _rewrite(conn: AsyncConnection, change: Change, source: str, official: bool) -> None:
    values = {**_texts(change.new, **inherited(change)), "source": source, "official": official}
    await conn.execute(update(_AREA).where(_AREA.c.id == change.old.id).values(**values))


def _texts(feature: Incoming, name_en: str | None, parent_code: str | None) -> dict[str, Any]:
    return {
        "code": feature.code,
        "name": feature.name,
        "name_en": name_en,
        "parent_code": parent_code,
        "folded": fold(" ".join(filter(None, (feature.name, name_en)))),
        "geom": shape_value(feature.shape.polygons),
    }


async def _close(conn: AsyncConnection, versions: Sequence[Version], valid_to: date) -> None:
    if versions:
        statement = update(_AREA).where(_AREA.c.id == bindparam("of")).values(valid_to=bindparam("ends"))
        await conn.execute(statement, [{"of": version.id, "ends": valid_to} for version in versions])
