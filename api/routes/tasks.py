"""What agencies do on a case: their tasks, the parts of supporting agencies, and the photos of both."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Request
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api import proof
from api.credentials import Holder
from api.deps import HouseDep, Officer, Staff, Tx, find_caller
from api.giving import LONGEST_KEY
from api.jobs import enqueue_arrival, enqueue_pictures
from api.routes.crews import Position
from api.routes.reading import seen
from api.submission import TRUSTED_SKEW, skew_of
from api.wiring import House, utc_now
from reports import parts, tasks
from reports.attachments import NewAttachment
from reports.callers import PUBLIC, Caller
from reports.problems import NoCredential, NotAllowed
from reports.tasks import Given, Result

router = APIRouter(prefix="/api/v1", tags=["tasks"])

Key = Annotated[str, Header(min_length=1, max_length=LONGEST_KEY)]
What = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
UploadId = Annotated[str, StringConstraints(min_length=1, max_length=64)]


def _in_this_century(at: datetime) -> datetime:
    # At the ends of what a calendar can say, the database keeps moments that nobody can read again.
    if not 2000 <= at.year < 2100:
        raise ValueError("must lie between 2000 and 2100")
    return at


Moment = Annotated[AwareDatetime, AfterValidator(_in_this_century)]
# A phone that lay in a drawer for longer than this has lost its clock.
LONGEST_AGO = timedelta(days=365)
SESSION: tuple[Holder, ...] = ("session",)


class NewTask(BaseModel):
    """A task to be: for a crew (its id), for a person (a username), or for nobody yet."""

    model_config = ConfigDict(extra="forbid")
    what: What
    note: Words | None = None
    crew: UUID | None = None
    person: Annotated[str, StringConstraints(max_length=100)] | None = None
    due_at: Moment | None = None
    day: date | None = None
    position: int | None = Field(default=None, ge=0, le=10_000)


class TaskPart(NewTask):
    """What is to change; the rest stays. `version`: the one the asker believes in."""

    what: What = Field(default="", validate_default=False)
    version: int | None = None


class TaskResult(BaseModel):
    """What came of a task. `at` and `location`: by the phone, which may have been without a network. `captured_at` is
    read as `at`: a phone's outbox names the time so.
    """

    model_config = ConfigDict(extra="forbid")
    state: Literal["under_way", "done", "unable", "cancelled"]
    words: Words | None = None
    at: AwareDatetime | None = None
    captured_at: AwareDatetime | None = None
    location: Position | None = None
    media: list[UploadId] = Field(default=[], max_length=20)


class Photos(BaseModel):
    """Uploads of the caller's own, finished or still on their way."""

    model_config = ConfigDict(extra="forbid")
    media: list[UploadId] = Field(min_length=1, max_length=20)


class AskedPart(BaseModel):
    """What a supporting agency is to contribute."""

    model_config = ConfigDict(extra="forbid")
    agency: Annotated[str, StringConstraints(max_length=64)]
    what: What


class PartResult(BaseModel):
    """What a supporting agency has done."""

    model_config = ConfigDict(extra="forbid")
    words: What
    media: list[UploadId] = Field(default=[], max_length=20)


async def _officer(house: House, request: Request) -> Caller:
    """The officer who asks. In a transaction of its own: photos are judged before the one that changes something."""
    async with house.transactions.read() as conn:
        caller = await find_caller(conn, request, SESSION)
    if caller is PUBLIC:
        raise NoCredential
    if caller.role != "agency" or caller.agency is None:
        raise NotAllowed("This is for officers of an agency.")
    return caller


async def _photos(house: House, caller: Caller, ids: list[str], already: int = 0) -> tuple[NewAttachment, ...]:
    wanted = list(dict.fromkeys(ids))
    return await proof.from_uploads(house, caller, wanted, role="work", early=True, already=already) if wanted else ()


async def _enqueue(conn: Any, photos: tuple[NewAttachment, ...]) -> None:
    await enqueue_pictures(conn, proof.to_process(photos))
    await enqueue_arrival(conn, *proof.to_expect(photos))


def _true_time(at: datetime | None, sent_at: str | None, now: datetime) -> datetime | None:
    """When it was by the city's clock; None for a moment that cannot be, such as one that is still to come."""
    try:
        true = at - (skew_of(sent_at, now) or timedelta()) if at is not None else None
    except OverflowError:
        return None
    return true if true is not None and now - LONGEST_AGO < true <= now + TRUSTED_SKEW else None


