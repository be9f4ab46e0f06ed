"""How a device becomes one of a resident with several: by a code sent to a phone number, or by the city's sign-in.

Both doors (API and pages) call exactly this. Where the city has not set a way up, there is no such way (404).
"""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.background import BackgroundTask

from api import guessing, oidc, sms
from api.settings import Sms
from api.wiring import House, utc_now
from notifications import inbox
from portal.wording import choose, translator
from reports import phone_codes, residents
from reports.callers import Caller
from reports.problems import NotFound
from reports.residents import ProofKind

SIGN_IN_MINUTES = 10

_BEGUN = text("""
INSERT INTO sign_in_under_way (state_hash, device_id, nonce, verifier, expires_at)
VALUES (:state_hash, CAST(:device_id AS uuid), :nonce, :verifier, :expires_at)
""")
_OLD = text("DELETE FROM sign_in_under_way WHERE expires_at <= :now")
_RETURNED = text("""
DELETE FROM sign_in_under_way
WHERE state_hash = :state_hash AND device_id = CAST(:device_id AS uuid) AND expires_at > :now
RETURNING nonce, verifier
""")


async def send_phone_code(house: House, caller: Caller, typed: str) -> BackgroundTask | None:
    """Make a code for this number; the task that sends it, after the answer. None: the number has had enough for now.

    The caller hears the same either way, and the same whether the number is known here or not.
    """
    settings = _sms(house)
    number = phone_codes.normalised(typed, settings.country)
    subject = phone_codes.number_hash(house.signing_key, number)
    await guessing.allow(house.transactions, f"phone code of {caller.id}", guessing.CODES_OF_DEVICE)
    if not await guessing.within(house.transactions, f"phone code to {subject.hex()}", guessing.CODES_OF_NUMBER):
        return None
    async with house.transactions.begin() as conn:
        code = await phone_codes.begin(conn, caller.id, subject, house.signing_key, utc_now())
    words = translator(choose(caller.locale))("sms.code", code=code, city=house.settings.place.city_name)
    return BackgroundTask(sms.send, settings, number, words, utc_now())


async def verify_phone_code(house: House, caller: Caller, typed_number: str, typed_code: str) -> None:
    """The device joins the resident of this number; BadInput for a code that is not good now."""
    settings = _sms(house)
    number = phone_codes.normalised(typed_number, settings.country)
    subject = phone_codes.number_hash(house.signing_key, number)
    await guessing.allow(house.transactions, f"phone try of {caller.id}", guessing.TRIES_OF_DEVICE)
    async with house.transactions.begin() as conn:
        wanted = await phone_codes.count_try(conn, caller.id, subject, utc_now())
    async with house.transactions.begin() as conn:
        await phone_codes.use(conn, caller.id, subject, typed_code, house.signing_key, wanted=wanted)
        await _join(house, conn, caller, "phone", subject)


def _sms(house: House) -> Sms:
    if not house.settings.sms.on:
        raise NotFound
    return house.settings.sms


async def begin_sign_in(house: House, caller: Caller, redirect_uri: str) -> str:
    """Where the browser signs in; the return must come from this very device."""
    if not house.settings.oidc.on:
        raise NotFound
    await guessing.allow(house.transactions, f"sign-in of {caller.id}", guessing.TRIES_OF_DEVICE)
    login = oidc.begin()
    address = await house.identity.address(login, redirect_uri)
    now = utc_now()
    async with house.transactions.begin() as conn:
        await conn.execute(_OLD, {"now": now})
        facts = {"state_hash": oidc.state_hash(login.state), "device_id": caller.id, "nonce": login.nonce}
        expires_at = now + timedelta(minutes=SIGN_IN_MINUTES)
        await conn.execute(_BEGUN, {**facts, "verifier": login.verifier, "expires_at": expires_at})
    return address


async def finish_sign_in(house: House, caller: Caller, state: str, code: str, redirect_uri: str) -> None:
    """The browser is back: the device joins the resident of that account. SignInFailed for what does not fit."""
    if not house.settings.oidc.on:
        raise NotFound
    async with house.transactions.begin() as conn:
        facts = {"state_hash": oidc.state_hash(state), "device_id": caller.id, "now": utc_now()}
        begun = (await conn.execute(_RETURNED, facts)).one_or_none()
    if begun is None:
        raise oidc.SignInFailed("This sign-in was not begun here, or too long ago.")
    subject = await house.identity.subject(code, oidc.Login(state, begun.nonce, begun.verifier), redirect_uri)
    async with house.transactions.begin() as conn:
        await _join(house, conn, caller, "oidc", residents.subject_hash(house.signing_key, "oidc", subject))


async def _join(house: House, conn: AsyncConnection, caller: Caller, kind: ProofKind, subject: bytes) -> None:
    await residents.join(conn, caller.id, kind, subject, utc_now())
    await inbox.share(conn, await residents.devices_of(conn, caller.id), caller.id)
