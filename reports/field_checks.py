"""Checks at the scene (thẩm tra tại hiện trường): the center sends somebody to look, before or after the work.

`report.checks` is the list of them, oldest first, each {"to", "person", "name", "question", "by", "at"} and, when it
ended, {"done_at", "finding", "reported_by", "media": [ids], "facts": [findings]} or {"recalled_at", "reason"}. One is
open at the most; meanwhile `report.checking` holds its agency, which sees this case and nothing else of the center. The
clock of the case is not touched: the agency's time runs on whoever looks.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from reports import attachments, events, proof_keeping
from reports.commands import ReportCheck, SendChecker, WithReason
from reports.problems import BadInput, NotAllowed
from reports.proving import photo_found
from reports.step import Change, Step, not_now
from reports.views import stamp

_PERSON = text("""
SELECT username, name, agency FROM account WHERE username = :username AND active AND role = 'agency'
""")


@dataclass(frozen=True, slots=True)
class Checker:
    """Who is sent: an agency, perhaps one of its people."""

    agency: str
    person: str | None = None
    name: str | None = None


def open_check(row: dict[str, Any]) -> dict[str, Any] | None:
    """The check that is under way, if any."""
    last = (row["checks"] or [None])[-1]
    return last if last is not None and "done_at" not in last and "recalled_at" not in last else None


def ended(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The fields of a report whose case ends for the center while a check is open."""
    if open_check(row) is None:
        return {}
    return _closed(row, {"recalled_at": stamp(now), "reason": ""})


def _closed(row: dict[str, Any], how: dict[str, Any]) -> dict[str, Any]:
    *before, last = row["checks"]
    return {"checks": [*before, {**last, **how}], "checking": []}


async def send_checker(step: Step, args: SendChecker) -> Change:
    """Ask somebody who does not handle the case to go and look."""
    if open_check(step.row) is not None:
        raise not_now(step, "A check is under way; wait for it or recall it.")
    checker = await _checker(step, args.to)
    if checker.agency in step.row["involved"]:
        raise BadInput(("/to", "handles this case; nobody checks their own work"))
    asked = {"question": args.question, "by": step.by.username, "at": stamp(step.now)}
    check = {"to": checker.agency, "person": checker.person, "name": checker.name, **asked}
    fact = events.CheckerSent(to=checker.agency, person=checker.person, question=args.question)
    return Change(fact, {"checks": [*(step.row["checks"] or []), check], "checking": [checker.agency]})


async def _checker(step: Step, to: str) -> Checker:
    agencies = step.scene.city.agencies
    if to in agencies:
        return Checker(to)
    person = (await step.scene.conn.execute(_PERSON, {"username": to})).one_or_none()
    if person is None or person.agency not in agencies:
        raise BadInput(("/to", "is neither an agency of this city nor one of their accounts"))
    return Checker(person.agency, person.username, person.name)


async def report_check(step: Step, args: ReportCheck) -> Change:
    """What was found, with photos; how far from the place and when they were taken is kept beside it."""
    check = open_check(step.row)
    if check is None:
        raise not_now(step, "No check is under way.")
    if check["person"] is not None and check["person"] != step.by.username:
        raise NotAllowed(f"This check was given to {check['name']}.")
    photos, row = step.request.photos, step.row
    await attachments.add(step.scene.conn, row["id"], photos, lon=row["lon"], lat=row["lat"], now=step.now)
    sent_at = datetime.fromisoformat(check["at"])
    found = [
        finding.as_document()
        for photo in photos
        for finding in photo_found(
            step.category.proof, proof_keeping.place_of(row), sent_at, proof_keeping.photo_of(photo), step.now
        )
        if finding.code != "unique"
    ]
    done = {
        "done_at": stamp(step.now),
        "finding": args.finding,
        "reported_by": step.by.username,
        "media": [str(photo.id) for photo in photos],
        "facts": found,
    }
    fact = events.CheckReported(agency=check["to"], finding=args.finding, media=len(photos))
    return Change(fact, _closed(row, done))


async def recall_checker(step: Step, args: WithReason) -> Change:
    """The check is not needed any more."""
    check = open_check(step.row)
    if check is None:
        raise not_now(step, "No check is under way.")
    fact = events.CheckerRecalled(agency=check["to"], reason=args.reason)
    return Change(fact, _closed(step.row, {"recalled_at": stamp(step.now), "reason": args.reason}))
