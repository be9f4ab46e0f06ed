"""Whether a picture was used before in the city: the very file, or one that looks like it, however it was held.

A copy that was turned or mirrored is known by its fingerprints in the seven other ways, which were taken with it; what
was used before is kept upright only. A film is known by any of its pictures, and is surely the same only by several.
docs/adr/0017-duplicates.md and 0033-proof.md have the reasons.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from media.fingerprint import UPRIGHT, WAYS, Way
from reports import film_frames, near_prints, same_film
from reports.alike import SAME_PICTURE_BITS, fingerprint


@dataclass(frozen=True, slots=True)
class Used:
    """An earlier use of a picture. `distance`: differing bits of the fingerprints, 0 for the very file; `way`: how the
    earlier one was moved to become this. `scenes`: of two films, how many they have in common, None otherwise;
    `unsure`: too few to be the same film for certain.
    """

    attachment_id: str
    report: str
    role: str
    own: bool
    same_file: bool
    distance: int
    at: datetime
    way: Way = UPRIGHT
    scenes: int | None = None
    unsure: bool = False

    def as_warning(self) -> dict[str, Any]:
        """As it is kept with the picture; how it was moved only where it was."""
        moved = {"turned": self.way.turned, "mirrored": self.way.mirrored} if self.way != UPRIGHT else {}
        return {
            "code": USED_BEFORE,
            "detail": self.report,
            "report": self.report,
            "role": self.role,
            "distance": self.distance,
            "same_file": self.same_file,
            "own": self.own,
            **moved,
            **({"scenes": self.scenes} if self.scenes is not None else {}),
            **({"unsure": True} if self.unsure else {}),
        }


USED_BEFORE = "used-before"
MOST_TOLD, MOST_LOOKED_AT = 3, 20
# Turned or mirrored, a film is asked for by so many of its pictures: a few of a copy are enough.
MOST_TURNED = 24
# Two jobs that finish at once must not miss each other: the second asks when the first has committed.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('hientruong used-before'))")
_MINE = text("""
SELECT id, sha256, phash, phash_ways, kind, created_at FROM attachment WHERE id = CAST(:id AS uuid)
""")
_HEARD = text("SELECT CAST(pg_current_snapshot() AS text)")
# The database itself writes into `came` which transaction brought a file or its fingerprint. What a look could not see
# is what came by a transaction that its snapshot does not hold, whatever else that transaction did or left. Numbers
# beyond the newest are of another machine, whose copy this database was restored from.
_SINCE = """
came >= CAST(CAST(pg_snapshot_xmin(CAST(:heard AS pg_snapshot)) AS text) AS bigint)
  AND came < CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint)
  AND NOT pg_visible_in_snapshot(CAST(CAST(came AS text) AS xid8), CAST(:heard AS pg_snapshot))
"""
_CAME_SINCE = text(f"""
SELECT sha256, phash FROM attachment WHERE {_SINCE} AND id <> ALL(CAST(:mine AS uuid[]))
UNION SELECT NULL, phash_inner FROM attachment WHERE {_SINCE} AND id <> ALL(CAST(:mine AS uuid[]))
UNION SELECT NULL, phash FROM film_frame WHERE {_SINCE} AND attachment_id <> ALL(CAST(:mine AS uuid[]))
LIMIT :most
""")
_MOST_CAME = 500
# Of the restricted lane nothing is told to a report of another category, not even that it exists: its readers are
# others. One that already names this report is not told back: one of two uses is the first.
_USED = text(f"""
WITH near AS MATERIALIZED (
  {near_prints.NEAR_IN_FILMS}
), alike AS MATERIALIZED (
  SELECT same.id, NULL AS phash, 0 AS distance FROM attachment m JOIN attachment same ON same.sha256 = m.sha256
  WHERE m.id = CAST(:id AS uuid) AND m.sha256 <> ''
  UNION ALL
  SELECT id, phash, distance FROM near
)
SELECT a.id, a.kind, r.code, a.role, r.id = m.report_id AS own, a.sha256 = m.sha256 AS same_file, a.created_at,
       alike.phash, alike.distance
FROM attachment m JOIN report mr ON mr.id = m.report_id JOIN category mc ON mc.code = mr.category
  CROSS JOIN alike JOIN attachment a ON a.id = alike.id
  JOIN report r ON r.id = a.report_id JOIN category c ON c.code = r.category
