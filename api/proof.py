"""From files to attachments: judge what came with a report, or an upload that was finished before."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

from api.multipart import FormReader, ReceivedFile
from api.wiring import House, utc_now
from api.zones import zone_of
from media import intake, uploads
from media.fingerprint import parted
from media.keys import original_key
from media.problems import UploadNotFinished, UploadNotFound
from media.verdicts import Accepted, Refused, refused
from reports.attachments import NewAttachment
from reports.callers import Caller
from reports.problems import BadInput


def form_reader(house: House, *, field_bytes: int, files: int) -> FormReader:
    """A reader of a form with files of any sort: what a file is shows its content, later."""
    limits = house.settings.limits
    return FormReader(
        house.incoming,
        field_bytes=field_bytes,
        file_bytes=max(limits.image_bytes, limits.film_bytes, limits.voice_bytes),
        files=files,
        # One request may bring as much as one phone may have under way.
        all_bytes=limits.upload_open_bytes,
    )


async def from_files(
    house: House, files: Sequence[ReceivedFile], zone: ZoneInfo, *, role: str = "report"
) -> tuple[NewAttachment, ...]:
    """Judge files that came with a report or a mail; a refused one becomes an attachment that says why."""
    return tuple([await _from_file(house, file, number, zone, role) for number, file in enumerate(files, start=1)])


async def _from_file(house: House, file: ReceivedFile, number: int, zone: ZoneInfo, role: str) -> NewAttachment:
    judged: Accepted | Refused | None = intake.check_count(number, house.image_limits)
    if file.path is None:
        judged = judged or refused("too-many")
    elif judged is None:
        judged = await intake.check(file.path, house.sandbox, house.image_limits, house.film_sandbox)
    if file.path is not None and isinstance(judged, Accepted):
        # Stored before the transaction: an orphan is harmless and lies under its own hash, a lost photo is not.
        await house.store.put_file(original_key(judged.sha256), file.path)
    return _attachment(judged or refused("unreadable"), file.filename, file.sha256, file.bytes, role, None, zone)


async def from_uploads(
    house: House,
    caller: Caller,
    ids: Sequence[str],
    *,
    role: str,
    refuse: bool = False,
    early: bool = False,
    already: int = 0,
) -> tuple[NewAttachment, ...]:
    """Uploads of this caller as attachments. BadInput names one that is missing, foreign or unfinished.

    `refuse`: also refuse the whole command for a file that is not taken (proof must be one); otherwise the attachment
    says why it was refused. `early`: an unfinished upload becomes an attachment that is expected. `already`: how many
    the report holds.
    """
    try:
        async with house.transactions.read() as conn:
            zone = zone_of(await house.configurations.current(conn))
            read = uploads.known if early else uploads.finished
            found = await read(conn, ids, caller.key, utc_now())
    except UploadNotFound as error:
        raise BadInput((f"/media/{list(ids).index(error.facts['id'])}", "is not an upload of yours")) from error
    except UploadNotFinished as error:
        raise BadInput((f"/media/{list(ids).index(error.facts['id'])}", "is not complete yet")) from error
    judged = [
        await judge_upload(house, upload, role, zone, number=already + place)
        for place, upload in enumerate(found, start=1)
    ]
    for place, one in enumerate(judged):
        if refuse and one.refusal is not None:
            raise BadInput((f"/media/{place}", one.refusal["detail"]))
    return tuple(judged)


async def judge_upload(
    house: House, upload: uploads.UploadRow, role: str, zone: ZoneInfo, *, number: int = 1
) -> NewAttachment:
    """One upload as an attachment: expected while it is not complete, else judged by its content.

    `number`: its place among the report's media, from 1; too many are refused.
    """
    verdict: Accepted | Refused | None = intake.check_count(number, house.image_limits)
    name = upload.filename or ""
    if verdict is None and not upload.complete:
        return NewAttachment(
            uuid4(), name, "", upload.length, "expected", role, kind=_announced(upload), upload_id=upload.id
        )
    verdict = verdict or await _judge_stored(house, upload.sha256 or "")
    return _attachment(verdict, name, upload.sha256 or "", upload.length, role, upload.id, zone)


def _announced(upload: uploads.UploadRow) -> str:
    """What an unfinished upload says it is; its content decides when it is here."""
    said = upload.metadata.get("filetype", "").partition("/")[0].lower()
    return said if said in ("video", "audio") else "image"


def to_process(media: Sequence[NewAttachment]) -> list[tuple[str, str]]:
    """(id, kind) of those whose copies are to be made."""
    return [(str(one.id), one.kind) for one in media if one.state == "processing"]


def to_expect(media: Sequence[NewAttachment]) -> list[str]:
    """The uploads of those that are still on their way."""
    return [one.upload_id for one in media if one.state == "expected" and one.upload_id is not None]


async def _judge_stored(house: House, sha256: str) -> Accepted | Refused:
    path = house.incoming / f"{uuid4().hex}.judge"
    try:
        await house.store.fetch(original_key(sha256), path)
        return await intake.check(path, house.sandbox, house.image_limits, house.film_sandbox)
    finally:
        await asyncio.to_thread(Path.unlink, path, True)


def _attachment(
    verdict: Accepted | Refused,
    filename: str,
    sha256: str,
    size: int,
    role: str,
    upload_id: str | None,
    zone: ZoneInfo,
) -> NewAttachment:
    if isinstance(verdict, Refused):
        refusal = {"code": verdict.code, "detail": verdict.detail}
        return NewAttachment(uuid4(), filename, sha256, size, "refused", role, upload_id=upload_id, refusal=refusal)
    phash, phash_ways = parted(verdict.prints)
    return NewAttachment(
        uuid4(),
        filename,
        verdict.sha256,
        verdict.bytes,
        "processing",
        role,
        kind=verdict.kind,
        duration_s=verdict.duration_s,
        upload_id=upload_id,
        content_type=verdict.content_type,
        width=verdict.width,
        height=verdict.height,
        taken_at=_instant(verdict.taken_at, zone),
        zoned=verdict.taken_at is not None and verdict.taken_at.tzinfo is not None,
        gps=verdict.gps,
        gps_at=verdict.gps_at,
        gps_accuracy_m=verdict.gps_accuracy_m,
        phash=phash,
        phash_ways=phash_ways,
        original_key=original_key(verdict.sha256),
        cautions=tuple({"code": caution.code, "detail": caution.detail} for caution in verdict.warnings),
    )


def _instant(taken_at: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A camera without a zone is taken to show the city's time."""
    if taken_at is None or taken_at.tzinfo is not None:
        return taken_at
    return taken_at.replace(tzinfo=zone)
