"""The configuration as files that can live in git: one YAML file for each section, one GeoJSON file for each kind of
area and day, and for each imported layer.

    configuration.yaml                 format, default desk, settings
    categories.yaml, agencies.yaml ... a list of items each, in their order; what is the default is left out
    areas/commune-2025-07-01.geojson   the areas of a kind that began on that day
    layers/roads.geojson               the features of a layer

Written in a stable order, so that a difference in git is a difference of the city. YAML is read as its version 1.2 does
(no is a word, 07:30 is a time of day and not a number), and a key that stands twice is refused.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from api.yaml_reasons import of_yaml
from geo.plain_reasons import not_utf8
from geo.sentences import Sentence, in_vietnamese
from reports.administration.documents import Document
from reports.administration.sections import FORMAT, SECTIONS, Section
from reports.administration.texts import check_storable
from reports.problems import BadInput

HEAD = "configuration.yaml"
AREAS = "areas"
LAYERS = "layers"
ODD = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
LAYER_FILE = re.compile(r"(?P<layer>[a-z0-9][a-z0-9-]{0,39})\.geojson")
AREA_FILE = re.compile(r"(?P<kind>[a-z]+)-(?P<day>\d{4}-\d{2}-\d{2})\.geojson")

Collections = dict[tuple[str, str], dict[str, Any]]
"""GeoJSON by kind and first day."""


class FilesError(ValueError):
    """The files cannot be read as a configuration; says which and where, in both languages."""

    def __init__(self, en: str, vi: str) -> None:
        self.said = Sentence(en, vi)
        super().__init__(self.said)


class _Loader(yaml.SafeLoader):
    """Only what JSON has; whatever else looks special is text."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  # the library's own way

    def compose_node(self, parent: Any, index: Any) -> Any:
        """No anchors: a file of ten lines could stand for a gigabyte, or hold itself."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "aliases are not read", None)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Keys are text, each of them once."""
        mapping: dict[Any, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in mapping:
                raise yaml.constructor.ConstructorError(None, None, "a key must be text and stand once", key.start_mark)
            mapping[key.value] = self.construct_object(value, deep=True)
        return mapping


# Each no wider than the library's own of the same name: what its writer leaves bare must be read as it was.
for _tag, _pattern, _first in (
    ("null", r"(?:~|null|)", ["~", "n", ""]),
    ("bool", r"(?:true|false)", list("tf")),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", list("-+0123456789")),
    ("float", r"[-+]?[0-9]+\.[0-9]*(?:[eE][-+][0-9]+)?", list("-+0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^{_pattern}$"), _first)


class _Dumper(yaml.SafeDumper):
    """Without anchors: the same hours on two days are written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _written(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    """Several lines as several lines; what the library's other styles would lose, in double quotes."""
    if ODD.search(value):
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style='"')
    style = "|" if "\n" in value and value == value.strip() else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _written)


def dump(value: Any) -> str:
    """YAML of JSON values, in the order they have."""
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)


def load(text: str, name: str) -> Any:
    """The values of YAML text; FilesError with the line."""
    try:
        value = yaml.load(text, Loader=_Loader)
        check_storable(value)
    except BadInput as problem:
        said = Sentence.joined(Sentence(f"{at} {why}", f"{at} {in_vietnamese(why)}") for at, why in problem.errors)
        raise FilesError(f"{name}: {said}", f"{name}: {said.vi}") from None
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
        said = of_yaml(error)
        raise FilesError(f"{name}: {said}", f"{name}: {said.vi}") from None
    return value


def files_of(
    document: Document, areas: Collections, layers: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, str]:
    """The files by their name inside the folder. `layers`: GeoJSON by layer."""
    head = {name: document[name] for name in ("format", "default_desk", "settings")}
    files = {HEAD: dump(head)}
    for name, section in SECTIONS.items():
        files[f"{name}.yaml"] = dump([_brief(section, item) for item in document[name]])
    for (kind, day), collection in areas.items():
        files[f"{AREAS}/{kind}-{day}.geojson"] = _geojson(collection)
    for layer, layer_collection in (layers or {}).items():
        files[f"{LAYERS}/{layer}.geojson"] = _geojson(layer_collection)
    return files


def _brief(section: Section, item: Mapping[str, Any]) -> dict[str, Any]:
    """The item without what is the default anyway."""
    return {name: value for name, value in item.items() if name in section.keyed or value != section.default(name)}


