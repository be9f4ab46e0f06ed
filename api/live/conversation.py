"""What a client may say after it has authenticated. A registry of small functions; the story is told elsewhere."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson

from api.giving import give
from api.live.alarms import OPERATIONS, Alarms
from api.live.connection import Connection
from api.live.presence import Presence
from api.live.subscribing import subscribe
from api.problems import problem_document
from api.submission import check_tree
from api.wiring import House
from reports import rows
from reports.codes import read_code
from reports.problems import BadInput, NoCredential, Problem

Message = Mapping[str, Any]
ENVELOPE = ("id", "type", "command", "report", "version", "key")


class Conversation:
    """One client's requests, answered in the order in which they come."""

    def __init__(self, house: House, connection: Connection, presence: Presence, alarms: Alarms) -> None:
        self._house = house
        self._connection = connection
        self._presence = presence
        self._alarms = alarms
        self._kinds: dict[str, Callable[[Message], Awaitable[None]]] = {
            "subscribe": self._subscribe,
            "unsubscribe": self._unsubscribe,
            "command": self._command,
            "presence": self._presence_of,
        }

    async def hear(self, message: Message) -> None:
        """Answer one message; a problem is an answer too. A credential that has died ends the connection."""
        kind = self._kinds.get(str(message.get("type")))
        try:
            check_tree(message)
            if kind is None:
                raise BadInput(("/type", f"must be one of {', '.join(sorted(self._kinds))}"))
            await kind(message)
        except NoCredential:
            raise
        except Problem as problem:
            self._say({"id": message["id"], "type": "error", "problem": problem_document(problem)})

    def _say(self, answer: Mapping[str, Any]) -> None:
        self._connection.tell(orjson.dumps(answer).decode())

    async def _subscribe(self, message: Message) -> None:
        made = await subscribe(self._house, self._connection, message["id"], message.get("topic"), message.get("since"))
        answer = made["message"]
        if made["topic"] == OPERATIONS:
            answer.get("snapshot", answer)["presence"] = self._presence.current(self._connection.caller)
        self._say(answer)
        self._connection.release(made["topic"], made["seq"], made["past"])
        if made["topic"] == OPERATIONS:
            await self._alarms.greet(self._connection)

    async def _unsubscribe(self, message: Message) -> None:
        name, caller = message.get("topic"), self._connection.caller
        self._connection.leave(f"agency:{caller.agency}" if name == "agency" else str(name))
        self._say({"id": message["id"], "type": "result"})

    async def _command(self, message: Message) -> None:
        body = {name: value for name, value in message.items() if name not in ENVELOPE}
        command, code = str(message.get("command")), message.get("report")
        report = await give(
            self._house,
            self._connection.token,
            command,
            code if isinstance(code, str) else "",
            body,
            version=message.get("version"),
            key=message.get("key"),
        )
        self._say({"id": message["id"], "type": "result", "report": report})

    async def _presence_of(self, message: Message) -> None:
        caller, code = self._connection.caller, message.get("report")
        if code is not None and (not isinstance(code, str) or read_code(code) is None):
            raise BadInput(("/report", "must be a report's code or null"))
        # Presence is shared at the center; others may say it, and nobody hears it.
        if caller.oversight:
            known = read_code(code) if code else None
            category = await self._restricted_category(known) if known is not None else None
            await self._presence.look(self._connection.id, caller, known, category)
        self._say({"id": message["id"], "type": "result"})

    async def _restricted_category(self, code: str) -> str | None:
        """The report's category if only named readers may learn of it. Whoever looks need not be one: what nobody may
        see is told to nobody but those who may.
        """
        async with self._house.transactions.read() as conn:
            city = await self._house.configurations.current(conn)
            category = await rows.category_of(conn, code)
        return category if category is not None and city.restricted(category) else None
