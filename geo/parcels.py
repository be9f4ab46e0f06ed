"""What a reading process found in a file, packed into another file: features fit for use, and those refused.

Lengths, JSON and WKB, one record after the other. Not pickle, which would run code on the side that trusts; the side
that unpacks looks at everything again.
"""

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import orjson
from shapely import from_wkb, to_wkb
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from geo.areas import Incoming, Refusal
from geo.layer_reading import LayerThing
from geo.problems import BadFile
from geo.sentences import Sentence
from geo.shapes import Shape

_LENGTHS = struct.Struct("<II")
_UNREADABLE = Sentence("The file cannot be read.", "Không đọc được tệp.")
Taken = TypeVar("Taken", Incoming, LayerThing)


def pack(path: Path, taken: Sequence[Incoming | LayerThing], refused: Sequence[Refusal]) -> None:
    """Write them down."""
    with path.open("wb") as stream:
        for one in taken:
            _write(stream, *(_of_area(one) if isinstance(one, Incoming) else _of_thing(one)))
        for refusal in refused:
            told = [refusal.number, refusal.code, refusal.name, str(refusal.reason), refusal.reason.vi]
            _write(stream, {"refused": told}, b"")


def unpack(path: Path, kind: type[Taken]) -> tuple[list[Taken], list[Refusal]]:
    """What was written. Raises BadFile for what no reader of ours has written."""
    taken: list[Any] = []
    refused: list[Refusal] = []
    build = _area if kind is Incoming else _thing
    try:
        with path.open("rb") as stream:
            for told, wkb in _records(stream):
                if "refused" in told:
                    number, code, name, en, vi = told["refused"]
                    refused.append(Refusal(int(number), code, name, Sentence(en, vi)))
                else:
                    taken.append(build(told, from_wkb(wkb)))
    except (OSError, ValueError, KeyError, TypeError, struct.error, ShapelyError):
        raise BadFile(_UNREADABLE) from None
    return taken, refused


def _write(stream: BinaryIO, told: dict[str, Any], wkb: bytes) -> None:
    text = orjson.dumps(told)
    stream.write(_LENGTHS.pack(len(text), len(wkb)))
    stream.write(text)
    stream.write(wkb)


def _records(stream: BinaryIO) -> Iterator[tuple[dict[str, Any], bytes]]:
    while head := stream.read(_LENGTHS.size):
        text, wkb = _LENGTHS.unpack(head)
        yield orjson.loads(stream.read(text)), stream.read(wkb)


def _notes(notes: Sequence[Sentence]) -> list[list[str]]:
    return [[str(note), note.vi] for note in notes]


def _of_area(one: Incoming) -> tuple[dict[str, Any], bytes]:
    facts = [one.number, one.code, one.name, one.name_en, one.parent_code]
    return {"facts": facts, "notes": _notes(one.shape.notes)}, to_wkb(one.shape.polygons)


def _area(told: dict[str, Any], shape: BaseGeometry) -> Incoming:
    number, code, name, name_en, parent = told["facts"]
    if not isinstance(shape, MultiPolygon):
        raise ValueError("an area is of polygons")
    return Incoming(number, code, name, Shape(shape, tuple(Sentence(*one) for one in told["notes"])), name_en, parent)


def _of_thing(one: LayerThing) -> tuple[dict[str, Any], bytes]:
    facts = [one.number, one.code, one.name, one.owner, one.props]
    return {"facts": facts, "notes": _notes(one.notes)}, to_wkb(one.shape)


def _thing(told: dict[str, Any], shape: BaseGeometry) -> LayerThing:
    number, code, name, owner, props = told["facts"]
    return LayerThing(number, code, name, owner, props, shape, tuple(Sentence(*one) for one in told["notes"]))
