"""The decoding process is contained: memory, time, network, other programs; and it is replaced when it
dies."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from media.derivatives import Derivatives, derive
from media.intake import check
from media.pool import Confinement, Sandbox
from media.problems import SandboxUnavailable
from media.verdicts import Accepted, Limits, Refused
from tests.media import pictures

Write = Callable[..., Path]
MIB = 1024 * 1024
GOOD = pictures.jpeg()
HELLO = 'import json, sys; print(json.dumps({"ready": True, "network_closed": False}), flush=True)\n'


def _script(write: Write, body: str, wall_seconds: float) -> Sandbox:
    """A sandbox whose process misbehaves as `body` says once it was given a job."""
    path = write(f"{HELLO}sys.stdin.readline()\n{body}\n".encode(), "misbehaving.py")
    return Sandbox(size=1, confinement=Confinement(wall_seconds=wall_seconds), command=(sys.executable, str(path)))


OTHERS: set[int] = set()


def _listed() -> set[int]:
    return {int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}


@pytest.fixture(autouse=True)
def _leave_out_others() -> None:
    """Processes that other tests keep running, such as the servers of a whole city."""
    OTHERS.clear()
    OTHERS.update(_listed())


def _children() -> set[int]:
    """Processes that the present test has started and that still run or wait to be collected."""
    return _listed() - OTHERS


async def test_a_small_file_that_unpacks_to_more_memory_than_allowed(write: Write) -> None:
    bomb = pictures.png_bomb(9000, 9000)
    assert len(bomb) < 400_000
    sandbox = Sandbox(size=1, confinement=Confinement(memory_bytes=256 * MIB))
    try:
        verdict = await check(write(bomb), sandbox)
        assert isinstance(verdict, Refused) and verdict.code == "too-many-pixels"
        assert isinstance(await check(write(GOOD), sandbox), Accepted)
    finally:
        await sandbox.close()


async def test_huge_dimensions_are_refused_before_any_pixel(sandbox: Sandbox, write: Write) -> None:
    # There are no pixels to decode in these; a decoder would have called them damaged.
    for data in (pictures.png(60_000, 60_000, 8, 6, b""), pictures.png(11_000, 11_000, 8, 6, b"")):
        verdict = await check(write(data), sandbox)
        assert isinstance(verdict, Refused) and verdict.code == "too-many-pixels"


async def test_a_file_that_takes_for_ever_is_ended_by_the_processor_limit(write: Write) -> None:
    bomb = pictures.scan_bomb(scans=20_000)
    assert len(bomb) < 10 * MIB
    sandbox = Sandbox(size=1, confinement=Confinement(cpu_seconds=1, wall_seconds=3600))
    try:
        verdict = await check(write(bomb), sandbox)
        assert isinstance(verdict, Refused) and verdict.code == "took-too-long", verdict
        assert isinstance(await check(write(GOOD), sandbox), Accepted)
    finally:
        await sandbox.close()


async def test_a_file_that_takes_for_ever_is_ended_by_the_wall_clock(write: Write) -> None:
    sandbox = Sandbox(size=1, confinement=Confinement(wall_seconds=0.7))
    try:
        verdict = await check(write(pictures.scan_bomb(scans=20_000)), sandbox)
        assert isinstance(verdict, Refused) and verdict.code == "took-too-long"
        assert isinstance(await check(write(GOOD), sandbox), Accepted)
    finally:
        await sandbox.close()


MISBEHAVING = {
    "endless loop": ("while True: pass", "took-too-long"),
    "sleeps": ("import time; time.sleep(999)", "took-too-long"),
    "exits": ("sys.exit(0)", "unreadable"),
    "crashes": ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "unreadable"),
    "talks nonsense": ("print('hello', flush=True)", "unreadable"),
    "half an answer": ("print('{', end='', flush=True); sys.exit(0)", "unreadable"),
    "never stops talking": ("while True: print('x' * 4096, end='')", "unreadable"),
    "wrong shape": ("print('[1]', flush=True)", "unreadable"),
    "progress without end": ("while True: print(json.dumps({'progress': 5}), flush=True)", "unreadable"),
    "progress of a strange kind": ("print(json.dumps({'progress': [1]}), flush=True)", "unreadable"),
    "impossible size": (
        'print(json.dumps({"done": {"content_type": "image/jpeg", "width": -4, "height": 9e9}}), flush=True)',
        "unreadable",
    ),
    "unknown refusal": ('print(json.dumps({"refused": ["because", "x"]}), flush=True)', "unreadable"),
    "unknown type": (
        'print(json.dumps({"done": {"content_type": "text/html", "width": 4, "height": 4, "gps": None,'
        ' "taken_at": None, "warnings": []}}), flush=True)',
        "unreadable",
    ),
}


@pytest.mark.parametrize("name", MISBEHAVING)
async def test_no_misbehaviour_reaches_the_caller(name: str, write: Write) -> None:
    body, code = MISBEHAVING[name]
    sandbox = _script(write, body, wall_seconds=1.0 if code == "took-too-long" else 25.0)
    try:
        verdict = await check(write(GOOD), sandbox)
        assert isinstance(verdict, Refused) and verdict.code == code
    finally:
        await sandbox.close()
    assert not _children()


async def test_the_process_has_no_network_no_programs_and_no_secrets(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HIENTRUONG_SECRET", "bi-mat")
    probe = f"""
