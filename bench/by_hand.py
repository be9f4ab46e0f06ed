"""The same submit, as one would write it by hand: FastAPI on uvicorn, psycopg, three statements, no rooms.

It works on the product's own tables and indexes and leaves the same rows behind: a report that is located,
routed, given a due time, tied to its sender's key, and three facts in the journal. BENCH_DATABASE_URL names
the database.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import FastAPI, Header, HTTPException
from fastapi.responses import JSONResponse
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel, Field

HOLIDAYS = frozenset({date(2026, 9, 2), date(2027, 1, 1), date(2027, 4, 30), date(2027, 5, 1)})
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

CREDENTIAL = "SELECT device_id FROM credential WHERE token_hash = %s AND (expires_at IS NULL OR expires_at > now())"
LOOK = """
SELECT a.code AS area, a.name AS area_name, a.valid_from, r.lead, r.supporting, r.name AS rule,
       b.code AS next_area, b.metres, e.report_id, e.body_hash,
       (SELECT count(*) FROM reporter
        WHERE device_id = %(device)s AND received_at > now() - interval '1 minute') AS recent
FROM (SELECT ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326) AS g) p
LEFT JOIN LATERAL (
  SELECT code, name, valid_from FROM area
  WHERE kind = 'commune' AND valid_to IS NULL AND ST_Covers(geom, p.g)
  ORDER BY valid_from DESC LIMIT 1) a ON true
LEFT JOIN LATERAL (
  SELECT coalesce(lead, (SELECT code FROM agency WHERE area_code = a.code)) AS lead, supporting, name FROM routing_rule
  WHERE active AND near IS NULL AND area_set IS NULL AND (category IS NULL OR category = ANY(%(lineage)s))
    AND (areas IS NULL OR a.code = ANY(areas)) AND (urgency IS NULL OR urgency = 'normal')
  ORDER BY position LIMIT 1) r ON true
LEFT JOIN LATERAL (
  SELECT code, ST_Distance(geom::geography, p.g::geography) AS metres FROM area
  WHERE kind = 'commune' AND valid_to IS NULL AND code <> a.code ORDER BY geom <-> p.g LIMIT 1) b ON true