WHERE m.id = CAST(:id AS uuid) AND a.id <> m.id AND a.state NOT IN ('refused', 'expected') AND r.state <> 'withdrawn'
  AND (a.sha256 <> m.sha256 OR alike.phash IS NULL)
  AND (c.lane <> 'restricted' OR c.code = mc.code)
  AND (r.id <> m.report_id OR (m.role = 'proof' AND a.role = 'report'))
  AND NOT coalesce(a.warnings, '[]')
        @> jsonb_build_array(jsonb_build_object('code', CAST(:code AS text), 'report', mr.code))
ORDER BY same_file DESC, distance, a.created_at, a.id LIMIT :most
""")


@dataclass(frozen=True, slots=True)
class _File:
    """A file that is compared. `ways`: its fingerprints, or those of its pictures, each by the way it is held."""

    id: str
    sha256: str
    at: datetime
    film: bool
    ways: tuple[tuple[Way, int], ...]
    frames: tuple[tuple[tuple[Way, int], ...], ...] = ()

    def held(self, way: Way) -> list[int]:
        """The pictures of the film as they look when it is held so."""
        return [print_ for frame in self.frames for held, print_ in frame if held == way]


async def used_before(conn: AsyncConnection, attachment_id: str) -> list[Used]:
    """Where this picture or film was used before: the very file, or a fingerprint that differs in at most six bits; the
    surest first, twenty at most.

    Of other reports, and, for a proof, also the photos of its own report: the hole is not its own repair. A fingerprint
    that says nothing (a blank picture) finds only the very file.
    """
    (mine,) = await _files(conn, [attachment_id]) or (None,)
    return await _used(conn, mine) if mine is not None else []


async def _used(conn: AsyncConnection, mine: _File) -> list[Used]:
    prints = [print_ for _, print_ in mine.ways]
    facts = {"id": mine.id, **near_prints.asked(prints), "code": USED_BEFORE, "most": MOST_LOOKED_AT}
    found = (await conn.execute(_USED, facts)).all()
    films = [str(one.id) for one in found if mine.film and one.kind == "video" and not one.same_file]
    frames = await film_frames.of(conn, films)
    used = [_one_use(mine, one, frames.get(str(one.id))) for one in found]
    return sorted(used, key=lambda one: (not one.same_file, one.unsure, one.distance, one.at, one.attachment_id))


def _one_use(mine: _File, one: Any, film: Sequence[tuple[str, str]] | None) -> Used:
    """`film`: the pictures of the other where both are films and not the very file."""
    way = UPRIGHT if one.same_file else _nearest(mine.ways, one.phash)
    shown = mine.held(way)
    theirs = [int(phash, 16) for phash, _ in film or ()]
    return Used(
        str(one.id),
        one.code,
        one.role,
        one.own,
        one.same_file,
        one.distance,
        one.created_at,
        way,
        same_film.common_scenes(shown, theirs) if film is not None else None,
        film is not None and not same_film.is_same(shown, theirs),
    )


async def _files(conn: AsyncConnection, ids: Sequence[str]) -> list[_File]:
    """What is compared of these, without any that is not there."""
    rows = [row for one in ids for row in await conn.execute(_MINE, {"id": one})]
    films = await film_frames.of(conn, [str(row.id) for row in rows if row.kind == "video"])
    return [_file(row, films.get(str(row.id), ())) for row in rows]


def _file(row: Any, film: Sequence[tuple[str, str]]) -> _File:
    frames = tuple(found for phash, ways in film if (found := _ways(phash, ways)))
    return _File(
        str(row.id),
        row.sha256,
        row.created_at,
        row.kind == "video",
        _asked(frames) or _ways(row.phash, row.phash_ways),
        frames,
    )


def _asked(frames: Sequence[tuple[tuple[Way, int], ...]]) -> tuple[tuple[Way, int], ...]:
    """All pictures of a film as they are, and some turned and mirrored."""
    turned = frames[:: -(-len(frames) // MOST_TURNED) or 1]
    return (*(frame[0] for frame in frames), *(one for frame in turned for one in frame[1:]))


def _ways(phash: str | None, others: str | None) -> tuple[tuple[Way, int], ...]:
    """The fingerprints of a picture by the way it is held, upright first, and last that of its inner part: the earlier
    one may be what was cut out of this. None of a picture that says nothing.

    One that was judged before the others were taken is compared upright only.
    """
    upright = fingerprint(phash)
    if upright is None:
        return ()
    digits = others or ""
    known = [int(digits[at : at + 16], 16) for at in range(0, len(digits) - 15, 16)]
    return ((UPRIGHT, upright), *zip((*WAYS, UPRIGHT), known, strict=False))


def _nearest(ways: Sequence[tuple[Way, int]], phash: str) -> Way:
    """The way in which a picture is most like this one; upright where that is as like as any other."""
    return min(ways, key=lambda one: (one[1] ^ int(phash, 16)).bit_count())[0]


_WITHOUT = """(SELECT coalesce(jsonb_agg(w), '[]') FROM jsonb_array_elements(warnings) AS w
  WHERE NOT w @> jsonb_build_object('code', CAST(:code AS text), 'report', CAST(:report AS text)))"""
_OTHERS = "coalesce((SELECT jsonb_agg(w) FROM jsonb_array_elements(warnings) AS w WHERE w ->> 'code' <> :code), '[]')"
_WARN = text(f"""
UPDATE attachment SET warnings = {_OTHERS} || CAST(:warnings AS jsonb)
WHERE id = CAST(:id AS uuid) AND coalesce(warnings, '[]') IS DISTINCT FROM {_OTHERS} || CAST(:warnings AS jsonb)
""")
_UNTELL = text(f"""
UPDATE attachment SET warnings = {_WITHOUT}
WHERE warnings @> jsonb_build_array(jsonb_build_object('code', CAST(:code AS text), 'report', CAST(:report AS text)))
""")


async def untell(conn: AsyncConnection, report: str) -> None:
    """Take a report's code out of the warnings of all others: it moved to where their readers may not know of it."""
    await conn.execute(_UNTELL, {"report": report, "code": USED_BEFORE})


