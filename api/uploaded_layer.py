"""A form with one file of boundaries or of a layer: received with limits, looked at before any reader opens it.

GDAL finds out by content what a file is, and some of its formats are texts that name other files. So only what is
plainly GeoJSON, GeoPackage or a zipped Shapefile gets that far; others are for the command line, on the machine itself.
"""

import asyncio
import shutil
import tempfile
import zipfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from api.multipart import FormReader, ReceivedFile
from api.problems import TooLarge, UnsupportedMedia, bad_input
from api.wiring import House
from geo.plain_reasons import with_verbatim
from geo.problems import BadFile, GeoProblem
from geo.sentences import Sentence
from reports.problems import BadInput

MOST_BYTES = 64 * 1024 * 1024
FIELD_BYTES = 1_000
MOST_UNPACKED = 256 * 1024 * 1024
MOST_MEMBERS = 30
OF_A_SHAPEFILE = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qmd", ".fbn", ".fbx"})
_KINDS = Sentence(
    "must be .geojson, .json, .gpkg or a zipped Shapefile (.zip)",
    "phải là .geojson, .json, .gpkg hoặc Shapefile nén (.zip)",
)
SHAPEFILE, SQLITE = b"\x00\x00\x27\x0a", b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True)
class UploadedLayer:
    """The file on disk, what it was called, and the other fields of the form."""

    path: Path
    filename: str
    fields: Mapping[str, str]


@asynccontextmanager
async def received(request: Request, house: House) -> AsyncIterator[UploadedLayer]:
    """The form's one file, under a name of ours; gone afterwards. BadInput names the field that is wrong."""
    content_type = request.headers.get("content-type", "")
    if not content_type.startswith("multipart/form-data"):
        raise UnsupportedMedia("Send multipart/form-data with the file in the field file.")
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, dir=house.incoming, prefix="layer-"))
    reader = FormReader(folder, field_bytes=FIELD_BYTES, file_bytes=MOST_BYTES, files=1, all_bytes=2 * MOST_BYTES)
    try:
        await reader.read(request.stream(), content_type)
        if len(reader.files) != 1:
            raise BadInput(("/file", Sentence("exactly one file is needed", "cần đúng một tệp")))
        path = await asyncio.to_thread(_checked, reader.files[0], folder)
        yield UploadedLayer(path, reader.files[0].filename, reader.fields)
    finally:
        reader.discard()
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


Form = TypeVar("Form", bound=BaseModel)


def form_of(kind: type[Form], upload: UploadedLayer) -> Form:
    """The fields beside the file; BadInput names what is wrong. A field left empty is not said."""
    try:
        return kind.model_validate({name: value for name, value in upload.fields.items() if value != ""})
    except ValidationError as error:
        raise bad_input(error.errors()) from None


@contextmanager
def in_its_field() -> Iterator[None]:
    """What is wrong with the file, or with how it is to be taken, as a problem of the form's field."""
    try:
        yield
    except GeoProblem as problem:
        pointer = "/file" if isinstance(problem, BadFile) else f"/{problem.field or 'file'}"
        raise BadInput((pointer, problem.detail)) from None


def _checked(file: ReceivedFile, folder: Path) -> Path:
    if file.path is None or file.bytes == 0:
        raise BadInput(("/file", Sentence("is empty", "là tệp rỗng")))
    if file.bytes > MOST_BYTES:
        raise TooLarge(f"The file has more than {MOST_BYTES} bytes; import it with hientruong import-areas instead.")
    suffix = Path(file.filename).suffix.lower()
    with file.path.open("rb") as stream:
        head = stream.read(16)
    if suffix == ".zip":
        _check_shapefile(file.path)
    elif suffix == ".gpkg":
        if head != SQLITE:
            raise BadInput(("/file", Sentence("is no GeoPackage", "không phải GeoPackage")))
    elif suffix not in (".geojson", ".json"):
        raise BadInput(("/file", _KINDS))
    path = folder / f"upload{suffix}"
    file.path.rename(path)
    return path


def _check_shapefile(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            strange = [member.filename for member in members if not _is_of_a_shapefile(member.filename)]
            if strange:
                told = Sentence.told(
                    "holds {name!r}, which is no part of a Shapefile",
                    "có {name!r}, không phải phần của Shapefile",
                    name=strange[0][:80],
                )
                raise BadInput(("/file", told))
            if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
                raise BadInput(("/file", Sentence("would be too large unpacked", "giải nén ra sẽ quá lớn")))
            shapes = [member for member in members if member.filename.lower().endswith(".shp")]
            if not shapes:
                raise BadInput(("/file", Sentence("holds no .shp", "không có tệp .shp")))
            names = {member.filename.lower() for member in members}
            for needed in (f"{member.filename.lower()[:-4]}{one}" for member in shapes for one in (".shx", ".dbf")):
                if needed not in names:
                    name = repr(needed[:80])
                    raise BadInput(("/file", Sentence(f"{name} is missing in it", f"thiếu tệp {name} trong tệp nén")))
            for member in shapes:
                with archive.open(member) as stream:
                    if stream.read(4) != SHAPEFILE:
                        name = repr(member.filename[:80])
                        raise BadInput(("/file", Sentence(f"{name} is no Shapefile", f"{name} không phải Shapefile")))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        told = with_verbatim(("is no zip that can be read", "không phải tệp zip, hoặc tệp bị hỏng"), error)
        raise BadInput(("/file", told)) from None


def _is_of_a_shapefile(name: str) -> bool:
    path = Path(name)
    return path.suffix.lower() in OF_A_SHAPEFILE and ".." not in path.parts and not path.is_absolute()
