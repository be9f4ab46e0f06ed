"""What a newer layer of areas changes: pure comparison of what is stored with what came, without database or
files.

A version of an area is never rewritten: whatever differs from the day `valid_from` on closes the old version
and opens a new one, so that a report of the past still lies in the unit of its day. The key is (kind, code,
valid_from); codes alone are reused with a new meaning.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from shapely.geometry.base import BaseGeometry

from geo.sentences import Sentence
from geo.shapes import Shape, area_m2, polygons_of, same_shape

KINDS = ("province", "commune", "neighbourhood")
"""From the widest to the deepest."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """An area of the file, its shape fit for use; None in a text means the file does not say."""

    number: int
    code: str
    name: str
    shape: Shape
    name_en: str | None = None
    parent_code: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A stored version of an area; `valid_to` is excluded, None means still valid."""

    id: int
    code: str
    name: str
    name_en: str | None
    parent_code: str | None
    official: bool
    valid_from: date
    valid_to: date | None
    geom: BaseGeometry


@dataclass(frozen=True, slots=True)
class Refusal:
    """A feature that cannot be taken and why; `code` and `name` as far as they could be read."""

    number: int
    code: str | None
    name: str | None
    reason: Sentence


@dataclass(frozen=True, slots=True)
class Change:
    """A new version of a known code: what differs (of: shape, name, name_en, parent_code, official) and how
    far it moved.
    """

    new: Incoming
    old: Version
    what: tuple[str, ...]
    moved_km2: float
    correction: bool = False


@dataclass(slots=True)
class Difference:
    """What an import would do."""

    added: list[Incoming] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: list[Incoming] = field(default_factory=list)
    missing: list[Version] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a file is compared: from which day it is valid, whether it is official, whether it
    corrects that same day.
    """

    valid_from: date
    official: bool = False
    correct: bool = False


def compare(stored: Sequence[Version], incoming: Sequence[Incoming], terms: Terms) -> Difference:
    """The difference between the stored versions of one kind and features with distinct codes."""
    result = Difference()
    by_code: dict[str, list[Version]] = {}
    for version in stored:
        by_code.setdefault(version.code, []).append(version)
    for feature in incoming:
        _place(result, feature, by_code.get(feature.code, []), terms)
    came = {feature.code for feature in incoming}
    result.missing = [version for version in stored if version.valid_to is None and version.code not in came]
    return result


def _place(result: Difference, feature: Incoming, versions: Sequence[Version], terms: Terms) -> None:
    current = next((version for version in versions if version.valid_to is None), None)
    if current is None:
        ended = max((version.valid_to for version in versions if version.valid_to), default=None)
        if ended is not None and ended > terms.valid_from:
            told = Sentence.told(
                "an earlier unit with this code was valid until {ended}",
                "đơn vị trước mang mã này có hiệu lực đến {ended}",
                ended=ended,
            )
            result.refused.append(_refusal(feature, told))
        else:
            result.added.append(feature)
        return
    what = differences(feature, current, terms.official)
    if not what:
        result.unchanged.append(feature)
    elif current.valid_from < terms.valid_from:
        result.changed.append(_change(feature, current, what, correction=False))
    elif current.valid_from == terms.valid_from and terms.correct:
        result.changed.append(_change(feature, current, what, correction=True))
    else:
        result.refused.append(_refusal(feature, _too_early(current, what)))


#: What may differ between two versions, in Vietnamese.
PARTS = {
    "name": "tên",
    "name_en": "tên tiếng Anh",
    "parent_code": "mã cấp trên",
    "official": "tính chính thức",
    "shape": "ranh giới",
}


def _too_early(current: Version, what: tuple[str, ...]) -> Sentence:
    parts = Sentence(", ".join(what), ", ".join(PARTS.get(one, one) for one in what))
    return Sentence.told(
        "differs ({parts}) from the version valid since {since}; a new version needs "
        "a later day, a mistake in the version of that very day needs a correction",
        "khác ({parts}) với phiên bản có hiệu lực từ {since}; phiên bản mới cần một ngày muộn hơn, "
        "lỗi trong phiên bản của chính ngày ấy thì phải đính chính",
        parts=parts,
        since=current.valid_from,
    )


def differences(feature: Incoming, current: Version, official: bool) -> tuple[str, ...]:
    """Which of name, name_en, parent_code, official, shape differ; what the file does not say does not
    differ.
    """
    what = []
    if feature.name != current.name:
        what.append("name")
    for name in ("name_en", "parent_code"):
        said = getattr(feature, name)
        if said is not None and said != getattr(current, name):
            what.append(name)
    if official != current.official:
        what.append("official")
    if not same_shape(current.geom, feature.shape.polygons):
        what.append("shape")
    return tuple(what)


def _change(feature: Incoming, current: Version, what: tuple[str, ...], correction: bool) -> Change:
    moved = area_m2(current.geom.symmetric_difference(feature.shape.polygons)) / 1e6 if "shape" in what else 0.0
    return Change(feature, current, what, round(moved, 6), correction)


def _refusal(feature: Incoming, reason: Sentence) -> Refusal:
    return Refusal(feature.number, feature.code, feature.name, reason)


def joined(features: Iterable[Incoming]) -> tuple[list[Incoming], list[Refusal]]:
    """Features with distinct codes: those of one code and one name (an island each, as Shapefiles have it)
    become one.

    One code with two names in one file is refused: there is no telling which is meant.
    """
    groups: dict[str, list[Incoming]] = {}
    for feature in features:
        groups.setdefault(feature.code, []).append(feature)
    single: list[Incoming] = []
    refused: list[Refusal] = []
    for group in groups.values():
        if len({feature.name for feature in group}) > 1:
            told = Sentence.told(
                "{others} more with the same code and another name",
                "còn {others} đối tượng cùng mã mà khác tên",
                others=len(group) - 1,
            )
            refused += [_refusal(feature, told) for feature in group]
        else:
            single.append(group[0] if len(group) == 1 else _union(group))
    return single, refused


def _union(group: Sequence[Incoming]) -> Incoming:
    whole: BaseGeometry = group[0].shape.polygons
    for feature in group[1:]:
        whole = whole.union(feature.shape.polygons)
    notes = [note for feature in group for note in feature.shape.notes]
    numbers = ", ".join(str(feature.number) for feature in group[:20])
    notes.append(Sentence.told("joined from features {numbers}", "ghép từ các đối tượng {numbers}", numbers=numbers))
    first = group[0]
    return Incoming(
        first.number,
        first.code,
        first.name,
        Shape(polygons_of(whole), tuple(notes)),
        first.name_en,
        first.parent_code,
    )


def inherited(change: Change) -> Mapping[str, str | None]:
    """name_en and parent_code of the new version: as the file says, else as before while the name is the
    same.

    A code that got another name is another unit, to which nothing of the old one belongs.
    """
    same_unit = change.new.name == change.old.name
    return {
        "name_en": change.new.name_en or (change.old.name_en if same_unit else None),
        "parent_code": change.new.parent_code or (change.old.parent_code if same_unit else None),
    }
