"""How long a film takes to become one that is shown: seconds, processor seconds for each of its own, memory.

The films are made here, of a drawn street with the noise and the trembling of a hand, at the data rate of a phone.
"""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.video.frame import VideoFrame
from PIL import Image

from bench.confined import MIB, run
from media.drawing import draw_scene
from media.film_frames import frames_of
from media.pool import film_sandbox
from media.verdicts import Limits

LIMITS = Limits()


@dataclass(frozen=True)
class Film:
    """A film as a phone makes it."""

    name: str
    codec: str
    size: tuple[int, int]
    seconds: int
    fps: int
    bits: int
    pix_fmt: str = "yuv420p"
    hlg: bool = False


FILMS = (
    Film("30 s, 1080p, H.264", "libx264", (1920, 1080), 30, 30, 17_000_000),
    Film("10 s, 1080p, HEVC 10 bits HLG", "libx265", (1920, 1080), 10, 30, 8_000_000, "yuv420p10le", True),
    Film("5 s, 4K, HEVC 10 bits HLG", "libx265", (3840, 2160), 5, 30, 24_000_000, "yuv420p10le", True),
)


def make(film: Film, path: Path) -> None:
    """Write the film with sound."""
    width, height = film.size
    street = Image.open(io.BytesIO(draw_scene("pothole", 7))).resize(
        (width + 64, height + 64), Image.Resampling.BICUBIC
    )
    grain = Image.effect_noise((width + 64, height + 64), 30).convert("RGB")
    street = Image.blend(street, grain, 0.12)
    with av.open(str(path), "w", format="mov") as out:
        options = {"preset": "ultrafast", "x265-params": "log-level=none"}
        stream: Any = out.add_stream(film.codec, rate=film.fps, options=options)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = width, height, film.pix_fmt, film.bits
        if film.hlg:
            context = stream.codec_context
            context.color_primaries, context.color_trc, context.colorspace = 9, 18, 9
        for number in range(film.seconds * film.fps):
            x, y = (number * 7) % 60, (number * 5) % 50
            shown = street.crop((x, y, x + width, y + height))
            frame = VideoFrame.from_image(shown)  # type: ignore[no-untyped-call]
            frame.pts, frame.time_base = number, Fraction(1, film.fps)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def measure(say: Callable[[str], None], films: tuple[Film, ...] = FILMS) -> dict[str, Any]:
    """One fresh confined process for each film: look, then transcode."""
    found = {}
    for film in films:
        with tempfile.TemporaryDirectory(prefix="hientruong-bench-") as name:
            found[film.name] = _one(film, Path(name))
        figures = found[film.name]
        say(
            f"{film.name} ({figures['mib']} MiB): looked at in {figures['look_s']} s, made in {figures['made_s']} s, "
            f"{figures['cpu_s_per_s']} CPU s for each second, peak {figures['peak_mib']} MiB, "
            f"{figures['made_mib']} MiB to show; known by {figures['known_by']} pictures, taken in "
            f"{figures['known_cpu_s_per_s']} CPU s for each second"
        )
    return found


def _one(film: Film, folder: Path) -> dict[str, Any]:
    source, made = folder / "source", folder / "video.mp4"
    make(film, source)
    bounds = {
        "film_pixels": LIMITS.film_pixels,
        "film_seconds": LIMITS.film_seconds,
        "voice_seconds": LIMITS.voice_seconds,
    }
    limits = film_sandbox(LIMITS.film_seconds, LIMITS.voice_seconds).confinement
    job = {"path": str(source), "cpu_seconds": limits.cpu_seconds, **bounds}
    paths = {"film": str(made), "large": str(folder / "large.webp"), "small": str(folder / "small.webp")}
    cost = run(
        "media.film_sandbox",
        [{"op": "probe", **job}, {"op": "transcode", **job, **paths}],
        memory=limits.memory_bytes,
        files=limits.file_bytes,
    )
    if not all("done" in answer for answer in cost.answers):
        raise SystemExit(f"{film.name}: {cost.answers}")
    begun = time.process_time()
    kept = len(frames_of(made))
    known = (time.process_time() - begun) / film.seconds
    return {
        "known_cpu_s_per_s": round(known, 3),
        "known_by": kept,
        "mib": round(source.stat().st_size / MIB, 1),
        "look_s": round(cost.seconds[0], 2),
        "made_s": round(cost.seconds[1], 1),
        "cpu_s_per_s": round(cost.cpu_seconds / film.seconds, 2),
        "peak_mib": round(cost.peak_mib),
        "made_mib": round(made.stat().st_size / MIB, 1),
    }
