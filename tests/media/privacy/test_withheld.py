"""Whatever goes wrong, nothing becomes public: no model, a broken copy, a process that dies, hangs or lies."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

import pytest

from bench.privacy_set import scenes
from media.pool import Confinement, Sandbox
from media.privacy import Examiner, Found, Withheld, examine, examine_and_render, fingerprints, open_examiner, render
from media.problems import NotStored, SandboxUnavailable
from media.store import MediaStore
from tests.media.privacy.conftest import SHA256, Keep

pytestmark = [pytest.mark.asyncio(loop_scope="session")]
HELLO = 'import sys, time; print("{\\"ready\\": true, \\"network_closed\\": true}", flush=True); '


def misbehaving(then: str, wall_seconds: float = 30.0) -> Examiner:
    """An examiner whose process does something else with every job."""
    return Examiner(Sandbox(1, Confinement(wall_seconds=wall_seconds), (sys.executable, "-c", HELLO + then)))


async def nothing_is_public(store: MediaStore) -> bool:
    return [key async for key in store.list("public/")] == []


async def test_without_its_model_nothing_is_published(keep: Keep, store: MediaStore, tmp_path: Path) -> None:
    """The folder is empty, as after an installation that left the model out."""
    copies = await keep(scenes.street(1).resize((320, 240)))
    empty = tmp_path / "models"
    empty.mkdir()
    lone = open_examiner(face_models=empty)
    try:
        held = await examine_and_render(store, SHA256, copies, "image", lone)
        assert held == Withheld("no-model", "centerface.onnx")
        assert await nothing_is_public(store)
        # A person's areas need no model.
        by_hand = await render(store, SHA256, copies, "image", [], lone)
        assert isinstance(by_hand, dict)
    finally:
        await lone.close()


async def test_without_the_package_nothing_is_published(keep: Keep, store: MediaStore) -> None:
    """The real process on a machine where `rapidocr` cannot be imported."""
    without = (
        "import runpy, sys; sys.modules['rapidocr'] = None; runpy.run_module('media.examiner', run_name='__main__')"
    )
    lone = Examiner(Sandbox(1, command=(sys.executable, "-c", without)))
    try:
        held = await examine(store, await keep(scenes.street(1).resize((320, 240))), "image", lone)
        assert isinstance(held, Withheld) and held.reason == "no-model" and "rapidocr" in held.detail
    finally:
        await lone.close()


async def test_a_broken_model_withholds(keep: Keep, store: MediaStore, tmp_path: Path) -> None:
    (tmp_path / "centerface.onnx").write_bytes(b"no network at all")
    lone = open_examiner(face_models=tmp_path)
    try:
        held = await examine(store, await keep(scenes.street(1).resize((320, 240))), "image", lone)
        assert isinstance(held, Withheld) and held.reason == "examiner-failed"
    finally:
        await lone.close()


@pytest.mark.parametrize("data", [b"", b"RIFF\x04\0\0\0WEBP", b"<html>", bytes(5000)])
async def test_what_is_no_copy_of_ours_withholds(
    data: bytes, keep: Keep, store: MediaStore, examiner: Examiner
) -> None:
    held = await examine_and_render(store, SHA256, await keep(data), "image", examiner)
    assert isinstance(held, Withheld) and held.reason == "examiner-failed"
    assert isinstance(await fingerprints(store, await keep(data), "image", examiner), Withheld)
    assert await nothing_is_public(store)


async def test_a_film_that_is_none_withholds(keep: Keep, store: MediaStore, examiner: Examiner, tmp_path: Path) -> None:
    film = tmp_path / "film"
    film.write_bytes(b"\0\0\0\x18ftypisom" + bytes(3000))
    copies = await keep(scenes.street(1).resize((320, 240)), film, 3.0)
    held = await examine_and_render(store, SHA256, copies, "video", examiner)
    assert isinstance(held, Withheld) and held.reason == "examiner-failed"
    assert isinstance(await render(store, SHA256, copies, "video", [], examiner), Withheld)
    assert await nothing_is_public(store)


@pytest.mark.parametrize(
    ("then", "reason"),
    [
        ("sys.stdin.readline(); sys.exit(1)", "examiner-failed"),
        ("sys.stdin.readline(); print('{', flush=True); time.sleep(9)", "examiner-failed"),
        ("sys.stdin.readline(); print('[]', flush=True); time.sleep(9)", "examiner-failed"),
        ('sys.stdin.readline(); print(\'{"done": {"withheld": ["a new one"]}}\', flush=True)', "examiner-failed"),
        ("sys.stdin.readline(); print('{\"done\": {}}', flush=True); time.sleep(9)", "examiner-failed"),
        (
            'sys.stdin.readline(); print(\'{"done": {"prints": "0000000000000000"}}\', flush=True); time.sleep(9)',
            "examiner-failed",
        ),
        ("time.sleep(60)", "took-too-long"),
    ],
)
async def test_a_process_that_misbehaves_withholds(then: str, reason: str, keep: Keep, store: MediaStore) -> None:
    copies = await keep(scenes.street(1).resize((320, 240)))
    bad = misbehaving(then, wall_seconds=1.5 if "60" in then else 30.0)
    try:
        held = await examine_and_render(store, SHA256, copies, "image", bad)
        assert isinstance(held, Withheld) and held.reason == reason
        assert await nothing_is_public(store)
    finally:
        await bad.close()


async def test_a_process_killed_once_is_replaced(keep: Keep, store: MediaStore) -> None:
    """The out-of-memory killer says nothing about the picture."""
    copies = await keep(scenes.street(1).resize((640, 480)))
    lone = open_examiner()
    try:
        job = asyncio.create_task(examine(store, copies, "image", lone))
        while not any(worker.jobs for worker in lone.sandbox._busy):
            await asyncio.sleep(0.01)
        (worker,) = lone.sandbox._busy
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker.process.pid, signal.SIGKILL)
        assert isinstance(await job, Found)
    finally:
        await lone.close()


async def test_what_says_nothing_about_the_picture_is_raised(keep: Keep, store: MediaStore, examiner: Examiner) -> None:
    """So that the job is tried again later instead of withholding for good."""
    gone = {"large": {"key": "derived/gone/large.webp", "width": 1, "height": 1}}
    with pytest.raises(NotStored):
        await examine(store, gone, "image", examiner)
    bad = Examiner(Sandbox(1, Confinement(), (sys.executable, "-c", "raise SystemExit(1)")))
    with pytest.raises(SandboxUnavailable):
        await examine(store, await keep(scenes.street(1).resize((320, 240))), "image", bad)
    await bad.close()


async def test_areas_without_sense_are_the_callers_mistake(keep: Keep, store: MediaStore, examiner: Examiner) -> None:
    copies = await keep(scenes.street(1).resize((320, 240)))
    with pytest.raises(ValueError, match="area 1: kind"):
        await render(store, SHA256, copies, "image", [{"kind": "nose", "x": 0, "y": 0, "w": 1, "h": 1}], examiner)
