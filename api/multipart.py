"""A streaming reader of multipart/form-data: one JSON part in memory, files straight to disk with their SHA-256.

Starlette's form parser spools whole files through memory; a phone photo is 5 MB and a burst of them is a server.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from python_multipart.multipart import MultipartParser, parse_options_header

from api.problems import TooLarge
from reports.problems import BadInput

# More files than this are no report; fewer, beyond the city's limit, are refused one by one with their reason.
MOST_PARTS = 50


@dataclass(slots=True)
class ReceivedFile:
    """A file on disk, at the most one byte longer than allowed. `path` None: one too many, read and thrown away."""

    path: Path | None
    filename: str
    sha256: str
    bytes: int


@dataclass(slots=True)
class _Part:
    name: str = ""
    filename: str | None = None
    data: bytearray = field(default_factory=bytearray)
    file: IO[bytes] | None = None
    path: Path | None = None
    digest: Any = field(default_factory=hashlib.sha256)
    bytes: int = 0
    header: bytearray = field(default_factory=bytearray)
    value: bytearray = field(default_factory=bytearray)


class FormReader:
    """Reads one request. `fields` are small parts by name, `files` those with a file name, in order."""

    def __init__(self, folder: Path, *, field_bytes: int, file_bytes: int, files: int, all_bytes: int) -> None:
        self._folder = folder
        self._field_bytes = field_bytes
        self._file_bytes = file_bytes
        self._most_files = files
        self._all_bytes = all_bytes
        self._received = 0
        self._part = _Part()
        self.fields: dict[str, str] = {}
        self.files: list[ReceivedFile] = []

    async def read(self, stream: AsyncIterator[bytes], content_type: str) -> None:
        """Read the whole body; BadInput for what is no form, TooLarge for a field beyond its limit."""
        _, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if not boundary:
            raise BadInput(("", "the multipart body has no boundary"))
        parser = MultipartParser(boundary, self._callbacks())  # type: ignore[arg-type]
        try:
            async for chunk in stream:
                await asyncio.to_thread(parser.write, chunk)
            parser.finalize()
        except ValueError as error:
            raise BadInput(("", f"the multipart body cannot be read: {error}")) from error
        if self._part.file is not None:
            raise BadInput(("", "the multipart body ends in the middle of a file"))

    def discard(self) -> None:
        """Remove the files that nobody took over."""
        if self._part.file is not None:
            self._part.file.close()
        for path in (*(file.path for file in self.files), self._part.path):
            if path is not None:
                path.unlink(missing_ok=True)

    def _callbacks(self) -> dict[str, Any]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._part.header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._part.value.extend(data[start:end]),
            "on_header_end": self._header,
            "on_headers_finished": self._headers,
            "on_part_data": lambda data, start, end: self._data(data[start:end]),
            "on_part_end": self._end,
        }

    def _begin(self) -> None:
        self._part = _Part()

    def _header(self) -> None:
        name, value = bytes(self._part.header).lower(), bytes(self._part.value)
        self._part.header.clear()
        self._part.value.clear()
        if name == b"content-disposition":
            _, options = parse_options_header(value)
            self._part.name = options.get(b"name", b"").decode("utf-8", "replace")
            if b"filename" in options:
                self._part.filename = options[b"filename"].decode("utf-8", "replace")

    def _headers(self) -> None:
        part = self._part
        if part.filename is None:
            return
        if len(self.files) >= MOST_PARTS:
            raise TooLarge(f"A form takes at most {MOST_PARTS} files.")
        if len(self.files) >= self._most_files:
            return
        part.path = self._folder / f"{uuid4().hex}.part"
        part.file = part.path.open("xb")

    def _data(self, data: bytes) -> None:
        part = self._part
        part.bytes += len(data)
        if part.filename is not None:
            self._file_data(part, data)
        else:
            if part.bytes > self._field_bytes:
                raise TooLarge(f"The part {part.name!r} is longer than {self._field_bytes} bytes.")
            part.data.extend(data)

    def _file_data(self, part: _Part, data: bytes) -> None:
        part.digest.update(data)
        self._received += len(data)
        if self._received > self._all_bytes:
            raise TooLarge("The files are far larger than this city accepts.")
        # One byte more than allowed is kept, so that intake sees by itself that the file is too large.
        room = self._file_bytes + 1 - (part.bytes - len(data))
        if part.file is not None and room > 0:
            part.file.write(data[:room])

    def _end(self) -> None:
        part = self._part
        if part.filename is None:
            self.fields[part.name] = part.data.decode("utf-8", "replace")
            return
        if part.file is not None:
            part.file.close()
        name = Path(part.filename.replace("\x00", "")).name
        self.files.append(ReceivedFile(part.path, name, part.digest.hexdigest(), part.bytes))
        part.file, part.path = None, None
