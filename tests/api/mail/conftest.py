"""A town whose roads are kept by an agency that works by mail, and the mail server in between."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.outside_settings import Handover, Imap, Smtp
from api.settings import Database, Place, Secrets, Settings
from api.wiring import House, open_house, utc_now
from tests.api.mail.answers import OURS, THEIRS
from tests.loopback.mail import LoopbackMail
from tests.reports.town import Town


@pytest.fixture
def server() -> Iterator[LoopbackMail]:
    with LoopbackMail() as server:
        yield server


@pytest.fixture
def settings(server: LoopbackMail, database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        place=Place(state_dir=tmp_path),
        database=Database(url=database_url),
        secrets=Secrets(secret_key=SecretStr("a secret of the tests alone, 32 bytes")),
        handover=Handover(mail_bytes=2_000_000),
        smtp=Smtp(sender=OURS, host="127.0.0.1", port=server.smtp_port, security="none"),
        imap=Imap(host="127.0.0.1", port=server.imap_port, security="none", user="x", password=SecretStr("y")),
    )


@pytest.fixture
async def house(settings: Settings, town: Town) -> AsyncIterator[House]:
    async with town.engine.begin() as conn:
        external = json.dumps({"kind": "email", "address": THEIRS})
        sql = "UPDATE agency SET external = CAST(:external AS jsonb) WHERE code = 'roads'"
        await conn.execute(text(sql), {"external": external})
    async with open_house(settings) as house:
        yield house


@pytest.fixture
async def town(engine: AsyncEngine) -> Town:
    town = await Town.founded(engine)
    town.now = utc_now()
    return town
