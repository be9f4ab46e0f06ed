"""One client: a bounded queue of messages, the order of events, and the rule that the slow are closed.

Events on a connection strictly increase in `seq` and none is sent twice. While a subscription reads its snapshot or its
past, live events are held and merged in afterwards.
"""

import asyncio
import secrets
from dataclasses import dataclass, field

from api.live.hub import Hub
from reports.callers import Caller
from reports.facts import Fact

BAD_MESSAGE, NO_AUTH, TOO_SLOW, TOO_MANY = 4400, 4401, 4408, 4429
BINARY, TOO_BIG = 1003, 1009


class Closing(Exception):
    """The connection must end, with this code and reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(eq=False)
class Connection:
    """What the hub offers to and the writer takes from. Identity is the object: two clients are never equal."""

    hub: Hub
    caller: Caller
    token: str
    limit: int
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    sent_seq: int = 0
    closing: Closing | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    # Topic -> the seq its snapshot or past ends with; None while that is still being read.
    after: dict[str, int | None] = field(default_factory=dict)
    _held: dict[int, tuple[Fact, frozenset[str]]] | None = None
    _past_queued: int = 0
    _queue: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    def offer(self, fact: Fact, topics: frozenset[str]) -> None:
        """A fact for these of the client's topics; sent now, or held while a subscription is being made."""
        if self._held is not None:
            self._held[fact.seq] = (fact, topics)
        else:
            self._send(fact, topics)

    def _send(self, fact: Fact, topics: frozenset[str]) -> None:
        wanted = any((after := self.after.get(topic)) is not None and fact.seq > after for topic in topics)
        if wanted and fact.seq > self.sent_seq:
            self.sent_seq = fact.seq
            if fact.restricted and fact.may_hear(self.caller):
                self.hub.shown(self.caller, fact)
            self.tell(fact.message(self.caller))

    def tell(self, message: str) -> None:
        """Queue a message; a client that lets the queue fill up is closed, never waited for."""
        if self.closing is not None:
            return
        if self._queue.empty():
            self._past_queued = 0
        if self._queue.qsize() >= self.limit + self._past_queued:
            self.close(Closing(TOO_SLOW, "too many messages are waiting; connect again with since"))
        else:
            self._queue.put_nowait(message)

    def close(self, why: Closing) -> None:
        """End the connection; what is queued is not sent any more, for a late reader resumes by `since`."""
        self.closing = why
        self.ended.set()

    def dismiss(self) -> None:
        """The account may do something else from now on, or nothing: it must sign in again."""
        self.close(Closing(NO_AUTH, "the sessions of this account were ended"))

    async def next_message(self) -> str:
        """The next message to send."""
        return await self._queue.get()

    def hold(self, topic: str) -> None:
        """Begin a subscription: from now on nothing under the topic is missed, and nothing is sent yet."""
        self._held = {}
        self.after[topic] = None
        self.hub.join(topic, self)

    def release(self, topic: str, seq: int, past: list[Fact]) -> None:
        """The subscription stands: send its past and what was held meanwhile, in one order, each once."""
        held, self._held = self._held or {}, None
        self.after[topic] = seq
        for fact in past:
            held.setdefault(fact.seq, (fact, frozenset()))
        missed = {fact.seq for fact in past}
        # A long past is asked for, not a sign of slowness: it does not count against the limit while it drains.
        self._past_queued += len(missed)
        for number in sorted(held):
            fact, topics = held[number]
            if number in missed and number > self.sent_seq:
                self.sent_seq = number
                self.tell(fact.message(self.caller))
            else:
                self._send(fact, topics)

    def abandon(self, topic: str) -> None:
        """The subscription came to nothing."""
        self.leave(topic)
        held, self._held = self._held or {}, None
        for number in sorted(held):
            self._send(*held[number])

    def leave(self, topic: str) -> None:
        """Listen to the topic no longer."""
        self.after.pop(topic, None)
        self.hub.leave(topic, self)

    def leave_all(self) -> None:
        """The client is gone."""
        for topic in tuple(self.after):
            self.leave(topic)
