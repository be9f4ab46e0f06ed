"""Vietnamese number plates in text that was read from a picture: which lines are plates, or may be.

Rules of the plates: Circular 79/2024/TT-BCA (police: civil, state, diplomatic) and the army's plates of two
letters and four digits. Missing one is worse than hiding a house number, so misread letters count as what they
may have been, and a short text of digits counts as a plate that could not be read whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Reading = Literal["whole", "army", "diplomatic", "top", "bottom", "digits"]
Box = tuple[float, float, float, float]
"""(left, top, right, bottom) in pixels."""

# What a recogniser makes of worn, dirty and blurred signs: 0 like O, Q, D; 1 like I, L; and so on.
_DIGIT = "[0-9OQDUCILTZSBGEA]"
_LETTER = "[A-Z0-9]"
_FORMS: tuple[tuple[Reading, re.Pattern[str], int], ...] = (
    # The number is how many true digits must be left, so that words are not taken for plates.
    ("diplomatic", re.compile(rf"{_DIGIT}{{5}}(NG|QT|NN|CV|N6|0T|QI){_DIGIT}{{2}}"), 4),
    # 30A 12345 · 30A 1234 · 29LD 12345 · 29B1 12345 · 29MD1 23456 · T29 12345 (temporary)
    ("whole", re.compile(rf"T?{_DIGIT}{{2}}{_LETTER}{{1,2}}{_DIGIT}{{4,6}}"), 3),
    ("army", re.compile(rf"[A-Z]{{2}}{_DIGIT}{{4,5}}"), 3),
    ("bottom", re.compile(r"[0-9]{4,5}"), 4),
    ("top", re.compile(rf"(?=.*[A-Z])T?{_DIGIT}{{2}}{_LETTER}{{1,3}}"), 2),
    ("bottom", re.compile(rf"{_DIGIT}{{4,5}}"), 3),
)
_SHORTEST, _LONGEST = 3, 10
_TOP_ASPECT = 6.0
# Misread, an upper line looks like a lower one; where they stand decides.
_PARTS: tuple[Reading, ...] = ("top", "bottom", "digits")
_SURE: dict[Reading, float] = {
    "whole": 1.0, "army": 0.9, "diplomatic": 1.0, "top": 0.5, "bottom": 0.7, "digits": 0.4,
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of text with its box and how sure the recogniser was (0..1)."""

    text: str
    box: Box
    score: float

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]

    @property
    def width(self) -> float:
        return self.box[2] - self.box[0]


@dataclass(frozen=True)
class Plate:
    """A place to hide, without margin; `text` is only for tests and figures and goes nowhere else."""

    box: Box
    score: float
    text: str
    reading: Reading


def plain(text: str) -> str:
    """Capital letters and digits only: `29-B1 · 123.45` -> `29B112345`, `Đ` -> `D`."""
    bare = unicodedata.normalize("NFD", text.upper().replace("Đ", "D"))
    return "".join(letter for letter in bare if letter.isascii() and letter.isalnum())


def reading(text: str) -> Reading | None:
    """What kind of plate, or part of one, the text may be; None: none."""
    bare = plain(text)
    digits = sum(letter.isdigit() for letter in bare)
    if len(bare) >= 9 and digits == len(bare) and bare[0] == "0":
        # A telephone number; no province begins with 0.
        return None
    for form, pattern, least in _FORMS:
        if digits >= least and pattern.fullmatch(bare):
            return form
    # Two digits count in a short text only: SALE 50 is none.
    if (_SHORTEST <= len(bare) <= _LONGEST and digits >= 3) or (len(bare) in (4, 5) and digits == 2 and _like(bare)):
        return "digits"
    return None


def find(lines: Sequence[Line]) -> list[Plate]:
    """The plates among the lines: whole ones, pairs of an upper and a lower line, and lone parts.

    A lone lower line is widened by the place of the upper one that was not read, and the other way round: half a
    plate that stays readable is a readable plate to whoever saw the car.
    """
    read = [(line, form) for line in lines if (form := reading(line.text)) is not None]
    used: set[int] = set()
    found = []
    for index, (line, form) in enumerate(read):
        if form not in _PARTS or index in used:
            continue
        below = _below(index, read, used)
        if below is not None:
            used |= {index, below}
            found.append(_joined(line, read[below][0]))
    for index, (line, form) in enumerate(read):
        if index not in used and not (form == "top" and line.width > line.height * _TOP_ASPECT):
            found.append(_lone(line, form))
    return found


def _below(index: int, read: Sequence[tuple[Line, Reading]], used: set[int]) -> int | None:
    upper = read[index][0]
    for other, (line, form) in enumerate(read):
        if other != index and other not in used and form in _PARTS and _stacked(upper, line):
            return other
    return None


def _stacked(upper: Line, lower: Line) -> bool:
    """Whether the lower line stands right under the upper one, as on plates of two lines."""
    if lower.box[1] + lower.box[3] <= upper.box[1] + upper.box[3]:
        return False
    gap = lower.box[1] - upper.box[3]
    tall = max(upper.height, lower.height)
    shared = min(upper.box[2], lower.box[2]) - max(upper.box[0], lower.box[0])
    similar = 0.4 < upper.height / max(lower.height, 1.0) < 2.5
    return similar and -0.6 * tall < gap < 0.8 * tall and shared > 0.5 * min(upper.width, lower.width)


def _joined(upper: Line, lower: Line) -> Plate:
    a, b = upper.box, lower.box
    box = (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
    return Plate(box, round(max(upper.score, lower.score), 3), f"{upper.text} {lower.text}", "whole")


def _lone(line: Line, form: Reading) -> Plate:
    left, top, right, bottom = line.box
    if form in ("bottom", "digits"):
        top -= 1.1 * line.height
    if form in ("top", "digits"):
        bottom += 1.1 * line.height
    # Of an unread beginning or end of the line.
    aside = 0.0 if form in ("whole", "army", "diplomatic") else 0.25 * line.width
    return Plate((left - aside, top, right + aside, bottom), round(line.score * _SURE[form], 3), line.text, form)


def _like(bare: str) -> bool:
    """Whether it may be the beginning of a plate that was misread."""
    return re.fullmatch(rf"{_DIGIT}{{2}}{_LETTER}{{1,2}}{_DIGIT}*", bare) is not None
