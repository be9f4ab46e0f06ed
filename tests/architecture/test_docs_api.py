"""The commands of docs/api.md, run as they stand there against a demo city: what people copy must work."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.story.city import PASSWORD, City, Process, new_database
from tests.story.photos import phone_photo

PAGE = (Path(__file__).resolve().parents[2] / "docs/api.md").read_text(encoding="utf-8")
COMMANDS = "\n".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL))
CLIENT = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
TOLD = 'echo "$CODE"; echo "$OPERATOR"\n'


@pytest.fixture(scope="module")
def city(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    folder = tmp_path_factory.mktemp("docs-api")
    with City.founded(folder, new_database(server_url, "docs_api")) as city:
        yield city


@pytest.fixture(scope="module")
def server(city: City) -> Process:
    return city.serve()


@pytest.fixture(scope="module")
def said(city: City, server: Process) -> list[str]:
    """What the commands printed, line by line, with the report's code and an operator's token at the end."""
    for number, name in enumerate(("before", "after")):
        (city.folder / f"{name}.jpg").write_bytes(phone_photo(107.0843, 10.3460, seed=number))
    done = subprocess.run(
        ["sh", "-euc", COMMANDS + TOLD],
        cwd=city.folder,
        env={**os.environ, "CITY": server.url, "PASSWORD": PASSWORD, "no_proxy": "127.0.0.1", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout.splitlines()


@pytest.mark.timeout(180)
def test_the_commands_of_the_page_bring_a_report_all_the_way(said: list[str]) -> None:
    *steps, code, _ = said
    category, repeated, until, *states, answer, newest, rating = steps
    assert category == "road-pothole"
    assert repeated == "200"
    assert until.endswith("+00:00")
    assert states == ["verified", "in_progress", "resolved", "done"]
    assert (answer, newest, rating) == ("Mặt đường đã được vá.", code, "satisfied")


@pytest.mark.timeout(180)
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
