"""Drafts of the configuration: changed item by item, judged, compared, tried out, published."""

import asyncio
from dataclasses import fields
from datetime import timedelta
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Body, Header, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import text

from api.city_time import city_now
from api.deps import Administrator, AdminReader, HouseDep, Tx
from api.routes.configuration import Moment, Note
from api.wiring import utc_now
from reports.administration import drafts, versions
from reports.administration.differences import difference
from reports.administration.findings import readable
from reports.problems import BadInput, TooMany
from reports.try_out import try_out

router = APIRouter(prefix="/api/v1/admin/drafts", tags=["administration"])

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=129)]
Revision = Annotated[int, Field(ge=1, le=2**31 - 1)]
IfMatch = Annotated[str | None, Header(description='the revision of the draft that was seen: `"3"`')]

_ALONE = text("SELECT pg_try_advisory_xact_lock(hashtextextended('try-out', 0))")


class NewDraft(BaseModel):
    """What the draft is called among administrators."""

    model_config = ConfigDict(extra="forbid")
    name: Title


class Seen(BaseModel):
    """The revision of the draft that the asker saw."""

    model_config = ConfigDict(extra="forbid")
    revision: Revision


class Settings(Seen):
    """The city's settings, whole, and the desk for reports that no rule matches; what is left out stays."""

    settings: dict[str, Any] | None = None
    default_desk: Code | None = None


class Order(Seen):
    """Every item of the section once, as they are to stand."""

    codes: list[Code] = Field(max_length=drafts.MOST_ITEMS)


class Publish(Seen):
    """Why; kept with the version."""

    note: Note


class TryOut(BaseModel):
    """How far back reports are tried; `against` what would happen today, or what did happen to each when it was sent;
    `as_of` a later moment, to try rules and boundaries that begin then.
    """

    model_config = ConfigDict(extra="forbid")
    days: int = Field(default=30, ge=1, le=400)
    against: Literal["in_force", "sent"] = "in_force"
    as_of: Moment | None = None


@router.get("")
async def all_drafts(caller: AdminReader, conn: Tx) -> dict[str, Any]:
    """Every draft, without its document; the one changed last first."""
    return {"drafts": await drafts.all_of(conn)}


@router.post("", status_code=201)
async def begin(body: NewDraft, caller: Administrator, conn: Tx) -> dict[str, Any]:
    """A new draft of what is in force now."""
    return await drafts.begin(conn, body.name, by=caller, now=utc_now())


@router.get("/{draft_id}")
async def one(draft_id: str, caller: AdminReader, conn: Tx) -> dict[str, Any]:
    """The draft with its document."""
    return await drafts.one(conn, draft_id)


@router.delete("/{draft_id}", status_code=204)
async def remove(draft_id: str, caller: Administrator, conn: Tx) -> None:
    """Throw the draft away."""
    await drafts.remove(conn, draft_id)


@router.put("/{draft_id}/settings")
async def change_settings(draft_id: str, body: Settings, caller: Administrator, conn: Tx) -> dict[str, Any]:
    """Change the city's settings or its default desk. Answers the draft without its document, as all changes do."""
    edit = drafts.setting(body.settings, body.default_desk, desk_said="default_desk" in body.model_fields_set)
    return await drafts.change(conn, draft_id, body.revision, edit, by=caller, now=utc_now())


@router.put("/{draft_id}/order/{section}")
async def order(draft_id: str, section: str, body: Order, caller: Administrator, conn: Tx) -> dict[str, Any]:
    """Put the items of an ordered section (categories, agencies, rules, reasons) in another order."""
    edit = drafts.ordering(drafts.section_of(section), body.codes)
    return await drafts.change(conn, draft_id, body.revision, edit, by=caller, now=utc_now())


@router.put("/{draft_id}/{section}/{code}")
async def put(
    draft_id: str,
    section: str,
    code: Code,
    body: Annotated[dict[str, Any], Body(description="the item; it may carry `revision` instead of the header")],
    caller: Administrator,
    conn: Tx,
    if_match: IfMatch = None,
) -> dict[str, Any]:
    """Make an item, or change the one of this code. What has not the form of its section is refused by field."""
    item = dict(body)
    revision = _revision(item.pop("revision", None), if_match)
    edit = drafts.putting(drafts.section_of(section), code, item)
    return await drafts.change(conn, draft_id, revision, edit, by=caller, now=utc_now())


