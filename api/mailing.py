"""Answers of agencies that work by mail: from the bytes of a mail to a command, or to words kept at the case.

A mail is taken once by its Message-ID, in the transaction of what it does. What nobody can tell the case or the writer
of waits for a person, whole. Nothing is ever answered automatically, so nothing can loop.
"""

import asyncio
import hashlib
import logging
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from api import proof
from api.jobs import enqueue_pictures
from api.multipart import ReceivedFile
from api.wiring import House, utc_now
from api.zones import zone_of
from notifications.handovers import mails
from notifications.handovers.answering import read_address
from notifications.handovers.mails import Verdict
from notifications.handovers.opening import Opened, Picture, open_mail
from reports import attachments, events, rows
from reports.attachments import NewAttachment
from reports.callers import Caller
from reports.commands import NoArgs, Resolve, Return
from reports.flow import perform
from reports.lifecycle import Command
from reports.problems import NotFound, NotNow, Problem
from reports.step import Request, Scene, note

log = logging.getLogger(__name__)
# Mails whose address nobody can tell, and how many of the largest may wait whole for a person.
STRANGERS = ("unknown", "signature")
MOST_WAITING = 20
# And how many of whatever size.
MOST_NUMBER = 2_000
# Bytes that are read in a moment; a larger mail takes seconds, in which the worker has clocks to watch.
_SMALL = 64 * 1024


async def take(house: House, raw: bytes, envelope: str | None = None) -> str:
    """Take one mail; its state, or "twice". `envelope`: the recipient a mail server names beside the mail."""
    if len(raw) > house.settings.handover.mail_bytes:
        # Of what is too big only the head is looked at.
        mail = replace(open_mail(raw[:_SMALL]), pictures=())
        return await _keep(house, mail, Verdict("refused", "too-big"), None)
    mail = await _opened(raw)
    if envelope is not None:
        mail = replace(mail, recipients=(envelope, *mail.recipients))
    async with house.transactions.read() as conn:
        earlier = await mails.earlier(conn, mail)
        verdict = await _judge(conn, house, mail)
    if earlier is None and verdict.reason in STRANGERS and await _full(house):
        # Whoever sends letters to a city by the sack fills no table with them.
        return await _keep(house, replace(mail, pictures=()), Verdict("refused", "too-many"), None)
    if verdict.state != "noted":
        return await _keep(house, mail, verdict, raw)
    if earlier is not None:
        return await _come_again(house, mail, verdict, raw)
    photos = await _photos(house, mail.pictures)
    async with house.transactions.begin() as conn:
        mail_id = await mails.add(conn, mail, verdict, None, utc_now())
        if mail_id is not None:
            agency, report = verdict.agency or "", verdict.report_id or 0
            state = await _into_the_case(house, conn, mail, mail_id, agency, report, photos)
            await mails.settle(conn, mail_id, state, by=None, report=verdict.report_id)
            return state
    return await _come_again(house, mail, verdict, raw)


async def _opened(raw: bytes) -> Opened:
    return open_mail(raw) if len(raw) <= _SMALL else await asyncio.to_thread(open_mail, raw)


async def _full(house: House) -> bool:
    async with house.transactions.read() as conn:
        number, size = await mails.waiting_load(conn)
    return number >= MOST_NUMBER or size > MOST_WAITING * house.settings.handover.mail_bytes


async def _keep(house: House, mail: Opened, verdict: Verdict, raw: bytes | None) -> str:
    whole = raw if verdict.state == "quarantined" else None
    async with house.transactions.begin() as conn:
        kept = await mails.add(conn, mail, verdict, whole, utc_now())
    if kept is None:
        return await _come_again(house, mail, verdict, raw)
    log.info("a mail was %s: %s", verdict.state, verdict.reason)
    return verdict.state


async def _come_again(house: House, mail: Opened, verdict: Verdict, raw: bytes | None) -> str:
    """A mail whose Message-ID has come before, perhaps a moment ago at another worker. The same is counted; one that
    says something else is nothing a program may decide about: it is never carried out, and waits for a person.
    """
    full = await _full(house)
    async with house.transactions.begin() as conn:
        earlier = await mails.earlier(conn, mail)
        if earlier is not None and earlier.said is not None:
            await mails.seen_again(conn, earlier.said, utc_now())
            return "twice"
        if verdict.state in ("noted", "quarantined"):
            verdict = replace(verdict, state="quarantined", reason=mails.SAME_ID)
            if full:
                verdict = replace(verdict, state="refused", reason="too-many")
        whole = raw if verdict.state == "quarantined" else None
        if earlier is not None and not await mails.add_twin(conn, mail, verdict, whole, utc_now(), earlier.id):
            return "twice"
        if earlier is None:
            # The first of that name has just been pruned.
            await mails.add(conn, mail, verdict, whole, utc_now())
    log.warning("a mail has the Message-ID of another and says something else: it is %s", verdict.state)
    return verdict.state


