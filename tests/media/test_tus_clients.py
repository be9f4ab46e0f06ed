"""Real tus clients, unchanged, over a connection that is cut every 300 kB: tus-js-client (node) and tuspy.

Both kinds of store: files on one machine, and a bucket between two machines.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import random
import sys
from pathlib import Path
from typing import Any

import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

from tests.loopback.cutting import cutting
from tests.media.phones import AT, TUS, Phones, Server, is_problem

ROOT = Path(__file__).resolve().parents[2]
NODE = Path(sys.executable).parent / "node"
SCRIPT = Path(__file__).with_name("tus_client.mjs")
BODY = random.Random(15).randbytes(6_200_000)
DIGEST = hashlib.sha256(BODY).hexdigest()
EVERY = 300_000
CUTS = len(BODY) // EVERY

Pair = tuple[Server, Server]


@pytest.fixture(params=["folder", "bucket"])
def pair(request: pytest.FixtureRequest) -> Pair:
    found: Pair = request.getfixturevalue("servers" if request.param == "folder" else "apart")
    return found


@pytest.fixture
async def residents(pair: Pair, phones_at: Any) -> Any:
    async with phones_at(pair) as opened:
        yield opened


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(BODY)
    return path


async def javascript(**wanted: object) -> dict[str, Any]:
    """What tus-js-client came to."""
    order = json.dumps({"modules": str(ROOT / "web/package.json"), **wanted})
    node = await asyncio.create_subprocess_exec(
        str(NODE), str(SCRIPT), order, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, complained = await node.communicate()
    assert node.returncode == 0 and said, complained.decode()
    outcome: dict[str, Any] = json.loads(said)
    return outcome


async def is_whole(phones: Phones, pair: Pair, url: str) -> bool:
    """The owner finds it complete at the other server, and the store holds it under its digest."""
    seen = await phones.other_door.head(f"{AT}/{url.rpartition('/')[2]}", headers=TUS)
    assert (seen.status_code, seen.headers["Upload-Offset"]) == (200, str(len(BODY)))
    assert await pair[0].original(DIGEST) == BODY
    return True


@pytest.mark.parametrize("chunk", [None, 1_000_000, 250_000])
async def test_tus_js_client_cut_every_300_kilobytes(
    pair: Pair, residents: Phones, film: Path, chunk: int | None
) -> None:
    async with cutting(pair[0].url, EVERY) as network:
        done = await javascript(
            action="upload", endpoint=network.url + AT, token=residents.token, file=str(film), chunk=chunk
        )
        assert "failed" not in done, done
        assert network.cuts >= (CUTS if chunk is None or chunk > EVERY else 1)
    assert await is_whole(residents, pair, done["url"])


async def test_tus_js_client_goes_on_another_day(pair: Pair, residents: Phones, film: Path) -> None:
    """The page was closed in the middle; a new one knows only the address and goes on, by another server."""
    async with cutting(pair[0].url, EVERY) as network, cutting(pair[1].url, EVERY) as later:
        half = await javascript(
            action="upload",
            endpoint=network.url + AT,
            token=residents.token,
            file=str(film),
            chunk=200_000,
            stop=2_000_000,
        )
        assert 2_000_000 <= half["accepted"] < len(BODY)
        url = half["url"].replace(network.url, later.url)
        done = await javascript(
            action="resume", url=url, endpoint=later.url + AT, token=residents.token, file=str(film)
        )
        assert "failed" not in done, done
    assert await is_whole(residents, pair, done["url"])


def tuspy(url: str, token: str) -> TusClient:
    return TusClient(url + AT, headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize("chunk", [sys.maxsize, 1_000_000])
async def test_tuspy_cut_every_300_kilobytes(pair: Pair, residents: Phones, chunk: int) -> None:
    async with cutting(pair[0].url, EVERY) as network:
        uploader = tuspy(network.url, residents.token).uploader(
            file_stream=io.BytesIO(BODY),
            chunk_size=chunk,
            # The server may still be busy with what came before the cut, and says so; a phone waits and asks again.
            retries=10 * CUTS,
            retry_delay=0.05,
            metadata={"filename": "phim.mp4"},
        )
        await asyncio.to_thread(uploader.upload)
        assert network.cuts >= CUTS
    assert uploader.url is not None
    assert await is_whole(residents, pair, uploader.url)


async def test_another_devices_upload_is_closed_to_both_clients(pair: Pair, residents: Phones, film: Path) -> None:
    url = pair[0].url
    uploader = tuspy(url, residents.token).uploader(file_stream=io.BytesIO(BODY), chunk_size=700_000)
    await asyncio.to_thread(uploader.upload_chunk)
    address = str(uploader.url)
    thief = residents.other_token

    # tus-js-client: reading answers 404, so it begins an upload of its own and leaves this one alone.
    begun = await javascript(action="resume", url=address, endpoint=url + AT, token=thief, file=str(film))
    assert begun["url"] != address
    alone = await javascript(action="resume", url=address, endpoint=None, token=thief, file=str(film), retries=0)
    assert "failed" in alone and alone["status"] == 404
    gone = await javascript(action="terminate", url=address, token=thief)
    assert "failed" in gone and gone["status"] == 404

    def by_tuspy() -> None:
        with pytest.raises(TusCommunicationError) as unread:
            tuspy(url, thief).uploader(file_stream=io.BytesIO(BODY), url=address)
        assert unread.value.status_code == 404
        blind = tuspy(url, thief).uploader(file_stream=io.BytesIO(BODY), chunk_size=700_000)
        blind.set_url(address)
        blind.offset = 700_000
        with pytest.raises(TusUploadFailed) as unwritten:
            blind.upload_chunk()  # type: ignore[no-untyped-call]
        assert unwritten.value.status_code == 404

    await asyncio.to_thread(by_tuspy)
    for other in (residents.yours, residents.staff):
        assert is_problem(await other.delete(f"{AT}/{address.rpartition('/')[2]}", headers=TUS), 404)
    assert uploader.get_offset() == 700_000
    await asyncio.to_thread(uploader.upload)
    assert await is_whole(residents, pair, address)
    ended = await javascript(action="terminate", url=address, token=residents.token)
    assert ended == {"gone": True}