@router.delete("/{draft_id}/{section}/{code}")
async def take(
    draft_id: str,
    section: str,
    code: Code,
    caller: Administrator,
    conn: Tx,
    if_match: IfMatch = None,
    revision: int | None = None,
) -> dict[str, Any]:
    """Take an item out: published, it is retired, and reports that name it go their way to the end."""
    edit = drafts.taking(drafts.section_of(section), code)
    return await drafts.change(conn, draft_id, _revision(revision, if_match), edit, by=caller, now=utc_now())


def _revision(said: Any, header: str | None) -> int:
    if said is None and header is not None:
        bare = header.strip().removeprefix("W/").strip('"')
        said = int(bare) if bare.isascii() and bare.isdigit() and len(bare) < 10 else header
    if type(said) is not int:
        raise BadInput(("/revision", "is needed: the revision of the draft that was seen, here or as If-Match"))
    return said


@router.get("/{draft_id}/problems")
async def found(draft_id: str, caller: AdminReader, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """What is wrong with the draft (errors stand in the way of publishing) and what somebody should know."""
    now = await city_now(house, conn)
    draft, before = await drafts.one(conn, draft_id), await versions.standing(conn, now)
    found = await versions.judged(conn, draft["document"], before.present, now, caller)
    return {"revision": draft["revision"], "problems": [finding.as_document() for finding in found]}


@router.get("/{draft_id}/difference")
async def compared(draft_id: str, caller: AdminReader, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """What publishing the draft would change, item by item and field by field, the public holidays among it that
    publishing writes into calendars. `outdated`: another version was published since the draft began, so that it must
    be rebased first.
    """
    now = await city_now(house, conn)
    draft, before = await drafts.one(conn, draft_id), await versions.standing(conn, now)
    base = await versions.version(conn, draft["base"])
    return {
        "revision": draft["revision"],
        "base": draft["base"],
        "version": before.version.n,
        "outdated": draft["base"] != before.version.n,
        "difference": difference(base.document or {}, versions.published(draft["document"], now)),
    }


@router.post("/{draft_id}/rebase")
async def rebase(draft_id: str, body: Seen, caller: Administrator, conn: Tx) -> dict[str, Any]:
    """Make the draft's changes to the version in force now. `both`: items that were changed on both sides, where the
    draft's own state stays and somebody should look.
    """
    draft, both = await drafts.rebase(conn, draft_id, body.revision, by=caller, now=utc_now())
    return {**draft, "both": both}


@router.post("/{draft_id}/try-out")
async def tried(draft_id: str, body: TryOut, caller: Administrator, conn: Tx, house: HouseDep) -> Response:
    """Which reports of the last days would go elsewhere under the draft's rules, or nowhere. Changes nothing.

    Of those that move at most 5,000 are told one by one, the rest in the counts and groups; `hidden` ones are of the
    restricted lane, and counted only where the asker is a named reader. One try at a time.
    """
    if not (await conn.execute(_ALONE)).scalar_one():
        raise TooMany("Another draft is being tried out; wait a moment.", retry_after_s=5)
    now = await city_now(house, conn)
    draft, before = await drafts.one(conn, draft_id), await versions.standing(conn, now)
    city = await asyncio.to_thread(readable, draft["document"], before.present)
    present = await house.configurations.current(conn)
    base = present if body.against == "in_force" else None
    unseen, since = present.hidden_from(caller.id), now - timedelta(days=body.days)
    found = await try_out(conn, city, since, now, as_of=body.as_of, base=base, unseen=unseen)
    told = {one.name: getattr(found, one.name) for one in fields(found)}
    told |= {"moves": found.reports - found.same, "revision": draft["revision"]}
    # The library writes dataclasses itself, fifty times as fast as `asdict` and in one go.
    return Response(await asyncio.to_thread(orjson.dumps, told), media_type="application/json")


@router.post("/{draft_id}/publish")
async def publish(draft_id: str, body: Publish, caller: Administrator, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """Put the draft in force as the next version. 422 with every error, 409 when another version was published since
    the draft began, with what that one changed. The draft is gone afterwards.
    """
    now = await city_now(house, conn)
    version = await drafts.publish(conn, draft_id, body.revision, body.note, by=caller, now=now)
    return version.as_document()
