"""The facts behind `reports.proving`, the findings kept with the report, and what becomes known after the result.

`report.proof` is {"findings": [...], "worst", "photos", "override": {"reason", "by", "at"} or absent}. At the result
everything is decided that the file itself tells, whether the very file was used before, and whether a picture looks
like one that was. A film is compared when its pictures are taken, and what comes out then is told by `proof.checked`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, text, update

from reports import escalating, events, film_frames, rows, used_pictures
from reports.alike import fingerprint
from reports.attachments import NewAttachment
from reports.configuration import RESTRICTED
from reports.lifecycle import PUBLIC
from reports.models import Report
from reports.problems import ProofRefused
from reports.proving import (
    BARE_ANSWERS,
    Finding,
    Photo,
    Place,
    Use,
    failed,
    judge,
    sentence,
    unique_found,
    worst,
)
from reports.step import Scene, Step, note
from reports.used_pictures import USED_BEFORE
from reports.views import stamp

# The case is with its holder since it was dispatched, or reopened to the same one.
_ASSIGNED = text("""
SELECT max(at) FROM journal WHERE report_id = :report_id AND event IN ('report.dispatched', 'report.reopened')
""")
# Of the restricted lane nothing is told to others, not even that a picture is there.
_SAME_FILE = text("""
SELECT a.sha256, r.code, a.role, r.id = :report_id AS own FROM attachment a
JOIN report r ON r.id = a.report_id JOIN category c ON c.code = r.category
WHERE a.sha256 = ANY(:digests) AND a.state NOT IN ('refused', 'expected') AND r.state <> 'withdrawn'
  AND (c.lane <> :restricted OR c.code = :category) AND (r.id <> :report_id OR a.role = 'report')
ORDER BY a.created_at, a.id
""")
_OF_PROOF = text("""
SELECT r.id FROM attachment a JOIN report r ON r.id = a.report_id
WHERE a.id = CAST(:id AS uuid) AND a.role = 'proof' FOR NO KEY UPDATE OF r
""")
_REPORT: Table = Report.__table__  # type: ignore[attr-defined]


async def assigned_at(step: Step) -> datetime | None:
    """Since when the present holder has the case; None when the journal does not say."""
    found = await step.scene.conn.execute(_ASSIGNED, {"report_id": step.row["id"]})
    at: datetime | None = found.scalar_one()
    return at


def place_of(row: dict[str, Any]) -> Place:
    """Where the problem is."""
    return Place(row["lon"], row["lat"], row["accuracy_m"])


def photo_of(media: NewAttachment, used: Sequence[Use] = ()) -> Photo:
    """What a judged file tells of itself."""
    return Photo(
        id=str(media.id),
        kind=media.kind,
        taken_at=media.taken_at,
        zoned=media.zoned,
        fix_at=media.gps_at,
        position=media.gps,
        accuracy_m=media.gps_accuracy_m,
        used=tuple(used),
    )


async def findings_on(step: Step, answer: str, media: Sequence[NewAttachment]) -> tuple[Finding, ...]:
    """Every finding that can be made at the moment of the result."""
    used = await _same_files(step, [one.sha256 for one in media if one.sha256])
    return judge(
        step.category.proof,
        place=place_of(step.row),
        assigned_at=await assigned_at(step),
        photos=[photo_of(one, used.get(one.sha256, ())) for one in media],
        answer=answer,
        bare=step.scene.city.settings.get("bare_answers") or BARE_ANSWERS,
        now=step.now,
    )


async def _same_files(step: Step, digests: list[str]) -> dict[str, list[Use]]:
    used: dict[str, list[Use]] = {}
    if digests:
        row = step.row
        facts = {"digests": digests, "report_id": row["id"], "category": row["category"], "restricted": RESTRICTED}
        for one in await step.scene.conn.execute(_SAME_FILE, facts):
            used.setdefault(one.sha256, []).append(Use(one.code, one.role, same_file=True, own=one.own))
    return used


def check(step: Step, findings: Sequence[Finding], media: Sequence[NewAttachment]) -> None:
    """Refuse a result that fails, naming the field of each failure; not when a supervisor has let it pass before."""
    bad = failed(findings)
    if not bad or overridden(step.row):
        return
    places = {str(one.id): f"/media/{number}" for number, one in enumerate(media)}
    whole = {"photo": "/media", "words": "/summary"}
    pairs = [(places.get(one.media or "", whole.get(one.code, "")), sentence(one)) for one in bad]
    raise ProofRefused(*pairs, findings=[_public_finding(one, places) for one in bad])


def _public_finding(finding: Finding, places: dict[str, str]) -> dict[str, Any]:
    """A finding of a result that was not taken: its files have no ids yet, so it names their place."""
    return {**finding.as_document(), "media": None, "pointer": places.get(finding.media or "")}


def overridden(row: dict[str, Any]) -> bool:
    """Whether a supervisor has let the proof pass as it is."""
    return bool((row["proof"] or {}).get("override"))


def standing_against(row: dict[str, Any]) -> list[str]:
    """The codes of the findings that forbid approval: none once a supervisor has overridden them."""
    if overridden(row):
        return []
    return [one["code"] for one in (row["proof"] or {}).get("findings", ()) if one["severity"] == "fail"]


def kept(row: dict[str, Any], findings: Sequence[Finding]) -> dict[str, Any]:
    """The document of a result that was taken; an override given before it stays."""
    override = (row["proof"] or {}).get("override")
    photos = len({one.media for one in findings if one.media is not None})
    document = {
        "findings": [one.as_document() for one in findings],
        "worst": worst(findings),
        "photos": photos,
    }
    return {**document, **({"override": override} if override else {})}


def with_override(step: Step, reason: str) -> dict[str, Any]:
    """The document with the supervisor's word on it."""
    before = step.row["proof"] or {"findings": [], "worst": "ok", "photos": 0}
    override = {"reason": reason, "by": step.by.username, "name": step.by.name, "at": stamp(step.now)}
    return {**before, "override": override}


