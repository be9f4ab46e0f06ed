"""Reports: sent by residents, read and worked on by those who may."""

from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.exc import IntegrityError

from api import proof
from api.body import read_body
from api.credentials import Holder, token_of
from api.deps import Anybody, HouseDep, Staff, Tx, find_caller
from api.giving import OFFERED_NAMES, give
from api.jobs import enqueue_arrival, enqueue_pictures
from api.own_data import with_result
from api.problems import TooLarge, UnsupportedMedia
from api.submission import (
    ReportBody,
    body_hash,
    check_against_city,
    make_draft,
    parse_body,
    parse_json,
    parse_key,
    with_true_time,
)
from api.wiring import House, utc_now
from api.zones import zone_of
from geo.selection import read_selection
from ioc_dashboard import board
from portal import published
from reports import arrivals, flow, intake, readings, rows
from reports.access import may_see
from reports.callers import PUBLIC, Caller
from reports.codes import read_code
from reports.commands import Rate
from reports.intake import Draft
from reports.lifecycle import Command, State
from reports.problems import BadInput, NoCredential, NotAllowed, NotFound
from reports.step import Request as CommandRequest
from reports.step import shown

router = APIRouter(prefix="/api/v1/reports", tags=["reports"])
# Residents' commands act as the device even in a browser where a member of staff is signed in as well.
RESIDENT_FIRST: tuple[Holder, ...] = ("device", "session")
STAFF_FIRST: tuple[Holder, ...] = ("session", "device")
OF_RESIDENTS = (Command.ANSWER, Command.WITHDRAW)
# Whoever asks, so that an address means the same to everybody it is sent to.
ME = "me"
NEAREST_AREA_CAP_M = 2000.0


