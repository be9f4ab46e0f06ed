"""Servers of the upload routes, and residents' phones that speak tus with them."""

from __future__ import annotations

import asyncio
import base64
import os
import random
import socket
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx2

from media.keys import original_key
from media.stores import store_from_url

BODY = random.Random(12).randbytes(2_500_000)
AT = "/api/v1/uploads"
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = {**TUS, "Content-Type": "application/offset+octet-stream"}


class Server:
    """One server process on a port of its own."""

    def __init__(self, database: str, state: Path, **settings: str) -> None:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._store = store_from_url(
            settings.get("HIENTRUONG_STORE_URL", f"folder:{state / 'media'}"),
            settings.get("HIENTRUONG_STORE_ACCESS_KEY"),
            settings.get("HIENTRUONG_STORE_SECRET_KEY"),
        )
        self._environment = {
            **os.environ,
            "HIENTRUONG_DATABASE_URL": database,
            "HIENTRUONG_STATE_DIR": str(state),
            "HIENTRUONG_SECRET_KEY": "a secret that is long enough for the tests",
            **settings,
        }
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.media.serving", str(self.port)]
        self.process = subprocess.Popen(command, env=self._environment, cwd=Path(__file__).parents[2])

    async def ready(self) -> None:
        async with httpx2.AsyncClient() as client:
            for _ in range(600):
                assert self.process.poll() is None, "the server ended by itself"
                try:
                    await client.options(self.url + AT)
                    return
                except httpx2.TransportError:
                    await asyncio.sleep(0.1)
        raise AssertionError("the server does not answer")

    async def original(self, sha256: str) -> bytes:
        """What its store holds under this digest."""
        return b"".join([piece async for piece in self._store.open(original_key(sha256))])

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


@dataclass
class Phones:
    """Two residents: `mine` speaks to the first server, `other_door` is the same one at the second.

    `staff` is an operator's session, `nobody` has no credential; `token` is mine.
    """

    mine: httpx2.AsyncClient
    other_door: httpx2.AsyncClient
    yours: httpx2.AsyncClient
    staff: httpx2.AsyncClient
    nobody: httpx2.AsyncClient
    token: str
    other_token: str


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


async def created(client: httpx2.AsyncClient, length: int = len(BODY)) -> str:
    metadata = f"filename {base64_of('ổ gà.mp4'.encode())},filetype {base64_of(b'video/mp4')},confidential"
    announced = {**TUS, "Upload-Length": str(length), "Upload-Metadata": metadata}
    answer = await client.post(AT, headers=announced)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert parsedate_to_datetime(answer.headers["Upload-Expires"]) > datetime.now(UTC)
    return str(answer.headers["Location"])


def is_problem(answer: httpx2.Response, status: int, slug: str | None = None) -> bool:
    """RFC 9457 with the tus header, as every refusal here."""
    assert answer.status_code == status, (answer.status_code, answer.text)
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert answer.headers["Content-Type"] == "application/problem+json"
    if answer.request.method == "HEAD":
        return True
    body = answer.json()
    assert body["status"] == status and body["title"] and body["detail"] and body["instance"]
    return slug is None or body["type"] == f"/problems/{slug}"
