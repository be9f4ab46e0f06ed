"""The report form as a plain page: it works without scripts, on the same way through the story as the API."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api import proof
from api.credentials import check_forgery, check_origin, csrf_of
from api.deps import HouseDep
from api.multipart import FormReader
from api.routes.near import likely_here
from api.routes.own_browser import keep, known_device, new_device
from api.routes.page_frame import PageRoute, device_token, page, view_of
from api.routes.reports import write
from api.submission import LONGEST_DESCRIPTION, body_hash, make_draft, parse_body
from api.wiring import House
from api.zones import zone_of
from geo.gazetteer import search_places
from portal import offer, pages, places
from portal.environment import View
from portal.questions import YES, typed
from portal.wording import translator
from reports import flow
from reports.attachments import NewAttachment
from reports.configuration import City
from reports.problems import BadInput, KeyReused, NotAllowed, TooMany

router = APIRouter(route_class=PageRoute, include_in_schema=False)

# Fields of the form that are about sending, not about what is wrong in the street.
ABOUT_SENDING = ("csrf", "key")
# Where on the page what a refusal names is mended.
PARTS = {"category": "step-kind", "location": "step-place", "description": "step-words", "anonymous": "step-words"}


@dataclass(frozen=True)
class Spot:
    """Where it is. `accuracy_m` None where nobody said."""

    lon: float
    lat: float
    accuracy_m: float | None = None

    def as_location(self) -> dict[str, float]:
        """The location as the API takes it."""
        known = {"lon": self.lon, "lat": self.lat}
        return known if self.accuracy_m is None else {**known, "accuracy_m": self.accuracy_m}


@router.get("/new")
async def form(request: Request, house: HouseDep) -> Response:
    """The empty form. The browser becomes a device now, so that a form sent twice is still one report. What its
    service worker puts by for a time without network is the form of nobody.
    """
    if request.headers.get("purpose") == "offline-copy":
        token = None
    else:
        token = await _known_token(request, house) or await _new_token(request, house)
    return await _form_page(request, house, token, pages.Entered(category=request.query_params.get("category", "")))


@router.post("/new")
async def send(request: Request, house: HouseDep) -> Response:
    """Send the form: to the tracking page of the report, or back to the form with what must be mended."""
    limits = house.settings.limits
    reader = proof.form_reader(house, field_bytes=limits.request_bytes, files=limits.images_per_report * 2)
    token = await _known_token(request, house)
    try:
        await reader.read(request.stream(), request.headers.get("content-type", ""))
        token = await _proven_token(request, house, token, reader.fields)
        submitted = await _submit(request, house, token, reader)
    except (BadInput, NotAllowed) as problem:
        token = token or await _new_token(request, house)
        return await _form_page(request, house, token, _entered(reader.fields), problem)
    finally:
        reader.discard()
    answer = RedirectResponse(f"/t/{submitted.report['code']}?sent=1", status_code=303)
    keep(answer, house, token)
    return answer


async def _known_token(request: Request, house: House) -> str | None:
    """The device's token if it is still good: after a clean-up of the database the browser gets a new one."""
    return device_token(request) if await known_device(house, request) is not None else None


async def _new_token(request: Request, house: House) -> str | None:
    """A new device for this browser; None where its address has had too many, which shows only on sending."""
    try:
        return await new_device(request, house)
    except TooMany:
        return None


async def _proven_token(request: Request, house: House, token: str | None, fields: dict[str, str]) -> str:
    """The token to send with. A form without any credential can forge nothing, but must still come from our
    pages.
    """
    if token is not None:
        check_forgery(request, token, given=fields.get("csrf", ""))
        return token
    check_origin(request)
    made = await _new_token(request, house)
    if made is None:
        raise TooMany
    return made


async def _submit(request: Request, house: House, token: str, reader: FormReader) -> flow.Submitted:
    entered = _entered(reader.fields)
    async with house.transactions.read() as conn:
        city = await house.configurations.current(conn)
    files = [file for file in reader.files if file.bytes or file.filename]
    _check_whole(entered, city, with_files=bool(files))
    photos = await proof.from_files(house, files, zone_of(city))
    spot = await _spot(house, entered, photos)
    value: dict[str, Any] = {
        "category": entered.category,
        "description": entered.description,
        "location": spot.as_location(),
        "answers": _answers(entered, city),
        "anonymous": entered.anonymous,
    }
    body = parse_body(value)
    # The same form sent again is the same body, even if meanwhile the gazetteer would find another place.
    typed = {name: text for name, text in reader.fields.items() if name not in ABOUT_SENDING}
    digest = body_hash(typed, [file.sha256 for file in files])
    return await write(house, _as_device(request, token), body, make_draft(body, _key(reader.fields), digest, photos))


def _as_device(request: Request, token: str) -> Request:
    """The request with the device's token as its credential: the form has already shown that it is ours."""
    headers = [(name, value) for name, value in request.scope["headers"] if name != b"authorization"]
    return Request({**request.scope, "headers": [*headers, (b"authorization", b"Bearer " + token.encode())]})


def _key(fields: dict[str, str]) -> UUID:
    try:
        return UUID(fields.get("key", ""))
    except ValueError:
        return uuid4()