def _geojson(collection: Mapping[str, Any]) -> str:
    """One feature a line, so that git shows which area changed."""
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in collection["features"])
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'


def write_folder(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Make the folder hold exactly these files of ours; answers the names of those that were written or removed."""
    changed = []
    _no_links(folder)
    for name, text in files.items():
        path = folder / name
        if not path.is_file() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            changed.append(name)
    for inside, ours in ((AREAS, AREA_FILE), (LAYERS, LAYER_FILE)):
        for path in sorted((folder / inside).glob("*.geojson")):
            name = f"{inside}/{path.name}"
            if ours.fullmatch(path.name) and name not in files:
                path.unlink()
                changed.append(name)
    return changed


def read_folder(folder: Path) -> tuple[Document, dict[tuple[str, str], Path]]:
    """The document of the files, as it is written there, and the area files by kind and first day.

    A section without a file is empty. FilesError for what cannot be read or is no part of a configuration.
    """
    _no_links(folder)
    if not (folder / HEAD).is_file():
        raise FilesError(
            f"{folder} holds no {HEAD}; `hientruong config export` writes one",
            f"{folder} không có {HEAD}; lệnh `hientruong config export` sẽ ghi tệp ấy",
        )
    strange = sorted(path.name for path in folder.glob("*.y*ml") if path.name not in _known())
    if strange:
        known = ", ".join(sorted(_known()))
        raise FilesError(
            f"{strange[0]} is no section; there are {known}", f"{strange[0]} không phải một mục; các mục là {known}"
        )
    head = load(_text(folder / HEAD), HEAD)
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise FilesError(
            f"{HEAD}: this software reads format {FORMAT}", f"{HEAD}: phần mềm này đọc định dạng (format) {FORMAT}"
        )
    unknown = sorted(set(head) - {"format", "default_desk", "settings"})
    if unknown or not isinstance(head.get("settings") or {}, dict):
        name = unknown[0] if unknown else "settings"
        raise FilesError(f"{HEAD}: {name} cannot be used", f"{HEAD}: không dùng được {name}")
    document: Document = {"settings": head.get("settings") or {}, "default_desk": head.get("default_desk")}
    document |= {"format": FORMAT, **{name: _items(folder, name) for name in SECTIONS}}
    return document, dict(_area_files(folder))


def _no_links(folder: Path) -> None:
    """Files that live in git come from many hands, and whoever runs this may read and write more than they may."""
    ours = [folder / AREAS, folder / LAYERS]
    for path in (*ours, *folder.glob("*.y*ml"), *(inside for place in ours for inside in place.glob("*"))):
        if path.is_symlink():
            name = path.relative_to(folder)
            raise FilesError(
                f"{name} is a link; only files of the folder itself are used",
                f"{name} là liên kết; chỉ dùng tệp nằm ngay trong thư mục",
            )


def _known() -> set[str]:
    return {HEAD, *(f"{name}.yaml" for name in SECTIONS)}


def _items(folder: Path, section: str) -> list[Any]:
    path = folder / f"{section}.yaml"
    items = load(_text(path), path.name) if path.is_file() else []
    if not isinstance(items, list) or any(not isinstance(item, dict) for item in items):
        raise FilesError(f"{path.name}: must be a list of items", f"{path.name}: phải là danh sách các mục")
    return items


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        said = not_utf8(error)
        raise FilesError(f"{path.name}: {said}", f"{path.name}: {said.vi}") from None


def _area_files(folder: Path) -> Iterator[tuple[tuple[str, str], Path]]:
    for path in sorted((folder / AREAS).glob("*")):
        match = AREA_FILE.fullmatch(path.name)
        if match is None:
            name = f"{AREAS}/{path.name}"
            raise FilesError(
                f"{name} is not named as KIND-YYYY-MM-DD.geojson",
                f"{name} phải có tên dạng LOẠI-NĂM-THÁNG-NGÀY.geojson",
            )
        yield (match["kind"], match["day"]), path


def layer_files(folder: Path) -> dict[str, Path]:
    """The files of layers by the name of the layer."""
    found = {}
    for path in sorted((folder / LAYERS).glob("*")):
        match = LAYER_FILE.fullmatch(path.name)
        if match is None:
            name = f"{LAYERS}/{path.name}"
            raise FilesError(
                f"{name} is not named as LAYER.geojson, in small letters and hyphens",
                f"{name} phải có tên dạng LỚP.geojson, chữ thường và gạch nối",
            )
        found[match["layer"]] = path
    return found