LEFT JOIN reporter e ON e.device_id = %(device)s AND e.key = %(key)s
"""
WRITE = """
WITH written AS (
  INSERT INTO report (code, state, category, description, channel, anonymous, lon, lat, accuracy_m, area_code,
    area_name, area_valid_from, lead, supporting, involved, route, captured_at, received_at, due_at,
    due_basis, version, urgency, extensions, approved_by, public_media)
  VALUES (%(code)s, 'received', %(category)s, %(description)s, 'app', false, %(lon)s, %(lat)s, %(accuracy)s,
    %(area)s, %(area_name)s, %(valid_from)s, %(lead)s, %(supporting)s, '{}', %(route)s, %(captured_at)s,
    %(at)s, %(due_at)s, 'projected', 1, 'normal', 0, '{}', '{}')
  RETURNING id
), sender AS (
  INSERT INTO reporter (report_id, device_id, key, body_hash, received_at, anonymous)
  SELECT id, %(device)s, %(key)s, %(body_hash)s, %(at)s, false FROM written
)
INSERT INTO journal (report_id, event, actor, data, after, agencies, audience, version, at)
SELECT id, e.event, %(actor)s, e.data, %(after)s, '{}', e.audience, 1, %(at)s
FROM written, jsonb_to_recordset(%(entries)s) AS e(event text, data jsonb, audience text)
RETURNING report_id
"""


class Location(BaseModel):
    """WGS 84 degrees."""

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    accuracy_m: float | None = None


class Submission(BaseModel):
    """The body of a report."""

    category: str
    description: str = Field(default="", max_length=5000)
    location: Location
    captured_at: datetime | None = None


def _pool() -> AsyncConnectionPool[Any]:
    keywords = {"row_factory": dict_row}
    return AsyncConnectionPool(os.environ["BENCH_DATABASE_URL"], max_size=20, open=False, kwargs=keywords)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with _pool() as pool:
        app.state.pool = pool
        async with pool.connection() as connection:
            found = await connection.execute("SELECT code, parent_code FROM category")
            app.state.parents = {row["code"]: row["parent_code"] for row in await found.fetchall()}
        yield


app = FastAPI(lifespan=_lifespan)


@app.get("/healthz")
async def healthz() -> dict[str, bool]:
    """Alive."""
    return {"ok": True}


@app.post("/api/v1/reports")
async def submit(
    body: Submission, authorization: Annotated[str, Header()], idempotency_key: Annotated[UUID, Header()]
) -> JSONResponse:
    """Takes one report; the same key with the same body gives the same report."""
    digest = hashlib.sha256(body.model_dump_json().encode()).digest()
    async with app.state.pool.connection() as connection:
        token = hashlib.sha256(authorization.removeprefix("Bearer ").encode()).digest()
        credential = await (await connection.execute(CREDENTIAL, (token,))).fetchone()
        if credential is None:
            raise HTTPException(401)
        facts = {
            "lon": body.location.lon,
            "lat": body.location.lat,
            "lineage": [body.category, app.state.parents[body.category]],
            "device": credential["device_id"],
            "key": idempotency_key,
        }
        known = await (await connection.execute(LOOK, facts)).fetchone()
        if known["report_id"] is not None:
            if bytes(known["body_hash"]) != digest:
                raise HTTPException(422)
            found = await connection.execute("SELECT code FROM report WHERE id = %s", (known["report_id"],))
            return JSONResponse({"code": (await found.fetchone())["code"]}, 200)
        row = _row(body, known, facts, digest)
        await connection.execute(WRITE, row)
    return JSONResponse(_answer(row), 201, {"Location": f"/api/v1/reports/{row['code']}"})


def _row(body: Submission, known: dict[str, Any], facts: dict[str, Any], digest: bytes) -> dict[str, Any]:
    now = datetime.now(UTC)
    code = "".join(secrets.choice(ALPHABET) for _ in range(8))
    route = {
        "lead": known["lead"],
        "supporting": known["supporting"],
        "rule": known["rule"],
        "fallback": known["lead"] is None,
        "because": [{"code": "boundary", "area": known["next_area"], "name": known["next_area"],
                     "distance_m": known["metres"]}],
    }  # fmt: skip
    due_at = _working_days_after(now, 7)
    after = {"version": 1, "state": "received", "urgency": "normal", "category": body.category,
             "lead": known["lead"], "due_at": due_at.isoformat(), "due_basis": "projected"}  # fmt: skip
    return {
        **facts,
        "code": code,
        "category": body.category,
        "description": body.description,
        "accuracy": body.location.accuracy_m,
        "area": known["area"],
        "area_name": known["area_name"],
        "valid_from": known["valid_from"],
        "lead": known["lead"] or "ioc",
        "supporting": known["supporting"] or [],
        "route": json.dumps(route),
        "captured_at": body.captured_at,
        "at": now,
        "due_at": due_at,
        "body_hash": digest,
        "actor": json.dumps({"kind": "device"}),
        "after": json.dumps(after),
        "entries": _entries(body, known),
    }


def _entries(body: Submission, known: dict[str, Any]) -> str:
    return json.dumps(
        [
            {"event": "report.received", "audience": "public",
             "data": {"category": body.category, "channel": "app", "media": 0}},
            {"event": "report.located", "audience": "agency",
             "data": {"area": known["area"], "distance_m": 0.0}},
            {"event": "report.routed", "audience": "internal",
             "data": {"lead": known["lead"], "rule": known["rule"]}},
        ]
    )  # fmt: skip


def _working_days_after(start: datetime, days: int) -> datetime:
    moment = start
    while days:
        moment += timedelta(days=1)
        if moment.weekday() < 5 and moment.date() not in HOLIDAYS:
            days -= 1
    return moment


def _answer(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "code": row["code"],
        "version": 1,
        "state": "received",
        "public_status": "waiting",
        "urgency": "normal",
        "category": row["category"],
        "description": row["description"],
        "area": {"code": row["area"], "name": row["area_name"]},
        "lead": None,
        "claim": None,
        "received_at": row["at"].isoformat(),
        "due_at": row["due_at"].isoformat(),
        "due_basis": "projected",
        "location": {"lon": row["lon"], "lat": row["lat"]},
        "media": [],
    }
