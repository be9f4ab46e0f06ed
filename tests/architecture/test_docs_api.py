"""The commands of docs/api.md and docs/mobile-api.md, run as they stand there against a demo city: what people copy
must work."""

import asyncio
import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from api.clients import Client
from tests.media.films import film, voice
from tests.story.city import PASSWORD, City, Process, new_database
from tests.story.foundation import Foundation
from tests.story.photos import phone_photo

DOCS = Path(__file__).resolve().parents[2] / "docs"


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a page in one language."""
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)


COMMANDS = "\n".join(blocks("api.md", "sh"))
CLIENT = blocks("api.md", "python")
TOLD = 'echo "$CODE"; echo "$OPERATOR"\n'
MOBILE = "\n".join(blocks("mobile-api.md", "sh"))
MOBILE_TOLD = 'echo "$CODE"; echo "$PHONE"; echo "$AGENCY"; echo "$SECOND"\n'


@pytest.fixture(scope="module")
def city(server_url: str, foundation: Foundation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    folder = tmp_path_factory.mktemp("docs-api")
    with foundation.city(folder, new_database(server_url, "docs_api")) as city:
        yield city


@pytest.fixture(scope="module")
def server(city: City) -> Process:
    return city.serve()


@pytest.fixture(scope="module")
def said(city: City, server: Process) -> list[str]:
    """What the commands printed, line by line, with the report's code and an operator's token at the end."""
    for number, name in enumerate(("before", "after")):
        (city.folder / f"{name}.jpg").write_bytes(phone_photo(107.0843, 10.3460, seed=number))
    return run(city, server, COMMANDS + TOLD)


def run(city: City, server: Process, commands: str) -> list[str]:
    """What the commands print, as lines; all of them must succeed."""
    done = subprocess.run(
        ["sh", "-euc", commands],
        cwd=city.folder,
        env={**os.environ, "CITY": server.url, "PASSWORD": PASSWORD, "no_proxy": "127.0.0.1", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def mobile(city: City, server: Process) -> list[str]:
    """What the commands of an app's life printed, with the report's code, the phone's and the agency's token."""
    city.work()
    for number, name in enumerate(("photo", "still"), start=7):
        (city.folder / f"{name}.jpg").write_bytes(phone_photo(107.0843, 10.3460, seed=number))
    (city.folder / "film.mp4").write_bytes(film())
    (city.folder / "voice.m4a").write_bytes(voice())
    return run(city, server, MOBILE + MOBILE_TOLD)


def test_the_commands_of_the_page_bring_a_report_all_the_way(said: list[str]) -> None:
    *steps, code, _ = said
    category, repeated, until, *states, answer, newest, rating = steps
    assert category == "road-pothole"
    assert repeated == "200"
    assert until.endswith("+00:00")
    assert states == ["verified", "operator2", "in_progress", "resolved", "done"]
    assert (answer, newest, rating) == ("Mặt đường đã được vá.", code, "satisfied")


def test_the_client_of_the_page_hears_what_happened(city: City, server: Process, said: list[str]) -> None:
    code, token = said[-2:]
    ((before,),) = city.rows(
        "SELECT min(j.seq) - 1 FROM journal j JOIN report r ON r.id = report_id WHERE code = %s", code
    )
    (client,) = CLIENT
    assert len(client.splitlines()) <= 16
    command = [sys.executable, "-c", client, f"ws://{urlsplit(server.url).netloc}/api/v1/live", token, str(before)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=city.folder) as process:
        assert process.stdout is not None
        heard = []
        for line in process.stdout:
            heard.append(line.split()[1:])
            if heard[-1] == ["report.rated", code]:
                break
        process.kill()
    events = [event for event, *about in heard if about == [code]]
    assert events[:3] == ["report.received", "report.located", "report.routed"]
    assert "report.published" in events


def test_the_client_of_the_live_page_folds_what_it_hears(city: City, server: Process) -> None:
    (client,) = blocks("live.md", "python")
    command = [sys.executable, "-c", client, server.url, "operator1", PASSWORD]
    environment = {**os.environ, "PYTHONPATH": str(DOCS.parent), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=city.folder, env=environment) as process:
        assert process.stdout is not None
        number, word = process.stdout.readline().split()
        assert int(number) > 0 and word == "open"
        asyncio.run(_claim_one(server.url))
        assert process.stdout.readline().split() == ["report.claimed", number, "open"]


async def _claim_one(url: str) -> None:
    async with Client.open(url) as client:
        operator = await client.login("operator1", PASSWORD)
        (report,) = (await operator.get("/api/v1/reports", state="received", limit=1))["reports"]
        await operator.command(report["code"], "claim")


def test_the_commands_of_the_mobile_page_live_an_apps_life(city: City, mobile: list[str]) -> None:
    *steps, code, _, _, second = mobile
    before, sending, own, wish = steps[:3], steps[3:7], steps[7:10], steps[10]
    assert before[0] == "vi" and before[1] == "road-pothole" and before[2]
    assert sending == ["200", "expected", "10000", "expected"]
    assert own == [code, "waiting", "report.received"]
    assert wish == "21:30"
    asked, told, question, answered, withdrawn = steps[11:16]
    assert (asked, told, question) == ("awaiting_resident", code, "Ổ gà ở làn nào?")
    assert (answered, withdrawn) == ("received", "withdrawn")
    assert steps[16:22] == ["verified", "in_progress", "resolved", "done", "unsatisfied", "verified"]
    area, moved, devices = steps[22:]
    assert area and devices == "1"
    assert moved == code and second != code


def test_the_client_of_the_mobile_page_hears_its_own_report(server: Process, mobile: list[str]) -> None:
    code, phone, *_ = mobile[-4:]
    (client,) = blocks("mobile-api.md", "python")
    address = f"ws://{urlsplit(server.url).netloc}/api/v1/live"
    with subprocess.Popen(
        [sys.executable, "-c", client, address, phone, code], stdout=subprocess.PIPE, text=True
    ) as app:
        assert app.stdout is not None
        assert app.stdout.readline().split() == ["listening", "verified"]
        app.kill()


def test_the_media_of_the_mobile_page_have_arrived(city: City, mobile: list[str]) -> None:
    """The film, the photo, the voice note and the photo of the reopening, each under its own digest."""
    code = mobile[-4]
    names = ("photo.jpg", "film.mp4", "voice.m4a", "still.jpg")
    wanted = [hashlib.sha256((city.folder / name).read_bytes()).hexdigest() for name in names]
    query = (
        "SELECT a.sha256 FROM attachment a JOIN report r ON r.id = report_id"
        " WHERE code = %s AND role = 'report' ORDER BY position"
    )
    deadline = time.monotonic() + 60
    while [digest for (digest,) in city.rows(query, code)] != wanted:
        assert time.monotonic() < deadline, city.rows(query, code)
        time.sleep(0.2)
