"""The whole application in this process over a fresh small city, with one credential per kind of caller."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import create_async_engine
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import Alarms, Database, Limits, Place, Secrets, Settings
from api.wiring import utc_now
from reports import people
from tests.databases import disposing
from tests.reports.town import build

ACCOUNTS = {
    "operator": ("operator", None),
    "supervisor": ("supervisor", None),
    "leader": ("leader", None),
    "admin": ("admin", None),
    "lead": ("agency", "roads"),
    "outsider": ("agency", "power"),
}


@dataclass
class Doors:
    """A client of the application, and tokens by who holds them; "public" holds none."""

    client: TestClient
    tokens: dict[str, str]

    def headers(self, who: str) -> dict[str, str]:
        """The credential of one of them."""
        return {"Authorization": f"Bearer {self.tokens[who]}"} if who in self.tokens else {}

    def send(self, who: str = "reporter", category: str = "pothole") -> str:
        """A report by this device; its code."""
        body = {"category": category, "description": "Ổ gà", "location": {"lon": 107.08, "lat": 10.35}}
        headers = {**self.headers(who), "Idempotency-Key": str(uuid4())}
        answer = self.client.post("/api/v1/reports", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["code"])

    def give(self, who: str, command: str, code: str, **body: object) -> dict[str, object]:
        """A command that must succeed."""
        answer = self.client.post(f"/api/v1/reports/{code}/{command}", json=body, headers=self.headers(who))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


async def _people(url: str) -> dict[str, str]:
    now = utc_now()
    async with disposing(create_async_engine(url)) as engine, engine.begin() as conn:
        await build(conn)
        tokens = {who: (await people.new_device(conn, "web", "vi", now))[1] for who in ("reporter", "stranger")}
        for who, (role, agency) in ACCOUNTS.items():
            account = await people.save_account(
                conn, username=who, name=f"Cán bộ {who}", role=role, agency=agency, password_hash="x"
            )
            tokens[who] = await people.new_session(conn, str(account), now, now + timedelta(hours=1))
    return tokens


@pytest.fixture
def doors(database_url: str, tmp_path: Path) -> Iterator[Doors]:
    """The application with its city."""
    with opened(database_url, tmp_path) as doors:
        yield doors


@contextmanager
def opened(database_url: str, folder: Path, limits: Limits | None = None) -> Iterator[Doors]:
    """The application with its city in an empty database."""
    tokens = asyncio.run(_people(database_url))
    settings = Settings(
        place=Place(state_dir=folder),
        database=Database(url=database_url),
        secrets=Secrets(secret_key="a secret of the tests alone, 32 bytes"),
        limits=limits or Limits(),
        # Nobody works here, and a slow machine may take longer over a test than a city goes without a worker.
        alarms=Alarms(worker_seconds=86_400),
    )
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield Doors(client, tokens)
