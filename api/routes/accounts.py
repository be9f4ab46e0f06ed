"""Accounts of members of staff, for administrators."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from api.deps import Administrator, AdminReader, HouseDep, Tx
from api.passwords import hasher
from api.wiring import utc_now
from reports import accounts

router = APIRouter(prefix="/api/v1/admin/accounts", tags=["administration"])

Username = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._@-]*$", max_length=100)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Agency = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Role = Literal["operator", "supervisor", "leader", "admin", "agency"]


class NewAccount(BaseModel):
    """Somebody who joins. `agency` goes with the role agency; `head`: hears what escalates in it."""

    model_config = ConfigDict(extra="forbid")
    username: Username
    name: Name
    role: Role
    agency: Agency | None = None
    head: bool = False


class AccountPart(BaseModel):
    """What is to change; the rest stays."""

    model_config = ConfigDict(extra="forbid")
    name: Name = ""
    role: Role = "operator"
    agency: Agency | None = None
    head: bool = False
    active: bool = True


@router.get("")
async def everybody(caller: AdminReader, conn: Tx) -> dict[str, Any]:
    """Every account, active ones first. `reads`: the restricted categories it is named for, which
    `/api/v1/restricted/readers` changes.
    """
    return {"accounts": await accounts.all_of(conn)}


@router.post("", status_code=201)
async def make(
    body: NewAccount, caller: Administrator, conn: Tx, house: HouseDep, response: Response
) -> dict[str, Any]:
    """A new account with a random password, which this answer shows once and nobody can read again."""
    response.headers["Cache-Control"] = "no-store"
    city, password = await house.configurations.current(conn), accounts.new_password()
    hashed = await asyncio.to_thread(hasher().hash, password)
    account = await accounts.make(conn, city, body.model_dump(), hashed, by=caller, now=utc_now())
    return {"account": account, "password": password}


@router.patch("/{username}")
async def change(username: str, body: AccountPart, caller: Administrator, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """Change name, role, agency, head or active. Another role or agency, and being put to rest, end its sessions."""
    city, part = await house.configurations.current(conn), body.model_dump(exclude_unset=True)
    return {"account": await accounts.change(conn, city, username, part, by=caller, now=utc_now())}


@router.post("/{username}/password")
async def password(username: str, caller: Administrator, conn: Tx, response: Response) -> dict[str, Any]:
    """A new random password, shown this once; the account's sessions end."""
    response.headers["Cache-Control"] = "no-store"
    password = accounts.new_password()
    hashed = await asyncio.to_thread(hasher().hash, password)
    account = await accounts.give_password(conn, username, hashed, by=caller, now=utc_now())
    return {"account": account, "password": password}
