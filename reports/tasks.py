"""Tasks: what one agency has to do on a case, for a crew, a person, or nobody yet.

A case may have any number. Only the own agency and the center see them. They change no version of the report: nobody
outside the agency decides anything by them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports import events, rows, work_photos
from reports.attachments import NewAttachment
from reports.callers import Caller
from reports.codes import read_code
from reports.lifecycle import State
from reports.problems import BadInput, KeyReused, NotFound, NotNow, Stale
from reports.step import Scene, note, shown
from reports.views import Address, stamp

AT_WORK = (State.DISPATCHED, State.IN_PROGRESS, State.AWAITING_RESIDENT, State.RESOLVED)
TaskState = Literal["open", "under_way", "done", "unable", "cancelled"]
Wanted = Literal["under_way", "done", "unable", "cancelled"]
ENDED = ("done", "unable", "cancelled")
# From which states a task may get where. What was given up may be called off, or given to somebody anew.
ARROWS: Mapping[str, tuple[str, ...]] = {
    "under_way": ("open", "under_way"),
    "done": ("open", "under_way", "unable"),
    "unable": ("open", "under_way"),
    "cancelled": ("open", "under_way", "unable"),
}
MOST_TASKS = 100

SELECT_TASK = """
SELECT t.*, r.code AS report, r.state AS report_state, r.category AS category, c.code AS crew_code, c.name AS crew_name,
       a.username AS person_username, a.name AS person_name
FROM task t JOIN report r ON r.id = t.report_id
LEFT JOIN crew c ON c.id = t.crew_id LEFT JOIN account a ON a.id = t.person
"""
_OF_REPORT = text(
    SELECT_TASK
    + """
WHERE t.report_id = :report_id AND (CAST(:agency AS text) IS NULL OR t.agency = :agency)
ORDER BY t.created_at, t.id LIMIT 500
"""
)
_BY_ID = text(SELECT_TASK + "WHERE t.id = :id")
_REPORT_OF = text(
    "SELECT r.code FROM task t JOIN report r ON r.id = t.report_id WHERE t.id = :id AND t.agency = :agency"
)
_ADD = text("""
INSERT INTO task (id, report_id, agency, crew_id, person, what, note, due_at, day, position, state, created_by,
                  created_at, changed_at)
VALUES (:id, :report_id, :agency, :crew_id, :person, :what, :note, :due_at, :day, :position, 'open', :by, :now, :now)
""")
_COUNT = text("SELECT count(*) FROM task WHERE report_id = :report_id AND agency = :agency")
_CHANGE = text("""
UPDATE task SET crew_id = :crew_id, person = :person, what = :what, note = :note, due_at = :due_at, day = :day,
       position = :position, state = :state, version = version + 1, changed_at = :now
WHERE id = :id
""")
_MOVE = text("""
UPDATE task SET state = :state, result = CAST(:result AS jsonb), result_key = :key, media = CAST(:media AS text[]),
       version = version + 1, changed_at = :now
WHERE id = :id
""")
_CREW = text("SELECT id FROM crew WHERE id = :id AND agency = :agency AND active")
_PERSON = text("SELECT id FROM account WHERE username = :username AND agency = :agency AND active AND role = 'agency'")


@dataclass(frozen=True, slots=True)
class Given:
    """What a task is made of or changed to. `crew`: its id; `person`: a username; at most one of them."""

    what: str
    note: str | None = None
    crew: UUID | None = None
    person: str | None = None
    due_at: datetime | None = None
    day: date | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a task. `at`: when by the phone, `location`: where the phone was, {lon, lat, accuracy_m}."""

    state: Wanted
    words: str | None = None
    at: datetime | None = None
    location: dict[str, Any] | None = None


def may_move(state: str, wanted: str) -> bool:
    """Whether a task in `state` may get to `wanted`."""
    return state in ARROWS[wanted]


def missing_words(result: Result) -> bool:
    """Whether a result says too little: only that somebody has begun needs no words."""
    return result.state != "under_way" and not (result.words or "").strip()


async def of_report(
    conn: AsyncConnection, row: dict[str, Any], caller: Caller, address: Address
) -> list[dict[str, Any]]:
    """The tasks on a report that this caller may see, oldest first: an agency its own, the center all."""
    agency = caller.agency if caller.role == "agency" else None
    found = (await conn.execute(_OF_REPORT, {"report_id": row["id"], "agency": agency})).all()
    return await documents(conn, found, address)


