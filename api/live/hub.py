"""Who listens to what in this process. Subscriptions are indexed by topic: an idle socket costs nothing per event."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Protocol

from reports.callers import Caller
from reports.facts import Fact


class Listening(Protocol):
    """One connection, as the hub sees it."""

    caller: Caller

    def offer(self, fact: Fact, topics: frozenset[str]) -> None:
        """Take the fact for these of its topics; must not wait."""

    def tell(self, message: str) -> None:
        """Take a message that is no event; must not wait."""

    def dismiss(self) -> None:
        """Close: the account's sessions were ended."""


class Hub:
    """The connections of this process by topic."""

    def __init__(self) -> None:
        self._topics: dict[str, set[Listening]] = defaultdict(set)
        # Account id -> codes of restricted reports it was shown by events and that are not noted yet.
        self._shown: dict[str, set[str]] = defaultdict(set)

    def join(self, topic: str, connection: Listening) -> None:
        """From now on the connection is offered what happens under the topic."""
        self._topics[topic].add(connection)

    def leave(self, topic: str, connection: Listening) -> None:
        """No longer."""
        self._topics[topic].discard(connection)
        if not self._topics[topic]:
            del self._topics[topic]

    def publish(self, fact: Fact) -> None:
        """Offer the fact once to each connection that listens and may hear it."""
        matched: dict[Listening, set[str]] = defaultdict(set)
        for topic in topics_of(fact):
            for connection in self._topics.get(topic, ()):
                matched[connection].add(topic)
        for connection, topics in matched.items():
            if fact.may_hear(connection.caller) or fact.takes_away(connection.caller):
                connection.offer(fact, frozenset(topics))

    def shown(self, caller: Caller, fact: Fact) -> None:
        """Keep in mind that an event showed a member of staff a restricted report."""
        if caller.kind == "account":
            self._shown[caller.id].add(fact.row["code"])

    def take_shown(self) -> dict[str, list[str]]:
        """What is to be noted: codes by account id; each once."""
        shown, self._shown = self._shown, defaultdict(set)
        return {account: sorted(codes) for account, codes in shown.items()}

    def tell_each(self, topic: str, message: Callable[[Caller], str | None]) -> None:
        """Send each under the topic the message for them, which is no event; nothing where it is None."""
        for connection in tuple(self._topics.get(topic, ())):
            told = message(connection.caller)
            if told is not None:
                connection.tell(told)

    def tell_once(self, topics: Iterable[str], message: str) -> None:
        """The same for several topics, once to each connection."""
        for connection in {one for topic in topics for one in self._topics.get(topic, ())}:
            connection.tell(message)

    def topics(self, beginning: str) -> tuple[str, ...]:
        """The topics somebody listens to whose names begin so."""
        return tuple(topic for topic in self._topics if topic.startswith(beginning))

    def listeners(self, topic: str) -> tuple[Listening, ...]:
        """The connections under the topic now."""
        return tuple(self._topics.get(topic, ()))

    def dismiss(self, username: str) -> None:
        """Close every connection of a member of staff whose sessions were ended."""
        for connection in {one for listening in self._topics.values() for one in listening}:
            if connection.caller.kind == "account" and connection.caller.username == username:
                connection.dismiss()

    def anybody(self) -> bool:
        """Whether any connection listens to anything."""
        return bool(self._topics)


def topics_of(fact: Fact) -> Iterable[str]:
    """The topics a fact belongs to; `agency` topics are kept per agency inside."""
    yield "operations"
    yield f"report:{fact.row['code']}"
    for agency in fact.entry.agencies:
        yield f"agency:{agency}"