async def warn_if_any_used(conn: AsyncConnection, ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Write `used-before` into the warnings of pictures and films that have just come with this transaction; returns
    those warnings by id. Doing it twice changes nothing.

    The look among all of the city needs no lock. Under the lock, which is held until the transaction ends, only what
    came meanwhile is compared, and only where that is like one of these the look is made once more.
    """
    uses = await _settled(conn, await _files(conn, ids))
    return {one: await _warn(conn, one, used) for one, used in uses.items()}


async def warn_late(conn: AsyncConnection, attachment_id: str) -> list[str]:
    """The same of a file whose fingerprints were made some time after it came: it warns of what was used before it.

    Answers the proofs of other reports that came after it and are like it: it is they that use it again, so each is to
    be compared anew, in a transaction of its own that locks its report first.
    """
    files = await _files(conn, [attachment_id])
    later: list[str] = []
    for mine, used in zip(files, (await _settled(conn, files)).values(), strict=True):
        again = [one for one in used if one.role == "proof" and not one.own and one.at > mine.at]
        await _warn(conn, mine.id, [one for one in used if one not in again])
        later += [one.attachment_id for one in again]
    return later


async def _settled(conn: AsyncConnection, files: Sequence[_File]) -> dict[str, list[Used]]:
    """The uses of each, with the lock of all comparisons held from here on."""
    heard: str = (await conn.execute(_HEARD)).scalar_one()
    used = {one.id: await _used(conn, one) for one in files}
    await conn.execute(_ONE_AT_A_TIME)
    if await _came_since(conn, heard, files):
        used = {one.id: await _used(conn, one) for one in files}
    return used


async def _warn(conn: AsyncConnection, attachment_id: str, used: Sequence[Used]) -> list[dict[str, Any]]:
    told = [one.as_warning() for one in used[:MOST_TOLD]]
    await conn.execute(_WARN, {"id": attachment_id, "code": USED_BEFORE, "warnings": json.dumps(told)})
    return told


async def _came_since(conn: AsyncConnection, heard: str, files: Sequence[_File]) -> bool:
    """Whether a picture came that snapshot `heard` did not see and that may be one of these; true where too many came
    to compare.
    """
    facts = {"heard": heard, "mine": [one.id for one in files], "most": _MOST_CAME}
    came = (await conn.execute(_CAME_SINCE, facts)).all()
    prints = [print_ for one in files for _, print_ in one.ways]
    digests = {one.sha256 for one in files}
    return len(came) == _MOST_CAME or any(one.sha256 in digests or _is_near(one.phash, prints) for one in came)


def _is_near(phash: str | None, prints: Sequence[int]) -> bool:
    return phash is not None and any((int(phash, 16) ^ one).bit_count() <= SAME_PICTURE_BITS for one in prints)
