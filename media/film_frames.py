"""The pictures by which a film is known again, wherever it was cut: each time it shows something else than before.

A film is looked at ten times a second, and a picture is kept when its fingerprint has moved away from the one kept
last. So every moment of the film is near one that is kept: those of a copy that begins elsewhere, and a photo that was
taken out of it. A film that stands still leaves one.
"""

from __future__ import annotations

from pathlib import Path

import av
from av.video.frame import VideoFrame
from PIL import Image

from media import shades
from media.fingerprint import BITS, MOST_FRAMES, Frame, distance
from media.shades import NO_FINGERPRINT

EVERY_S = 0.1
MOVED_BITS = 5
"""A picture this far from the last one kept is kept too: what lies between is at most four bits from a kept one."""
_SIDE = 128
_MOST_PIXELS = 1920 * 1920


class FrameChoice:
    """`kept`: in the order of the film."""

    def __init__(self) -> None:
        self.kept: list[Frame] = []
        self._every, self._due = EVERY_S, 0.0

    def see(self, frame: VideoFrame, at: float) -> None:
        """Consider a picture that is shown `at` seconds."""
        if at < self._due - 1e-3:
            return
        self._due = at + self._every
        prints = shades.fingerprints(_grey(frame))
        if prints == NO_FINGERPRINT or self._from_last(prints) < MOVED_BITS:
            return
        self.kept.append(Frame(round(at, 2), prints))
        if len(self.kept) > MOST_FRAMES:
            # One that never stands still: every second picture is given up, as often as it takes.
            self.kept, self._every = self.kept[::2], self._every * 2

    def _from_last(self, prints: str) -> int:
        return distance(self.kept[-1].prints[:16], prints[:16]) if self.kept else BITS


def _grey(frame: VideoFrame) -> Image.Image:
    small = frame.reformat(width=_SIDE, height=_SIDE, format="gray", interpolation="AREA")
    image: Image.Image = small.to_image()  # type: ignore[no-untyped-call]
    return image


def frames_of(path: Path) -> list[Frame]:
    """Of our own copy of a film; raises ValueError and the libraries' own errors."""
    choice = FrameChoice()
    with av.open(str(path), format="mov", options={"protocol_whitelist": "file"}) as source:
        stream = source.streams.video[0]
        stream.thread_count = 1
        if stream.width * stream.height > _MOST_PIXELS:
            raise ValueError("larger than any copy of ours")
        # No other picture hangs on these, and there are enough without them.
        stream.codec_context.skip_frame = "NONREF"
        first: float | None = None
        for frame in source.decode(stream):
            if frame.time is None:
                raise ValueError("a frame without a time")
            first = frame.time if first is None else first
            choice.see(frame, frame.time - first)
    return choice.kept
