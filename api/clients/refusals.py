"""The three ways in which talking to a city can fail, whatever library carries the bytes.

>>> Refused(409, {"type": "/problems/stale", "detail": "version 4 is not 5"}).slug
'stale'
"""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """The server answered, and the answer is a problem (RFC 9457).

    `status` is the HTTP status (for the socket: the `status` member of the problem), `problem` the whole
    document; the 409 family carries the current `report` in it.
    """

    def __init__(self, status: int, problem: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        self.status = status
        self.problem = problem
        self.headers = headers or {}
        wrong = "; ".join(f"{error['pointer']} {error['detail']}" for error in problem.get("errors", []))
        super().__init__(f"{status} {problem.get('title', '')}: {wrong or problem.get('detail', '')}")

    @property
    def slug(self) -> str:
        """Last segment of the problem's `type`: "stale", "held", "not-now"; "" when there is none."""
        kind = str(self.problem.get("type", ""))
        return "" if kind == "about:blank" else kind.rsplit("/", 1)[-1]


class Unreachable(Exception):
    """Nobody answered: refused connection, broken connection, time-out."""


class Closed(Exception):
    """The live connection has ended. `code` is the WebSocket close code, 1006 for a cut line."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(f"live connection closed: {code} {reason}".rstrip())
