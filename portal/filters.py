"""What a reader may narrow the published reports by: as it stands in an address, and as SQL."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from geo.folding import fold

MOST_WORDS = 8
"""Words of a search that count; more narrow nothing further."""

SHORTEST_BEGINNING = 3
"""Letters from which on a word is taken as the beginning of one."""


@dataclass(frozen=True)
class Filters:
    """What a reader of the list may narrow it by; None means no condition.

    `category` covers its subtree; `q` is folded like the texts (no accents, no case): all of its words must be there,
    in any order, of the last one its beginning; `bbox` is (west, south, east, north) in degrees and looks at the shown
    point, never at the exact one; `rating` is one of the three faces.
    """

    category: str | None = None
    area: str | None = None
    agency: str | None = None
    q: str | None = None
    bbox: tuple[float, float, float, float] | None = None
    rating: str | None = None


def asked(filters: Filters, **more: str | None) -> dict[str, str]:
    """The filters as they stand in an address; empty ones are left out, so that one view has one address."""
    box = ",".join(f"{edge:.8g}" for edge in filters.bbox) if filters.bbox else None
    plain = {name: getattr(filters, name) for name in ("category", "area", "agency", "q", "rating")}
    return {name: value for name, value in {**plain, "bbox": box, **more}.items() if value}


def address(path: str, filters: Filters, **more: str | None) -> str:
    """`path` with the filters behind it."""
    query = urlencode(asked(filters, **more))
    return f"{path}?{query}" if query else path


@dataclass(frozen=True)
class Named:
    """What names in the city's configuration a filter stands for: codes of the category's subtree, and for each word
    of the search the codes of the categories and agencies whose names have it.
    """

    category: tuple[str, ...] = ()
    words: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = ()


# Planned anew with the values: a plan for any value would not know that a word is rare or a category large.
_PLAIN_PLAN = "set_config('plan_cache_mode', 'force_custom_plan', true)"
_NAMED = text(f"""
WITH kinds AS MATERIALIZED (
    SELECT k.code, k.parent_code, folded_text(concat_ws(' ', k.name, k.name_en, p.name, p.name_en)) AS folded
      FROM category k LEFT JOIN category p ON p.code = k.parent_code
), desks AS MATERIALIZED (
    SELECT code, folded_text(name || ' ' || name_en) AS folded FROM agency
)
SELECT ARRAY(SELECT code FROM kinds WHERE CAST(:category AS text) IN (code, parent_code)) AS category,
       ARRAY(SELECT jsonb_build_array(w.pattern,
                        ARRAY(SELECT code FROM kinds WHERE kinds.folded LIKE w.pattern),
                        ARRAY(SELECT code FROM desks WHERE desks.folded LIKE w.pattern))
               FROM unnest(CAST(:patterns AS text[])) WITH ORDINALITY AS w(pattern, place) ORDER BY w.place) AS words,
       {_PLAIN_PLAN} AS planned
""")


async def named(conn: AsyncConnection, filters: Filters) -> Named:
    """Look up what the filters name; no statement at all without filters.

    The names are not copied into the reports, because they change; and they are looked up before, because the planner
    cannot see what a subquery will find.
    """
    if filters == Filters():
        return Named()
    facts = {"category": filters.category, "patterns": patterns(filters.q)}
    row = (await conn.execute(_NAMED, facts)).one()
    words = tuple((pattern, tuple(kinds), tuple(desks)) for pattern, kinds, desks in row.words)
    return Named(tuple(row.category), words)


def patterns(q: str | None) -> list[str]:
    """The words of a search as LIKE patterns over folded text, which has a blank before and behind every word."""
    words = fold(q or "").split()[:MOST_WORDS]
    return [_pattern(word, place + 1 == len(words)) for place, word in enumerate(words)]


def _pattern(word: str, last: bool) -> str:
    # The last word may still be on its way; but "ga" as a beginning would find "gạch", and syllables are that short.
    return f"% {word}%" if last and len(word) >= SHORTEST_BEGINNING else f"% {word} %"


def conditions(filters: Filters, found: Named, *, shown: str, coarse: float) -> tuple[list[str], dict[str, Any]]:
    """SQL conditions on report r, and their values; `shown` is the expression of the point that everybody may know.

    Each condition is one that an index of its own answers, so the planner may combine them.
    """
    wanted: list[str] = []
    values: dict[str, Any] = {}
    if filters.category:
        wanted.append("r.category = ANY(CAST(:category AS text[]))")
        values["category"] = list(found.category)
    plain = {"area": "r.area_code = :area", "agency": "r.lead = :agency", "rating": "r.rating ->> 'rating' = :rating"}
    for name, condition in plain.items():
        if value := getattr(filters, name):
            wanted.append(condition)
            values[name] = value
    for place, (pattern, kinds, desks) in enumerate(found.words):
        either = [f"r.search LIKE :word{place}"]
        values[f"word{place}"] = pattern
        for column, codes in (("category", kinds), ("lead", desks)):
            if codes:
                either.append(f"r.{column} = ANY(CAST(:{column}{place} AS text[]))")
                values[f"{column}{place}"] = list(codes)
        wanted.append(f"({' OR '.join(either)})")
    if filters.q and not found.words:
        # What folds to nothing ("%", "。") is found nowhere; without this it would be found everywhere.
        wanted.append("false")
    if filters.bbox:
        box = "ST_MakeEnvelope(:west, :south, :east, :north, 4326)"
        wanted.append(f"r.location && ST_Expand({box}, {coarse}) AND ({shown}) && {box}")
        values |= dict(zip(("west", "south", "east", "north"), filters.bbox, strict=True))
    return wanted, values
