"""A report entered at the center for somebody who calls, stands at the counter or writes a letter (nhập hộ).

It is a report like any other: located, routed and promised by the same rules, recorded as the operator's act. Its
sender is the caller, not the operator, so it hangs on a device of theirs: one of platform "desk" for each telephone
number, or one of its own where no number was given. Nobody holds a credential of such a device. Whoever proves the
number on a phone finds there what was entered for it (`reports.residents.join`).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports import answers, flow, intake, residents
from reports.callers import Caller
from reports.commands import Merge
from reports.intake import Draft
from reports.lifecycle import Command
from reports.problems import BadInput
from reports.step import Request, Scene

# Of one number: more is a machine, or a mistake.
PER_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Call:
    """What the operator wrote down. `subject`: the keyed hash of the caller's number, None without one.

    `draft.key` and `draft.body_hash` make writing it down again harmless, for each operator. `same_as`: the code of a
    report about the same problem, into which this one is merged at once; the caller keeps a code of their own.
    """

    draft: Draft
    subject: bytes | None = None
    same_as: str | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """The new report's code and id, and whether this call made it."""

    code: str
    report_id: int
    created: bool


async def enter(scene: Scene, call: Call, *, day: date, cap_m: float) -> Entered:
    """Write the report down. Raises BadInput, KeyReused, TooMany, and what merging raises."""
    key = f"desk {call.draft.key}"
    earlier = await answers.earlier(scene.conn, scene.by.key, key, call.draft.body_hash, scene.now)
    if earlier is not None:
        return Entered(earlier["code"], earlier["id"], False)
    device = await _device(scene.conn, call.subject, scene.now)
    # The operator's key is kept above; on the caller's device another operator may have used the same.
    draft = replace(call.draft, key=uuid4())
    known = await intake.look(scene.conn, draft, by=device, now=scene.now, day=day, cap_m=cap_m)
    submitted = await flow.submit(scene, draft, known, per_minute=PER_MINUTE, straight_through=call.same_as is None)
    code = str(submitted.report["code"])
    if call.same_as is not None:
        await _merge(scene, code, call.same_as)
    await answers.remember(scene.conn, scene.by.key, key, {"code": code, "id": submitted.report_id})
    return Entered(code, submitted.report_id, True)


async def _merge(scene: Scene, code: str, into: str) -> None:
    try:
        await flow.perform(scene, Request(Command.MERGE, code, Merge(into=into)))
    except BadInput as problem:
        raise BadInput(*(("/same_as", detail) for _, detail in problem.errors)) from problem


_NEW_DEVICE = text("""
INSERT INTO device (id, platform, locale, created_at, resident_id)
VALUES (:id, 'desk', 'vi', :now,
        (SELECT resident_id FROM resident_proof WHERE kind = 'phone' AND subject_hash = CAST(:subject AS bytea)))
ON CONFLICT (id) DO NOTHING
""")


async def _device(conn: AsyncConnection, subject: bytes | None, now: datetime) -> Caller:
    """The caller's device: the one of their number, or a fresh one."""
    device_id: UUID = residents.desk_device(subject)
    if subject is not None:
        # Whoever proves the number at this very moment waits, and then finds the device.
        await residents.take_turns(conn, "phone", subject)
    await conn.execute(_NEW_DEVICE, {"id": device_id, "subject": subject, "now": now})
    return Caller("device", str(device_id))


_CALLER = text("""
SELECT r.code, w.phone FROM reporter w JOIN report r ON r.id = w.report_id
WHERE w.report_id = :report_id AND NOT w.anonymous AND w.phone IS NOT NULL AND r.state <> 'withdrawn'
""")


async def to_be_told(conn: AsyncConnection, report_id: int) -> tuple[str, str] | None:
    """(code, number) of a caller who can be sent the code of their report; None when there is nobody to tell."""
    row = (await conn.execute(_CALLER, {"report_id": report_id})).one_or_none()
    return (row.code, row.phone) if row is not None else None
