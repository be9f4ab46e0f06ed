"""Films that lie, break off, point elsewhere or never end: refused with a reason, in bounded time and memory."""

from __future__ import annotations

import hashlib
import random
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from media.derivatives import derive_into
from media.film_boxes import NotBare, read_bare
from media.folder_store import FolderStore
from media.intake import check
from media.keys import original_key
from media.pool import FILMS, Confinement, Sandbox
from media.verdicts import Accepted, Limits, Refused
from tests.media import boxes, films, pictures

Write = Callable[..., Path]
MP4, MOV = films.film(), films.film("mov")
WEBM, MKV = films.film("webm", "libvpx", "libopus"), films.film("matroska", "libvpx", "libopus")
OGG = films.voice("ogg", "libopus")
MEDIA = "moov/trak/mdia"
URL = b"http://127.0.0.1:9/x.ts"


def _with(data: bytes, path: str, offset: int, new: bytes) -> bytes:
    """The file with `new` written `offset` bytes behind the start of the first box with this path."""
    at = boxes.find(data, path)[0] + offset
    return data[:at] + new + data[at + len(new) :]


def _elsewhere(kind: bytes) -> bytes:
    """A MOV whose data reference names another file: flag 0 and a type of its own."""
    at = MOV.index(b"dref") + 4 + 8
    return MOV[: at + 4] + kind + b"\0\0\0\0" + MOV[at + 12 :]


def _without_frames() -> bytes:
    """The beginning of a fragmented film whose fragments never came."""
    data = films.film(movflags="frag_keyframe+empty_moov")
    return data[: boxes.find(data, "moov")[1]]


def _moov_less() -> bytes:
    start, end = boxes.find(MP4, "moov")
    return MP4[:start] + MP4[end:]


