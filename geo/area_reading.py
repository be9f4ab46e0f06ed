"""Reading a layer of areas from a file: features fit for use and those refused, without a database."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from geo.areas import KINDS, Incoming, Refusal
from geo.fields import Fields, Mapping, read_text, unkept
from geo.layers import Layer, RawFeature, read_layer
from geo.problems import BadImport, BadShape
from geo.sentences import Sentence, sentence_of
from geo.shapes import from_rings

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a file is read and on what terms it is taken.

    kind: province, commune or neighbourhood. valid_from: first day of the new versions, by default the day of
    the import. within: only areas with this parent code are looked at, so that the file of one province does
    not miss the others. close_missing: end the areas that the file does not have. correct: differences from
    the version of the very same day rewrite it instead of being refused. crs, layer, encoding: see
    `geo.layers.read_layer`. fields: which property is what; guessed where not said.
    """

    kind: str = "commune"
    valid_from: date | None = None
    source: str | None = None
    official: bool = False
    dry_run: bool = False
    close_missing: bool = False
    correct: bool = False
    within: str | None = None
    layer: str | None = None
    crs: str | None = None
    encoding: str | None = None
    fields: Mapping = field(default_factory=Mapping)


def read_areas(
    path: Path, options: ImportOptions, progress: Progress | None = None
) -> tuple[list[Incoming], list[Refusal]]:
    """The features of the file fit for use, and those refused. Raises BadFile and BadImport as `run_import`."""
    check_kind(options.kind)
    layer = read_layer(path, options.layer, options.crs, options.encoding)
    incoming, refused = read_features(layer, options.kind, options.fields, progress)
    if options.within is not None:
        incoming = [feature for feature in incoming if feature.parent_code in (None, options.within)]
    return incoming, refused


def check_kind(kind: str) -> None:
    """BadImport for a kind that there is not."""
    if kind not in KINDS:
        told = Sentence.told(
            "There is no kind {kind}; there are {kinds}.",
            "Không có loại địa bàn {kind}; chỉ có {kinds}.",
            kind=kind,
            kinds=", ".join(KINDS),
        )
        raise BadImport(told, field="kind")


def read_features(
    layer: Layer, kind: str, mapping: Mapping, progress: Progress | None = None
) -> tuple[list[Incoming], list[Refusal]]:
    """The features of a layer with code, name and a shape fit for use, and those that are refused, each with
    the reason.
    """
    fields = Fields.choose(layer.fields, mapping, kind)
    taken: list[Incoming] = []
    refused: list[Refusal] = []
    for done, feature in enumerate(layer.features, start=1):
        result = _incoming(feature, fields)
        if isinstance(result, Incoming):
            taken.append(result)
        else:
            refused.append(result)
        if progress is not None:
            progress(done, len(layer.features))
    return taken, refused


def _incoming(feature: RawFeature, fields: Fields) -> Incoming | Refusal:
    code = read_text(feature.properties, fields.code)
    name = read_text(feature.properties, fields.name)
    if code is None or name is None:
        missing = Sentence("no code", "không có mã") if code is None else Sentence("no name", "không có tên")
        return Refusal(feature.number, code, name, missing)
    if (why := unkept(code, name)) is not None:
        return Refusal(feature.number, None, None, why)
    if feature.trouble is not None:
        return Refusal(feature.number, code, name, feature.trouble)
    try:
        shape = from_rings(feature.polygons)
    except BadShape as problem:
        return Refusal(feature.number, code, name, sentence_of(problem.detail))
    name_en, parent_code = (read_text(feature.properties, which) for which in (fields.name_en, fields.parent_code))
    return Incoming(feature.number, code, name, shape, name_en, parent_code)
