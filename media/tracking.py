"""Keeps hold of faces and plates between the frames in which they were looked for.

Time runs frame by frame: `advance` with each frame, `sighted` with what was found in the newest frame, `cut` where
a new shot begins. Boxes are (left, top, right, bottom) as fractions of the frame, without margin.

What is hidden in a frame between two sightings is everything between two opinions: where optical flow carried the box,
and where a straight line from sighting to sighting puts it. A thing that is not found again although it did not
leave stays hidden where it was last held, wider with every moment; if it was a sure one and is not found in the end,
the film is `lost` and nobody may publish it unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from media.areas import Thing

Grey = NDArray[np.uint8]
Box = tuple[float, float, float, float]

GRACE_S = 1.2
"""How long a thing that flow has lost is waited for."""
SURE_SCORE = 0.5
"""A thing seen once with less is hidden too, but its vanishing alone does not hold the film back."""
_GROWTH_HELD, _GROWTH_LOST, _MOST_GROWTH = 0.5, 1.5, 2.0  # of the box's side, each second since a sighting
_GRID = 5
_LEAST_POINTS = 7
_MOST_RETURN_ERROR = 1.0  # pixels
_EDGE = 0.015
_FARTHEST = 1.2


@dataclass
class Track:
    """One thing through one shot: `places` by frame number, with growth but without margin."""

    number: int
    kind: Thing
    box: Box
    best: float
    seen_frame: int
    seen_s: float
    seen_box: Box
    held: bool = True
    sightings: int = 1
    places: dict[int, Box] = field(default_factory=dict)

    @property
    def sure(self) -> bool:
        """Whether it is no passing ghost of the finder."""
        return self.sightings >= 2 or self.best >= SURE_SCORE


class Tracker:
    """All things of one kind in one film."""

    def __init__(self, kind: Thing) -> None:
        self.kind = kind
        self.tracks: list[Track] = []
        self.lost: list[Track] = []
        self._live: list[Track] = []
        self._frame = -1
        self._second = 0.0
        # The frames since the last look, oldest first, for following a new thing back to where it came from.
        self._recent: list[tuple[int, Grey]] = []
        self._times: dict[int, float] = {}

    def advance(self, second: float, grey: Grey) -> None:
        """The next frame of the same shot."""
        previous = self._recent[-1][1] if self._recent else None
        self._frame, self._second = self._frame + 1, second
        self._recent.append((self._frame, grey))
        self._times[self._frame] = second
        for track in self._live:
            if previous is not None and track.held:
                # What flow has lost once is not picked up again: it would be whatever is there now.
                moved = follow(previous, grey, track.box)
                track.held = moved is not None
                track.box = moved or track.box
            track.places[self._frame] = self._grown(track)

    def sighted(self, found: Sequence[tuple[Box, float]]) -> None:
        """What a look at the newest frame found: (box, score) of each. Everything live is judged by it."""
        unmatched = list(range(len(found)))
        for track in sorted(self._live, key=lambda track: -track.best):
            nearest = _nearest(track, [found[index][0] for index in unmatched], self._grown(track))
            if nearest is not None:
                self._seen_again(track, *found[unmatched.pop(nearest)])
        for index in unmatched:
            self._begin(*found[index])
        self._live = [track for track in self._live if not self._is_over(track)]
        self._recent = self._recent[-1:]

    def cut(self) -> None:
        """The next frame belongs to another shot: nothing is followed into it."""
        self._live, self._recent = [], []

    def second_of(self, frame: int) -> float:
        """When a frame is shown."""
        return self._times[frame]

    def _begin(self, box: Box, score: float) -> None:
        track = Track(len(self.tracks), self.kind, box, score, self._frame, self._second, box)
        track.places[self._frame] = box
        self.tracks.append(track)
        self._live.append(track)
        # Back to the last look, where it was not found or was too small: hidden there too.
        self._follow_back(track, box)

    def _follow_back(self, track: Track, box: Box) -> None:
        for (_, later), (number, earlier) in zip(self._recent[::-1], self._recent[-2::-1], strict=False):
            box = follow(later, earlier, box) or box
            passed = self._second - self._times[number]
            track.places.setdefault(number, grown(box, _GROWTH_HELD * passed))

    def _seen_again(self, track: Track, box: Box, score: float) -> None:
        frames = [number for number, _ in self._recent if track.seen_frame < number <= self._frame]
        span = max(1, self._frame - track.seen_frame)
        carried = self._carried_back(box)
        for number in range(track.seen_frame + 1, self._frame):
            straight = _between(track.seen_box, box, (number - track.seen_frame) / span)
            before = track.places.get(number, straight)
            track.places[number] = union(union(before, straight), carried.get(number, straight))
        if frames:
            track.places[self._frame] = union(box, box)
        track.box = track.seen_box = box
        track.seen_frame, track.seen_s = self._frame, self._second
        track.best, track.held = max(track.best, score), True
        track.sightings += 1

    def _carried_back(self, box: Box) -> dict[int, Box]:
        """Where flow backwards from the newest frame puts the thing since the last look."""
        places = {}
        for (_, later), (number, earlier) in zip(self._recent[::-1], self._recent[-2::-1], strict=False):
            moved = follow(later, earlier, box)
            if moved is None:
                break
            box = places[number] = moved
        return places

    def _is_over(self, track: Track) -> bool:
        """Whether the thing has gone, for good or from our sight; the latter is noted in `lost`."""
        unseen = self._second - track.seen_s
        if unseen <= 0:
            return False
        if _beyond(track.box) or (_at_edge(track.box) and unseen > GRACE_S):
            return True
        if track.held:
            # Flow still holds what nobody recognises any more: a head that turned. Ghosts are let go.
            return not track.sure and unseen > GRACE_S
        if unseen <= GRACE_S:
            return False
        if track.sure:
            self.lost.append(track)
        return True

    def _grown(self, track: Track) -> Box:
        rate = _GROWTH_HELD if track.held else _GROWTH_LOST
        return grown(track.box, min(_MOST_GROWTH, rate * (self._second - track.seen_s)))


def follow(earlier: Grey, later: Grey, box: Box) -> Box | None:
    """Where the box went from one frame to the other by the middle of the flow of its points (Kalal 2010, "median
    flow"); None when too few points come back to where they began."""
    height, width = earlier.shape
    xs = np.linspace(box[0] + 0.1 * (box[2] - box[0]), box[2] - 0.1 * (box[2] - box[0]), _GRID) * width
    ys = np.linspace(box[1] + 0.1 * (box[3] - box[1]), box[3] - 0.1 * (box[3] - box[1]), _GRID) * height
    points = np.array([[x, y] for y in ys for x in xs], dtype=np.float32).reshape(-1, 1, 2)
    there, there_ok = _flow(earlier, later, points)
    back, back_ok = _flow(later, earlier, there)
    strayed = np.linalg.norm((back - points).reshape(-1, 2), axis=1)
    good = (there_ok.ravel() == 1) & (back_ok.ravel() == 1) & (strayed < _MOST_RETURN_ERROR)
    if int(good.sum()) < _LEAST_POINTS:
        return None
    before, after = points.reshape(-1, 2)[good], there.reshape(-1, 2)[good]
    dx, dy = (float(part) for part in np.median(after - before, axis=0))
    spread = _spread(after) / max(1e-6, _spread(before))
    scale = min(1.15, max(0.87, spread))
    cx, cy = (box[0] + box[2]) / 2 + dx / width, (box[1] + box[3]) / 2 + dy / height
    half_w, half_h = (box[2] - box[0]) / 2 * scale, (box[3] - box[1]) / 2 * scale
    return (cx - half_w, cy - half_h, cx + half_w, cy + half_h)


def grown(box: Box, by: float) -> Box:
    """The box wider by this share of its sides in all directions together."""
    aside, above = (box[2] - box[0]) * by / 2, (box[3] - box[1]) * by / 2
    return (box[0] - aside, box[1] - above, box[2] + aside, box[3] + above)


def union(a: Box, b: Box) -> Box:
    """The smallest box around both."""
    return (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))


