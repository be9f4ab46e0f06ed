"""The center looks at what was found in a picture or film and says what the public copy hides."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from api.deps import HouseDep, Staff, Tx
from api.jobs import enqueue_render
from media.areas import MOST_AREAS, revised
from reports import hiding
from reports.problems import BadInput, NotFound

router = APIRouter(prefix="/api/v1/media", tags=["media"])

# Fractions added up by a browser may pass the edge by a rounding.
EDGE = 1.0001

Share = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
# An area of no size hides nothing, and whoever drew it believes that it does.
Size = Annotated[float, Field(strict=True, gt=0, le=1, allow_inf_nan=False)]
Seconds = Annotated[float, Field(strict=True, ge=0, le=3600, allow_inf_nan=False)]


class Area(BaseModel):
    """A rectangle to hide, in fractions of the upright picture. In a film from `from_s` to `to_s`, else all through.

    `id`: of a found area that is kept; as long as nothing else of it changes it goes on following what it follows.
    """

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(max_length=40)] | None = None
    kind: Literal["face", "plate", "hand"]
    x: Share
    y: Share
    w: Size
    h: Size
    from_s: Seconds | None = None
    to_s: Seconds | None = None


class Review(BaseModel):
    """What is to be hidden. An empty list says that a person has looked and nothing is."""

    model_config = ConfigDict(extra="forbid")

    areas: list[Area] = Field(max_length=MOST_AREAS)


@router.put("/{media_id}/privacy")
async def review(media_id: str, body: Review, caller: Staff, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """Say what the public copy hides. The copy made before is gone at once; a new one follows in a moment.

    For operators and supervisors. Answers the media item as the center sees it.
    """
    _check(body.areas)
    attachment_id = _id(media_id)
    areas = await _areas(conn, attachment_id, body)
    item = await hiding.review(await house.scene(conn, caller), attachment_id, areas)
    await enqueue_render(conn, [(str(item["id"]), item["kind"])])
    return item


def _id(media_id: str) -> str:
    try:
        return str(UUID(media_id))
    except ValueError:
        raise NotFound from None


async def _areas(conn: AsyncConnection, attachment_id: str, body: Review) -> list[dict[str, Any]]:
    """The areas as they are kept: cut to the picture, those of a film with the path they were found on."""
    found = await hiding.ready(conn, attachment_id)
    before = (found.privacy or {}).get("areas", []) if found is not None else []
    film = found is not None and found.kind == "video"
    wanted = [area.model_dump(exclude_none=True) for area in body.areas]
    return [area.as_json() for area in revised(before, wanted, film=film)]


def _check(areas: list[Area]) -> None:
    """What no single field can say of itself: inside the picture, and not over before it begins."""
    wrong = []
    for place, area in enumerate(areas):
        if area.x + area.w > EDGE:
            wrong.append((f"/areas/{place}/w", "reaches beyond the right edge: x + w is more than 1"))
        if area.y + area.h > EDGE:
            wrong.append((f"/areas/{place}/h", "reaches beyond the lower edge: y + h is more than 1"))
        if area.to_s is not None and area.to_s < (area.from_s or 0.0):
            wrong.append((f"/areas/{place}/to_s", "is before from_s"))
    if wrong:
        raise BadInput(*wrong)
