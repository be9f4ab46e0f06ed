"""Writes notices on a stream: for a developer's terminal, and to watch what would be sent."""

import sys
from typing import TextIO

from notifications.channels.base import Delivered, Message, Outcome, Target


class ConsoleChannel:
    """Needs no push target."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    async def send(self, message: Message, target: Target) -> Outcome:
        # Looked up at each call: test runners and supervisors exchange sys.stdout while we live.
        stream = self._stream or sys.stdout
        print(f"[{message.tag}] {message.title}: {message.body} ({message.url})", file=stream, flush=True)
        return Delivered()

    async def close(self) -> None:
        """Nothing is held."""
