"""A city in which residents may have several phones: the application in this process with both ways switched on."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import Database, Limits, Oidc, Place, Secrets, Settings, Sms, Web
from tests.api.conftest import Doors, _people
from tests.databases import disposing
from tests.loopback.oidc import LoopbackOidc
from tests.loopback.sms import LoopbackSms

ORIGIN = "http://testserver"


@dataclass
class Browser:
    """A jar of cookies of its own on the one client, whose event loop is the application's."""

    client: TestClient
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, **parts: Any) -> Any:
        """One request as this browser makes it, following no redirect; answers' cookies are kept."""
        self.client.cookies.clear()
        csrf = {"X-CSRF-Token": self.cookies.get("hientruong_csrf_device", "")}
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": jar, **csrf, **parts.pop("headers", {})}
        answer = self.client.request(method, path, headers=headers, follow_redirects=False, **parts)
        self.cookies.update(answer.cookies.items())
        self.client.cookies.clear()
        return answer

    def get(self, path: str, **parts: Any) -> Any:
        """One GET."""
        return self.ask("GET", path, **parts)


@dataclass
class Town:
    """The doors, the services behind them, and new phones."""

    doors: Doors
    sms: LoopbackSms
    idp: LoopbackOidc
    url: str

    def phone(self) -> dict[str, str]:
        """The headers of a new phone."""
        token = self.doors.client.post("/api/v1/devices", json={"platform": "android"}).json()["token"]
        return {"Authorization": f"Bearer {token}"}

    def browser(self) -> "Browser":
        """A new browser that is a device, with its cookies."""
        made = Browser(self.doors.client)
        made.ask("POST", "/api/v1/devices", json={"platform": "web", "cookie": True})
        return made

    def send(self, phone: dict[str, str], category: str = "pothole") -> str:
        """A report of this phone; its code."""
        self.doors.tokens["somebody"] = phone["Authorization"].removeprefix("Bearer ")
        return self.doors.send("somebody", category)

    def mine(self, phone: dict[str, str]) -> list[str]:
        """The codes of the reports that are this phone's."""
        answer = self.doors.client.get("/api/v1/devices/me/reports", headers=phone)
        return [report["code"] for report in answer.json()["reports"]]

    def ask(self, method: str, path: str, phone: dict[str, str], body: Any = None) -> Any:
        """One request."""
        return self.doors.client.request(method, path, json=body, headers=phone)

    def rows(self, statement: str) -> list[Any]:
        """What the database holds, for facts that no outsider may see."""

        async def read() -> list[Any]:
            async with disposing(create_async_engine(self.url)) as engine, engine.connect() as conn:
                return list(await conn.execute(text(statement)))

        return asyncio.run(read())

    def write(self, statement: str) -> None:
        """Change what only time changes."""

        async def change() -> None:
            async with disposing(create_async_engine(self.url)) as engine, engine.begin() as conn:
                await conn.execute(text(statement))

        asyncio.run(change())


@contextmanager
def town(database_url: str, folder: Path) -> Iterator[Town]:
    """The application with its city and both services."""
    tokens = asyncio.run(_people(database_url))
    with ExitStack() as stack:
        sms, idp = stack.enter_context(LoopbackSms()), stack.enter_context(LoopbackOidc())
        settings = Settings(
            place=Place(state_dir=folder),
            database=Database(url=database_url),
            web=Web(public_url=ORIGIN),
            secrets=Secrets(secret_key="a secret of the tests alone, 32 bytes"),
            limits=Limits(devices_per_minute=10_000, sign_ins_per_minute=10_000),
            sms=Sms(secret=sms.secret, url=sms.url),
            oidc=Oidc(client_id=idp.client_id, client_secret=idp.client_secret, issuer=idp.origin),
        )
        app = create_app(settings)
        client = stack.enter_context(TestClient(app, raise_server_exceptions=False, base_url=ORIGIN))
        yield Town(Doors(client, tokens), sms, idp, database_url)