def overlap(a: Box, b: Box) -> float:
    """Intersection over union."""
    wide, tall = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if wide <= 0 or tall <= 0:
        return 0.0
    both = wide * tall
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)


def _flow(earlier: Grey, later: Grey, points: Any) -> tuple[Any, Any]:
    moved, found, _ = cv2.calcOpticalFlowPyrLK(earlier, later, points, None, winSize=(15, 15), maxLevel=3)  # type: ignore[call-overload]
    return moved, found


def _spread(points: NDArray[Any]) -> float:
    """The middle distance of the points from their middle."""
    return float(np.median(np.linalg.norm(points - np.median(points, axis=0), axis=1)))


def _nearest(track: Track, boxes: Sequence[Box], reach: Box) -> int | None:
    """The box that is the track's thing again: it overlaps, or lies within reach and has a similar size."""
    best, which = 0.0, None
    for index, box in enumerate(boxes):
        near = overlap(track.box, box)
        if near < 0.1 and _within_reach(track.box, box, reach):
            near = 0.05
        if near > best:
            best, which = near, index
    return which


def _within_reach(mine: Box, box: Box, reach: Box) -> bool:
    size = max(mine[2] - mine[0], mine[3] - mine[1], 1e-6)
    other = max(box[2] - box[0], box[3] - box[1], 1e-6)
    cx, cy = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    inside = reach[0] <= cx <= reach[2] and reach[1] <= cy <= reach[3]
    away = max(abs(cx - (mine[0] + mine[2]) / 2), abs(cy - (mine[1] + mine[3]) / 2))
    return 0.4 < other / size < 2.5 and (inside or away < _FARTHEST * size)


def _between(a: Box, b: Box, part: float) -> Box:
    mixed = [one + (other - one) * part for one, other in zip(a, b, strict=True)]
    return (mixed[0], mixed[1], mixed[2], mixed[3])


def _at_edge(box: Box) -> bool:
    """Whether the thing touches the edge of the frame, where things leave."""
    return box[0] < _EDGE or box[1] < _EDGE or box[2] > 1 - _EDGE or box[3] > 1 - _EDGE


def _beyond(box: Box) -> bool:
    """Whether more than half of the thing is outside the frame."""
    return not (0 < (box[0] + box[2]) / 2 < 1 and 0 < (box[1] + box[3]) / 2 < 1)
