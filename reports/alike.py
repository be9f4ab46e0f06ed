"""How alike two reports are: a score that explains itself. Pure; `reports.duplicates` finds the pairs to compare.

The score is the sum of what place, kind, time, words and picture each say, held in 0..1. Every part is one line of
`because`, so that an operator can add it up; the words for the codes belong to the screen.

A place counts only where it says something. Reports of a whole ward lie on one point when a form fell back to it (a
centre, a landmark, a phone without a fix): there the distance weighs nothing, and words or picture must carry it.
docs/adr/0017-duplicates.md has the reasons for the numbers.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import exp, isfinite, sqrt

from geo.distance import metres_between
from geo.folding import fold

# From here on two reports are shown to a person as perhaps the same problem.
THRESHOLD = 0.5

# A phone that is so unsure has named the quarter, not the spot.
UNSURE_M = 200.0
# Where nobody says how sure the fix is: a pin moved by hand, a photo's position.
USUAL_ACCURACY_M = 25.0
BEST_ACCURACY_M = 5.0
# One problem is seen from both sides of a street.
PROBLEM_M = 20.0
# With this spread a place says all it can; a wider one says less, but never less than the floor.
SHARP_M = 60.0
VAGUE = 0.45

PLACE, SAME_KIND, NEAR_KIND, OTHER_KIND, TIME, WORDS, PICTURE = 0.5, 0.2, 0.08, -0.15, 0.1, 0.3, 0.9
# Surely elsewhere speaks against it, however alike the words: residents write the same sentence of two streets.
ELSEWHERE, ELSEWHERE_SPREADS = 0.25, 4.0
DAYS = 14.0
# Fewer words than this cannot tell one pothole from another.
TELLING_WORDS = 5
SAME_PICTURE_BITS = 6
OTHER_PICTURE_BITS = 13


@dataclass(frozen=True, slots=True)
class Picture:
    """What is known of one picture: the digest of its file, and its fingerprint of 64 bits; None where it has none
    that tells it from others.
    """

    sha256: str
    phash: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is compared of a report. `path`: its category and the ancestors of it, leaf first. `placeless`: its point
    is one that many unlike reports share, or the centre of an area.
    """

    lon: float
    lat: float
    at: datetime
    path: tuple[str, ...]
    accuracy_m: float | None = None
    text: str = ""
    pictures: tuple[Picture, ...] = ()
    placeless: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of the score. `text` is the number behind it (metres, hours, per cent, bits), "" where there is none."""

    code: str
    text: str
    weight: float

    def as_document(self) -> dict[str, object]:
        """As JSON values."""
        return {"code": self.code, "text": self.text, "weight": self.weight}


@dataclass(frozen=True, slots=True)
class Alike:
    """How alike, 0 (nothing in common) to 1, and why: the heaviest reason first."""

    score: float
    because: tuple[Reason, ...]


def score(a: Facts, b: Facts) -> Alike:
    """Compare two reports. Symmetric; farther, later or less alike pictures never raise it."""
    found = [_place(a, b), _kind(a, b), _time(a, b), _words(a, b), _picture(a, b)]
    reasons = sorted((reason for reason in found if reason is not None), key=lambda one: (-abs(one.weight), one.code))
    total = sum(reason.weight for reason in reasons)
    return Alike(round(min(1.0, max(0.0, total)), 3), tuple(reasons))


def _place(a: Facts, b: Facts) -> Reason:
    if a.placeless or b.placeless:
        return Reason("place-shared", "", 0.0)
    if max(a.accuracy_m or 0.0, b.accuracy_m or 0.0) > UNSURE_M:
        return Reason("place-unsure", "", 0.0)
    metres = metres_between((a.lon, a.lat), (b.lon, b.lat))
    spread = sqrt(PROBLEM_M**2 + _accuracy(a) ** 2 + _accuracy(b) ** 2)
    here, hereabouts = _bell(metres / spread), _bell(metres / spread / ELSEWHERE_SPREADS)
    weight = max(VAGUE, min(1.0, SHARP_M / spread)) * (PLACE * here - ELSEWHERE * (1 - hereabouts))
    return Reason("distance", str(round(metres)), round(weight, 3))


def _bell(deviations: float) -> float:
    return exp(-(deviations**2) / 2)


def _accuracy(facts: Facts) -> float:
    known = facts.accuracy_m
    return max(BEST_ACCURACY_M, known) if known is not None and isfinite(known) else USUAL_ACCURACY_M


def _kind(a: Facts, b: Facts) -> Reason:
    if a.path[:1] == b.path[:1]:
        return Reason("same-category", "", SAME_KIND)
    if set(a.path) & set(b.path):
        return Reason("near-category", "", NEAR_KIND)
    return Reason("other-category", "", OTHER_KIND)


def _time(a: Facts, b: Facts) -> Reason:
    hours = abs((a.at - b.at).total_seconds()) / 3600
    return Reason("time", str(round(hours)), round(TIME * exp(-hours / 24 / DAYS), 3))


def _words(a: Facts, b: Facts) -> Reason | None:
    one, other = fold(a.text), fold(b.text)
    telling = min(len(one.split()), len(other.split()))
    if telling == 0:
        return None
    like = _cosine(_trigrams(one), _trigrams(other))
    if _other_numbers(one, other):
        # The same sentence about two house numbers is about two houses.
        like /= 2
    weight = WORDS * like**2 * min(1.0, telling / TELLING_WORDS)
    return Reason("text", str(round(like * 100)), round(weight, 3))


def _trigrams(text: str) -> Counter[str]:
    padded = f"  {text} "
    return Counter(padded[at : at + 3] for at in range(len(padded) - 2))


def _cosine(one: Counter[str], other: Counter[str]) -> float:
    # The keys of one in their order would make the sum depend on who is first.
    common = sum(one[key] * other[key] for key in sorted(one.keys() & other.keys()))
    return min(1.0, common / sqrt(sum(n * n for n in one.values()) * sum(n * n for n in other.values())))


def _other_numbers(one: str, other: str) -> bool:
    here, there = ({word for word in text.split() if word[:1].isdigit()} for text in (one, other))
    return bool(here and there and not here & there)


def _picture(a: Facts, b: Facts) -> Reason | None:
    if not a.pictures or not b.pictures:
        return None
    if {one.sha256 for one in a.pictures if one.sha256} & {one.sha256 for one in b.pictures}:
        return Reason("same-file", "0", PICTURE)
    bits = nearest_bits(a.pictures, b.pictures)
    if bits is None or bits >= OTHER_PICTURE_BITS:
        return None
    share = min(1.0, (OTHER_PICTURE_BITS - bits) / (OTHER_PICTURE_BITS - SAME_PICTURE_BITS))
    return Reason("picture", str(bits), round(PICTURE * share, 3))


def nearest_bits(one: Sequence[Picture], other: Sequence[Picture]) -> int | None:
    """In how many of 64 bits the most alike pair differs; None when one side has no telling fingerprint."""
    pairs = [(p.phash ^ q.phash).bit_count() for p in one for q in other if p.phash is not None and q.phash is not None]
    return min(pairs, default=None)


def fingerprint(digits: str | None) -> int | None:
    """The fingerprint of 16 hex digits as a number; None for one that says nothing.

    A blank wall, a black frame and an empty placeholder would be "the same picture" as every other blank one. Where the
    fingerprint is made they get sixteen zeros (`media.shades`), because their bits are rounding noise. Half the bits of
    a real picture are set, so what is nearly all alike or one short pattern over and over is no picture either.
    """
    if not digits:
        return None
    value = int(digits, 16)
    set_bits = value.bit_count()
    if not MOST_ALIKE_BITS <= set_bits <= 64 - MOST_ALIKE_BITS or len(set(value.to_bytes(8, "big"))) < FEWEST_BYTES:
        return None
    return value


MOST_ALIKE_BITS = 8
FEWEST_BYTES = 3