def without_override(row: dict[str, Any]) -> dict[str, Any] | None:
    """The document after the result was sent back: the next one is judged anew."""
    document = {name: value for name, value in (row["proof"] or {}).items() if name != "override"}
    return document or None


# The files themselves and their fingerprints, as `used_pictures.warn_if_used` has just written them.
_COMPARED = text("SELECT phash, frames, warnings FROM attachment WHERE id = CAST(:id AS uuid)")


async def lock_report_of(scene: Scene, attachment_id: str) -> int | None:
    """Lock the report whose proof this file is, before anything of the file is changed; None for other files.

    First the report, then its files: the order in which commands take them.
    """
    found = await scene.conn.execute(_OF_PROOF, {"id": attachment_id})
    report_id: int | None = found.scalar_one_or_none()
    return report_id


async def compared_late(scene: Scene, report_id: int | None, attachment_id: str) -> list[str]:
    """Compare a file with all others when what is known of it has come, and tell what came out.

    `report_id`: what `lock_report_of` answered. Returns the proofs of other reports that are now to be compared anew.
    """
    later = await used_pictures.warn_late(scene.conn, attachment_id)
    if report_id is not None:
        await compared(scene, report_id, attachment_id)
    return later


async def compared(scene: Scene, report_id: int, attachment_id: str) -> bool:
    """A file of the proof was compared with all others: keep and tell what came out. False when nothing changed.

    For the job that made the fingerprint, in its transaction, with the report locked. Versions stay. What fails after
    the publication is brought before the supervisor in the same transaction.
    """
    row = (await rows.by_ids(scene.conn, [report_id]))[report_id]
    document = row["proof"]
    category = scene.city.category(row["category"])
    mine = [one for one in (document or {}).get("findings", ()) if one["media"] == attachment_id]
    if not mine or category is None:
        return False
    file = (await scene.conn.execute(_COMPARED, {"id": attachment_id})).one()
    told = [one for one in file.warnings or () if one["code"] == USED_BEFORE]
    known = fingerprint(file.phash) is not None or bool(file.frames)
    now = unique_found(
        category.proof, Photo(attachment_id, used=tuple(map(_use_of, told)), compared=known, settled=True)
    ).as_document()
    if now in mine:
        return False
    others = [one for one in document["findings"] if one["media"] != attachment_id or one["code"] != "unique"]
    grades = {one["severity"] for one in (*others, now)}
    grade = "fail" if "fail" in grades else "warn" if "warn" in grades else "ok"
    late = grade == "fail" and row["state"] in PUBLIC and "failed_at" not in document
    told_late = {"failed_at": stamp(scene.now)} if late else {}
    after = {**row, "proof": {**document, "findings": [*others, now], "worst": grade, **told_late}}
    await scene.conn.execute(update(_REPORT).where(_REPORT.c.id == report_id).values(proof=after["proof"]))
    fact = events.ProofChecked(media=attachment_id, worst=grade)
    await note(scene, before=row, row=after, events=[fact])
    if late:
        # Nobody's approval waits for it any more, so somebody has to be called.
        await escalating.look_at(scene, after)
    return True


async def with_likeness(step: Step, findings: Sequence[Finding], media: Sequence[NewAttachment]) -> tuple[Finding, ...]:
    """The findings with what the fingerprints of the files tell, which have just been attached to the report.

    Likeness is a machine's opinion: it refuses no result, and stands against its approval from the first moment. Takes
    the lock of all comparisons, so that of two results at once the second sees the first.
    """
    conn = step.scene.conn
    shown = [str(one.id) for one in media if fingerprint(one.phash) is not None]
    shown += [str(one.id) for one in media if one.kind == "video" and await film_frames.keep_known(conn, str(one.id))]
    told = await used_pictures.warn_if_any_used(conn, list(dict.fromkeys(shown))) if shown else {}
    others = [each for each in findings if each.media not in told or each.code != "unique"]
    compared = [Photo(one, used=tuple(map(_use_of, uses)), compared=True) for one, uses in told.items()]
    return (*others, *(unique_found(step.category.proof, one) for one in compared))


def _use_of(warning: dict[str, Any]) -> Use:
    role = warning.get("role") or ("report" if warning["own"] else "proof")
    moved = {"turned": warning.get("turned", 0), "mirrored": warning.get("mirrored", False)}
    unsure = warning.get("unsure", False)
    return Use(
        warning["report"], role, warning["same_file"], warning["own"], warning["distance"], **moved, unsure=unsure
    )