async def documents(conn: AsyncConnection, found: Sequence[Any], address: Address) -> list[dict[str, Any]]:
    """Rows of SELECT_TASK as they are shown."""
    photos = await work_photos.shown(conn, [photo for one in found for photo in one.media], address)
    return [_document(one, photos) for one in found]


def _document(one: Any, photos: dict[str, dict[str, Any]]) -> dict[str, Any]:
    crew = {"id": str(one.crew_id), "code": one.crew_code, "name": one.crew_name} if one.crew_id else None
    person = {"username": one.person_username, "name": one.person_name} if one.person else None
    return {
        "id": str(one.id),
        # The report's code under this name too: a phone's outbox reads every answer alike.
        "code": one.report,
        "report": one.report,
        "agency": one.agency,
        "crew": crew,
        "person": person,
        "what": one.what,
        "note": one.note,
        "due_at": stamp(one.due_at),
        "day": one.day.isoformat() if one.day else None,
        "position": one.position,
        "state": one.state,
        "result": one.result,
        "media": [photos[photo] for photo in one.media if photo in photos],
        "version": one.version,
        "created_by": one.created_by,
        "created_at": stamp(one.created_at),
        "changed_at": stamp(one.changed_at),
    }


async def document(conn: AsyncConnection, task_id: UUID, address: Address) -> dict[str, Any]:
    """One task as it is shown; it must be there."""
    return (await documents(conn, [(await conn.execute(_BY_ID, {"id": task_id})).one()], address))[0]


async def own(conn: AsyncConnection, caller: Caller, task_id: UUID) -> Any:
    """The row of a task of the caller's agency; NotFound for anybody else's."""
    found = (await conn.execute(_BY_ID, {"id": task_id})).one_or_none()
    if found is None or caller.agency is None or found.agency != caller.agency:
        raise NotFound
    return found


async def add(scene: Scene, code: str, given: Given, key: UUID) -> UUID:
    """Make a task of the caller's agency; `key` is its id, so that asking again makes no second one.

    Raises NotFound for a case that is not the agency's, NotNow when it is not at work on it, KeyReused.
    """
    row = await _locked(scene, code)
    there = (await scene.conn.execute(_BY_ID, {"id": key})).one_or_none()
    if there is not None:
        if (there.report_id, there.agency, there.what) != (row["id"], scene.by.agency, given.what):
            raise KeyReused
        return key
    if (
        int((await scene.conn.execute(_COUNT, {"report_id": row["id"], "agency": scene.by.agency})).scalar_one())
        >= MOST_TASKS
    ):
        raise NotNow(f"A case has at most {MOST_TASKS} tasks of one agency.")
    facts = {**await _facts(scene, given), "id": key, "report_id": row["id"], "agency": scene.by.agency}
    await scene.conn.execute(_ADD, {**facts, "by": scene.by.name, "now": scene.now})
    await _tell(scene, row, key)
    return key


async def change(scene: Scene, task_id: UUID, part: Mapping[str, Any], version: int | None) -> None:
    """Change what is given of a task, who does it above all; what was given up is open again for whoever gets it.

    `part`: fields of Given. Raises NotFound, Stale, NotNow for what is over.
    """
    row, task = await _locked_task(scene, task_id)
    if version is not None and version != task.version:
        raise Stale(f"You saw version {version} of this task; it is at version {task.version} now.")
    if task.state in ("done", "cancelled"):
        raise NotNow("This task is over.")
    whole = {name: getattr(task, name) for name in ("what", "note", "due_at", "day", "position")}
    given = Given(**{**whole, "crew": task.crew_id, "person": task.person_username, **part})
    if (given.crew, given.person) != (task.crew_id, task.person_username) and "position" not in part:
        # A place in the order of one crew is none in another's.
        given = replace(given, position=None)
    reopened = task.state == "unable" and ("crew" in part or "person" in part)
    facts = {**await _facts(scene, given), "id": task_id, "state": "open" if reopened else task.state}
    await scene.conn.execute(_CHANGE, {**facts, "now": scene.now})
    await _tell(scene, row, task_id)


