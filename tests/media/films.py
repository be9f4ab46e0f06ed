"""Films and voice notes made for the tests: every kind a phone or an attacker sends, a second or two long."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from PIL import Image, ImageDraw

Paint = Callable[[Image.Image, int], Image.Image]

RED, GREEN, BLUE = (200, 30, 30), (30, 160, 30), (30, 30, 200)
WHERE = "+10.3460+107.0843/"
SECRETS = (b"10.3460", b"107.0843", b"2026-03-14", b"BI-MAT", b"Lavf", b"Lavc", b"x264", b"Apple", b"iPhone")

# One turn of a phone each: the display matrix (a, b, c, d) that shows a picture stored turned the other way upright.
MATRICES: dict[object, tuple[int, int, int, int]] = {
    0: (1, 0, 0, 1),
    90: (0, 1, -1, 0),
    180: (-1, 0, 0, -1),
    270: (0, -1, 1, 0),
    "mirrored": (-1, 0, 0, 1),
    "flipped": (1, 0, 0, -1),
    "transposed": (0, 1, 1, 0),
    "transversed": (0, -1, -1, 0),
}
_UNDO: dict[object, Image.Transpose] = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
    "mirrored": Image.Transpose.FLIP_LEFT_RIGHT,
    "flipped": Image.Transpose.FLIP_TOP_BOTTOM,
    "transposed": Image.Transpose.TRANSPOSE,
    "transversed": Image.Transpose.TRANSVERSE,
}


def scene(width: int, height: int, number: int = 0) -> Image.Image:
    """Grey with a red top-left, a green top-right and a blue bottom-right corner, and something that moves."""
    image = Image.new("RGB", (width, height), (120, 120, 120))
    draw, w, h = ImageDraw.Draw(image), width // 3, height // 3
    draw.rectangle((0, 0, w, h), RED)
    draw.rectangle((width - w, 0, width, h), GREEN)
    draw.rectangle((width - w, height - h, width, height), BLUE)
    x = (number * 7) % max(1, width - 20)
    draw.rectangle((x, height // 2 - 5, x + 20, height // 2 + 5), "white")
    return image


def frames(
    count: int, size: tuple[int, int], fps: int, turn: object = 0, paint: Paint | None = None
) -> Iterator[VideoFrame]:
    """So many pictures of the scene, stored as `turn` asks."""
    undo = _UNDO.get(turn)
    for number in range(count):
        image = scene(*size, number)
        image = paint(image, number) if paint else image
        frame: VideoFrame = VideoFrame.from_image(image if undo is None else image.transpose(undo))  # type: ignore[no-untyped-call]
        frame.pts, frame.time_base = number, Fraction(1, fps)
        yield frame


def tone(seconds: float, rate: int, layout: str = "mono") -> Iterator[AudioFrame]:
    """A square wave of 440 Hz in pieces of 20 ms."""
    size, channels = rate // 50, 1 if layout == "mono" else 2
    for number in range(round(seconds * 50)):
        samples = (
            (9000 if (number * size + i) * 880 // rate % 2 else -9000) for i in range(size) for _ in range(channels)
        )
        frame = AudioFrame(format="s16", layout=layout, samples=size)
        frame.planes[0].update(struct.pack(f"<{size * channels}h", *samples))
        frame.sample_rate, frame.pts, frame.time_base = rate, number * size, Fraction(1, rate)
        yield frame


def film(
    container: str = "mp4",
    video: str | None = "libx264",
    audio: str | None = "aac",
    *,
    metadata: dict[str, str] | None = None,
    movflags: str = "",
    turn: object = 0,
    **options: Any,
) -> bytes:
    """A film as bytes; `turn` stores the pictures turned and writes the matrix that shows them upright.

    `options`: size, seconds, sound_seconds, fps, rate, layout, pix_fmt, shape (of a pixel), colour (fields of the codec
    context), paint (what to make of each picture).
    """
    # In a folder and not in memory: moving the index to the front needs a file that can be opened again.
    with tempfile.TemporaryDirectory(prefix="hientruong-test-") as folder:
        path = Path(folder) / "film"
        with av.open(str(path), "w", format=container, options={"movflags": movflags} if movflags else {}) as made:
            made.metadata.update(metadata or {})
            tracks: list[tuple[Any, Iterator[Any]]] = []
            if video:
                tracks.append(_picture_track(made, video, turn, options))
            if audio:
                tracks.append(_sound_track(made, audio, options))
            for stream, content in tracks:
                for frame in content:
                    made.mux(stream.encode(frame))
                made.mux(stream.encode(None))
        data = path.read_bytes()
    return with_matrix(data, MATRICES[turn]) if turn in MATRICES and turn != 0 else data


def _picture_track(made: Any, codec: str, turn: object, options: dict[str, Any]) -> tuple[Any, Iterator[VideoFrame]]:
    size, fps = options.get("size", (160, 120)), options.get("fps", 10)
    stream = made.add_stream(codec, rate=fps, options=_quick(codec))
    stream.width, stream.height = size[::-1] if turn in {90, 270, "transposed", "transversed"} else size
    stream.pix_fmt = options.get("pix_fmt", "yuv420p")
    if "shape" in options:
        stream.codec_context.sample_aspect_ratio = options["shape"]
    for name, value in options.get("colour", {}).items():
        setattr(stream.codec_context, name, value)
    count = round(options.get("seconds", 1.0) * fps)
    return stream, frames(count, size, fps, turn, options.get("paint"))


def _sound_track(made: Any, codec: str, options: dict[str, Any]) -> tuple[Any, Iterator[AudioFrame]]:
    rate, layout = options.get("rate", 48000), options.get("layout", "mono")
    stream = made.add_stream(codec, rate=rate)
    stream.layout = layout
    seconds = options.get("sound_seconds", options.get("seconds", 1.0))
    resampler = av.AudioResampler(stream.format, stream.layout, rate, stream.frame_size or None)
    return stream, (part for frame in tone(seconds, rate, layout) for part in resampler.resample(frame))


def _quick(codec: str) -> dict[str, str]:
    return {
        "libx264": {"preset": "ultrafast"},
        "libx265": {"preset": "ultrafast", "x265-params": "log-level=none"},
        "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
        "libvpx": {"deadline": "realtime", "cpu-used": "8"},
    }.get(codec, {})


def with_matrix(data: bytes, matrix: tuple[int, int, int, int]) -> bytes:
    """The same film with another display matrix in its first track header (version 0)."""
    at = data.index(b"tkhd") + 4 + 40
    a, b, c, d = (value << 16 for value in matrix)
    return data[:at] + struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30) + data[at + 36 :]


def box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + name + body


def voice(container: str = "ipod", audio: str = "aac", *, seconds: float = 1.0, **options: Any) -> bytes:
    return film(container, None, audio, seconds=seconds, **options)


def everything_mov(**options: Any) -> bytes:
    """What an iPhone writes: HEVC in a MOV with place, time, make and model in two kinds of boxes."""
    tags = {
        "location": WHERE,
        "com.apple.quicktime.location.ISO6709": "+10.3460+107.0843+012.000/",
        "com.apple.quicktime.creationdate": "2026-03-14T15:09:26+0700",
        "com.apple.quicktime.make": "Apple",
        "com.apple.quicktime.model": "iPhone BI-MAT",
        "comment": "BI-MAT",
    }
    return film("mov", "libx265", metadata=tags, movflags="use_metadata_tags", **options)
