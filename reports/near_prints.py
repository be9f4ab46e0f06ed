"""Finding like fingerprints among all of the city by four indexes, without reading a row that is not alike.

A fingerprint is 64 bits, four words of 16. Two that differ in at most seven bits have a word in which they differ in at
most one: so whoever looks for the word itself and for the sixteen that differ in one bit, in each of the four places,
meets every like fingerprint. Among a million that is some thousand candidates, and the index holds all that is asked
of them.
"""

from collections.abc import Sequence
from typing import Any

from reports.alike import SAME_PICTURE_BITS

WORDS, _WORD_BITS = 4, 16
MOST_BITS = 2 * WORDS - 1
"""Up to here nothing that is alike is missed."""


def word_of(place: int, column: str = "phash") -> str:
    """The expression by which word `place` (0..3) of the fingerprint in a column is indexed."""
    return f'substr({column}, {1 + 4 * place}, 4) COLLATE "C"'


def _branch(place: int, table: str, whose: str, column: str = "phash") -> str:
    # OFFSET 0: one look into the index for each word, whatever the planner thinks of how often a word occurs.
    return f"""
SELECT found.id, found.phash, found.distance FROM
  unnest(CAST(:words_{place} AS text[]), CAST(:prints_{place} AS bigint[])) AS mine(word, print),
  LATERAL (SELECT {whose} AS id, {column} AS phash,
                  bit_count(('x' || {column})::bit(64) # mine.print::bit(64)) AS distance
           FROM {table} WHERE {column} IS NOT NULL AND {word_of(place, column)} = mine.word OFFSET 0) AS found
WHERE found.distance <= :bits"""


_PICTURES = " UNION ALL ".join(_branch(place, "attachment", "id") for place in range(WORDS))
_INNER = " UNION ALL ".join(_branch(place, "attachment", "id", "phash_inner") for place in range(WORDS))
_FRAMES = " UNION ALL ".join(_branch(place, "film_frame", "attachment_id") for place in range(WORDS))
# Of a picture that was used by a hundred reports, all are met. The bound also says to the planner that these are few:
# it takes each word for a frequent one, and would read the whole table for what it then expects.
NEAR = f"""
SELECT id, phash, min(distance) AS distance FROM ({_PICTURES}) AS every
GROUP BY id, phash ORDER BY distance LIMIT 200"""
"""The nearest attachments (id, phash, distance in bits) whose fingerprint is near one of `asked`."""

NEAR_IN_FILMS = f"""
SELECT id, phash, distance FROM (
  SELECT DISTINCT ON (id) id, phash, distance FROM ({_PICTURES} UNION ALL {_INNER} UNION ALL {_FRAMES}) AS every
  ORDER BY id, distance, phash
) AS nearest ORDER BY distance LIMIT 200"""
"""The same, also of pictures whose inner part is near and films of which any picture is; each once, with its nearest
fingerprint."""


def asked(prints: Sequence[int]) -> dict[str, Any]:
    """The parameters of `NEAR` for these fingerprints as numbers; at most six bits apart is near."""
    facts: dict[str, Any] = {"bits": SAME_PICTURE_BITS}
    for place in range(WORDS):
        shift = 64 - _WORD_BITS * (place + 1)
        # The same word twice, of a picture that is its own mirror image, is asked for once.
        pairs = sorted({(word, one) for one in prints for word in _around(one >> shift & 0xFFFF)})
        facts[f"words_{place}"] = [f"{word:04x}" for word, _ in pairs]
        facts[f"prints_{place}"] = [one - (1 << 64) if one >> 63 else one for _, one in pairs]
    return facts


def _around(word: int) -> list[int]:
    return [word, *(word ^ (1 << bit) for bit in range(_WORD_BITS))]
