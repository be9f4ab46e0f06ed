"""Bringing a layer of things with owners (roads, parks, poles) into the database: read, judge, replace as a whole."""

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from shapely import to_wkb
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.areas import Refusal
from geo.layer_reading import LayerOptions, LayerThing, read_things
from geo.portions import in_portions
from geo.problems import BadImport
from geo.report import DONE, DRY, refusals, repair
from geo.sentences import Sentence

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class LayerReport:
    """What an import did, or would do. `before`: how many things the layer had; codes of those that came, went, or
    changed their name or owner; `owners`: things by owner ("" for nobody's).
    """

    layer: str
    source: str
    dry_run: bool
    before: int
    taken: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    owners: dict[str, int]
    repaired: tuple[LayerThing, ...]
    refused: tuple[Refusal, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing was refused."""
        return not self.refused

    def as_dict(self) -> dict[str, Any]:
        """As JSON values."""
        plain = ("layer", "source", "dry_run", "before", "taken", "owners")
        codes = {name: list(getattr(self, name)) for name in ("added", "removed", "changed")}
        return {
            **{name: getattr(self, name) for name in plain},
            **codes,
            "repaired": [repair(one.number, one.code, one.name, one.notes) for one in self.repaired],
            **refusals(self.refused),
        }

    def lines(self) -> list[Sentence]:
        """For people, one thing a line."""
        told = [
            *(
                Sentence.told(
                    "  ! repaired {one.number}. {one.code} {one.name}: {notes}",
                    "  ! đã sửa   {one.number}. {one.code} {one.name}: {notes}",
                    one=one,
                    notes=Sentence.joined(one.notes),
                )
                for one in self.repaired
            ),
            *(
                Sentence.told(
                    "  x refused  {number}. {code}: {why}",
                    "  x từ chối  {number}. {code}: {why}",
                    number=one.number,
                    code=one.code or "?",
                    why=one.reason,
                )
                for one in self.refused
            ),
        ]
        nobody = Sentence("nobody", "không ai")
        owners = [Sentence.joined((owner or nobody, str(number)), " ") for owner, number in self.owners.items()]
        listed = Sentence.joined(owners, ", ") or Sentence("none", "không có")
        many = (self.added, self.removed, self.changed, self.repaired, self.refused)
        return [
            *told,
            Sentence.told("  owners: {owners}", "  chủ quản: {owners}", owners=listed),
            Sentence.told(
                "{done}: layer {one.layer} from {one.source}: {one.taken} things ({one.before} before), {n[0]} added, "
                "{n[1]} removed, {n[2]} with another name or owner, {n[3]} repaired, {n[4]} refused.",
                "{done}: lớp {one.layer} từ {one.source}: {one.taken} đối tượng (trước {one.before}), thêm {n[0]}, "
                "bỏ {n[1]}, đổi tên hoặc chủ quản {n[2]}, đã sửa {n[3]}, từ chối {n[4]}.",
                done=DRY if self.dry_run else DONE,
                one=self,
                n=[len(one) for one in many],
            ),
        ]


async def import_layer(conn: AsyncConnection, path: Path, options: LayerOptions, source: str = "") -> LayerReport:
    """Replace the layer by what the file has; whoever asks meanwhile sees the old one or the new one, whole.

    Raises BadFile when the file cannot be read, BadImport when nothing in it can be taken or the layer has no name.
    Single bad features are refused in the report and hold up nobody else.
    """
    check_name(options.layer)
    taken, refused = await asyncio.to_thread(read_things, path, options)
    return await import_things(conn, taken, refused, options, source or path.name)


def check_name(layer: str) -> None:
    """BadImport for what is no name of a layer."""
    if not NAME.fullmatch(layer):
        raise BadImport(
            Sentence(
                "The name of a layer is of small letters, digits and hyphens.",
                "Tên lớp gồm chữ thường không dấu, chữ số và gạch nối.",
            ),
            field="layer",
        )


async def import_things(
    conn: AsyncConnection, taken: Sequence[LayerThing], refused: Sequence[Refusal], options: LayerOptions, source: str
) -> LayerReport:
    """Import what `read_things` found, as `import_layer` does."""
    check_name(options.layer)
    if not taken:
        raise BadImport(
            Sentence(
                "Nothing in the file can be taken, so the layer stays as it is.",
                "Không nhận được gì trong tệp, nên lớp giữ nguyên như cũ.",
            )
        )
    await conn.execute(LOCK)
    before = {row.code: (row.name, row.owner) for row in await conn.execute(_STORED, {"layer": options.layer})}
    if not options.dry_run:
        await store(conn, options.layer, taken)
    now = {one.code: (one.name, one.owner) for one in taken}
    owners = Counter(one.owner or "" for one in taken)
    return LayerReport(
        options.layer,
        source,
        options.dry_run,
        len(before),
        len(taken),
        tuple(sorted(now.keys() - before.keys())),
        tuple(sorted(before.keys() - now.keys())),
        tuple(sorted(code for code in now.keys() & before.keys() if now[code] != before[code])),
        dict(owners.most_common()),
        tuple(one for one in taken if one.notes),
        tuple(refused),
    )


LOCK = text("SELECT pg_advisory_xact_lock(hashtext('geo.import_layer'))")
_STORED = text("SELECT code, name, owner FROM layer_feature WHERE layer = :layer AND part = 0")
_REMOVE = text("DELETE FROM layer_feature WHERE layer = :layer")
# Pieces with few corners, as areas have them: a road across the city must not be walked whole for each report.
_ADD = text("""
INSERT INTO layer_feature (layer, code, part, name, owner, props, geom, whole)
SELECT :layer, p.code, p.part, p.name, p.owner, CAST(p.props AS jsonb), p.piece, CASE WHEN p.part = 0 THEN p.whole END
FROM (SELECT t.*, row_number() OVER (PARTITION BY t.code) - 1 AS part
      FROM (SELECT n.code, n.name, n.owner, n.props, w.whole, ST_Subdivide((ST_Dump(w.whole)).geom, 64) AS piece
            FROM unnest(CAST(:codes AS text[]), CAST(:names AS text[]), CAST(:owners AS text[]), CAST(:props AS text[]),
                        CAST(:shapes AS text[])) AS n(code, name, owner, props, shape),
                 LATERAL (SELECT ST_GeomFromWKB(decode(n.shape, 'hex'), 4326) AS whole) w) t) p
""")


async def store(conn: AsyncConnection, layer: str, things: Sequence[LayerThing]) -> None:
    """Make the layer hold exactly these things; whoever does so holds `LOCK`."""
    await conn.execute(_REMOVE, {"layer": layer})
    for some in in_portions(things, lambda one: one.shape):
        # Writing the corners of a thousand parks down takes a while, in which others want to be served.
        await conn.execute(_ADD, {"layer": layer, **await asyncio.to_thread(_columns, some)})


def _columns(things: Sequence[LayerThing]) -> dict[str, list[Any]]:
    return {
        "codes": [one.code for one in things],
        "names": [one.name for one in things],
        "owners": [one.owner for one in things],
        "props": [orjson.dumps(one.props).decode() for one in things],
        "shapes": [to_wkb(one.shape, hex=True) for one in things],
    }


_LAYERS = text("""
SELECT layer, count(*) FILTER (WHERE part = 0) AS things,
       array_remove(array_agg(DISTINCT owner ORDER BY owner), NULL) AS owners
FROM layer_feature GROUP BY layer ORDER BY layer
""")


async def layers_there(conn: AsyncConnection) -> list[dict[str, Any]]:
    """Every imported layer: {layer, things, owners}."""
    return [dict(row) for row in (await conn.execute(_LAYERS)).mappings()]
