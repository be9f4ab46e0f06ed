"""How a command is given, whichever door it came through: HTTP and the socket call exactly this."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from api import proof
from api.jobs import enqueue_arrival, enqueue_pictures
from api.problems import bad_input
from api.wiring import House, utc_now
from reports import people, readings, work_photos
from reports.attachments import NewAttachment
from reports.callers import Caller
from reports.codes import read_code
from reports.commands import ARGS, Answer, Args, Reopen, ReportCheck, Resolve
from reports.flow import perform
from reports.lifecycle import OFFERED, Command
from reports.problems import BadInput, NoCredential, NotFound, Problem
from reports.step import Request

OFFERED_NAMES = {command.value: command for command in OFFERED}
LONGEST_KEY = 200


async def give(
    house: House,
    token: str,
    command: str,
    code: str,
    body: Mapping[str, Any],
    *,
    version: Any = None,
    key: Any = None,
    files: tuple[NewAttachment, ...] = (),
) -> dict[str, Any]:
    """Give one command in one transaction; the report object as the giver then sees it.

    `files`: pictures that came with a plain form, judged already; others are named by the body as uploads.

    Raises the problems of `reports.problems`. The caller is looked up in the same transaction, so a credential that has
    ended meanwhile gives no commands.
    """
    try:
        asked = _offered(command)
        request = Request(asked, _known_code(code), _args(asked, body), _version(version), _key(key))
    except Problem:
        # Whoever has no credential hears that, and nothing about what is wrong with the request.
        async with house.transactions.read() as conn:
            await caller_of(conn, token)
        raise
    photos = files or await _photos(house, token, request)
    async with house.transactions.begin() as conn:
        caller = await caller_of(conn, token)
        scene = await house.scene(conn, caller)
        whole = Request(asked, request.code, request.args, request.version, request.key, photos)
        answer = await perform(scene, whole)
        await readings.note(conn, caller, scene.city, [answer], "case", scene.now)
        await enqueue_pictures(conn, proof.to_process(photos))
        await enqueue_arrival(conn, *proof.to_expect(photos))
        return answer


async def caller_of(conn: Any, token: str) -> Caller:
    """The caller behind a token; NoCredential for a dead one."""
    caller = await people.caller_of(conn, token, utc_now())
    if caller is None:
        raise NoCredential("This credential is unknown or has expired.")
    return caller


def _offered(command: str) -> Command:
    if command not in OFFERED_NAMES:
        raise BadInput(("/command", f"is not a command; there are {', '.join(sorted(OFFERED_NAMES))}"))
    return OFFERED_NAMES[command]


def _known_code(typed: Any) -> str:
    code = read_code(typed) if isinstance(typed, str) else None
    if code is None:
        raise NotFound
    return code


def _args(command: Command, body: Mapping[str, Any]) -> Args:
    try:
        args = ARGS[command].model_validate(dict(body))
    except ValidationError as error:
        raise bad_input(error.errors()) from error
    into = getattr(args, "into", None)
    return args.model_copy(update={"into": read_code(into) or into}) if into is not None else args


def _version(version: Any) -> int | None:
    if version is not None and (not isinstance(version, int) or isinstance(version, bool)):
        raise BadInput(("/version", "must be the report's version, a whole number"))
    return version


def _key(key: Any) -> str | None:
    if key is not None and (not isinstance(key, str) or not 0 < len(key) <= LONGEST_KEY):
        raise BadInput(("/key", f"must be a text of 1 to {LONGEST_KEY} characters"))
    return key


async def _photos(house: House, token: str, request: Request) -> tuple[NewAttachment, ...]:
    """The uploads a command names, judged before the transaction: decoding takes longer than a lock may be held.

    An agency's proof must be whole and good; what a reporter adds may still be on its way, and refuses nothing.
    """
    if not isinstance(request.args, Resolve | Answer | Reopen | ReportCheck):
        return ()
    crews = request.args.work if isinstance(request.args, Resolve) else []
    if not request.args.media and not crews:
        return ()
    async with house.transactions.read() as conn:
        caller = await caller_of(conn, token)
        taken = await work_photos.as_proof(conn, request.code, caller, crews)
    if isinstance(request.args, Resolve | ReportCheck):
        role = "proof" if isinstance(request.args, Resolve) else "check"
        return (*await proof.from_uploads(house, caller, request.args.media, role=role, refuse=True), *taken)
    if caller.kind != "device":
        raise BadInput(("/media", "only the reporter sends pictures with this"))
    return await proof.from_uploads(house, caller, request.args.media, role="report", early=True)