@router.post(
    "",
    status_code=201,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": ReportBody.model_json_schema()},
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "report": {"type": "string", "description": "the report as JSON"},
                            "media": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        },
                        "required": ["report"],
                    }
                },
            },
        }
    },
)
async def submit(
    request: Request,
    house: HouseDep,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Response:
    """Send a report: 201 for a new one, 200 for the same key and body again, 422 for the same key with another body."""
    # Refused before a body of 100 MB is read; the transaction looks again.
    token = token_of(request, RESIDENT_FIRST)
    if token is None:
        raise NoCredential
    content_type = request.headers.get("content-type", "")
    try:
        if content_type.startswith("multipart/form-data"):
            submitted = await _submit_form(request, house, content_type, idempotency_key)
        elif content_type.startswith("application/json"):
            submitted = await _submit_json(request, house, idempotency_key)
        else:
            raise UnsupportedMedia("Send application/json or multipart/form-data.")
    except (BadInput, TooLarge, UnsupportedMedia):
        # Whoever may not send at all hears that, and nothing about what is wrong with the body.
        await resident(house, request)
        raise
    # Serialised here: the framework would walk through every value once more.
    return Response(
        orjson.dumps(submitted.report),
        201 if submitted.created else 200,
        {"Location": f"/api/v1/reports/{submitted.report['code']}"},
        media_type="application/json",
    )


async def _submit_json(request: Request, house: House, key: str | None) -> flow.Submitted:
    value = parse_json(await read_body(request, house.settings.limits.request_bytes))
    body = parse_body(value)
    draft = make_draft(body, parse_key(key), body_hash(value, body.media))
    if not body.media:
        return await write(house, request, body, draft)
    caller = await resident(house, request)
    if await _sent_before(house, caller, draft):
        return await write(house, request, body, draft)
    photos = await proof.from_uploads(house, caller, body.media, role="report", early=True)
    return await write(house, request, body, make_draft(body, draft.key, draft.body_hash, photos))


async def _submit_form(request: Request, house: House, content_type: str, key: str | None) -> flow.Submitted:
    caller = await resident(house, request)
    limits = house.settings.limits
    form = proof.form_reader(house, field_bytes=limits.request_bytes, files=limits.images_per_report)
    try:
        await form.read(request.stream(), content_type)
        if "report" not in form.fields:
            raise BadInput(("/report", "the part with the report's JSON is missing"))
        value = parse_json(form.fields["report"].encode())
        body = parse_body(value)
        if body.media:
            raise BadInput(("/media", "send files or upload ids, not both"))
        digest = body_hash(value, [file.sha256 for file in form.files])
        draft = make_draft(body, parse_key(key), digest)
        if await _sent_before(house, caller, draft):
            return await write(house, request, body, draft)
        async with house.transactions.read() as conn:
            zone = zone_of(await house.configurations.current(conn))
        photos = await proof.from_files(house, form.files, zone)
        return await write(house, request, body, make_draft(body, draft.key, digest, photos))
    finally:
        form.discard()


async def resident(house: House, request: Request) -> Caller:
    """The resident's device of this request; refuses everybody else."""
    async with house.transactions.read() as conn:
        return await _resident(conn, request)


async def _resident(conn: Any, request: Request) -> Caller:
    caller = await find_caller(conn, request, RESIDENT_FIRST)
    if caller is PUBLIC:
        raise NoCredential
    if caller.kind != "device":
        raise NotAllowed("Reports are sent from residents' devices.")
    return caller


async def _sent_before(house: House, caller: Caller, draft: Draft) -> bool:
    """Whether this key was used: then the pictures need no second judgement."""
    async with house.transactions.read() as conn:
        return await intake.key_used(conn, caller, draft.key)


async def write(house: House, request: Request, body: ReportBody, draft: Draft) -> flow.Submitted:
    """The transaction of a submit. Two sendings of one key at the same moment: the second one looks again."""
    try:
        return await _write(house, request, body, draft)
    except IntegrityError:
        return await _write(house, request, body, draft)


async def _write(house: House, request: Request, body: ReportBody, draft: Draft) -> flow.Submitted:
    """A report without pictures is written by one statement, which needs no BEGIN and COMMIT around it."""
    begin = house.transactions.begin if draft.attachments else house.transactions.single
    token = token_of(request, RESIDENT_FIRST) or ""
    async with begin() as conn:
        known = await intake.look(conn, draft, by=token, now=utc_now(), day=house.today(), cap_m=NEAREST_AREA_CAP_M)
        # Not a device: ask who else it is, for the right refusal.
        caller = known.by or await _resident(conn, request)
        city = await house.configurations.at(conn, known.configuration_version)
        if known.report_id is None:
            check_against_city(body, city)
        scene = await house.scene(conn, caller, city)
        draft = with_true_time(draft, request.headers.get("sent-at"), scene.now)
        submitted = await flow.submit(scene, draft, known, per_minute=house.settings.limits.reports_per_minute)
        await enqueue_pictures(conn, submitted.processing)
        await enqueue_arrival(conn, *submitted.expected)
        return submitted


@router.get("")
async def staff_list(
    caller: Staff,
    conn: Tx,
    house: HouseDep,
    state: Annotated[list[State] | None, Query()] = None,
    agency: str | None = None,
    area: str | None = None,
    category: str | None = None,
    urgency: Literal["normal", "urgent"] | None = None,
    late: bool | None = None,
    q: Annotated[str | None, Query(max_length=200)] = None,
    channel: Annotated[str | None, Query(max_length=20)] = None,
    open: bool = True,
    audit: Literal["pending", "passed", "failed"] | None = None,
    checking: bool = False,
    person: Annotated[str | None, Query(max_length=100)] = None,
    order: Literal["due", "newest", "priority"] = "due",
    within: Annotated[str | None, Query(max_length=20_000)] = None,
    after: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """The staff list, keyset-paged: open reports by due time unless asked otherwise.

    `audit`: published cases drawn by lot that wait for their second look, or those looked at; for the center alone.
    `checking`: cases with an open check at the scene. `within` is an area: a GeoJSON Polygon or MultiPolygon, or
    west,south,east,north in degrees. `person`: a username or `me`: of the one for whom a rule keeps what
    the center has yet to decide, or of the officer who has it at its agency.
    """
    city = await house.configurations.current(conn)
    states = tuple(one.value for one in state or ())
    drawn = read_selection(within) if within else None
    whose = caller.username if person == ME else person
    filters = board.Filters(
        states, open, agency, area, category, urgency, late, q, channel, order, drawn, audit, checking, whose
    )
    page = await board.page(
        conn, caller, city, house.media_address, filters=filters, now=utc_now(), after=after, limit=limit
    )
    await readings.note(conn, caller, city, page.reports, "list", utc_now())
    return {"reports": page.reports, "next": page.next}


@router.get("/{code}")
async def one(code: str, caller: Anybody, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """The report as the caller may see it: in full for its reporter and for staff, the published view for anybody."""
    row = await _row(conn, code)
    scene = await house.scene(conn, caller)
    standing = await rows.standing(conn, row, caller, scene.city)
    if may_see(caller, standing) is not True:
        raise NotFound
    if standing.mine or (caller.kind == "account" and may_see_in_full(caller, standing)):
        await readings.note(conn, caller, scene.city, [row], "case", scene.now)
        return await with_result(conn, shown(scene, row))
    public = await published.published_report(conn, row["code"])
    if public is None:
        raise NotFound
    return public


def may_see_in_full(caller: Caller, standing: Any) -> bool:
    """Whether a member of staff reads the staff view and not only what is published."""
    return caller.oversight or caller.agency in (*standing.involved, *standing.checking)


async def _row(conn: Any, typed: str) -> dict[str, Any]:
    code = read_code(typed)
    row = await rows.by_code(conn, code) if code else None
    if row is None:
        raise NotFound
    return row


@router.post("/{code}/rating")
async def rate(code: str, body: Rate, request: Request, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """The reporter's word on the result; changes no version."""
    caller = await find_caller(conn, request, RESIDENT_FIRST)
    if caller is PUBLIC:
        raise NoCredential
    known = read_code(code)
    if known is None:
        raise NotFound
    scene = await house.scene(conn, caller)
    return await flow.perform(scene, CommandRequest(Command.RATE, known, body))


class LaterMedia(BaseModel):
    """Uploads of the reporter's own, finished or still on their way."""

    model_config = ConfigDict(extra="forbid")
    media: list[Annotated[str, StringConstraints(min_length=1, max_length=64)]] = Field(min_length=1, max_length=50)


@router.post("/{code}/media")
async def add_media(code: str, body: LaterMedia, request: Request, house: HouseDep) -> dict[str, Any]:
    """The reporter sends more pictures, films or voice notes; naming an upload again changes nothing."""
    caller = await resident(house, request)
    known = read_code(code)
    if known is None:
        raise NotFound
    async with house.transactions.read() as conn:
        scene = await house.scene(conn, caller)
        row = await arrivals.open_for_media(scene, known)
    held = [item for item in row["media"] or () if item["role"] == "report"]
    ids = [one for one in dict.fromkeys(body.media) if one not in {item["upload_id"] for item in held}]
    media = await proof.from_uploads(house, caller, ids, role="report", early=True, already=len(held))
    async with house.transactions.begin() as conn:
        scene = await house.scene(conn, caller)
        row = await arrivals.open_for_media(scene, known)
        added = await arrivals.add_later(scene, row, media)
        await enqueue_pictures(conn, proof.to_process(added))
        await enqueue_arrival(conn, *proof.to_expect(added))
        row = await rows.by_code(conn, known) or row
        return shown(scene, row)


@router.post("/{code}/{command}")
async def command(
    code: str,
    command: str,
    request: Request,
    house: HouseDep,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> dict[str, Any]:
    """Give a command, the same as over the socket. The body holds `version` and the command's own arguments."""
    if command not in OFFERED_NAMES:
        raise NotFound(f"There is no command {command!r}.")
    raw = await read_body(request, house.settings.limits.request_bytes)
    body = parse_json(raw) if raw.strip() else {}
    order = RESIDENT_FIRST if OFFERED_NAMES[command] in OF_RESIDENTS else STAFF_FIRST
    token = token_of(request, order)
    if token is None:
        raise NoCredential
    version, key = body.pop("version", None), body.pop("key", None)
    return await give(house, token, command, code, body, version=version, key=idempotency_key or key)
