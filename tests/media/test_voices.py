"""Voice notes: whatever phones and browsers record becomes AAC that plays everywhere."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import pytest
from av.stream import Disposition

from media.containers import sniff
from media.derivatives import derive_into
from media.film_kinds import film_type
from media.folder_store import FolderStore
from media.intake import check
from media.keys import original_key
from media.pool import Sandbox
from media.verdicts import Accepted, Refused
from tests.media import boxes, films, pictures

Write = Callable[..., Path]


def _with_cover() -> bytes:
    """Sound with a picture of its cover, which is a picture track to those who do not look closely."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as made:
        cover: Any = made.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 160, 120, "yuvj420p"
        cover.disposition = Disposition.attached_pic
        sound: Any = made.add_stream("aac", rate=48000)
        frame = next(films.frames(1, (160, 120), 1)).reformat(format="yuvj420p")
        made.mux(cover.encode(frame))
        made.mux(cover.encode(None))
        resampler = av.AudioResampler(sound.format, sound.layout, 48000, 1024)
        for piece in films.tone(1, 48000):
            for part in resampler.resample(piece):
                made.mux(sound.encode(part))
        made.mux(sound.encode(None))
    return out.getvalue()


TAKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "m4a": (films.voice, "audio/mp4"),
    "m4a in stereo": (lambda: films.voice(layout="stereo"), "audio/mp4"),
    "m4a with its cover": (_with_cover, "audio/mp4"),
    "ogg, opus": (lambda: films.voice("ogg", "libopus"), "audio/ogg"),
    "webm, opus": (lambda: films.voice("webm", "libopus"), "audio/webm"),
    "matroska": (lambda: films.voice("matroska", "libopus"), "audio/x-matroska"),
    "mp4 without a picture": (lambda: films.film(video=None), "audio/mp4"),
    "mp4 in fragments": (lambda: films.film(video=None, movflags="frag_keyframe+empty_moov"), "audio/mp4"),
    "mov without a picture": (lambda: films.film("mov", None), "video/quicktime"),
    "3gp, amr": (lambda: films.voice("3gp", "libopencore_amrnb", rate=8000), "audio/3gpp"),
    "amr": (lambda: films.voice("amr", "libopencore_amrnb", rate=8000), "audio/amr"),
    "wav": (lambda: films.voice("wav", "pcm_s16le", rate=16000), "audio/wav"),
}


@pytest.mark.parametrize("name", TAKEN)
async def test_taken_and_made(name: str, sandbox: Sandbox, reels: Sandbox, write: Write, tmp_path: Path) -> None:
    make, content_type = TAKEN[name]
    data = make()
    verdict = await check(write(data, "misleading.jpg"), sandbox, films=reels)
    assert isinstance(verdict, Accepted), verdict
    assert (verdict.kind, verdict.content_type, verdict.width, verdict.height) == ("audio", content_type, 0, 0)
    assert verdict.duration_s == pytest.approx(1.0, abs=0.06)

    store, told = FolderStore(tmp_path / "store"), []

    async def progress(percent: int) -> None:
        told.append(percent)

    await store.put_bytes(original_key(verdict.sha256), data)
    made = await derive_into(store, verdict.sha256, reels, kind="audio", progress=progress)
    assert not isinstance(made, Refused), made
    assert list(made) == ["audio"] and set(made["audio"]) == {"key", "duration_s"}
    assert made["audio"]["duration_s"] == pytest.approx(1.0, abs=0.06)
    assert told == sorted(set(told)) and told[-1] == 100
    _plays_everywhere(b"".join([part async for part in store.open(made["audio"]["key"])]))


def _plays_everywhere(copy: bytes) -> None:
    assert copy[4:12] == b"ftypM4A "
    with av.open(io.BytesIO(copy), "r") as voice:
        (stream,) = voice.streams
        assert stream.type == "audio" and stream.codec_context.name == "aac"
        context: Any = stream.codec_context
        assert context.layout.name == "mono" and context.sample_rate >= 16000
        loud = max(max(abs(v) for v in memoryview(bytes(frame.planes[0])).cast("f")) for frame in voice.decode(audio=0))
        assert loud > 0.1
    found = boxes.names(copy)
    assert found.index("moov") < found.index("mdat") and not {one.rpartition("/")[2] for one in found} & {
        "udta",
        "meta",
    }
    assert not any(secret in copy for secret in films.SECRETS)


async def test_names_and_places_in_a_voice_note_stay_inside(reels: Sandbox, tmp_path: Path) -> None:
    tags = {"title": "BI-MAT", "artist": "BI-MAT", "location": films.WHERE, "creation_time": "2026-03-14T08:09:26Z"}
    for kind in ("mp4", "ogg", "webm"):
        data = films.voice(kind, "libopus" if kind != "mp4" else "aac", metadata=tags)
        assert b"BI-MAT" in data
        store, digest = FolderStore(tmp_path / kind), hashlib.sha256(data).hexdigest()
        await store.put_bytes(original_key(digest), data)
        made = await derive_into(store, digest, reels, kind="audio")
        assert not isinstance(made, Refused)
        _plays_everywhere(b"".join([part async for part in store.open(made["audio"]["key"])]))


async def test_a_film_is_no_voice_note_and_the_other_way_round(reels: Sandbox, tmp_path: Path) -> None:
    """The kind comes from the caller; a file that is of the other one is not handed out under it."""
    store = FolderStore(tmp_path)
    for data, kind in ((films.film(), "audio"), (films.voice(), "video")):
        digest = hashlib.sha256(data).hexdigest()
        await store.put_bytes(original_key(digest), data)
        made = await derive_into(store, digest, reels, kind=kind)  # type: ignore[arg-type]
        assert isinstance(made, Refused) and made.code == "unreadable"
    assert [key async for key in store.list("derived/")] == []


def test_told_by_the_first_bytes() -> None:
    for head, told in {
        b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom": "video/mp4",
        b"\0\0\0\x14ftypqt  \0\0\0\0qt  ": "video/quicktime",
        b"\0\0\0\x18ftyp3gp4\0\0\0\0isom3gp4": "video/3gpp",
        b"\0\0\0\x18ftypM4A \0\0\0\0isomM4A ": "audio/mp4",
        b"\0\0\0\x18ftypMSNV\0\0\0\0MSNVisom": "video/mp4",
        b"\0\0\0\x18ftypXXXX\0\0\0\0isomXXXX": "video/mp4",
        b"\0\0\0\x08wide\0\0\0\0mdat": "video/quicktime",
        b"\0\0\0\x18ftypavif\0\0\0\0mif1miaf": None,
        b"\0\0\0\x18ftypcrx \0\0\0\0crx isom": None,
        b"\0\0\0\x14ftypjxl \0\0\0\0jxl ": None,
        b"\0\0\0\x18ftypXXXX\0\0\0\0YYYYXXXX": None,
        b"\x1aE\xdf\xa3\x80": None,
        b"OggS": None,
        b"OggS" + b"\0" * 24 + b"\x80theora": None,
        b"#!AMR-WB\n": "audio/amr",
        b"#!/bin/sh\n": None,
        b"": None,
    }.items():
        assert film_type(head) == told, head
    assert sniff(pictures.heic()[:1024]) == "image/heic"
    assert sniff(b"\0\0\0\x18ftypavif\0\0\0\0mif1miaf") == "unsupported-type"
