"""From the body of a request to a draft: what a resident may send, and when two bodies are the same."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from api.problems import bad_input
from reports.attachments import NewAttachment
from reports.configuration import City
from reports.intake import Draft
from reports.problems import BadInput

LONGEST_DESCRIPTION = 10_000
LONGEST_ANSWER, ANSWERS_BYTES = 2_000, 16_384
# A phone's clock may be this wrong without anybody noticing: a second for the network, the rest for its drift.
TRUSTED_SKEW = timedelta(seconds=120)
DEEPEST = 32


class Location(BaseModel):
    """A point in WGS 84; `accuracy_m` as the phone says it."""

    model_config = ConfigDict(extra="ignore", strict=True)
    lon: float = Field(ge=-180, le=180, allow_inf_nan=False)
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)
    accuracy_m: float | None = Field(default=None, ge=0, le=1_000_000, allow_inf_nan=False)


class ReportBody(BaseModel):
    """What a resident sends. `captured_at` is a hint: whatever it is, it never refuses a report."""

    model_config = ConfigDict(extra="ignore")
    category: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
    description: Annotated[str, StringConstraints(max_length=LONGEST_DESCRIPTION, strict=True)] = ""
    location: Location
    captured_at: datetime | None = None
    answers: dict[str, Any] | None = None
    anonymous: Annotated[bool, Field(strict=True)] = False
    urgency: Annotated[str, StringConstraints(pattern="^(normal|urgent)$")] = "normal"
    media: list[Annotated[str, StringConstraints(min_length=1, max_length=64)]] = Field(default=[], max_length=50)
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None
    phone: Annotated[str, StringConstraints(strip_whitespace=True, max_length=30)] | None = None

    @field_validator("captured_at", mode="before")
    @classmethod
    def _hint_only(cls, value: Any) -> datetime | None:
        return _instant(value)


def _instant(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None and 1990 < moment.year < 2200 else None


def parse_json(raw: bytes) -> dict[str, Any]:
    """The body as an object; BadInput for anything else."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise BadInput(("", f"is not JSON: {error}")) from error
    if not isinstance(value, dict):
        raise BadInput(("", "must be a JSON object"))
    check_tree(value)
    return value


def check_tree(value: Any, pointer: str = "", depth: int = 0) -> None:
    """Refuse what the database cannot hold (U+0000) and what nobody means (nesting beyond DEEPEST); names the place."""
    if depth > DEEPEST:
        raise BadInput((pointer[:200], f"is nested more than {DEEPEST} levels deep"))
    if isinstance(value, str) and "\x00" in value:
        raise BadInput((pointer, "must not contain the character U+0000"))
    if isinstance(value, dict):
        for name, item in value.items():
            if "\x00" in name:
                raise BadInput((pointer, "a name must not contain the character U+0000"))
            check_tree(item, f"{pointer}/{name}", depth + 1)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            check_tree(item, f"{pointer}/{place}", depth + 1)


def parse_body(value: dict[str, Any]) -> ReportBody:
    """The body, checked field by field; BadInput names each wrong one."""
    try:
        return ReportBody.model_validate(value)
    except ValidationError as error:
        raise bad_input(error.errors()) from error


def parse_key(header: str | None) -> UUID:
    """The Idempotency-Key, a UUID the phone made."""
    try:
        return UUID(header or "")
    except ValueError as error:
        raise BadInput(("/Idempotency-Key", "the header must be a UUID made on the phone")) from error


def body_hash(value: dict[str, Any], media: Sequence[str]) -> bytes:
    """The same for equal JSON values and the same ordered media (SHA-256 hex of files); key order does not count."""
    canonical = orjson.dumps([_plain(value), list(media)], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(canonical).digest()


def _plain(value: Any) -> Any:
    """1.0 and 1 are the same JSON number."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def make_draft(body: ReportBody, key: UUID, digest: bytes, attachments: Sequence[NewAttachment] = ()) -> Draft:
    """The draft of the story."""
    return Draft(
        category=body.category,
        lon=body.location.lon,
        lat=body.location.lat,
        key=key,
        body_hash=digest,
        accuracy_m=body.location.accuracy_m,
        description=body.description.strip(),
        captured_at=body.captured_at,
        answers=body.answers,
        anonymous=body.anonymous,
        urgency=body.urgency,
        name=body.name,
        phone=body.phone,
        attachments=tuple(attachments),
    )


def skew_of(sent_at: str | None, now: datetime) -> timedelta | None:
    """How far the clock of a phone is ahead that showed `sent_at` on sending; None where that is nothing or right."""
    shown = _instant(sent_at)
    return None if shown is None or abs(shown - now) <= TRUSTED_SKEW else shown - now


def with_true_time(draft: Draft, sent_at: str | None, now: datetime) -> Draft:
    """The draft with `captured_at` corrected by how wrong the phone's clock is; `sent_at` is what it showed on sending.

    RFC 3339 with offset; anything else is no statement. The same report may be sent many times with other `sent_at`,
    so it is no part of the body.
    """
    skew = skew_of(sent_at, now)
    if skew is None:
        return draft
    taken = draft.captured_at
    try:
        corrected = taken - skew if taken is not None else None
    except OverflowError:
        return draft
    return replace(draft, captured_at=corrected, clock_skew_s=round(skew.total_seconds(), 1))


def _check_size(answers: Mapping[str, Any]) -> None:
    """Every list and event carries them, and each is tried on a pattern: some take the square of a text's length."""
    long = [name for name, one in answers.items() if isinstance(one, str) and len(one) > LONGEST_ANSWER]
    if long:
        raise BadInput(
            *((f"/answers/{name[:100]}", f"has more than {LONGEST_ANSWER} characters") for name in long[:20])
        )
    if len(orjson.dumps(answers)) > ANSWERS_BYTES:
        raise BadInput(("/answers", f"take more than {ANSWERS_BYTES} bytes together"))


def check_against_city(body: ReportBody, city: City) -> None:
    """What only the city's configuration can tell: the category, its anonymity, its extra questions."""
    category = city.categories.get(body.category)
    if category is None or not category.leaf:
        raise BadInput(("/category", "is not one of the city's categories that take reports"))
    if body.anonymous and not category.anonymous_allowed:
        raise BadInput(("/anonymous", "this category needs to know who reports; nobody else will"))
    _check_size(body.answers or {})
    if category.validator is not None:
        found = sorted(category.validator.iter_errors(body.answers or {}), key=lambda error: list(map(str, error.path)))
        if found:
            raise BadInput(*(("/" + "/".join(["answers", *map(str, error.path)]), error.message) for error in found))
