"""An agency's own system on the loopback: takes web hooks, verifies them, and fails as planned.

with LoopbackHook() as hook:
    hook.secrets = ["whsec_..."]
    hook.plan(Answer(500), Answer(302, headers={"Location": ...}))
    hook.wait_for(1)            # -> list of Hook that were taken
"""

import base64
import hashlib
import hmac
import json
import threading
from dataclasses import dataclass, field
from typing import Any

from tests.loopback.listener import Answer, Listener, Request, wait_until


@dataclass(frozen=True)
class Hook:
    """One web hook as it arrived; `answered` is the status that went back."""

    id: str
    path: str
    body: dict[str, Any]
    answered: int


class LoopbackHook(Listener):
    """Everything it is sent is remembered, also what it refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.secrets: list[str] = []
        self.received: list[Hook] = []
        self._lock = threading.Lock()
        self._planned: list[Answer] = []

    @property
    def url(self) -> str:
        """What stands in `agency.external`."""
        return f"{self.origin}/hook"

    @property
    def taken(self) -> list[Hook]:
        """Those that were answered with 2xx."""
        return [one for one in self.received if 200 <= one.answered < 300]

    def plan(self, *answers: Answer) -> None:
        """The next requests are answered so, whatever they say."""
        self._planned += answers

    def wait_for(self, number: int, seconds: float = 60.0) -> list[Hook]:
        """What was taken, as soon as there are `number`."""
        wait_until(lambda: len(self.taken) >= number, seconds)
        return self.taken

    def handle(self, request: Request) -> Answer:
        with self._lock:
            good = any(verified(secret, request) for secret in self.secrets)
            answer = self._planned.pop(0) if self._planned else Answer(204 if good else 401)
            hook = Hook(request.headers["webhook-id"], request.path, json.loads(request.body), answer.status)
            self.received.append(hook)
        return answer


@dataclass
class Signed:
    """Headers and body in the forms a test wants to spoil."""

    headers: dict[str, str]
    body: bytes = field(default=b"")


def verified(secret: str, request: Request | Signed) -> bool:
    """Whether one of the signatures was made with this secret; written apart from ours, after the standard."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = [one.partition(",")[2] for one in request.headers["webhook-signature"].split() if one.startswith("v1,")]
    return any(hmac.compare_digest(wanted, one) for one in given)
