"""Pictures in a bucket of any server that speaks S3."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store as Bucket

from media.problems import NotStored, StoreUnavailable
from media.store import check_key

_P = ParamSpec("_P")
_T = TypeVar("_T")
_PIECE = 256 * 1024
# Of 5 MiB each, in memory.
_PARTS_AT_ONCE = 3
# The library retries for minutes by default; a resident with a phone in the hand does not wait that long.
_RETRY: Any = {
    "max_retries": 3,
    "retry_timeout": timedelta(seconds=15),
    "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=2), "base": 2},
}


class S3Store:
    """A MediaStore below `prefix` in a bucket.

    Credentials that are not given come from the usual AWS_* variables or the machine's role. `endpoint` is
    the address of a server that is not Amazon's; plain http is taken only when the endpoint says so.
    """

    def __init__(
        self,
        bucket: str,
        prefix: str = "",
        endpoint: str | None = None,
        region: str = "us-east-1",
        access_key_id: str | None = None,
        secret_access_key: str | None = None,
    ) -> None:
        options: dict[str, Any] = {"bucket": bucket, "region": region, "virtual_hosted_style_request": False}
        if endpoint:
            options["endpoint"] = endpoint
        if access_key_id and secret_access_key:
            options |= {"access_key_id": access_key_id, "secret_access_key": secret_access_key}
        plain = bool(endpoint and endpoint.startswith("http://"))
        self._bucket = Bucket(
            prefix=prefix.strip("/") or None,
            client_options={"allow_http": plain, "timeout": timedelta(seconds=30), "connect_timeout": "5s"},
            retry_config=_RETRY,
            **options,
        )

    async def put_file(self, key: str, path: Path) -> None:
        # Asked first, so that a missing source is not taken for a missing object.
        await asyncio.to_thread(path.stat)
        await _asked(obstore.put_async)(self._bucket, check_key(key), path)

    async def put_bytes(self, key: str, data: bytes) -> None:
        await _asked(obstore.put_async)(self._bucket, check_key(key), data)

    async def put_stream(self, key: str, chunks: AsyncIterable[bytes]) -> None:
        """Store what comes, by S3's own multipart; an error from `chunks` is passed on and nothing is stored."""
        await _asked(obstore.put_async)(self._bucket, check_key(key), aiter(chunks), max_concurrency=_PARTS_AT_ONCE)

    async def copy(self, source: str, target: str) -> None:
        """Copy within the bucket, without the bytes coming here; raises NotStored."""
        await _asked(obstore.copy_async)(self._bucket, check_key(source), check_key(target))

    async def read(self, key: str) -> bytes:
        """All of a small object; raises NotStored."""
        found = await _asked(obstore.get_async)(self._bucket, check_key(key))
        return bytes(await _asked(found.bytes_async)())

    async def open(self, key: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        check_key(key)
        size = await self.size(key)
        end = size if stop is None else min(stop, size)
        if start >= end:
            # S3 answers 416 to an empty range; a folder gives nothing, and so does this.
            return
        try:
            found = await obstore.get_async(self._bucket, key, options={"range": (start, end)})
            async for piece in found.stream(min_chunk_size=_PIECE):
                yield bytes(piece)
        except (NotFoundError, FileNotFoundError) as missing:
            raise NotStored() from missing
        except (BaseError, OSError) as fault:
            raise StoreUnavailable() from fault

    async def fetch(self, key: str, path: Path) -> None:
        with path.open("wb") as out:
            async for piece in self.open(key):
                await asyncio.to_thread(out.write, piece)

    async def size(self, key: str) -> int:
        return int((await _asked(obstore.head_async)(self._bucket, check_key(key)))["size"])

    async def exists(self, key: str) -> bool:
        try:
            await self.size(key)
        except NotStored:
            return False
        return True

    async def delete(self, key: str) -> None:
        try:
            await _asked(obstore.delete_async)(self._bucket, check_key(key))
        except NotStored:
            return

    async def delete_all(self, keys: Sequence[str]) -> None:
        """Remove these objects, with few requests; no error for those that are gone."""
        if not keys:
            return
        try:
            await _asked(obstore.delete_async)(self._bucket, [check_key(key) for key in keys])
        except NotStored:
            return

    async def list(self, prefix: str = "") -> AsyncIterator[str]:
        async for item in self._items(prefix):
            yield item["path"]

    async def older(self, prefix: str, before: datetime) -> AsyncIterator[str]:
        """The keys below a prefix whose objects were written before that moment."""
        async for item in self._items(prefix):
            if item["last_modified"] < before:
                yield item["path"]

    async def _items(self, prefix: str) -> AsyncIterator[Any]:
        try:
            async for page in obstore.list(self._bucket, prefix=prefix.rstrip("/") or None):
                for item in page:
                    yield item
        except (BaseError, OSError) as fault:
            raise StoreUnavailable() from fault

    async def ready(self) -> bool:
        """Whether the bucket answers; whether it can be written to shows only when something is."""
        try:
            await self.exists("readiness")
        except StoreUnavailable:
            return False
        return True

    async def close(self) -> None:
        return None


def _asked(call: Callable[_P, Any]) -> Callable[_P, Any]:
    """The call with the library's errors as the problems of a store."""

    @wraps(call)
    async def asked(*args: _P.args, **kwargs: _P.kwargs) -> Any:
        try:
            return await call(*args, **kwargs)
        except (NotFoundError, FileNotFoundError) as missing:
            raise NotStored() from missing
        except (BaseError, OSError) as fault:
            raise StoreUnavailable() from fault

    return asked