async def _judge(conn: AsyncConnection, house: House, mail: Opened) -> Verdict:
    """Whose it is and what may become of it; `noted` for a genuine one."""
    if mail.automatic is not None:
        return Verdict("ignored", mail.automatic)
    base = house.settings.smtp.answers_to
    named = [found for one in mail.recipients if (found := read_address(one, base)) is not None]
    if not named:
        return Verdict("quarantined", "unknown")
    owner = await mails.whose(conn, named[0], house.signing_key)
    row = await rows.by_code(conn, named[0].code)
    if owner is None or row is None:
        return Verdict("quarantined", "signature")
    agency, box = owner
    if mail.senders != 1 or mail.sender != box.address.casefold():
        return Verdict("quarantined", "sender", agency, row["id"])
    if agency not in row["involved"]:
        return Verdict("quarantined", "away", agency, row["id"])
    return Verdict("noted", None, agency, row["id"])


async def _photos(house: House, pictures: tuple[Picture, ...]) -> tuple[NewAttachment, ...]:
    """Judged and stored before the transaction, as everything that is uploaded."""
    async with house.transactions.read() as conn:
        zone = zone_of(await house.configurations.current(conn))
    files: list[ReceivedFile] = []
    try:
        for one in pictures:
            path = Path(house.incoming / f"{uuid4().hex}.mail")
            path.write_bytes(one.content)
            digest = hashlib.sha256(one.content).hexdigest()
            files.append(ReceivedFile(path, one.filename, digest, len(one.content)))
        return await proof.from_files(house, files, zone, role="proof")
    finally:
        for file in files:
            if file.path is not None:
                file.path.unlink(missing_ok=True)


async def _into_the_case(
    house: House,
    conn: AsyncConnection,
    mail: Opened,
    mail_id: int,
    agency: str,
    report_id: int,
    photos: tuple[NewAttachment, ...],
) -> str:
    """Carry out what the mail asks for, and keep its words; what cannot be carried out is kept with the reason."""
    city = await house.configurations.current(conn)
    name = city.agency_name(agency) or agency
    scene = await house.scene(conn, Caller("account", f"mail:{agency}", "", name, "agency", agency), city)
    before = (await rows.by_ids(conn, [report_id]))[report_id]
    good = tuple(one for one in photos if one.refusal is None)
    refused = await _perform(scene, str(before["code"]), mail, good) if mail.command is not None else None
    done = mail.command is not None and refused is None
    if not (done and mail.command == Command.RESOLVE):
        place = {"lon": before["lon"], "lat": before["lat"]}
        await attachments.add(conn, report_id, photos, **place, now=scene.now)
    await enqueue_pictures(conn, proof.to_process(photos))
    row = (await rows.by_ids(conn, [report_id]))[report_id]
    fact = events.ReportMailReceived(
        agency=agency,
        mail=mail_id,
        text=mail.text or mail.subject,
        media=len(good),
        command=mail.command.value if mail.command else None,
        refused=refused,
    )
    await note(scene, before=before, row=row, events=[fact])
    return "done" if done else "noted"


async def _perform(scene: Scene, code: str, mail: Opened, photos: tuple[NewAttachment, ...]) -> str | None:
    """Give the command; None, or why it was refused. What it had written by then is taken back."""
    try:
        async with scene.conn.begin_nested():
            await perform(scene, _request(code, mail, photos))
    except Problem as problem:
        return problem.detail[:300]
    except ValueError as problem:
        return str(problem)[:300]
    return None


def _request(code: str, mail: Opened, photos: tuple[NewAttachment, ...]) -> Request:
    if mail.command == Command.RESOLVE:
        return Request(Command.RESOLVE, code, Resolve(summary=mail.words), photos=photos)
    if mail.command == Command.RETURN:
        return Request(Command.RETURN, code, Return(reason=mail.words[:500]))
    return Request(Command.ACCEPT, code, NoArgs())


async def put_to(house: House, scene: Scene, mail_id: int, code: str) -> None:
    """A person says which case a waiting mail belongs to: its words and pictures are kept there, nothing is commanded.

    NotFound for a mail or case that is not there; NotNow for a case that no agency has.
    """
    waiting = await mails.waiting(scene.conn, scene.by, scene.city, mail_id)
    row = await rows.by_code(scene.conn, code)
    if waiting is None or row is None:
        raise NotFound
    if row["lead"] is None or not row["involved"]:
        raise NotNow("No agency has this report.")
    mail = replace(await _opened(bytes(waiting.raw or b"")), command=None)
    # Where the signature told whose answer it is, it is theirs, also when the case has gone on to others.
    agency = waiting.agency or row["lead"]
    photos = await _photos(house, mail.pictures)
    state = await _into_the_case(house, scene.conn, mail, mail_id, agency, row["id"], photos)
    await mails.settle(scene.conn, mail_id, state, by=scene.by.username, report=row["id"])