@router.get("/reports/{code}/work")
async def of_report(code: str, caller: Staff, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """The tasks and parts of a case: an agency's own tasks and the parts it gives or waits for; the center sees all."""
    row, _ = await seen(conn, house, caller, code)
    return {
        "tasks": await tasks.of_report(conn, row, caller, house.media_address),
        "parts": await parts.of_report(conn, row, caller, house.media_address),
    }


@router.post("/reports/{code}/tasks", status_code=201)
async def add(
    code: str, body: NewTask, caller: Officer, conn: Tx, house: HouseDep, idempotency_key: Annotated[UUID, Header()]
) -> dict[str, Any]:
    """A task of the own agency. The key becomes the task's id: asking again makes no second one."""
    scene = await house.scene(conn, caller)
    made = await tasks.add(scene, code, Given(**body.model_dump()), idempotency_key)
    return await tasks.document(conn, made, house.media_address)


@router.get("/tasks/{task_id}")
async def one(task_id: UUID, caller: Officer, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """One task of the own agency."""
    await tasks.own(conn, caller, task_id)
    return await tasks.document(conn, task_id, house.media_address)


@router.patch("/tasks/{task_id}")
async def change(task_id: UUID, body: TaskPart, caller: Officer, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """Give it to a crew or a person, or change what it says."""
    part = body.model_dump(exclude_unset=True)
    version = part.pop("version", None)
    # For one means no longer for the other.
    if part.get("crew") is not None:
        part.setdefault("person", None)
    if part.get("person") is not None:
        part.setdefault("crew", None)
    await tasks.change(await house.scene(conn, caller), task_id, part, version)
    return await tasks.document(conn, task_id, house.media_address)


@router.post("/tasks/{task_id}/result")
async def result(
    task_id: UUID,
    body: TaskResult,
    request: Request,
    house: HouseDep,
    idempotency_key: Key,
    sent_at: Annotated[str | None, Header(max_length=64)] = None,
) -> dict[str, Any]:
    """Begin, done, could not, called off: with words, photos (uploads, also unfinished ones), time and place.

    The same key again changes nothing and answers the task as it is. `Sent-At` is what the phone's clock shows now: by
    it `at` is put right.
    """
    caller = await _officer(house, request)
    async with house.transactions.read() as conn:
        before = await tasks.own(conn, caller, task_id)
    told = before.result_key == idempotency_key
    photos = () if told else await _photos(house, caller, body.media, len(before.media))
    location = body.location.model_dump() if body.location is not None else None
    given = Result(body.state, body.words, _true_time(body.at or body.captured_at, sent_at, utc_now()), location)
    async with house.transactions.begin() as conn:
        scene = await house.scene(conn, caller)
        if not told and await tasks.finish(scene, task_id, given, photos, idempotency_key):
            await _enqueue(conn, photos)
        return await tasks.document(conn, task_id, house.media_address)


@router.post("/tasks/{task_id}/media")
async def add_photos(task_id: UUID, body: Photos, request: Request, house: HouseDep) -> dict[str, Any]:
    """Photos that follow a result; naming an upload again changes nothing."""
    caller = await _officer(house, request)
    async with house.transactions.read() as conn:
        before = await tasks.own(conn, caller, task_id)
    photos = await _photos(house, caller, body.media, len(before.media))
    async with house.transactions.begin() as conn:
        added = await tasks.add_photos(await house.scene(conn, caller), task_id, photos)
        await _enqueue(conn, added)
        return await tasks.document(conn, task_id, house.media_address)


@router.post("/reports/{code}/parts", status_code=201)
async def ask_part(code: str, body: AskedPart, caller: Officer, conn: Tx, house: HouseDep) -> dict[str, Any]:
    """The lead asks a supporting agency for its part; a supporting agency may take one on itself."""
    row = await parts.ask(await house.scene(conn, caller), code, body.agency, body.what)
    return {"parts": await parts.of_report(conn, row, caller, house.media_address)}


@router.post("/reports/{code}/parts/done")
async def finish_part(
    code: str, body: PartResult, request: Request, house: HouseDep, idempotency_key: Key
) -> dict[str, Any]:
    """The caller's agency has done its part. The same key again changes nothing."""
    caller = await _officer(house, request)
    photos = await _photos(house, caller, body.media)
    async with house.transactions.begin() as conn:
        scene = await house.scene(conn, caller)
        row, new = await parts.finish(scene, code, body.words, photos, idempotency_key)
        if new:
            await _enqueue(conn, photos)
        return {"parts": await parts.of_report(conn, row, caller, house.media_address)}
