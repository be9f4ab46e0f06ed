"""What endpoints are given: the house, one transaction, the caller.

    @router.get("/x")
    async def x(conn: Tx, caller: Staff, house: HouseDep) -> ...: ...

`Tx` commits before the answer is sent (`scope="function"`) and rolls back on any error; nobody commits inside.
A caller dependency shares the endpoint's transaction.
"""

from collections.abc import AsyncIterator
from typing import Annotated, cast

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncConnection

from api.credentials import SAFE, Holder, token_of
from api.wiring import House, utc_now
from reports import people
from reports.callers import PUBLIC, Caller
from reports.problems import NoCredential, NotAllowed


def house_of(request: Request) -> House:
    """The house of this process."""
    return cast(House, request.app.state.house)


async def _house(request: Request) -> House:
    # Async although it waits for nothing: a plain function would be sent to a thread and back for each request.
    return house_of(request)


HouseDep = Annotated[House, Depends(_house)]


async def _transaction(house: HouseDep, request: Request) -> AsyncIterator[AsyncConnection]:
    # A request that may change nothing wakes no sealer; that it was shown something restricted may have to be noted.
    kind = house.transactions.quiet if request.method in SAFE else house.transactions.begin
    async with kind() as conn:
        yield conn


Tx = Annotated[AsyncConnection, Depends(_transaction, scope="function")]


async def _glance(house: HouseDep) -> AsyncIterator[AsyncConnection]:
    async with house.transactions.glance() as conn:
        yield conn


Glance = Annotated[AsyncConnection, Depends(_glance, scope="function")]
"""Instead of `Tx`, for what is asked often, reads only, and says itself how true it is."""


DEAD = "This credential is unknown or has expired."


async def find_caller(
    conn: AsyncConnection, request: Request, order: tuple[Holder, ...] = ("session", "device")
) -> Caller:
    """The caller of this request; PUBLIC without credential; NoCredential for a dead one."""
    token = token_of(request, order)
    if token is None:
        return PUBLIC
    caller = await people.caller_of(conn, token, utc_now())
    if caller is None:
        raise NoCredential(DEAD)
    return caller


async def _anybody(conn: Tx, request: Request) -> Caller:
    return await find_caller(conn, request)


async def _known(conn: Tx, request: Request) -> Caller:
    caller = await find_caller(conn, request)
    if caller is PUBLIC:
        raise NoCredential
    return caller


async def _token(request: Request) -> str:
    token = token_of(request, ("session", "device"))
    if token is None:
        raise NoCredential
    return token


Token = Annotated[str, Depends(_token)]
"""The credential of a request, for endpoints that look up whose it is together with what else they ask; they pass
what they found to `staff_found`. NoCredential without one.
"""


def staff_found(caller: Caller | None) -> Caller:
    """Whom such a look-up found, if it is a member of staff; NoCredential for a dead credential, else NotAllowed."""
    if caller is None:
        raise NoCredential(DEAD)
    if caller.kind != "account":
        raise NotAllowed("This is for members of staff.")
    return caller


async def _staff(caller: Annotated[Caller, Depends(_known, scope="function")]) -> Caller:
    return staff_found(caller)


async def _oversight(caller: Annotated[Caller, Depends(_staff, scope="function")]) -> Caller:
    if not caller.oversight:
        raise NotAllowed("This is for the operations center and those who oversee it.")
    return caller


async def _center(caller: Annotated[Caller, Depends(_staff, scope="function")]) -> Caller:
    if not caller.center:
        raise NotAllowed("This is for the operators and supervisors of the center.")
    return caller


async def _admin_reader(caller: Annotated[Caller, Depends(_staff, scope="function")]) -> Caller:
    if caller.role not in ("admin", "leader"):
        raise NotAllowed("This is for administrators, and for leaders to read.")
    return caller


async def _administrator(caller: Annotated[Caller, Depends(_staff, scope="function")]) -> Caller:
    if caller.role != "admin":
        raise NotAllowed("This is for administrators.")
    return caller


async def administrator_of(house: House, request: Request, conn: AsyncConnection | None = None) -> Caller:
    """The administrator who asks, for requests whose body takes long: without `conn` in a transaction of its own."""
    if conn is None:
        async with house.transactions.read() as own:
            return await administrator_of(house, request, own)
    return await _administrator(await _staff(await _known(conn, request)))


async def _officer(caller: Annotated[Caller, Depends(_staff, scope="function")]) -> Caller:
    if caller.role != "agency" or caller.agency is None:
        raise NotAllowed("This is for officers of an agency.")
    return caller


async def _worker(caller: Annotated[Caller, Depends(_staff, scope="function")]) -> Caller:
    if not caller.center and caller.role != "agency":
        raise NotAllowed("This is for those who work on reports: at the center or at an agency.")
    return caller


async def _device(conn: Tx, request: Request) -> Caller:
    caller = await find_caller(conn, request, ("device",))
    if caller is PUBLIC:
        raise NoCredential
    if caller.kind != "device":
        raise NotAllowed("This is for residents' devices.")
    return caller


Anybody = Annotated[Caller, Depends(_anybody, scope="function")]
Known = Annotated[Caller, Depends(_known, scope="function")]
Staff = Annotated[Caller, Depends(_staff, scope="function")]
Oversight = Annotated[Caller, Depends(_oversight, scope="function")]
Center = Annotated[Caller, Depends(_center, scope="function")]
AdminReader = Annotated[Caller, Depends(_admin_reader, scope="function")]
Administrator = Annotated[Caller, Depends(_administrator, scope="function")]
Officer = Annotated[Caller, Depends(_officer, scope="function")]
Worker = Annotated[Caller, Depends(_worker, scope="function")]
ResidentDevice = Annotated[Caller, Depends(_device, scope="function")]