async def finish(scene: Scene, task_id: UUID, result: Result, photos: Sequence[NewAttachment], key: str) -> bool:
    """Begin, do, give up or call off; False when this very result was told before under the same `key`.

    A phone that was offline tells late: that it had begun changes nothing any more when the task is over. Raises
    NotFound, NotNow for a second result, BadInput without words where they are needed.
    """
    row, task = await _locked_task(scene, task_id, at_work=False)
    if task.result_key == key:
        return False
    if result.state == "under_way" and task.state in ENDED:
        return False
    if missing_words(result):
        raise BadInput(("/words", "say what was done, or why not"))
    if not may_move(task.state, result.state):
        raise NotNow(f"This task is {task.state} already.")
    media = await work_photos.keep(scene, row, photos, task.media)
    words, at = (result.words or "").strip() or None, stamp(result.at or scene.now)
    told = {"words": words, "at": at, "by": scene.by.name, "sent_at": stamp(scene.now), "location": result.location}
    facts = {"id": task_id, "state": result.state, "key": key, "media": media, "now": scene.now}
    whole = json.dumps({name: value for name, value in told.items() if value is not None}, ensure_ascii=False)
    await scene.conn.execute(_MOVE, {**facts, "result": whole})
    await _tell(scene, row, task_id)
    return True


async def add_photos(scene: Scene, task_id: UUID, photos: Sequence[NewAttachment]) -> tuple[NewAttachment, ...]:
    """Photos that follow a result; those that are new. An upload that the task holds already changes nothing."""
    row, task = await _locked_task(scene, task_id, at_work=False)
    media = await work_photos.keep(scene, row, photos, task.media)
    if media != list(task.media):
        keep = text("UPDATE task SET media = CAST(:media AS text[]), version = version + 1 WHERE id = :id")
        await scene.conn.execute(keep, {"id": task_id, "media": media})
        await _tell(scene, row, task_id)
    return tuple(one for one in photos if str(one.id) in media)


async def _facts(scene: Scene, given: Given) -> dict[str, Any]:
    if given.crew is not None and given.person is not None:
        raise BadInput(("/person", "a task is for a crew or for a person, not for both"))
    agency = scene.by.agency
    person = None
    crew = {"id": given.crew, "agency": agency}
    if given.crew is not None and (await scene.conn.execute(_CREW, crew)).one_or_none() is None:
        raise BadInput(("/crew", "is not a crew of your agency"))
    if given.person is not None:
        found = (await scene.conn.execute(_PERSON, {"username": given.person, "agency": agency})).one_or_none()
        if found is None:
            raise BadInput(("/person", "is not an officer of your agency"))
        person = found.id
    return {
        "crew_id": given.crew,
        "person": person,
        "what": given.what,
        "note": given.note,
        "due_at": given.due_at,
        "day": given.day,
        "position": given.position,
    }


async def _locked(scene: Scene, code: str, *, at_work: bool = True) -> dict[str, Any]:
    known = read_code(code)
    row = await rows.lock(scene.conn, known) if known else None
    if row is None or scene.by.agency is None or scene.by.agency not in row["involved"]:
        raise NotFound
    if at_work and State(row["state"]) not in AT_WORK:
        problem = NotNow("Your agency is not at work on this case.")
        problem.report = shown(scene, row)
        raise problem
    return row


async def _locked_task(scene: Scene, task_id: UUID, *, at_work: bool = True) -> tuple[dict[str, Any], Any]:
    """The locked report and its task. Always the report first: one order of locks."""
    code = (await scene.conn.execute(_REPORT_OF, {"id": task_id, "agency": scene.by.agency})).scalar_one_or_none()
    if code is None:
        raise NotFound
    row = await _locked(scene, code, at_work=at_work)
    return row, await own(scene.conn, scene.by, task_id)


async def _tell(scene: Scene, row: dict[str, Any], task_id: UUID) -> None:
    """Told to the own agency and the center, and to nobody beside them."""
    task = (await scene.conn.execute(_BY_ID, {"id": task_id})).one()
    fact = events.TaskChanged(
        task=str(task_id),
        agency=task.agency,
        state=task.state,
        crew=task.crew_name,
        person=task.person_name,
        media=len(task.media),
    )
    await note(scene, before=row, row=row, events=[fact], agencies=[task.agency])
