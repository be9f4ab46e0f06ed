"""Google's OAuth token endpoint and FCM HTTP v1, as far as a sender can tell, on the loopback.

    with LoopbackFcm() as fcm:
        channel = FcmChannel(fcm.service_account, send_url=fcm.send_url)      # in this process
        fcm.write_service_account(path)                                       # for another process:
        # HIENTRUONG_FCM_SERVICE_ACCOUNT=path  HIENTRUONG_FCM_URL=fcm.send_url
        fcm.fail(token, 404, "UNREGISTERED")                                  # the next send to this token
        fcm.wait_for(token, 1)                                                # -> list of message objects

It refuses what Google refuses: an assertion not signed by the account's key or not meant for Google, a
send without the bearer token it gave out, a message without a target.
"""

import json
import secrets
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.loopback.listener import Answer, Listener, Request, wait_until

PROJECT = "hientruong-test"
ACCOUNT = f"push@{PROJECT}.iam.gserviceaccount.com"
SEND_PATH = f"/v1/projects/{PROJECT}/messages:send"
AUDIENCE = "https://oauth2.googleapis.com/token"
_STATUS_WORDS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}
_MORE_WORDS = {429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}


class LoopbackFcm(Listener):
    """`messages`: every accepted message object in order; `grants`: how many OAuth tokens were given out."""

    def __init__(self) -> None:
        super().__init__()
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._lock = threading.Lock()
        self._bearers: set[str] = set()
        self._planned: dict[str, list[Answer]] = {}
        self.messages: list[dict[str, Any]] = []
        self.grants = 0
        self.refuse_grants = False

    @property
    def send_url(self) -> str:
        return self.origin + SEND_PATH

    @property
    def service_account(self) -> dict[str, Any]:
        """A key file as the Firebase console gives it, except that tokens are fetched here."""
        pem = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": "loopback",
            "private_key": pem.decode(),
            "client_email": ACCOUNT,
            "client_id": "1",
            "token_uri": f"{self.origin}/token",
        }

    def write_service_account(self, path: Path) -> Path:
        path.write_text(json.dumps(self.service_account))
        return path

    def fail(self, token: str, status: int, code: str | None = None, headers: Mapping[str, str] | None = None) -> None:
        """Plan the answer to the next send to `token`; several plans are answered in their order."""
        word = _STATUS_WORDS.get(status) or _MORE_WORDS.get(status, "UNKNOWN")
        self._planned.setdefault(token, []).append(_error(status, word, code, headers or {}))

    def stall(self, token: str, seconds: float) -> None:
        """The next send to `token` is accepted, but the answer takes `seconds`."""
        self._planned.setdefault(token, []).append(Answer(delay=seconds))

    def sent_to(self, token: str) -> list[dict[str, Any]]:
        """The accepted messages for one registration token."""
        with self._lock:
            return [message for message in self.messages if message["token"] == token]

    def wait_for(self, token: str, number: int, seconds: float = 60.0) -> list[dict[str, Any]]:
        """The accepted messages for `token` as soon as there are `number`; AssertionError after `seconds`."""
        wait_until(lambda: len(self.sent_to(token)) >= number, seconds)
        return self.sent_to(token)

    def handle(self, request: Request) -> Answer:
        if request.path == "/token":
            return self._grant(parse_qs(request.body.decode()))
        if request.path == SEND_PATH:
            return self._take(request)
        return _error(404, "NOT_FOUND", None, {})

    def _grant(self, form: dict[str, list[str]]) -> Answer:
        if self.refuse_grants or form.get("grant_type") != ["urn:ietf:params:oauth:grant-type:jwt-bearer"]:
            return _json(400, {"error": "invalid_grant"})
        try:
            claims = jwt.decode(form["assertion"][0], self._key.public_key(), algorithms=["RS256"], audience=AUDIENCE)
        except jwt.InvalidTokenError as error:
            return _json(400, {"error": "invalid_grant", "error_description": str(error)})
        if claims["iss"] != ACCOUNT or "cloud-platform" not in claims["scope"]:
            return _json(400, {"error": "invalid_scope"})
        with self._lock:
            bearer = secrets.token_urlsafe(16)
            self._bearers.add(bearer)
            self.grants += 1
        return _json(200, {"access_token": bearer, "expires_in": 3600, "token_type": "Bearer"})

    def _take(self, request: Request) -> Answer:
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self._bearers:
            return _error(401, "UNAUTHENTICATED", None, {})
        message = json.loads(request.body)["message"]
        token = message.get("token")
        if not token or not all(isinstance(value, str) for value in message.get("data", {}).values()):
            return _error(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", {})
        with self._lock:
            plan = self._planned.get(token)
            planned = plan.pop(0) if plan else Answer()
            if planned.status != 200:
                return planned
            self.messages.append(message)
            number = len(self.messages)
        name = json.dumps({"name": f"projects/{PROJECT}/messages/{number}"}).encode()
        return Answer(200, name, {"Content-Type": "application/json"}, planned.delay)


def _json(status: int, body: dict[str, Any]) -> Answer:
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/json"})


def _error(status: int, word: str, code: str | None, headers: Mapping[str, str]) -> Answer:
    details = [{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code}] if code else []
    body = {"error": {"code": status, "status": word, "message": f"said {word}", "details": details}}
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/json", **headers})
