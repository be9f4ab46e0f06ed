"""The one picture that stands for a film: sharp, not black, near the beginning."""

from __future__ import annotations

from av.video.frame import VideoFrame
from PIL import Image, ImageFilter, ImageStat

_EVERY, _UNTIL = 0.25, 4.0
_LOOKED_AT = (160, 160)
# Below this mean, or with less difference than this between its pixels, a picture shows nothing.
_DARK, _FLAT = 18.0, 4.0
# How much of its sharpness a picture loses for each second that it lies behind the beginning.
_LATE = 0.08


class PosterChoice:
    """Looks at a picture four times a second for four seconds, and on until one shows something."""

    def __init__(self) -> None:
        self.best: Image.Image | None = None
        self._score = -1.0
        self._due = 0.0

    def see(self, frame: VideoFrame, at: float) -> None:
        """Consider a picture that is shown `at` seconds."""
        if at < self._due or (at > _UNTIL and self._score > 0):
            return
        self._due = at + _EVERY
        image: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]
        score = self._of(image, at)
        if self.best is None or score > self._score:
            self.best, self._score = image, score

    @staticmethod
    def _of(image: Image.Image, at: float) -> float:
        small = image.convert("L")
        small.thumbnail(_LOOKED_AT)
        light = ImageStat.Stat(small)
        if light.mean[0] < _DARK or light.stddev[0] < _FLAT:
            return 0.0
        edges = small.filter(ImageFilter.FIND_EDGES).crop((1, 1, small.width - 1, small.height - 1))
        return float(ImageStat.Stat(edges).stddev[0]) * max(0.5, 1 - _LATE * at) + 0.01
