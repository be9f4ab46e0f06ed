"""The phone desk: an operator writes a report down for somebody who calls (nhập hộ)."""

import hashlib
import hmac
from datetime import datetime
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncConnection

from api.caller_jobs import spoken
from api.deps import Center, HouseDep, Tx
from api.jobs import enqueue_telling
from api.routes.reports import NEAREST_AREA_CAP_M
from api.submission import LONGEST_DESCRIPTION, Location, ReportBody, check_against_city, check_tree, parse_key
from api.wiring import House
from geo.addresses import search_addresses
from reports import duplicates, phone_codes, phone_desk, readings, rows
from reports.access import may_see
from reports.alike import THRESHOLD
from reports.codes import read_code
from reports.intake import Draft
from reports.lifecycle import State
from reports.problems import BadInput
from reports.step import Scene, shown
from reports.views import stamp, status_of

router = APIRouter(prefix="/api/v1/desk", tags=["phone desk"])

# Before the category is chosen every report nearby is of another branch, which speaks against it.
WITHOUT_CATEGORY = 0.3
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_DESCRIPTION)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class CallerBody(BaseModel):
    """Who calls, as far as they say. Nothing of it is ever part of the report."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None
    phone: Annotated[str, StringConstraints(strip_whitespace=True, max_length=30)] | None = None
    anonymous: Annotated[bool, Field(strict=True)] = False


class DeskReport(BaseModel):
    """What an operator writes down. `location`, or a `place` in words that the gazetteer knows; best both.

    `same_as`: the report that is about the same problem; this one is merged into it and keeps its own code.
    """

    model_config = ConfigDict(extra="forbid")
    category: Code
    description: Words = ""
    location: Location | None = None
    place: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] | None = None
    caller: CallerBody = CallerBody()
    channel: Literal["phone", "counter", "app", "email", "chat"] = "phone"
    urgency: Literal["normal", "urgent"] = "normal"
    answers: dict[str, Any] | None = None
    same_as: Code | None = None


class Sketch(BaseModel):
    """What is known of a report while it is being written down."""

    model_config = ConfigDict(extra="forbid")
    location: Location
    category: Code | None = None
    description: Words = ""


@router.post("/reports", status_code=201)
async def write_down(
    body: DeskReport,
    caller: Center,
    conn: Tx,
    house: HouseDep,
    response: Response,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> dict[str, Any]:
    """Enter a report for a caller: 201 for a new one, 200 for the same key and body again. The answer is the report,
    or only its receipt where it is for named readers, and `tracking`: the code to read aloud.
    """
    key = parse_key(idempotency_key)
    check_tree(body.model_dump(mode="json"))
    scene = await house.scene(conn, caller)
    location = body.location or await _located(conn, house, body.place)
    number = _number(house, body.caller)
    hidden = body.caller.anonymous or not (number or body.caller.name)
    _check(scene, body, location, hidden)
    draft = Draft(
        category=body.category,
        lon=location.lon,
        lat=location.lat,
        key=key,
        body_hash=_sealed(house, body),
        accuracy_m=location.accuracy_m,
        description=body.description,
        answers=body.answers,
        anonymous=hidden,
        channel=body.channel,
        place=body.place or None,
        urgency=body.urgency,
        name=None if hidden else body.caller.name or None,
        phone=None if hidden else number,
    )
    # Whoever stays unnamed is on no device of a number either.
    subject = phone_codes.number_hash(house.signing_key, number) if number and not hidden else None
    same_as = read_code(body.same_as) or body.same_as if body.same_as else None
    call = phone_desk.Call(draft, subject, same_as)
    entered = await phone_desk.enter(scene, call, day=house.today(), cap_m=NEAREST_AREA_CAP_M)
    told = draft.phone is not None and house.settings.sms.on
    if entered.created and told:
        await enqueue_telling(conn, entered.report_id)
    response.status_code = 201 if entered.created else 200
    response.headers["Location"] = f"/api/v1/reports/{entered.code}"
    tracking = {"code": entered.code, "spoken": spoken(entered.code), "message": told}
    return {**await _answer(scene, entered), "tracking": tracking}


async def _answer(scene: Scene, entered: phone_desk.Entered) -> dict[str, Any]:
    row = (await rows.by_ids(scene.conn, [entered.report_id]))[entered.report_id]
    if may_see(scene.by, await rows.standing(scene.conn, row, scene.by, scene.city)) is not True:
        times = {name: stamp(row[name]) for name in ("received_at", "due_at")}
        known = ("code", "version", "state", "category", "urgency", "channel")
        return {**{name: row[name] for name in known}, "public_status": status_of(row), **times, "restricted": True}
    await readings.note(scene.conn, scene.by, scene.city, [row], "case", scene.now)
    return shown(scene, row)


async def _located(conn: AsyncConnection, house: House, place: str | None) -> Location:
    if not place:
        raise BadInput(("/location", "a point, or in /place words that name one, is needed"))
    found = await search_addresses(conn, place, house.today(), limit=1)
    if not found:
        raise BadInput(("/place", "is no place the city's gazetteer knows; set the point on the map"))
    return Location(lon=found[0].lon, lat=found[0].lat, accuracy_m=None)


def _number(house: House, caller: CallerBody) -> str | None:
    if not caller.phone:
        return None
    try:
        return phone_codes.normalised(caller.phone, house.settings.sms.country)
    except BadInput as problem:
        raise BadInput(*(("/caller/phone", detail) for _, detail in problem.errors)) from problem


def _check(scene: Scene, body: DeskReport, location: Location, hidden: bool) -> None:
    """What the city's configuration says, the same as for a resident."""
    asked = ReportBody(category=body.category, location=location, answers=body.answers, anonymous=hidden)
    try:
        check_against_city(asked, scene.city)
    except BadInput as problem:
        places = {"/anonymous": "/caller/anonymous"}
        raise BadInput(*((places.get(where, where), detail) for where, detail in problem.errors)) from problem


def _sealed(house: House, body: DeskReport) -> bytes:
    """The body for comparing, keyed: a telephone number in it must not be found by trying all of them."""
    plain = orjson.dumps(body.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)
    return hmac.new(house.signing_key, b"desk report " + plain, hashlib.sha256).digest()


@router.post("/similar")
async def similar(body: Sketch, caller: Center, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """Reports that may be about the same problem as what is being written down, the most alike first."""
    scene = await house.scene(conn, caller)
    row = _row_of(body, scene.now)
    if body.category and scene.city.restricted(body.category):
        # What is told in the restricted lane is compared with nothing here.
        return {"reports": []}
    threshold = THRESHOLD if body.category else WITHOUT_CATEGORY
    found = await duplicates.similar(scene, row, threshold=threshold, limit=5)
    await readings.note(conn, caller, scene.city, [one.row for one in found], "list", scene.now)
    return {
        "reports": [
            {
                **shown(scene, one.row),
                "distance_m": round(one.distance_m, 1),
                "score": one.alike.score,
                "because": [reason.as_document() for reason in one.alike.because],
            }
            for one in found
        ]
    }


def _row_of(body: Sketch, now: datetime) -> dict[str, Any]:
    """The sketch in the form of a report's row, as far as comparing reads it; no report has the id 0."""
    return {
        "id": 0,
        "category": body.category or "",
        "lon": body.location.lon,
        "lat": body.location.lat,
        "accuracy_m": body.location.accuracy_m,
        "description": body.description,
        "received_at": now,
        "captured_at": None,
        "media": [],
        "state": State.RECEIVED,
        "lead": None,
        "involved": [],
        "checking": [],
        "published_at": None,
        "merged_into": None,
    }
