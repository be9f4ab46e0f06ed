"""Films as phones make them: judged, made into one kind that plays everywhere, upright, with nothing else in them."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from av.video.frame import VideoFrame
from PIL import Image

from media.derivatives import derive_into
from media.folder_store import FolderStore
from media.intake import check
from media.keys import derivative_key, original_key
from media.pool import Sandbox, film_sandbox
from media.verdicts import Accepted, Limits, Refused
from tests.media import boxes, films

Write = Callable[..., Path]
Made = dict[str, dict[str, Any]]

# What is made, the type by content, the size as a viewer sees it.
TAKEN: dict[str, tuple[Callable[[], bytes], str, tuple[int, int]]] = {
    "mp4, h264 and aac": (films.film, "video/mp4", (160, 120)),
    "mp4 in fragments": (lambda: films.film(movflags="frag_keyframe+empty_moov"), "video/mp4", (160, 120)),
    "mp4 that begins at once": (lambda: films.film(movflags="faststart"), "video/mp4", (160, 120)),
    "mov, hevc, with place and name": (films.everything_mov, "video/quicktime", (160, 120)),
    "webm, vp9 and opus": (lambda: films.film("webm", "libvpx-vp9", "libopus"), "video/webm", (160, 120)),
    "matroska, vp8": (lambda: films.film("matroska", "libvpx", "libopus"), "video/x-matroska", (160, 120)),
    "3gp, h263 and amr, pixels 12:11": (
        lambda: films.film("3gp", "h263", "libopencore_amrnb", size=(176, 144), rate=8000), "video/3gpp", (192, 144)
    ),
    "no sound": (lambda: films.film(audio=None), "video/mp4", (160, 120)),
    "stereo": (lambda: films.film(layout="stereo", rate=44100), "video/mp4", (160, 120)),
    "sound shorter than the picture": (lambda: films.film(sound_seconds=0.3), "video/mp4", (160, 120)),
    "odd sides": (lambda: films.film("webm", "libvpx-vp9", None, size=(161, 121)), "video/webm", (161, 121)),
    "wide pixels": (lambda: films.film(shape=Fraction(2)), "video/mp4", (320, 120)),
    "ten bits": (lambda: films.film("mov", "libx265", pix_fmt="yuv420p10le"), "video/quicktime", (160, 120)),
    "high dynamic range (HLG)": (
        lambda: films.film(
            "mov", "libx265", pix_fmt="yuv420p10le", colour={"color_primaries": 9, "color_trc": 18, "colorspace": 9}
        ),
        "video/quicktime",
        (160, 120),
    ),
}  # fmt: skip


async def _made(
    data: bytes, reels: Sandbox, folder: Path, kind: Any = "video", **more: Any
) -> tuple[Made, FolderStore]:
    """From a sealed original to its copies in a store."""
    store = FolderStore(folder / "store")
    sha256 = hashlib.sha256(data).hexdigest()
    await store.put_bytes(original_key(sha256), data)
    made = await derive_into(store, sha256, reels, kind=kind, **more)
    assert not isinstance(made, Refused), made
    return made, store


async def _bytes(store: FolderStore, key: str) -> bytes:
    return b"".join([part async for part in store.open(key)])


def _pictures(data: bytes) -> list[VideoFrame]:
    with av.open(io.BytesIO(data), "r") as film:
        return list(film.decode(video=0))


def _near(image: Image.Image, spot: tuple[int, int], wanted: tuple[int, int, int], within: int = 45) -> bool:
    pixel = image.convert("RGB").getpixel(spot)
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= within for a, b in zip(pixel, wanted, strict=True))


def _corners(image: Image.Image, within: int = 45) -> bool:
    """Whether the scene stands upright: red, green and blue in their corners, nothing in the fourth."""
    x, y = image.width // 10, image.height // 10
    right, low = image.width - x, image.height - y
    wanted = (((x, y), films.RED), ((right, y), films.GREEN), ((right, low), films.BLUE), ((x, low), (120, 120, 120)))
    return all(_near(image, spot, colour, within) for spot, colour in wanted)


@pytest.mark.parametrize("name", TAKEN)
async def test_taken_and_made(name: str, sandbox: Sandbox, reels: Sandbox, write: Write, tmp_path: Path) -> None:
    make, content_type, size = TAKEN[name]
    data = make()
    verdict = await check(write(data, "misleading.jpg"), sandbox, films=reels)
    assert isinstance(verdict, Accepted), verdict
    assert (verdict.kind, verdict.content_type, (verdict.width, verdict.height)) == ("video", content_type, size)
    assert (verdict.bytes, verdict.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert verdict.duration_s == pytest.approx(1.0, abs=0.05)

    made, store = await _made(data, reels, tmp_path)
    assert set(made) == {"video", "large", "small"}
    digest, even = verdict.sha256, (size[0] // 2 * 2, size[1] // 2 * 2)
    for label, ending in (("video", "mp4"), ("large", "webp"), ("small", "webp")):
        assert made[label]["key"] == f"derived/{digest[:2]}/{digest}/{label}.{ending}" == derivative_key(digest, label)
        assert (made[label]["width"], made[label]["height"]) == even
    assert made["video"]["duration_s"] == pytest.approx(1.0, abs=0.1)
    await _plays_everywhere(await _bytes(store, made["video"]["key"]), name)
    poster = Image.open(io.BytesIO(await _bytes(store, made["large"]["key"])))
    assert poster.format == "WEBP" and poster.size == even
    # Wider colours than a plain screen has come out stronger when they are put into those it has.
    assert _corners(poster, within=80 if "HLG" in name else 45)


async def _plays_everywhere(data: bytes, name: str) -> None:
    with av.open(io.BytesIO(data), "r") as film:
        stream = film.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert [sound.codec_context.name for sound in film.streams.audio] == (
            [] if "odd" in name or name == "no sound" else ["aac"]
        )
        assert not {*film.metadata} - {"major_brand", "minor_version", "compatible_brands"}
        shown = sum(1 for _ in film.decode(stream))
        assert shown == 10
    _assert_bare(data)


def _assert_bare(data: bytes) -> None:
    found = boxes.names(data)
    assert found.index("moov") < found.index("mdat")
    last = {path.rpartition("/")[2] for path in found}
    assert not last & {"udta", "meta", "uuid", "\xa9xyz", "loci", "ilst", "keys", "name", "cprt", "moof", "skip"}
    for path, start, end in boxes.tree(data):
        if path.endswith("free"):
            assert not any(data[start + 8 : end])
        if path.endswith(("mvhd", "tkhd", "mdhd")):
            assert data[start + 8] == 0 and not any(data[start + 12 : start + 20]), "it says when it was made"
    for secret in films.SECRETS:
        assert secret not in data


@pytest.mark.parametrize("turn", [turn for turn in films.MATRICES if turn])
async def test_all_ways_to_hold_a_phone_come_out_upright(turn: object, reels: Sandbox, tmp_path: Path) -> None:
    made, store = await _made(films.film(turn=turn), reels, tmp_path)
    assert (made["video"]["width"], made["video"]["height"]) == (160, 120)
    for frame in _pictures(await _bytes(store, made["video"]["key"])):
        assert frame.rotation == 0
        assert _corners(frame.to_image())  # type: ignore[no-untyped-call]
    assert _corners(Image.open(io.BytesIO(await _bytes(store, made["small"]["key"]))))


async def test_upright_film_of_a_phone_held_upright(
    sandbox: Sandbox, reels: Sandbox, write: Write, tmp_path: Path
) -> None:
    data = films.film(size=(1088, 1920), turn=90, fps=5, seconds=0.6)
    verdict = await check(write(data), sandbox, films=reels)
    assert isinstance(verdict, Accepted) and (verdict.width, verdict.height) == (1088, 1920)
    made, store = await _made(data, reels, tmp_path)
    assert (made["video"]["width"], made["video"]["height"]) == (720, 1270)
    assert _corners(_pictures(await _bytes(store, made["video"]["key"]))[-1].to_image())  # type: ignore[no-untyped-call]
    assert (made["small"]["width"], made["small"]["height"]) == (226, 400)


async def test_where_and_when_are_hints_for_us_and_for_nobody_else(
    sandbox: Sandbox, reels: Sandbox, write: Write, tmp_path: Path
) -> None:
    seven = timedelta(hours=7)
    for data, taken in (
        (films.everything_mov(), datetime(2026, 3, 14, 8, 9, 26, tzinfo=UTC)),
        (
            films.film("3gp", metadata={"location": films.WHERE, "creation_time": "2026-03-14T08:09:26Z"}),
            datetime(2026, 3, 14, 8, 9, 26, tzinfo=UTC),
        ),
        (
            films.film("mp4", metadata={"location": films.WHERE, "creation_time": "2026-03-14T08:09:26Z"}),
            datetime(2026, 3, 14, 8, 9, 26, tzinfo=UTC),
        ),
    ):
        assert any(place in data for place in (b"\xa9xyz", b"loci", b"ISO6709"))
        verdict = await check(write(data), sandbox, films=reels)
        assert isinstance(verdict, Accepted) and verdict.gps == (107.0843, 10.346) and verdict.taken_at == taken
        made, store = await _made(data, reels, tmp_path)
        _assert_bare(await _bytes(store, made["video"]["key"]))
        for label in ("large", "small"):
            copy = await _bytes(store, made[label]["key"])
            assert copy[12:16] in {b"VP8 ", b"VP8L"} and not any(secret in copy for secret in films.SECRETS)
        if b"ISO6709" in data:
            assert verdict.taken_at is not None and verdict.taken_at.utcoffset() == seven


async def test_positions_that_cannot_be(sandbox: Sandbox, reels: Sandbox, write: Write) -> None:
    for where in ("+00.0000+000.0000/", "+99.0000+107.0000/", "somewhere"):
        verdict = await check(write(films.film("mov", metadata={"location": where})), sandbox, films=reels)
        assert isinstance(verdict, Accepted) and verdict.gps is None, where
        assert [caution.code for caution in verdict.warnings] == ["gps-unusable"]


async def test_at_most_thirty_pictures_a_second_in_the_right_time(reels: Sandbox, tmp_path: Path) -> None:
    made, store = await _made(films.film(fps=120, seconds=1, audio=None), reels, tmp_path)
    shown = _pictures(await _bytes(store, made["video"]["key"]))
    assert 29 <= len(shown) <= 31
    # Where the bright mark stands tells which picture of the 120 it is.
    times = [frame.time for frame in shown]
    assert times == sorted(set(times)) and times[-1] == pytest.approx(1.0, abs=0.05)


async def test_uneven_pictures_keep_their_moments(reels: Sandbox, tmp_path: Path) -> None:
    out = io.BytesIO()
    moments = [0, 40, 80, 600, 640, 1500, 2000]
    with av.open(out, "w", format="webm") as film:
        stream: Any = film.add_stream("libvpx-vp9", rate=25, options={"deadline": "realtime", "cpu-used": "8"})
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for number, moment in enumerate(moments):
            frame = VideoFrame.from_image(films.scene(160, 120, number))  # type: ignore[no-untyped-call]
            frame.pts, frame.time_base = moment, Fraction(1, 1000)
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    made, store = await _made(out.getvalue(), reels, tmp_path)
    shown = [round(frame.time * 1000) for frame in _pictures(await _bytes(store, made["video"]["key"]))]
    assert shown == moments


async def test_the_poster_shows_something(reels: Sandbox, tmp_path: Path) -> None:
    black = Image.new("RGB", (160, 120))
    data = films.film(audio=None, paint=lambda image, number: black if number < 7 else image)
    made, store = await _made(data, reels, tmp_path)
    assert _corners(Image.open(io.BytesIO(await _bytes(store, made["large"]["key"]))))
    dark = films.film(audio=None, paint=lambda _, __: black)
    made, store = await _made(dark, reels, tmp_path)
    assert _near(Image.open(io.BytesIO(await _bytes(store, made["large"]["key"]))), (80, 60), (0, 0, 0))


async def test_progress_only_grows_and_ends(reels: Sandbox, tmp_path: Path) -> None:
    told: list[int] = []

    async def progress(percent: int) -> None:
        told.append(percent)

    await _made(films.film(seconds=3), reels, tmp_path, progress=progress)
    assert len(told) > 15 and told == sorted(set(told)) and told[-1] == 100
    assert 0 <= told[0] < 20


async def test_a_process_killed_in_the_middle_is_replaced_and_progress_goes_on(reels: Sandbox, tmp_path: Path) -> None:
    told: list[int] = []
    before = _children()

    async def progress(percent: int) -> None:
        told.append(percent)
        if len(told) == 5:
            (mine,) = _children() - before
            os.kill(mine, signal.SIGKILL)

    made, _ = await _made(films.film(seconds=3), reels, tmp_path, progress=progress)
    assert made["video"]["duration_s"] == pytest.approx(3, abs=0.1)
    assert told == sorted(set(told)) and told[-1] == 100


async def test_killed_each_time_it_is_withheld_with_a_reason(reels: Sandbox, tmp_path: Path) -> None:
    before = _children()
    killed = set[int]()

    async def kill(percent: int) -> None:
        # What a process said before it died may come later; it stays until somebody has waited for it.
        for mine in _children() - before:
            os.kill(mine, signal.SIGKILL)
            killed.add(mine)

    store = FolderStore(tmp_path / "store")
    await store.put_bytes(original_key("ab" * 32), films.film(seconds=9))
    made = await derive_into(store, "ab" * 32, reels, kind="video", progress=kill)
    assert isinstance(made, Refused) and made.code == "unreadable" and len(killed) == 2
    assert [key async for key in store.list("derived/")] == []


async def test_a_cancelled_job_leaves_no_process_and_no_copies(reels: Sandbox, tmp_path: Path) -> None:
    before = _children()
    started = asyncio.Event()

    async def progress(percent: int) -> None:
        started.set()

    store = FolderStore(tmp_path / "store")
    await store.put_bytes(original_key("ab" * 32), films.film(seconds=9, fps=30, size=(640, 480)))
    job = asyncio.ensure_future(derive_into(store, "ab" * 32, reels, kind="video", progress=progress))
    await started.wait()
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert _children() == before
    assert [key async for key in store.list("derived/")] == []


async def test_doing_it_twice_changes_nothing(reels: Sandbox, tmp_path: Path) -> None:
    data = films.film()
    first, _ = await _made(data, reels, tmp_path)
    assert first == (await _made(data, reels, tmp_path))[0]


async def test_a_caller_that_takes_no_films_says_so(sandbox: Sandbox, write: Write) -> None:
    for data in (films.film(), films.voice()):
        verdict = await check(write(data), sandbox, Limits())
        assert isinstance(verdict, Refused) and verdict.code == "unsupported-type"


async def test_no_process_is_started_before_the_first_film() -> None:
    before = _children()
    opened = film_sandbox(120, 180)
    assert _children() == before
    await opened.close()


def _children() -> set[int]:
    return {int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}
