"""Resumable upload (tus 1.0) as a client does it: create, then PATCH from the offset the server knows.

>>> await send_upload(phone, File("after.jpg", picture))                            # doctest: +SKIP
'01JC5Q...'
"""

from __future__ import annotations

from base64 import b64encode

from api.clients.http import Client, File

VERSION = {"Tus-Resumable": "1.0.0"}


async def send_upload(client: Client, file: File, piece_bytes: int = 1 << 20) -> str:
    """Uploads `file` in pieces of `piece_bytes`; gives the id that reports and commands name.

    Raises Refused (413 too big, 415 or 422 not taken) and Unreachable.
    """
    identifier = await create_upload(client, file)
    await resume_upload(client, identifier, file, 0, piece_bytes)
    return identifier


async def create_upload(client: Client, file: File) -> str:
    """Announces an upload of the file's length; gives its id, the last segment of its address."""
    headers = {
        **VERSION,
        "Upload-Length": str(len(file.content)),
        "Upload-Metadata": _metadata(filename=file.name, filetype=file.content_type),
    }
    answer = await client.ask("POST", "/api/v1/uploads", headers=headers)
    return answer.headers["location"].rstrip("/").rsplit("/", 1)[-1]


async def offset_of(client: Client, identifier: str) -> int:
    """How many bytes of the upload the server already has."""
    answer = await client.ask("HEAD", f"/api/v1/uploads/{identifier}", headers=VERSION)
    return int(answer.headers["upload-offset"])


async def resume_upload(client: Client, identifier: str, file: File, offset: int, piece_bytes: int) -> None:
    """Sends the rest of the file from `offset` on; each PATCH says where the next one starts."""
    while offset < len(file.content):
        headers = {**VERSION, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        piece = file.content[offset : offset + piece_bytes]
        answer = await client.ask("PATCH", f"/api/v1/uploads/{identifier}", headers=headers, content=piece)
        offset = int(answer.headers["upload-offset"])


def _metadata(**values: str) -> str:
    return ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in values.items())
