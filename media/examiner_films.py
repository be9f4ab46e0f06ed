"""What the examiner process does with a film: look several times a second, follow in between, write a hidden film.

Public films are silent: voices tell who speaks, and nothing here can hide a voice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.frame import VideoFrame
from PIL import Image

from media.areas import Area, Step, Thing, cut
from media.copies import write_copies
from media.examiner_models import Finders, Sighting, with_margin
from media.film_writer import FilmWriter
from media.hiding import Pixels, cells, hide, place
from media.tracking import Box, Grey, Track, Tracker, overlap, union

News = Callable[[int], None]

FACE_INTERVAL_S, PLATE_INTERVAL_S = 0.4, 0.8
_FOLLOW_WIDTH = 640
_STEP_S = 0.2
_SAME_PLACE = 0.85
# A cut: the mean change of a tiny grey copy, in shades, that no moving camera makes from frame to frame, and more
# than several times what the frames before changed by.
_CUT_SHADES, _CUT_TIMES = 12.0, 4.0
_MOST_PIXELS = 1920 * 1920
_POSTER_S = 1.0


class Lost(Exception):
    """Something sure went out of sight without leaving; `areas` is what was held."""

    def __init__(self, areas: list[Area]) -> None:
        super().__init__("lost")
        self.areas = areas


@dataclass
class _Look:
    """When one finder looks, and the tracker that is told."""

    tracker: Tracker
    find: Callable[[Pixels], list[Sighting]]
    interval_s: float
    due_s: float = 0.0
    looked_s: float = -1.0

    def take(self, shown: _Shown) -> None:
        height, width = shown.frame.height, shown.frame.width
        seen = self.find(shown.pixels)
        self.tracker.sighted([(_fractions(one.box, width, height), one.score) for one in seen])
        self.looked_s, self.due_s = shown.second, shown.second + self.interval_s - 1e-6


@dataclass
class _Cuts:
    """Tells where a new shot begins."""

    before: Grey | None = None
    usual: float = 0.0

    def between(self, grey: Grey) -> bool:
        tiny = np.asarray(cv2.resize(grey, (64, 36), interpolation=cv2.INTER_AREA), dtype=np.uint8)
        changed = 0.0 if self.before is None else float(cv2.absdiff(tiny, self.before).mean())
        is_cut = changed > _CUT_SHADES and changed > _CUT_TIMES * self.usual
        self.usual = 0.0 if is_cut else 0.8 * self.usual + 0.2 * changed
        self.before = tiny
        return is_cut


@dataclass
class _Shown:
    """A frame while it passes."""

    second: float
    frame: VideoFrame
    _pixels: Pixels | None = field(default=None)

    @property
    def pixels(self) -> Pixels:
        if self._pixels is None:
            self._pixels = np.asarray(self.frame.to_ndarray(format="rgb24"), dtype=np.uint8)
        return self._pixels

    @property
    def grey(self) -> Grey:
        """At most 640 pixels wide: enough to follow by."""
        whole = self.frame.to_ndarray(format="gray")
        scale = min(1.0, _FOLLOW_WIDTH / max(whole.shape))
        return np.asarray(cv2.resize(whole, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def examine(path: Path, finders: Finders, news: News) -> list[Area]:
    """The faces and plates of a film with their ways through it; raises Lost."""
    looks = (
        _Look(Tracker("face"), lambda picture: finders.faces.find(picture, (1.0,)), FACE_INTERVAL_S),
        _Look(Tracker("plate"), finders.plates.find, PLATE_INTERVAL_S),
    )
    cuts = _Cuts()
    shown: _Shown | None = None
    for frame, part in _frames(path):
        grey = frame.grey
        if cuts.between(grey) and shown is not None:
            _end_shot(shown, looks)
        shown = frame
        for look in looks:
            look.tracker.advance(shown.second, grey)
            if shown.second >= look.due_s:
                look.take(shown)
        news(part)
    if shown is None:
        raise ValueError("a film without a frame")
    _end_shot(shown, looks)
    areas = [_area(track, look.tracker, shown) for look in looks for track in look.tracker.tracks]
    if any(look.tracker.lost for look in looks):
        raise Lost(areas)
    return areas


def render(path: Path, areas: Sequence[Area], video: Path, large: Path, small: Path, news: News) -> None:
    """Write the silent film with all areas hidden, and its poster in both sizes."""
    poster: VideoFrame | None = None
    writer: FilmWriter | None = None
    with ExitStack() as open_files:
        for shown, part in _frames(path):
            hidden = _hidden(shown, areas)
            if writer is None:
                writer = open_files.enter_context(FilmWriter(video, (hidden.width, hidden.height), None))
            if poster is None or shown.second <= _POSTER_S:
                poster = hidden
            writer.picture(hidden, shown.second)
            news(part)
    if poster is None:
        raise ValueError("a film without a frame")
    write_copies(Image.fromarray(poster.to_ndarray(format="rgb24")), large, small)


def _hidden(shown: _Shown, areas: Sequence[Area]) -> VideoFrame:
    """The frame with what is to be hidden at its second replaced in each of its planes: the rest of the picture is not
    even converted."""
    frame = shown.frame
    width, height = frame.width, frame.height
    # 4:2:0: the lightness, then both colours at half the width and height, one after the other.
    planes = np.ascontiguousarray(frame.to_ndarray(format="yuv420p"), dtype=np.uint8)
    around = [(area.kind, box) for area in areas if (box := area.at(shown.second)) is not None]
    hide(planes[:height], [(place(box, width, height), cells(kind, film=True)) for kind, box in around])
    colours = planes[height:].reshape(2, height // 2, width // 2)
    for colour in colours:
        hide(colour, [(place(box, width // 2, height // 2), cells(kind, film=True)) for kind, box in around])
    hidden = VideoFrame.from_ndarray(planes, format="yuv420p")
    hidden.colorspace, hidden.color_range = frame.colorspace, frame.color_range
    return hidden


def _end_shot(last: _Shown, looks: Sequence[_Look]) -> None:
    """Look at the last frame of a shot too: what came in after the last look would be seen until its end. The next
    frame is looked at in any case."""
    for look in looks:
        if look.looked_s < last.second:
            look.take(last)
        look.tracker.cut()
        look.due_s = 0.0


def _frames(path: Path) -> Iterator[tuple[_Shown, int]]:
    """Every frame of our own copy with its second since the first one, and the percentage that has passed."""
    with av.open(str(path), format="mov", options={"protocol_whitelist": "file"}) as source:
        stream = source.streams.video[0]
        stream.thread_count = 1
        if stream.width * stream.height > _MOST_PIXELS:
            raise ValueError("larger than any copy of ours")
        whole = max(0.001, float(source.duration or 0) / av.time_base)
        first: float | None = None
        told = -1.0
        for frame in source.decode(stream):
            if frame.time is None:
                raise ValueError("a frame without a time")
            first = frame.time if first is None else first
            second = frame.time - first
            if second <= told:
                raise ValueError("time runs backwards")
            told = second
            yield _Shown(second, frame), min(99, int(100 * second / whole))


def _area(track: Track, tracker: Tracker, last: _Shown) -> Area:
    """The way of one thing as steps of a fifth of a second, each around everything within it, with margin."""
    width, height = last.frame.width, last.frame.height
    numbers = sorted(track.places)
    begins = tracker.second_of(numbers[0])
    steps: list[tuple[float, Box]] = []
    base, until = track.places[numbers[0]], -1.0
    for number in numbers:
        second, box = tracker.second_of(number), track.places[number]
        if steps and (second < until or overlap(union(base, box), base) > _SAME_PLACE):
            # Within a step, or hardly moved from where the step began.
            steps[-1] = (steps[-1][0], union(steps[-1][1], box))
            continue
        steps.append((second, box))
        base, until = box, second + _STEP_S - 1e-6
    half = FACE_INTERVAL_S / 2 if track.kind == "face" else PLATE_INTERVAL_S / 2
    from_s = max(0.0, math.floor((begins - half) * 1000) / 1000)
    to_s = math.ceil((tracker.second_of(numbers[-1]) + half) * 1000) / 1000
    path = tuple(_step(second, box, track.kind, width, height) for second, box in steps)
    path = ((from_s, *path[0][1:]), *path[1:])
    around = cut(*_around(path))
    return Area("", track.kind, *around, score=track.best, from_s=from_s, to_s=to_s, path=path if len(path) > 1 else ())


def _step(second: float, box: Box, kind: Thing, width: int, height: int) -> Step:
    pixels = (box[0] * width, box[1] * height, box[2] * width, box[3] * height)
    left, top, right, bottom = with_margin(Sighting(kind, pixels, 1.0))
    placed = cut(left / width, top / height, (right - left) / width, (bottom - top) / height)
    return (math.floor(second * 1000) / 1000, *placed)


def _around(path: Sequence[Step]) -> tuple[float, float, float, float]:
    left, top = min(step[1] for step in path), min(step[2] for step in path)
    right, bottom = max(step[1] + step[3] for step in path), max(step[2] + step[4] for step in path)
    return left, top, right - left, bottom - top


def _fractions(box: Box, width: int, height: int) -> Box:
    return (box[0] / width, box[1] / height, box[2] / width, box[3] / height)
