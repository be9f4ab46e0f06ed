"""Makes the frames of any film into those that are shown: upright, square pixels, 8 bits, a size that fits."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import av
from av.audio.frame import AudioFrame
from av.filter import Graph
from av.video.frame import VideoFrame

from media.confined import Refusal
from media.film_turns import Turn

_LONG, _SHORT = 1280, 720
# An encoder works in blocks of 16.
_LEAST = 16
_MOST_CHANGES = 60
# Transfer functions of high dynamic range: SMPTE ST 2084 and ARIB STD-B67 (ITU-T H.273 table 3).
_PQ, _HLG = 16, 18
_RATES = (8000, 16000, 22050, 24000, 32000, 44100, 48000)
_WAITING = (av.BlockingIOError, av.EOFError)


def fitting(size: tuple[int, int]) -> tuple[int, int]:
    """The size within 1280 x 720 or 720 x 1280, never enlarged, both sides even."""
    width, height = size
    most_width, most_height = (_LONG, _SHORT) if width >= height else (_SHORT, _LONG)
    scale = min(Fraction(1), Fraction(most_width, width), Fraction(most_height, height))
    return _even(width * scale), _even(height * scale)


def _even(side: Fraction) -> int:
    return max(_LEAST, int(side) // 2 * 2)


class Upright:
    """A film may change its pictures' size on the way (a phone's browser does when it is turned): each change gets a
    new filter, and the picture is set into the middle of the first size."""

    def __init__(self, turn: Turn, shape: Fraction, size: tuple[int, int]) -> None:
        self._turn, self._shape, self._size = turn, shape, size
        self._graph: Graph | None = None
        self._now: tuple[object, ...] = ()
        self._changes = 0

    def made(self, frame: VideoFrame) -> VideoFrame | None:
        """The frame as it is shown; its time is the caller's business."""
        now = (frame.width, frame.height, frame.format.name, frame.colorspace, frame.color_trc, frame.color_range)
        if self._graph is None or now != self._now:
            self._changes += 1
            if self._changes > _MOST_CHANGES:
                raise Refusal("unreadable", "Its pictures change their size without end.")
            self._graph, self._now = self._build(frame), now
        frame.pts, frame.time_base = 0, Fraction(1, 1000)
        self._graph.push(frame)
        try:
            shown = self._graph.pull()
        except _WAITING:
            return None
        return shown if isinstance(shown, VideoFrame) else None

    def _build(self, frame: VideoFrame) -> Graph:
        graph = Graph()
        graph.threads = 1
        source = graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 1000)
        )
        steps = [source]
        for name, arguments in self._steps(frame):
            steps.append(graph.add(name, arguments))
        steps.append(graph.add("buffersink"))
        graph.link_nodes(*steps)
        graph.configure()
        return graph

    def _steps(self, frame: VideoFrame) -> Iterator[tuple[str, str]]:
        """Smaller before anything else, so that the rest is cheap; then colours; then the turn."""
        width, height = self._inside(frame)
        wide, high = (height, width) if self._turn.sideways else (width, height)
        yield "scale", f"{wide}:{high}:flags=bicubic"
        if frame.color_trc == _HLG:
            # Hybrid log-gamma is made to be shown on a plain screen as it is; only its primaries are wider.
            yield "format", "yuv420p10le"
            yield "colorspace", "iall=bt2020:irange=tv:all=bt709:format=yuv420p"
        elif frame.color_trc == _PQ:
            # Needs real tone mapping; the table for it takes seconds to compute, once for each film.
            yield "format", "yuv420p10le"
            yield "scale", "out_primaries=bt709:out_transfer=bt709:intent=perceptual"
        yield "scale", "out_color_matrix=bt709:out_range=tv"
        yield "format", "yuv420p"
        for step in filter(None, self._turn.filters.split(",")):
            name, _, arguments = step.partition("=")
            yield name, arguments
        if (width, height) != self._size:
            yield "pad", f"{self._size[0]}:{self._size[1]}:-1:-1"
        yield "setsar", "1"

    def _inside(self, frame: VideoFrame) -> tuple[int, int]:
        width, height = round(frame.width * self._shape), frame.height
        if self._turn.sideways:
            width, height = height, width
        fitted = fitting((max(1, width), height))
        if max(abs(a - b) for a, b in zip(fitted, self._size, strict=True)) <= 2:
            return self._size
        scale = min(Fraction(self._size[0], max(1, width)), Fraction(self._size[1], height))
        return min(_even(width * scale), self._size[0]), min(_even(height * scale), self._size[1])


class Sound:
    """Sound in one rate and layout, without holes: where it pauses there is silence, so that it stays with the picture.

    `rate` and `layout` are those of what comes out.
    """

    def __init__(self, first: AudioFrame, *, mono: bool) -> None:
        self.rate = next((rate for rate in _RATES if rate >= min(first.sample_rate, 48000)), 48000)
        self.rate = max(self.rate, 16000)
        self.layout = "mono" if mono or first.layout.nb_channels == 1 else "stereo"
        self._graph: Graph | None = None
        self._now: tuple[object, ...] = ()
        self._changes = 0
        self._next = Fraction(0)

    def made(self, frame: AudioFrame, at: Fraction | None) -> list[AudioFrame]:
        """The pieces that are complete; `at` is the moment in seconds, None for "right behind the one before"."""
        now = (frame.sample_rate, frame.format.name, frame.layout.name)
        before: list[AudioFrame] = []
        if self._graph is None or now != self._now:
            self._changes += 1
            if self._changes > _MOST_CHANGES:
                raise Refusal("unreadable", "Its sound changes without end.")
            before = self.rest()
            self._graph, self._now = self._build(frame, from_the_start=self._changes == 1), now
        at = self._next if at is None else at
        self._next = at + Fraction(frame.samples, frame.sample_rate)
        frame.pts, frame.time_base = round(at * frame.sample_rate), Fraction(1, frame.sample_rate)
        self._graph.push(frame)
        return before + self._pull()

    def rest(self) -> list[AudioFrame]:
        """What is left at the end."""
        if self._graph is None:
            return []
        self._graph.push(None)
        return self._pull()

    def _pull(self) -> list[AudioFrame]:
        assert self._graph is not None
        found: list[AudioFrame] = []
        while True:
            try:
                frame = self._graph.pull()
            except _WAITING:
                return found
            if isinstance(frame, AudioFrame):
                found.append(frame)

    def _build(self, frame: AudioFrame, *, from_the_start: bool) -> Graph:
        graph = Graph()
        source = graph.add_abuffer(
            sample_rate=frame.sample_rate,
            format=frame.format,
            layout=frame.layout,
            time_base=Fraction(1, frame.sample_rate),
        )
        start = ":first_pts=0" if from_the_start else ""
        steps = [
            source,
            graph.add("aresample", f"{self.rate}:async=1{start}"),
            graph.add("aformat", f"sample_fmts=fltp:sample_rates={self.rate}:channel_layouts={self.layout}"),
            graph.add("asetnsamples", "n=1024:p=0"),
            graph.add("abuffersink"),
        ]
        graph.link_nodes(*steps)
        graph.configure()
        return graph
