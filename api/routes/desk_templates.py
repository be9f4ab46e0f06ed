"""Answers that members of staff keep because they write them again and again."""

import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from api.deps import Staff, Tx
from api.wiring import utc_now
from ioc_dashboard import kept
from ioc_dashboard.kept import TEMPLATES

router = APIRouter(prefix="/api/v1/templates", tags=["desk"])

PLACEHOLDERS = ("code", "category", "area", "agency")


def _known_placeholders(text: str) -> str:
    """A slip in a placeholder would be read by residents as it stands."""
    wrong = sorted(set(re.findall(r"\{([^{}]*)\}", text)) - set(PLACEHOLDERS))
    if wrong:
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise ValueError(f"knows no {{{wrong[0]}}}; the placeholders are {known}")
    return text


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(_known_placeholders)
]
Reason = Annotated[str, StringConstraints(max_length=60)]


class NewTemplate(BaseModel):
    """An answer to keep: for which command, under which name, and with which coded reason if any."""

    model_config = ConfigDict(extra="forbid")
    command: Literal["reject", "ask", "approve", "send_back"]
    name: Name
    text: Words
    reason: Reason | None = None
    shared: bool = False


class TemplatePart(BaseModel):
    """What is to change; the rest stays. For another command a new template is made."""

    model_config = ConfigDict(extra="forbid")
    name: Name = Field(default="", validate_default=False)
    text: Words = Field(default="", validate_default=False)
    reason: Reason | None = None
    shared: bool = False


@router.get("")
async def templates(caller: Staff, conn: Tx) -> dict[str, Any]:
    """The caller's own templates and the center's shared ones, by name."""
    return {"templates": await kept.all_of(conn, TEMPLATES, caller), "placeholders": list(PLACEHOLDERS)}


@router.post("", status_code=201)
async def keep(body: NewTemplate, caller: Staff, conn: Tx) -> dict[str, Any]:
    """Keep an answer. At most 100 of one's own, 300 shared."""
    content = body.model_dump(exclude={"shared"})
    return await kept.add(conn, TEMPLATES, caller, content, shared=body.shared, now=utc_now())


@router.patch("/{kept_id}")
async def change(kept_id: str, body: TemplatePart, caller: Staff, conn: Tx) -> dict[str, Any]:
    """Rename, reword, share or take back."""
    given = body.model_dump(exclude_unset=True)
    shared = given.pop("shared", None)
    return await kept.change(conn, TEMPLATES, caller, kept_id, given, shared)


@router.delete("/{kept_id}", status_code=204)
async def forget(kept_id: str, caller: Staff, conn: Tx) -> Response:
    """Throw a template away."""
    await kept.remove(conn, TEMPLATES, caller, kept_id)
    return Response(status_code=204)