REFUSED: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "playlist": (lambda: b"#EXTM3U\n#EXTINF:1,\n" + URL, {"not-a-picture"}),
    "playlist behind a film's first box": (lambda: MP4[:32] + b"#EXTM3U\n#EXTINF:1,\n" + URL, {"truncated"}),
    "list of files": (lambda: b"ffconcat version 1.0\nfile /etc/passwd\n", {"not-a-picture"}),
    "session description": (lambda: b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n", {"not-a-picture"}),
    "manifest": (lambda: b'<?xml version="1.0"?><MPD><BaseURL>http://127.0.0.1:9/</BaseURL></MPD>', {"not-a-picture"}),
    "playlist with the extension of a picture": (lambda: b"\xef\xbb\xbf#EXTM3U\n" + URL, {"not-a-picture"}),
    "data at an address": (lambda: _elsewhere(b"url "), {"refers-elsewhere"}),
    "data at an alias": (lambda: _elsewhere(b"alis"), {"refers-elsewhere"}),
    "reference movie": (
        lambda: films.box(b"ftyp", b"qt  \0\0\0\0qt  ") + films.box(b"moov", films.box(b"rmra", b"")),
        {"refers-elsewhere"},
    ),
    "compressed index": (
        lambda: films.box(b"ftyp", b"qt  \0\0\0\0qt  ") + films.box(b"moov", films.box(b"cmov", b"\0" * 40)),
        {"unsupported-type"},
    ),
    "index never written": (_moov_less, {"truncated"}),
    "no frames": (_without_frames, {"unreadable", "no-track"}),
    "empty index": (
        lambda: films.box(b"ftyp", b"isom\0\0\0\0isom") + films.box(b"moov", b""), {"unreadable", "no-track"}
    ),
    "nothing but a name": (lambda: films.box(b"ftyp", b"isom\0\0\0\0isom"), {"truncated"}),
    "half an mp4": (lambda: MP4[: len(MP4) // 2], {"truncated"}),
    "half a webm": (lambda: WEBM[: len(WEBM) // 2], {"truncated"}),
    "half an ogg": (lambda: OGG[: len(OGG) // 2 + 7], {"truncated"}),
    "mp4 + zip": (lambda: MP4 + pictures.zip_archive(), {"polyglot"}),
    "webm + zip": (lambda: WEBM + pictures.zip_archive(), {"polyglot"}),
    "mp4 + page": (lambda: MP4 + b"<html><body onload=alert(1)>", {"polyglot"}),
    "page in free space": (lambda: MP4 + films.box(b"free", b"<script>alert(1)</script>"), {"polyglot"}),
    "pictures of noise": (
        lambda: MP4.replace(MP4[slice(*boxes.find(MP4, "mdat"))][8:], random.Random(3).randbytes(_mdat() - 8)),
        {"unreadable"},
    ),
    "a codec nobody films with": (lambda: films.film("mp4", "mpeg2video", None), {"unsupported-type"}),
    "a codec of archives": (lambda: films.film("matroska", "ffv1", None), {"unsupported-type"}),
    "a sound nobody records": (lambda: films.voice("matroska", "ac3"), {"unsupported-type"}),
    "flash": (lambda: films.film("flv", "flv", None), {"unsupported-type"}),
    "avi": (lambda: films.film("avi", "mpeg4", None), {"not-a-picture"}),
    "a clock of one tick a second": (lambda: _with(MP4, f"{MEDIA}/mdhd", 20, struct.pack(">I", 1)), {"too-long"}),
    "each frame lasts for years": (lambda: _with(MP4, f"{MEDIA}/minf/stbl/stts", 20, b"\x7f\0\0\0"), {"too-long"}),
    "four thousand million frames": (
        lambda: _with(MP4, f"{MEDIA}/minf/stbl/stsz", 16, b"\xff" * 4), {"unreadable", "no-track", "too-many-pixels"}
    ),
    "noise with the head of a webm": (
        lambda: WEBM[:60] + random.Random(4).randbytes(4000), {"unreadable", "truncated", "no-track"}
    ),
    "an element longer than any file": (
        lambda: WEBM[:4] + b"\x01" + b"\xff" * 6 + b"\xfe" + WEBM[5:], {"unsupported-type", "truncated"}
    ),
}  # fmt: skip


def _mdat() -> int:
    start, end = boxes.find(MP4, "mdat")
    return end - start


@pytest.mark.parametrize("name", REFUSED)
async def test_refused(name: str, sandbox: Sandbox, reels: Sandbox, write: Write) -> None:
    make, codes = REFUSED[name]
    verdict = await check(write(make(), "holiday.mp4"), sandbox, films=reels)
    assert isinstance(verdict, Refused), verdict
    assert verdict.code in codes, verdict
    assert verdict.detail


async def test_limits(sandbox: Sandbox, reels: Sandbox, write: Write) -> None:
    film, voice = write(MP4, "film"), write(films.voice(), "voice")
    for path, limits, code in (
        (film, Limits(film_seconds=0.4), "too-long"),
        (film, Limits(film_bytes=len(MP4) - 1, voice_bytes=1), "too-large"),
        (film, Limits(film_pixels=160 * 120 - 1), "too-many-pixels"),
        (voice, Limits(voice_seconds=0.4), "too-long"),
        (voice, Limits(voice_bytes=5000), "too-large"),
        (write(films.voice("mp4"), "quiet"), Limits(voice_bytes=5000), "too-large"),
        (write(OGG, "ogg"), Limits(voice_bytes=5000), "too-large"),
    ):
        verdict = await check(path, sandbox, limits, films=reels)
        assert isinstance(verdict, Refused) and verdict.code == code, (path.name, verdict)
    exact = Limits(film_seconds=1, film_bytes=len(MP4), film_pixels=160 * 120, max_bytes=1, voice_seconds=0.1)
    assert isinstance(await check(film, sandbox, exact, films=reels), Accepted)


async def test_what_lies_behind_a_film_is_told(sandbox: Sandbox, reels: Sandbox, write: Write) -> None:
    verdict = await check(write(MP4 + b"SEFH\0\0\0\0\0" + b"\1" * 40), sandbox, films=reels)
    assert isinstance(verdict, Accepted) and [one.code for one in verdict.warnings] == ["trailing-data"]


async def test_a_film_whose_sound_nobody_can_read_is_shown_without(
    sandbox: Sandbox, reels: Sandbox, write: Write, tmp_path: Path
) -> None:
    data = films.film(audio="ac3")
    verdict = await check(write(data), sandbox, films=reels)
    assert isinstance(verdict, Accepted) and [one.code for one in verdict.warnings] == ["sound-left-out"]
    made = await _derived(data, reels, tmp_path)
    assert not isinstance(made, Refused) and made["video"]["duration_s"] == pytest.approx(1, abs=0.1)


async def _derived(data: bytes, reels: Sandbox, folder: Path, **more: Any) -> Any:
    store = FolderStore(folder / "store")
    digest = hashlib.sha256(data).hexdigest()
    await store.put_bytes(original_key(digest), data)
    return await derive_into(store, digest, reels, kind=more.pop("kind", "video"), **more)


@contextmanager
def _listener() -> Iterator[tuple[int, list[object]]]:
    """A server that only counts who comes."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        done = threading.Event()

        def accept() -> None:
            while not done.is_set():
                try:
                    came.append(server.accept()[1])
                except TimeoutError:
                    continue

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield server.getsockname()[1], came
        finally:
            done.set()
            thread.join()


async def test_nothing_is_fetched_from_anywhere(sandbox: Sandbox, reels: Sandbox, write: Write, tmp_path: Path) -> None:
    with _listener() as (port, came):
        address = f"http://127.0.0.1:{port}/secret.ts".encode()
        playlist = b"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:1.0,\n" + address + b"\n#EXT-X-ENDLIST\n"
        outside = _elsewhere(b"url ").replace(b"url \0\0\0\0", b"url \0\0\0\0", 1)
        for data in (playlist, outside, MP4[:32] + playlist, films.box(b"ftyp", b"isom\0\0\0\0isom") + playlist):
            assert isinstance(await check(write(data), sandbox, films=reels), Refused)
            assert isinstance(await _derived(data, reels, tmp_path), Refused)
        assert not came


async def test_cut_anywhere_it_is_refused_or_played_but_never_hangs(
    sandbox: Sandbox, reels: Sandbox, write: Write, tmp_path: Path
) -> None:
    chance = random.Random(9)
    for data in (MP4, WEBM, MKV, OGG, films.film(movflags="frag_keyframe+empty_moov")):
        for _ in range(5):
            cut = data[: chance.randrange(1, len(data))]
            verdict = await check(write(cut), sandbox, films=reels)
            if isinstance(verdict, Accepted):
                assert await _derived(cut, reels, tmp_path, kind=verdict.kind)


async def test_flipped_bits_never_hang_or_break_the_pool(
    sandbox: Sandbox, reels: Sandbox, write: Write, tmp_path: Path
) -> None:
    chance = random.Random(11)
    for data in (MP4, MOV, WEBM, OGG):
        for _ in range(6):
            broken = bytearray(data)
            for _ in range(chance.choice((1, 5, 40))):
                broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
            verdict = await check(write(bytes(broken)), sandbox, films=reels)
            if isinstance(verdict, Accepted):
                await _derived(bytes(broken), reels, tmp_path, kind=verdict.kind)
    assert isinstance(await check(write(MP4), sandbox, films=reels), Accepted)


async def test_a_film_that_takes_for_ever_is_ended(tmp_path: Path, reels: Sandbox) -> None:
    slow = Sandbox(size=1, confinement=Confinement(memory_bytes=1 << 30, wall_seconds=0.2), command=FILMS)
    try:
        made = await _derived(films.film(seconds=9, size=(640, 480), fps=30), slow, tmp_path)
        assert isinstance(made, Refused) and made.code == "took-too-long"
    finally:
        await slow.close()


async def test_too_little_memory_is_a_refusal_and_not_an_end(tmp_path: Path, write: Write, sandbox: Sandbox) -> None:
    small = Sandbox(size=1, confinement=Confinement(memory_bytes=230 << 20, wall_seconds=30), command=FILMS)
    try:
        made = await _derived(films.film(size=(3840, 2160), seconds=0.5, audio=None), small, tmp_path)
        assert isinstance(made, Refused) and made.code in {"too-many-pixels", "unreadable"}, made
        assert isinstance(await check(write(MP4), sandbox, films=small), Accepted)
    finally:
        await small.close()


async def test_a_copy_that_holds_more_than_it_may_is_not_handed_out(
    reels: Sandbox, tmp_path: Path, write: Write
) -> None:
    made = await _derived(MP4, reels, tmp_path)
    good = (tmp_path / "store" / made["video"]["key"]).read_bytes()
    shown = read_bare(write(good))
    assert (shown.width, shown.height, set(shown.tracks)) == (160, 120, {"vide", "soun"})
    start, end = boxes.find(good, "moov")
    at, free = boxes.find(good, "moov/free")
    place = films.box(b"\xa9xyz", b"\0\x12\0\0" + films.WHERE.encode())
    for name, bad in {
        "a place in the free space": good[: at + 8]
        + place[: free - at - 8]
        + good[at + 8 + len(place[: free - at - 8]) :],
        "metadata again": good[: at + 4] + b"udta" + good[at + 8 :],
        "a box of its own": good + films.box(b"uuid", b"BI-MAT" * 4),
        "bytes behind": good + b"BI-MAT",
        "a time": _with(good, "moov/mvhd", 12, b"\xe0\0\0\0"),
        "a time of a track": _with(good, "moov/trak/tkhd", 12, b"\xe0\0\0\0"),
        "a time of its media": _with(good, "moov/trak/mdia/mdhd", 12, b"\xe0\0\0\0"),
        "a name": good.replace(b"VideoHandler", b"BI-MAT-BI-MA"),
        "the index behind": good[:start] + good[end:] + good[start:end],
        "an original": MP4,
        "nothing": b"\0" * 8,
        "data elsewhere": good.replace(b"url \0\0\0\1", b"url \0\0\0\0"),
    }.items():
        assert bad != good
        with pytest.raises(NotBare):
            read_bare(write(bad))
            pytest.fail(name)
