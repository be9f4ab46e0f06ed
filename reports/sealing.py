"""Order and proof of the journal: number and hash are given right after commit, by one sealer at a time.

A number drawn inside the writing transaction would become visible out of order, and a lock that prevents that would
make all writers queue for whole transactions. So writers only insert; whichever process holds the advisory lock
numbers what is committed, in a transaction of its own (docs/adr/0003-journal-sealing.md has the figures).
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

SEAL_LOCK = 0x4A_4E_4C  # "JNL"
CHANNEL = "journal_sealed"
GENESIS = hashlib.sha256(b"hientruong journal 1").digest()
BATCH = 1000

_LOCK = text("SELECT pg_try_advisory_xact_lock(:lock)")
_UNSEALED = text("""
WITH tip AS (SELECT seq, hash FROM journal WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1)
SELECT id, report_id, event, actor, data, after, agencies, audience, version, at,
       (SELECT seq FROM tip) AS tip_seq, (SELECT hash FROM tip) AS tip_hash
FROM journal WHERE seq IS NULL ORDER BY id LIMIT :batch
""")
# Sealing and waking the readers are one statement; the notice goes out with the commit.
_SEAL = text(f"""
WITH sealed AS (
  UPDATE journal SET seq = s.seq, hash = s.hash
  FROM unnest(CAST(:ids AS bigint[]), CAST(:seqs AS bigint[]), CAST(:hashes AS bytea[])) AS s(id, seq, hash)
  WHERE journal.id = s.id
) SELECT pg_notify('{CHANNEL}', CAST(:last AS text))
""")
_CHAIN = text("""
SELECT seq, hash, report_id, event, actor, data, after, agencies, audience, version, at
FROM journal WHERE seq > :after_seq ORDER BY seq LIMIT :batch
""")


def entry_hash(previous: bytes, seq: int, row: Any) -> bytes:
    """SHA-256 over the previous hash, the number and every fact of the entry in one canonical form.

    Canonical: JSON with sorted keys, no spaces, times as microseconds since 1970, so that it can be recomputed from a
    restored dump.
    """
    facts = [
        seq,
        row.report_id,
        row.event,
        row.actor,
        row.data,
        row.after,
        list(row.agencies),
        row.audience,
        row.version,
        round(row.at.timestamp() * 1_000_000),
    ]
    return hashlib.sha256(previous + orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)).digest()


async def seal(conn: AsyncConnection) -> int | None:
    """Number and chain what is committed but not sealed, up to BATCH; wakes the readers. Returns how many.

    None when somebody else is sealing: their snapshot may be older than our commits, so come again in a moment. The
    lock is taken before the snapshot of the look-up (READ COMMITTED), so its holder sees what the one before left over.
    """
    if not (await conn.execute(_LOCK, {"lock": SEAL_LOCK})).scalar_one():
        return None
    rows = (await conn.execute(_UNSEALED, {"batch": BATCH})).all()
    if not rows:
        return 0
    tip = rows[0]
    seq, previous = (tip.tip_seq, bytes(tip.tip_hash)) if tip.tip_seq is not None else (0, GENESIS)
    ids, seqs, hashes = [], [], []
    for row in rows:
        seq += 1
        previous = entry_hash(previous, seq, row)
        ids.append(row.id)
        seqs.append(seq)
        hashes.append(previous)
    await conn.execute(_SEAL, {"ids": ids, "seqs": seqs, "hashes": hashes, "last": str(seq)})
    return len(rows)


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the chain does not hold."""

    seq: int
    reason: str


async def verify_chain(conn: AsyncConnection) -> tuple[int, Break | None]:
    """Recompute the whole chain: (entries read, the first break or None)."""
    seq, previous, count = 0, GENESIS, 0
    while rows := (await conn.execute(_CHAIN, {"after_seq": seq, "batch": BATCH})).all():
        for row in rows:
            if row.seq != seq + 1:
                return count, Break(seq + 1, "an entry is missing")
            if entry_hash(previous, row.seq, row) != bytes(row.hash):
                return count, Break(row.seq, "an entry was changed")
            seq, previous, count = row.seq, bytes(row.hash), count + 1
    return count, None
