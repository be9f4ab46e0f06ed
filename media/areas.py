"""What is hidden and where: areas of a picture or a film as fractions of its upright size.

This is the one list that everybody works on: the examiner finds it, an operator mends it, rendering hides
exactly what it says. No area means that nothing is hidden.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

Kind = Literal["face", "plate", "hand"]
Thing = Literal["face", "plate"]
"""What is looked for; a person may mark anything else by hand."""
Step = tuple[float, float, float, float, float]
"""(second, x, y, w, h): the place that holds from this second until the next step."""

MOST_AREAS = 500
MOST_STEPS = 2000
_DIGITS = 4
# Part of the address of a public copy: another way of hiding makes new copies instead of mixing with old ones.
_WAY_OF_HIDING = 1


@dataclass(frozen=True)
class Area:
    """One place to hide. In films from `from_s` to `to_s` (None: from the start, to the end); a moving thing has
    a `path`, and x, y, w, h are then everything it ever covers."""

    id: str
    kind: Kind
    x: float
    y: float
    w: float
    h: float
    score: float | None = None
    from_s: float | None = None
    to_s: float | None = None
    path: tuple[Step, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The area as it is kept with the attachment and sent to the operator."""
        value: dict[str, Any] = {"id": self.id, "kind": self.kind, "x": self.x, "y": self.y, "w": self.w, "h": self.h}
        for name in ("score", "from_s", "to_s"):
            if getattr(self, name) is not None:
                value[name] = getattr(self, name)
        return {**value, "path": [list(step) for step in self.path]} if self.path else value

    def at(self, second: float) -> tuple[float, float, float, float] | None:
        """The place (x, y, w, h) at this second of a film; None while there is nothing to hide."""
        if (self.from_s is not None and second < self.from_s) or (self.to_s is not None and second > self.to_s):
            return None
        place = (self.x, self.y, self.w, self.h)
        for step in self.path:
            if step[0] > second:
                break
            place = step[1:]
        return place


def read(values: Iterable[Mapping[str, Any] | Area], *, film: bool) -> tuple[Area, ...]:
    """Areas from JSON, checked and cut to the picture; raises ValueError with the place of the mistake.

    Ids that are missing or double are given anew. Times and paths count in films only.
    """
    found: list[Area] = []
    taken: set[str] = set()
    for number, value in enumerate(values):
        if number >= MOST_AREAS:
            raise ValueError(f"more than {MOST_AREAS} areas")
        area = value if isinstance(value, Area) else _one(value, number)
        if not film:
            area = replace(area, from_s=None, to_s=None, path=())
        if not area.id or area.id in taken:
            area = replace(area, id=_free(area.kind, taken))
        taken.add(area.id)
        found.append(area)
    return tuple(found)


def revised(
    before: Sequence[Mapping[str, Any]], wanted: Iterable[Mapping[str, Any]], *, film: bool
) -> tuple[Area, ...]:
    """The operator's areas; one that keeps the id and the frame of a found one keeps its path and score too.

    An area that comes without a path hides its whole frame all the time, so nothing is less hidden for it.
    """
    known = {area.id: area for area in read(before, film=film)}
    answer = []
    for area in read(wanted, film=film):
        old = known.get(area.id)
        same = old is not None and old.kind == area.kind and _frame(old) == _frame(area)
        answer.append(replace(area, path=old.path, score=old.score) if same and old is not None else area)
    return tuple(answer)


def digest(areas: Iterable[Area]) -> str:
    """16 hex digits that change with what is hidden, whatever the order and the names of the areas."""
    places = sorted(json.dumps([_frame(area), area.kind, area.path]) for area in areas)
    return hashlib.sha256(json.dumps([_WAY_OF_HIDING, places]).encode()).hexdigest()[:16]


def cut(x: float, y: float, w: float, h: float) -> tuple[float, float, float, float]:
    """The part of the box inside the picture, rounded outwards to 1/10,000; it may be empty."""
    step = 10**_DIGITS
    # A hundredth of a step is an error of binary fractions, not a part of the box: what is cut already stays the same.
    left, top = (math.floor(max(0.0, start) * step + 0.01) / step for start in (x, y))
    right, bottom = (math.ceil(min(1.0, end) * step - 0.01) / step for end in (x + w, y + h))
    return left, top, round(max(0.0, right - left), _DIGITS), round(max(0.0, bottom - top), _DIGITS)


def _frame(area: Area) -> tuple[float | None, ...]:
    return (area.x, area.y, area.w, area.h, area.from_s, area.to_s)


def _one(value: Mapping[str, Any], number: int) -> Area:
    where = f"area {number + 1}"
    if value.get("kind") not in get_args(Kind):
        raise ValueError(f"{where}: kind is one of {', '.join(get_args(Kind))}")
    x, y, w, h = (_number(value.get(name), f"{where}: {name}") for name in ("x", "y", "w", "h"))
    box = cut(x, y, w, h)
    if w <= 0 or h <= 0 or box[2] <= 0 or box[3] <= 0:
        raise ValueError(f"{where}: it covers nothing of the picture")
    from_s, to_s, score = (
        None if value.get(name) is None else _number(value[name], f"{where}: {name}")
        for name in ("from_s", "to_s", "score")
    )
    if from_s is not None and to_s is not None and to_s < from_s:
        raise ValueError(f"{where}: it ends before it begins")
    given = value.get("id")
    name = given if isinstance(given, str) and len(given) <= 40 else ""
    return Area(name, value["kind"], *box, score=score, from_s=from_s, to_s=to_s, path=_path(value, where))


def _path(value: Mapping[str, Any], where: str) -> tuple[Step, ...]:
    steps: list[Step] = []
    for step in value.get("path") or ():
        if len(steps) >= MOST_STEPS or not isinstance(step, list | tuple) or len(step) != 5:
            raise ValueError(f"{where}: a path is a list of [second, x, y, w, h]")
        second, x, y, w, h = (_number(part, f"{where}: path") for part in step)
        steps.append((second, *cut(x, y, w, h)))
    if steps != sorted(steps, key=lambda step: step[0]):
        raise ValueError(f"{where}: a path goes forward in time")
    return tuple(steps)


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{where} is a number")
    return float(value)


def _free(kind: Kind, taken: set[str]) -> str:
    number = 1
    while f"{kind}-{number}" in taken:
        number += 1
    return f"{kind}-{number}"