def _entered(fields: dict[str, str]) -> pages.Entered:
    plain = {name: fields.get(name, "").strip() for name in ("category", "lon", "lat", "accuracy_m", "place", "area")}
    calm = fields.get(f"calm.{plain['category']}") == YES
    answers = {name: value.strip() for name, value in fields.items() if name.startswith("answer.") and value.strip()}
    description = fields.get("description", "").replace("\r\n", "\n")
    anonymous = fields.get("anonymous") == YES
    return pages.Entered(**plain, description=description, anonymous=anonymous, calm=calm, answers=answers)


def _check_whole(entered: pages.Entered, city: City, *, with_files: bool) -> None:
    """What the form asks for beyond the API: an emergency's warning was read, and something says what is wrong."""
    kind = city.categories.get(entered.category)
    if kind is None:
        return
    if kind.stopper and not entered.calm:
        raise BadInput(("/calm", "the warning of this category must be read first"))
    if not entered.description.strip() and (not with_files or offer.needs_words(kind)):
        raise BadInput(("/description", "is missing"))


def _answers(entered: pages.Entered, city: City) -> dict[str, Any]:
    """The answers to the chosen category's questions, in the types these ask for."""
    category = city.categories.get(entered.category)
    asked = ((category.questions if category else None) or {}).get("properties", {})
    prefix = f"answer.{entered.category}."
    given = {name.removeprefix(prefix): value for name, value in entered.answers.items() if name.startswith(prefix)}
    return {name: typed(value, asked[name]) for name, value in given.items() if name in asked}


async def _spot(house: House, entered: pages.Entered, photos: tuple[NewAttachment, ...]) -> Spot:
    """Where it is, by the surest of what is known: a point, a name, the photo, the area."""
    if entered.lon and entered.lat:
        try:
            return Spot(float(entered.lon), float(entered.lat), float(entered.accuracy_m or 0) or None)
        except ValueError:
            raise BadInput(("/location", "is not a point")) from None
    async with house.transactions.read() as conn:
        centre = await places.inside(conn, entered.area, house.today()) if entered.area else None
        near = (centre["lon"], centre["lat"]) if centre else None
        found = await search_places(conn, entered.place, house.today(), near, limit=1) if entered.place else []
    if found:
        return Spot(found[0].lon, found[0].lat)
    taken = next((photo.gps for photo in photos if photo.gps is not None), None)
    if taken is not None:
        return Spot(*taken)
    if centre is not None:
        return Spot(centre["lon"], centre["lat"], round(centre["accuracy_m"]))
    raise BadInput(("/location", "is missing"))


async def _form_page(
    request: Request,
    house: House,
    token: str | None,
    entered: pages.Entered,
    problem: Exception | None = None,
) -> Response:
    view = await view_of(request, house)
    async with house.transactions.read() as conn:
        city = await house.configurations.current(conn)
        where = await places.areas(conn, house.today())
    html = pages.new_page(
        _with_token(view, token),
        offer.offered(city, view.locale, await likely_here(house, city)),
        where,
        limits=_limits(house),
        entered=entered,
        faults=_faults(problem, view, city, entered) if problem else (),
    )
    answer = page(request, html, 200 if problem is None else 422)
    if token is not None and token != device_token(request):
        keep(answer, house, token)
    return answer


def _limits(house: House) -> pages.Limits:
    given = house.settings.limits
    return pages.Limits(
        media=given.images_per_report,
        bytes=given.image_bytes,
        description=LONGEST_DESCRIPTION,
        film_bytes=given.film_bytes,
        film_seconds=given.film_seconds,
        voice_bytes=given.voice_bytes,
        voice_seconds=given.voice_seconds,
    )


def _with_token(view: View, token: str | None) -> View:
    changed = {**vars(view), "csrf": csrf_of(token) if token else ""}
    return View(**changed)


def _faults(problem: Exception, view: View, city: City, entered: pages.Entered) -> list[pages.Fault]:
    """What must be mended, in the reader's language, each with the part of the form where that is done."""
    t = translator(view.locale)
    if isinstance(problem, KeyReused):
        return [pages.Fault(t("form.error.key"))]
    if isinstance(problem, NotAllowed):
        return [pages.Fault(t("form.error.csrf"))]
    errors = problem.errors if isinstance(problem, BadInput) else ()
    return [_fault(pointer, detail, view, city, entered) for pointer, detail in errors]


def _fault(pointer: str, detail: str, view: View, city: City, entered: pages.Entered) -> pages.Fault:
    t, name = translator(view.locale), pointer.strip("/").split("/")[0]
    known = {
        "category": t("form.error.category"),
        "location": t("form.error.place"),
        "anonymous": t("form.named"),
        "description": t("form.error.words"),
    }
    if name in known:
        return pages.Fault(known[name], PARTS[name])
    if name == "calm":
        return pages.Fault(t("form.error.stopper"), f"stop-{entered.category}")
    if name == "answers":
        return _about_answers(pointer, detail, view, city, entered)
    return pages.Fault(t("form.error.other", detail=f"{pointer.lstrip('/')}: {detail}"))


def _about_answers(pointer: str, detail: str, view: View, city: City, entered: pages.Entered) -> pages.Fault:
    """A question without a fitting answer, by its own words; JSON Schema names only the missing property."""
    t, kind = translator(view.locale), city.categories.get(entered.category)
    key = pointer.removeprefix("/answers").strip("/")
    for question in offer.asked_by(kind, view.locale) if kind else ():
        if question.key == key or (not key and f"'{question.key}'" in detail):
            return pages.Fault(t("form.error.answer", what=question.label), f"answer.{entered.category}.{question.key}")
    return pages.Fault(t("form.error.other", detail=detail))
