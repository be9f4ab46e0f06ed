"""What anybody may read as data: the published reports."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from api.deps import HouseDep
from api.routes.kept import kept
from api.wiring import House
from portal.filters import Filters, address
from portal.published import BadCursor, published_page
from reports.problems import BadInput

router = APIRouter(tags=["public"])

PAGE = 50
MOST = 100
LONGEST_Q = 120
ANYWHERE = {"Access-Control-Allow-Origin": "*"}
"""Open data may be read by the pages of others."""


def _box(bbox: str | None) -> tuple[float, float, float, float] | None:
    if not bbox:
        return None
    try:
        west, south, east, north = (float(edge) for edge in bbox.split(","))
    except ValueError:
        raise BadInput(("/bbox", "must be west,south,east,north in degrees")) from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise BadInput(("/bbox", "must lie on the earth, west of east and south of north"))
    return west, south, east, north


async def filters_of(
    category: Annotated[str | None, Query(max_length=64)] = None,
    area: Annotated[str | None, Query(max_length=64)] = None,
    agency: Annotated[str | None, Query(max_length=64)] = None,
    q: Annotated[str | None, Query(max_length=LONGEST_Q)] = None,
    bbox: Annotated[str | None, Query(max_length=120)] = None,
    rating: Literal["satisfied", "acceptable", "unsatisfied", ""] | None = None,
) -> Filters:
    """The filters of the list as they stand in an address; empty ones are none."""
    words = (q or "").replace("\x00", "").strip()
    return Filters(category or None, area or None, agency or None, words or None, _box(bbox), rating or None)


Asked = Annotated[Filters, Depends(filters_of)]


async def page_of(house: House, filters: Filters, after: str | None, limit: int = PAGE, *, locale: str = "vi") -> str:
    """One page of published reports as GeoJSON text; BadInput for a cursor that is not ours."""
    async with house.transactions.read() as conn:
        try:
            return await published_page(conn, filters, after, limit, locale=locale)
        except BadCursor:
            raise BadInput(("/after", "is not a cursor of this list")) from None


@router.get("/api/v1/public/reports")
async def published_reports(
    request: Request,
    house: HouseDep,
    filters: Asked,
    after: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = PAGE,
    lang: Literal["vi", "en"] = "vi",
) -> Response:
    """Published reports as GeoJSON, newest published first; `next` is the cursor for `after`, null at the
    end.
    """

    async def make() -> str:
        return await page_of(house, filters, after, limit, locale=lang)

    key = ("data", address("", filters, after=after), limit, lang)
    return await kept(request, house, key, make, media_type="application/geo+json", headers=ANYWHERE)
