"""RSS and Atom of the list, with the same filters in the address."""

import json
from typing import Literal

from fastapi import APIRouter, Request, Response

from api.deps import HouseDep
from api.routes.kept import A_MINUTE, kept
from api.routes.page_frame import lang_in
from api.routes.public import ANYWHERE, Asked, page_of
from portal import feeds
from portal.filters import Filters, address, asked
from portal.wording import choose, translator

router = APIRouter(include_in_schema=False)

ENTRIES = 50


def _channel(filters: Filters, kind: str, locale: str, lang: str | None, base_url: str, city: str) -> feeds.Channel:
    t = translator(locale)
    title = t("site.title", city=city)
    narrowed = ", ".join(asked(filters).values())
    return feeds.Channel(
        title=f"{title}: {narrowed}" if narrowed else title,
        description=t("site.description", city=city),
        language=locale,
        link=base_url + address("/", filters, lang=lang),
        own=base_url + address(f"/feed.{kind}", filters, lang=lang),
        base_url=base_url,
    )


@router.get("/feed.{kind}")
async def feed(request: Request, house: HouseDep, filters: Asked, kind: Literal["rss", "atom"]) -> Response:
    """The newest published reports as a feed."""
    lang = lang_in(request)
    locale, settings = choose(lang), house.settings

    async def make() -> bytes:
        collection = json.loads(await page_of(house, filters, None, ENTRIES, locale=locale))
        reports = [feature["properties"] for feature in collection["features"]]
        channel = _channel(filters, kind, locale, lang, settings.web.origin, settings.place.city_name)
        if kind == "rss":
            return feeds.rss(channel, reports)
        return feeds.atom(channel, reports, translator(locale)("site.foot", city=settings.place.city_name))

    media_type = feeds.RSS_TYPE if kind == "rss" else feeds.ATOM_TYPE
    key = ("feed", kind, address("", filters, lang=lang))
    return await kept(
        request, house, key, make, media_type=f"{media_type}; charset=utf-8", cache=A_MINUTE, headers=ANYWHERE
    )
