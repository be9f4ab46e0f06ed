"""Views of the queue that members of staff keep under a name."""

from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.deps import Staff, Tx
from api.wiring import utc_now
from ioc_dashboard import kept
from ioc_dashboard.kept import VIEWS
from reports.callers import Caller

router = APIRouter(prefix="/api/v1/views", tags=["desk"])

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Code = Annotated[str, StringConstraints(max_length=80)]


class Query(BaseModel):
    """What the queue is narrowed to and how it is ordered; what is left out narrows nothing."""

    model_config = ConfigDict(extra="forbid")
    tab: Literal["waiting", "mine", "agencies", "approve", "all"] = "waiting"
    text: Annotated[str, StringConstraints(max_length=200)] = ""
    category: Code = ""
    area: Code = ""
    agency: Code = ""
    channel: Code = ""
    person: Code = ""
    urgent: bool = False
    late: bool = False
    mine: bool = False
    order: Literal["due", "priority", "newest"] = "due"


class NewView(BaseModel):
    """A view to keep. `default`: the desk opens with it."""

    model_config = ConfigDict(extra="forbid")
    name: Name
    query: Query
    shared: bool = False
    default: bool = False


class ViewPart(BaseModel):
    """What is to change; the rest stays."""

    model_config = ConfigDict(extra="forbid")
    name: Name = Field(default="", validate_default=False)
    query: Query = Field(default_factory=Query)
    shared: bool = False
    default: bool = False


@router.get("")
async def views(caller: Staff, conn: Tx) -> dict[str, Any]:
    """The caller's own views and the center's shared ones, by name."""
    default = await kept.default_view(conn, caller)
    return {"views": [_shown(one, default) for one in await kept.all_of(conn, VIEWS, caller)]}


@router.post("", status_code=201)
async def keep(body: NewView, caller: Staff, conn: Tx) -> dict[str, Any]:
    """Keep a view under a name. At most 50 of one's own, 100 shared."""
    content = {"name": body.name, "query": _json(body.query)}
    view = await kept.add(conn, VIEWS, caller, content, shared=body.shared, now=utc_now())
    if body.default:
        await kept.set_default(conn, caller, view["id"], wanted=True)
    return await _one(conn, caller, view)


@router.patch("/{kept_id}")
async def change(kept_id: str, body: ViewPart, caller: Staff, conn: Tx) -> dict[str, Any]:
    """Rename, narrow anew, share, or make it the one the desk opens with (which anybody may who sees it)."""
    given = body.model_fields_set
    part: dict[str, Any] = {"name": body.name} if "name" in given else {}
    if "query" in given:
        part["query"] = _json(body.query)
    view = await kept.change(conn, VIEWS, caller, kept_id, part, body.shared if "shared" in given else None)
    if "default" in given:
        await kept.set_default(conn, caller, view["id"], wanted=body.default)
    return await _one(conn, caller, view)


@router.delete("/{kept_id}", status_code=204)
async def forget(kept_id: str, caller: Staff, conn: Tx) -> Response:
    """Throw a view away; whoever's desk opened with it sees all that waits."""
    await kept.remove(conn, VIEWS, caller, kept_id)
    return Response(status_code=204)


async def _one(conn: Tx, caller: Caller, view: dict[str, Any]) -> dict[str, Any]:
    return _shown(view, await kept.default_view(conn, caller))


def _shown(view: dict[str, Any], default: str | None) -> dict[str, Any]:
    return {**view, "query": Query.model_validate(view["query"]).model_dump(), "default": view["id"] == default}


def _json(query: Query) -> str:
    return orjson.dumps(query.model_dump(exclude_defaults=True)).decode()
