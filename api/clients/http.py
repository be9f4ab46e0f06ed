"""The HTTP half: one connection pool, any number of credentials on it.

>>> async with Client.open("http://127.0.0.1:8000") as city:                        # doctest: +SKIP
...     phone = await city.new_device()
...     sent = await phone.submit({"category": "road-pothole", "description": "Ổ gà sâu",
...                                "location": {"lon": 107.0843, "lat": 10.3460}})
...     sent.json["code"]

httpx2 carries it because one asynchronous library then serves both this client and the tests of the
server, and because it streams multipart bodies; environment proxies are not used: a city's server is
spoken to directly.
"""

from __future__ import annotations

import json as jsonlib
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2

from api.clients.refusals import Refused, Unreachable

Json = dict[str, Any]


@dataclass(frozen=True)
class File:
    """One picture of a report: its name, its bytes and what it says it is."""

    name: str
    content: bytes
    content_type: str = "image/jpeg"


@dataclass(frozen=True)
class Answer:
    """What came back, whatever the status. `json` is {} for an empty or non-JSON body."""

    status: int
    headers: dict[str, str]
    content: bytes
    json: Any = field(default_factory=dict)


class Client:
    """Requests with one credential; `new_device` and `login` give further clients on the same pool."""

    def __init__(
        self, http: httpx2.AsyncClient, url: str, token: str | None = None, account: Json | None = None
    ) -> None:
        self._http = http
        self.url = url
        self.token = token
        self.account = account or {}

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, timeout: float = 30.0) -> AsyncIterator[Client]:
        """A client without a credential for the server at `url`; `timeout` in seconds, per request."""
        limits = httpx2.Limits(max_connections=64, max_keepalive_connections=64)
        async with httpx2.AsyncClient(base_url=url, timeout=timeout, limits=limits, trust_env=False) as http:
            yield cls(http, url.rstrip("/"))

    def bearing(self, token: str | None, account: Json | None = None) -> Client:
        """The same pool with another credential (None: none at all)."""
        return Client(self._http, self.url, token, account)

    async def new_device(self, platform: str = "web", locale: str = "vi") -> Client:
        """A fresh phone. Raises Refused when the city does not take it (429: too many from here)."""
        body = {"platform": platform, "locale": locale}
        answer = await self.ask("POST", "/api/v1/devices", json=body)
        return self.bearing(answer.json["token"], {"device_id": answer.json["device_id"]})

    async def login(self, username: str, password: str) -> Client:
        """A signed-in account. Raises Refused(401) for a wrong password."""
        body = {"username": username, "password": password}
        answer = await self.ask("POST", "/api/v1/sessions", json=body)
        return self.bearing(answer.json["token"], answer.json["account"])

    async def send(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **parts: Any) -> Answer:
        """One request, any answer. Raises Unreachable, never Refused: tests want to see refusals."""
        sent = dict(headers or {})
        if self.token is not None:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        try:
            response = await self._http.request(method, path, headers=sent, **parts)
        except httpx2.TransportError as failure:
            raise Unreachable(f"{method} {self.url}{path}: {failure or type(failure).__name__}") from failure
        return Answer(response.status_code, dict(response.headers), response.content, _parsed(response))

    async def ask(self, method: str, path: str, **parts: Any) -> Answer:
        """One request that must succeed. Raises Refused with the problem, or Unreachable."""
        answer = await self.send(method, path, **parts)
        if answer.status >= 400:
            problem = (
                answer.json
                if isinstance(answer.json, dict) and answer.json
                else {
                    "type": "about:blank",
                    "status": answer.status,
                    "detail": answer.content[:200].decode("utf-8", "replace"),
                }
            )
            raise Refused(answer.status, problem, answer.headers)
        return answer

    async def get(self, path: str, **parameters: Any) -> Any:
        """The JSON at `path`; parameters that are None are left out."""
        kept = {name: value for name, value in parameters.items() if value is not None}
        return (await self.ask("GET", path, params=kept)).json

    async def submit(self, report: Json, files: Sequence[File] = (), key: str | None = None) -> Answer:
        """Sends a report: multipart when it brings pictures, plain JSON else. 201 new, 200 repeated."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        if not files:
            return await self.ask("POST", "/api/v1/reports", headers=headers, json=report)
        return await self.ask("POST", "/api/v1/reports", headers=headers, files=multipart(report, files))

    async def command(
        self, code: str, command: str, *, version: int | None = None, key: str | None = None, **arguments: Any
    ) -> Json:
        """One command on a report by HTTP; gives the report. Arguments as in the contract's table."""
        body = dict(arguments) if version is None else {"version": version, **arguments}
        headers = {} if key is None else {"Idempotency-Key": key}
        answer = await self.ask("POST", f"/api/v1/reports/{code}/{command}", headers=headers, json=body)
        report: Json = answer.json
        return report


def multipart(report: Json, files: Sequence[File]) -> list[tuple[str, tuple[str | None, bytes, str]]]:
    """The parts of a report with pictures: `report` is JSON, each `media` a file, in the order given."""
    parts: list[tuple[str, tuple[str | None, bytes, str]]] = [
        ("report", (None, jsonlib.dumps(report).encode(), "application/json"))
    ]
    return parts + [("media", (file.name, file.content, file.content_type)) for file in files]


def _parsed(response: httpx2.Response) -> Any:
    if "json" not in response.headers.get("content-type", "") or not response.content:
        return {}
    return jsonlib.loads(response.content)
