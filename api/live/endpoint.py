"""The socket: hello, authentication within ten seconds, then one task that reads and one that writes."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect

from api.credentials import COOKIES, check_origin
from api.live.alarms import Alarms
from api.live.connection import BAD_MESSAGE, BINARY, NO_AUTH, TOO_MANY, Closing, Connection
from api.live.conversation import Conversation
from api.live.hub import Hub
from api.live.presence import Presence
from api.problems import problem_document
from api.wiring import House, utc_now
from reports import people
from reports.callers import Caller
from reports.problems import NoCredential, NotAllowed, Unavailable

HELLO = orjson.dumps({"type": "hello", "protocol": 1}).decode()
# A socket that takes nothing any more is given this long to hear why it is closed.
FAREWELL_SECONDS = 2.0
# RFC 6455's registry: the service restarts or is overloaded.
TRY_LATER = 1013


class Live:
    """All sockets of this process."""

    def __init__(self, house: House, hub: Hub, presence: Presence, alarms: Alarms) -> None:
        self.house = house
        self.hub = hub
        self.presence = presence
        self.alarms = alarms
        self.strangers: Counter[str] = Counter()
        self.members: Counter[str] = Counter()

    async def serve(self, socket: WebSocket) -> None:
        """One socket from beginning to end."""
        await socket.accept()
        connection: Connection | None = None
        try:
            connection = await self._welcome(socket)
            await self._converse(socket, connection)
        except Closing as closing:
            await _close(socket, closing)
        except Unavailable:
            await _close(socket, Closing(TRY_LATER, "the database does not answer; connect again in a moment"))
        except WebSocketDisconnect:
            pass
        finally:
            if connection is not None:
                self._release(self.members, connection.caller.key)
                connection.leave_all()
                await self.presence.gone(connection.id)

    async def _welcome(self, socket: WebSocket) -> Connection:
        address, limits = socket.client.host if socket.client else "", self.house.settings.limits
        if self.strangers[address] >= limits.sockets_per_address:
            raise Closing(TOO_MANY, "too many connections of this address wait to authenticate")
        self.strangers[address] += 1
        try:
            await socket.send_text(HELLO)
            async with asyncio.timeout(limits.socket_auth_seconds):
                message = await _receive(socket)
            token, caller = await self._authenticate(socket, message)
        except TimeoutError as error:
            raise Closing(NO_AUTH, "no authentication came in time") from error
        finally:
            self._release(self.strangers, address)
        if self.members[caller.key] >= limits.sockets_per_account:
            raise Closing(TOO_MANY, "too many connections of this account")
        self.members[caller.key] += 1
        connection = Connection(self.hub, caller, token, limits.socket_queue)
        # The time goes along so that the clocks of a desk are right although its own is wrong by a day.
        answer = {"id": message["id"], "type": "result", "account": _who(caller), "now": utc_now()}
        connection.tell(orjson.dumps(answer).decode())
        return connection

    async def _authenticate(self, socket: WebSocket, message: Mapping[str, Any]) -> tuple[str, Caller]:
        if message.get("type") != "auth":
            raise Closing(NO_AUTH, "the first message must be auth")
        token = message.get("token")
        if token is None:
            token = _cookie_of(socket, message.get("as"))
        if isinstance(token, str) and token:
            async with self.house.transactions.read() as conn:
                caller = await people.caller_of(conn, token, utc_now())
            if caller is not None:
                return token, caller
        problem = problem_document(NoCredential("This credential is unknown or has expired."))
        await socket.send_text(orjson.dumps({"id": message["id"], "type": "error", "problem": problem}).decode())
        raise Closing(NO_AUTH, "the credential is unknown or has expired")

    async def _converse(self, socket: WebSocket, connection: Connection) -> None:
        conversation = Conversation(self.house, connection, self.presence, self.alarms)
        reading = asyncio.create_task(_read(socket, conversation))
        writing = asyncio.create_task(_write(socket, connection))
        ended = asyncio.create_task(connection.ended.wait())
        tasks: tuple[asyncio.Task[Any], ...] = (reading, writing, ended)
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if connection.closing is not None:
            raise connection.closing
        for task in done:
            task.result()

    @staticmethod
    def _release(counter: Counter[str], key: str) -> None:
        counter[key] -= 1
        if counter[key] <= 0:
            del counter[key]


async def _read(socket: WebSocket, conversation: Conversation) -> None:
    while True:
        message = await _receive(socket)
        try:
            await conversation.hear(message)
        except NoCredential as error:
            raise Closing(NO_AUTH, "the credential has expired") from error


async def _write(socket: WebSocket, connection: Connection) -> None:
    """Send what is queued. A client that takes nothing is not waited for: `tell` closes it when its queue fills up."""
    while True:
        await socket.send_text(await connection.next_message())


async def _receive(socket: WebSocket) -> Mapping[str, Any]:
    """The next message as an object with an id; Closing for anything else."""
    event = await socket.receive()
    if event["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(event.get("code", 1000))
    raw = event.get("text")
    if raw is None:
        raise Closing(BINARY, "binary frames are not understood")
    try:
        message = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Closing(BAD_MESSAGE, "a message must be JSON") from error
    if not isinstance(message, dict) or not isinstance(message.get("id"), (int, str)):
        raise Closing(BAD_MESSAGE, "a message must be an object with an id")
    return message


def _cookie_of(socket: WebSocket, wanted: Any) -> str | None:
    """The cookie of a browser on our own pages; `as` says which when it has both."""
    try:
        check_origin(socket)
    except NotAllowed as error:
        raise Closing(NO_AUTH, "this page is of another site") from error
    for holder in ("session", "device"):
        if wanted in (None, holder) and COOKIES[holder] in socket.cookies:
            return socket.cookies[COOKIES[holder]]
    return None


def _who(caller: Caller) -> dict[str, Any]:
    if caller.kind == "device":
        return {"kind": "device"}
    return {"username": caller.username, "name": caller.name, "role": caller.role, "agency": caller.agency}


async def _close(socket: WebSocket, closing: Closing) -> None:
    with contextlib.suppress(RuntimeError, TimeoutError, WebSocketDisconnect):
        async with asyncio.timeout(FAREWELL_SECONDS):
            await socket.close(closing.code, closing.reason)