import json, os, socket, subprocess, sys
from media import confine
confine.limit_resources(int(sys.argv[1]))
print(json.dumps({{"ready": True, "network_closed": confine.close_network()}}), flush=True)
sys.stdin.readline()
def fails(act):
    try:
        act()
    except (OSError, subprocess.SubprocessError) as fault:
        return getattr(fault, "errno", None) == 1
    return False
found = [
    fails(lambda: socket.socket()),
    fails(lambda: socket.socket(socket.AF_UNIX)),
    fails(lambda: os.execv("/bin/true", ["true"])),
    fails(lambda: subprocess.run(["/bin/true"])),
    fails(lambda: os.kill({os.getpid()}, 0)),
    not any("SECRET" in name for name in os.environ),
]
print(json.dumps({{"refused": ["unreadable", repr(found)]}}), flush=True)
"""
    sandbox = Sandbox(size=1, command=(sys.executable, str(write(probe.encode(), "probe.py"))))
    try:
        verdict = await check(write(GOOD), sandbox)
    finally:
        await sandbox.close()
    assert isinstance(verdict, Refused)
    if sys.platform == "linux":
        assert str([True] * 6) in verdict.detail


async def test_what_the_caller_does_with_progress_is_not_blamed_on_the_file(write: Write) -> None:
    body = "for n in (-5, 3, 3, 2, 900): print(json.dumps({'progress': n}), flush=True)\nprint('{}', flush=True)"
    told: list[int] = []

    async def hear(percent: int) -> None:
        told.append(percent)

    sandbox = _script(write, body, wall_seconds=25.0)
    try:
        await sandbox.run({"op": "x"}, hear)
        assert told == [0, 3, 100]
        for fault in (ValueError, TimeoutError, ConnectionResetError, OSError):

            async def fail(percent: int, fault: type[Exception] = fault) -> None:
                raise fault("the database is away")

            with pytest.raises(fault, match="the database is away"):
                await sandbox.run({"op": "x"}, fail)
    finally:
        await sandbox.close()
    assert not _children()


async def test_a_process_killed_from_outside_is_replaced(sandbox: Sandbox, write: Write) -> None:
    path = write(GOOD)
    assert isinstance(await check(path, sandbox), Accepted)
    (first,) = _children()
    os.kill(first, signal.SIGKILL)
    assert isinstance(await check(path, sandbox), Accepted)
    (second,) = _children()
    assert first != second
    # Killed in the middle of a job the innocent picture gets a second try.
    job = asyncio.ensure_future(derive(pictures.jpeg(6000, 4000), sandbox))
    await asyncio.sleep(0.15)
    os.kill(second, signal.SIGKILL)
    assert isinstance(await job, Derivatives)


async def test_pool_size_bounds_the_processes_and_all_jobs_are_served(write: Write) -> None:
    sandbox = Sandbox(size=2)
    path, most = write(GOOD), 0
    try:
        jobs = [asyncio.ensure_future(check(path, sandbox)) for _ in range(12)]
        while not all(job.done() for job in jobs):
            most = max(most, len(_children()))
            await asyncio.sleep(0.01)
        assert all(isinstance(job.result(), Accepted) for job in jobs)
        assert most == 2
    finally:
        await sandbox.close()
    assert not _children()


async def test_a_process_retires_after_its_number_of_jobs(write: Write) -> None:
    sandbox = Sandbox(size=1, confinement=Confinement(jobs_per_process=2))
    try:
        seen = set()
        for _ in range(3):
            assert isinstance(await check(write(GOOD), sandbox), Accepted)
            seen |= _children()
        assert len(seen) >= 1
        assert len(_children()) == 1
    finally:
        await sandbox.close()


async def test_a_cancelled_job_leaves_no_process_at_work(sandbox: Sandbox, write: Write) -> None:
    path = write(pictures.scan_bomb(scans=20_000))
    job = asyncio.ensure_future(check(path, sandbox))
    await asyncio.sleep(0.5)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert not _children()
    assert isinstance(await check(write(GOOD), sandbox), Accepted)


async def test_the_loop_is_not_held_up_while_a_picture_is_decoded(sandbox: Sandbox, write: Write) -> None:
    path, turns = write(pictures.jpeg(5000, 4000)), 0
    assert isinstance(await check(path, sandbox), Accepted)
    job = asyncio.ensure_future(derive(path, sandbox))
    while not job.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert isinstance(job.result(), Derivatives)
    assert turns > 10


async def test_closing_ends_running_jobs_and_refuses_later_ones(write: Write) -> None:
    sandbox = Sandbox(size=1)
    job = asyncio.ensure_future(check(write(pictures.scan_bomb(scans=20_000), "bomb"), sandbox))
    await asyncio.sleep(0.6)
    await sandbox.close()
    with pytest.raises(SandboxUnavailable):
        await job
    with pytest.raises(SandboxUnavailable):
        await check(write(GOOD), sandbox)
    await sandbox.close()
    assert not _children()


async def test_a_decoder_that_does_not_start_blames_no_picture(write: Write) -> None:
    sandbox = Sandbox(size=1, command=(sys.executable, "-c", "raise SystemExit(3)"))
    with pytest.raises(SandboxUnavailable):
        await check(write(GOOD), sandbox)
    await sandbox.close()


async def test_limits_are_ample_for_the_largest_picture_allowed(sandbox: Sandbox, write: Write) -> None:
    limits = Limits()
    bomb = pictures.png_bomb(10_900, limits.max_pixels // 10_900)
    path = write(bomb)
    assert isinstance(await check(path, sandbox, limits), Accepted)
    assert isinstance(await derive(path, sandbox, limits), Derivatives)
