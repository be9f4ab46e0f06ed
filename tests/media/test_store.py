"""Both stores keep the same promises: the same tests run on a folder and on a real server that speaks S3."""

from __future__ import annotations

import asyncio
import os
import random
import stat
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from media.folder_store import FolderStore
from media.problems import NotStored, StoreUnavailable
from media.s3_store import S3Store
from media.store import MediaStore
from media.stores import store_from_url
from tests.media.s3_server import S3Server, free_port
from tests.processes import lasting

NOISE = random.Random(7).randbytes(1_300_000)


@pytest.fixture(params=["folder", "s3"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[MediaStore]:
    if request.param == "folder":
        opened = store_from_url(f"folder:{tmp_path / 'store'}")
    else:
        bucket: S3Server = request.getfixturevalue("s3_server")
        opened = await asyncio.to_thread(bucket.store)
    yield opened
    await opened.close()


async def _all(store: MediaStore, key: str, start: int = 0, stop: int | None = None) -> bytes:
    return b"".join([piece async for piece in store.open(key, start, stop)])


async def _keys(store: MediaStore, prefix: str = "") -> list[str]:
    return sorted([key async for key in store.list(prefix)])


async def test_bytes_and_files_come_back(store: MediaStore, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(NOISE)
    await store.put_file("sealed/ab/abcd", source)
    await store.put_bytes("derived/ab/abcd/large.webp", b"")
    assert await _all(store, "sealed/ab/abcd") == NOISE
    assert await _all(store, "derived/ab/abcd/large.webp") == b""
    assert await store.size("sealed/ab/abcd") == len(NOISE)
    assert await store.size("derived/ab/abcd/large.webp") == 0
    target = tmp_path / "target"
    await store.fetch("sealed/ab/abcd", target)
    assert target.read_bytes() == NOISE
    assert source.exists()


async def test_a_file_larger_than_one_part(store: MediaStore, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(NOISE * 10)
    await store.put_file("sealed/ff/ff", source)
    assert await store.size("sealed/ff/ff") == len(NOISE) * 10
    assert await _all(store, "sealed/ff/ff", 12_000_000) == (NOISE * 10)[12_000_000:]


@pytest.mark.parametrize(
    ("start", "stop"),
    [(0, 1), (5, 5), (1000, 2000), (1_299_999, None), (0, 99_999_999), (1_300_000, None), (300_000, 900_001)],
)
async def test_ranges(store: MediaStore, start: int, stop: int | None) -> None:
    await store.put_bytes("k", NOISE)
    assert await _all(store, "k", start, stop) == NOISE[start:stop]


async def test_replaced_whole_and_deleted_twice(store: MediaStore) -> None:
    await store.put_bytes("a/b", b"one")
    await store.put_bytes("a/b", b"two!")
    assert await _all(store, "a/b") == b"two!"
    assert await store.exists("a/b")
    await store.delete("a/b")
    await store.delete("a/b")
    assert not await store.exists("a/b")


async def test_what_is_not_there(store: MediaStore, tmp_path: Path) -> None:
    with pytest.raises(NotStored):
        await _all(store, "no/such")
    with pytest.raises(NotStored):
        await store.size("no/such")
    with pytest.raises(NotStored):
        await store.fetch("no/such", tmp_path / "target")
    assert not await store.exists("no/such")
    assert await _keys(store, "no/") == []


async def test_list_below_a_prefix(store: MediaStore) -> None:
    for key in ("sealed/aa/1", "sealed/ab/2", "derived/aa/1/large.webp", "sealed-not/3"):
        await store.put_bytes(key, b"x")
    assert await _keys(store, "sealed/") == ["sealed/aa/1", "sealed/ab/2"]
    assert len(await _keys(store)) == 4


@pytest.mark.parametrize(
    "key",
    ["", "/etc/passwd", "../up", "a/../../up", "a//b", "a/", ".hidden", "a/.hidden", "a\\b", "A", "a b", "ă",
     "a/\0", "x" * 500, "a/./b", "~root", "%2e%2e/x", "a\n"],
)  # fmt: skip
async def test_keys_cannot_escape(store: MediaStore, key: str, tmp_path: Path) -> None:
    for act in (store.put_bytes(key, b"x"), store.size(key), store.delete(key), store.exists(key)):
        with pytest.raises(ValueError, match="not a key"):
            await act
    with pytest.raises(ValueError, match="not a key"):
        await _all(store, key)
    with pytest.raises(ValueError, match="not a key"):
        await store.fetch(key, tmp_path / "target")


async def test_many_writers_of_one_key_leave_one_whole_object(store: MediaStore) -> None:
    bodies = [bytes([number]) * 200_000 for number in range(8)]
    await asyncio.gather(*(store.put_bytes("same/key", body) for body in bodies))
    assert await _all(store, "same/key") in bodies
    assert await _keys(store) == ["same/key"]


async def test_a_source_that_is_not_there(store: MediaStore, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await store.put_file("k", tmp_path / "none")
    assert not await store.exists("k")


async def test_ready(store: MediaStore) -> None:
    assert await store.ready()


async def test_folder_refuses_a_link_that_leads_out(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    store = FolderStore(tmp_path / "store")
    await store.put_bytes("a/b", b"x")
    (store.root / "linked").symlink_to(outside)
    with pytest.raises(ValueError, match="out of the store"):
        await store.put_bytes("linked/file", b"x")
    assert list(outside.iterdir()) == []


async def test_folder_files_are_private_and_drafts_are_tidied(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store")
    await store.put_bytes("sealed/aa/1", b"x")
    assert stat.S_IMODE((store.root / "sealed/aa/1").stat().st_mode) == 0o600
    assert stat.S_IMODE((store.root / "sealed").stat().st_mode) == 0o700
    drafts = store.root / ".unfinished"
    old, young = drafts / "old", drafts / "young"
    old.write_bytes(b"x")
    young.write_bytes(b"x")
    os.utime(old, (time.time() - 90_000,) * 2)
    assert await store.ready()
    assert [path.name for path in drafts.iterdir()] == ["young"]
    assert await _keys(store) == ["sealed/aa/1"]


async def test_a_folder_writer_killed_in_the_middle_leaves_the_old_object(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store")
    await store.put_bytes("k", b"old")
    pipe = tmp_path / "endless"
    os.mkfifo(pipe)
    script = (
        "import asyncio, sys; from pathlib import Path; from media.folder_store import FolderStore;"
        "asyncio.run(FolderStore(Path(sys.argv[1])).put_file('k', Path(sys.argv[2])))"
    )
    with lasting([sys.executable, "-c", script, str(store.root), str(pipe)], cwd=Path.cwd()):
        feeding = await asyncio.to_thread(os.open, pipe, os.O_WRONLY)
        await asyncio.to_thread(os.write, feeding, b"n" * 60_000)
        await asyncio.sleep(0.3)
    os.close(feeding)
    assert await _all(store, "k") == b"old"
    assert await _keys(store) == ["k"]


async def test_a_dead_server_is_reported_soon() -> None:
    store = S3Store("bucket", endpoint=f"http://127.0.0.1:{free_port()}", access_key_id="i", secret_access_key="k")
    started = time.monotonic()
    with pytest.raises(StoreUnavailable):
        await store.put_bytes("k", b"x")
    assert not await store.ready()
    assert time.monotonic() - started < 150, "as long as if nobody had told it to give up"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "folder:relative",
        "folder://host/path",
        "file:///x",
        "s3://",
        "s3://b?who=me",
        "s3://id:key@bucket/x",
    ],
)
def test_wrong_addresses_of_stores(url: str) -> None:
    with pytest.raises(ValueError):
        store_from_url(url)
