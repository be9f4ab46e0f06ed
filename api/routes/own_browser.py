"""A resident's browser behind the plain pages: its credential, the proof that a form is ours, files that come along."""

from dataclasses import dataclass, field

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api import proof
from api.credentials import DEVICE_SECONDS, check_forgery, check_origin, set_cookies
from api.limits import Caller as Address
from api.problems import TooLarge
from api.routes.page_frame import device_token, view_of
from api.wiring import House, utc_now
from api.zones import zone_of
from reports import people
from reports.attachments import NewAttachment
from reports.callers import Caller
from reports.problems import NoCredential, Problem

LONGEST_FIELD = 8000


@dataclass
class Sent:
    """A form that has shown that it is ours: who sent it, its fields, and its files, judged."""

    token: str
    fields: dict[str, str]
    files: tuple[NewAttachment, ...] = field(default=())


async def device_of(conn: AsyncConnection, request: Request, *, missing: type[Problem] = NoCredential) -> Caller:
    """The device of this browser; forgery is checked by the field of the form (`read_form`), not by a header."""
    token = device_token(request)
    caller = await people.caller_of(conn, token, utc_now()) if token else None
    if caller is None or caller.kind != "device":
        raise missing
    return caller


async def known_device(house: House, request: Request) -> Caller | None:
    """The device of this browser, None for a browser that is none, or whose device is gone."""
    token = device_token(request)
    if token is None:
        return None
    async with house.transactions.read() as conn:
        caller = await people.caller_of(conn, token, utc_now())
    return caller if caller is not None and caller.kind == "device" else None


async def caller_of_form(house: House, sent: Sent) -> Caller:
    """Who sent the form."""
    async with house.transactions.read() as conn:
        caller = await people.caller_of(conn, sent.token, utc_now())
    if caller is None or caller.kind != "device":
        raise NoCredential
    return caller


async def read_form(request: Request, house: House) -> Sent:
    """The form of a browser that is a device. Files are judged here: decoding takes longer than a lock may be held."""
    token = device_token(request)
    if token is None:
        raise NoCredential
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await _with_files(request, house, token)
    fields = await _plain_fields(request)
    check_forgery(request, token, given=fields.get("csrf", ""))
    return Sent(token, fields)


async def read_form_or_begin(request: Request, house: House) -> tuple[Sent, bool]:
    """The same, for what a visitor may do first of all: who is no device becomes one; True when that happened.

    A form without any credential can forge nothing, but must still come from our pages.
    """
    if await known_device(house, request) is not None:
        return await read_form(request, house), False
    check_origin(request)
    fields = await _plain_fields(request)
    return Sent(await new_device(request, house), fields), True


async def new_device(request: Request, house: House) -> str:
    """The token of a new device for this browser; TooMany where its address has had too many this minute."""
    view = await view_of(request, house)
    address = Address(request.client.host if request.client else "")
    await address.allow(house.transactions, "devices", house.settings.limits.devices_per_minute)
    async with house.transactions.begin() as conn:
        return (await people.new_device(conn, "web", view.locale, utc_now()))[1]


def keep(answer: Response, house: House, token: str) -> None:
    """The browser remembers its credential."""
    set_cookies(answer, "device", token, seconds=DEVICE_SECONDS, secure=house.settings.web.cookies_are_secure)


async def _plain_fields(request: Request) -> dict[str, str]:
    async with request.form(max_files=0, max_fields=20, max_part_size=LONGEST_FIELD) as sent:
        return {name: value for name, value in sent.items() if isinstance(value, str)}


async def _with_files(request: Request, house: House, token: str) -> Sent:
    limits = house.settings.limits
    # Nobody's files are read before somebody is known to send them.
    async with house.transactions.read() as conn:
        await device_of(conn, request)
        zone = zone_of(await house.configurations.current(conn))
    reader = proof.form_reader(house, field_bytes=LONGEST_FIELD, files=limits.images_per_report)
    try:
        await reader.read(request.stream(), request.headers["content-type"])
        check_forgery(request, token, given=reader.fields.get("csrf", ""))
        # A browser sends an empty part for a field in which nothing was chosen.
        files = [file for file in reader.files if file.bytes or file.filename]
        if len(files) > limits.images_per_report:
            raise TooLarge(f"At most {limits.images_per_report} files at once.")
        return Sent(token, reader.fields, await proof.from_files(house, files, zone))
    finally:
        reader.discard()
