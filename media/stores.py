"""Opens the store that an address names, so that settings hold one line and nobody else knows the kinds."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from media.folder_store import FolderStore
from media.parts import FolderPlace
from media.pieces import Place
from media.pieces_bucket import BucketPlace
from media.s3_store import S3Store
from media.store import MediaStore


def store_from_url(url: str, access_key_id: str | None = None, secret_access_key: str | None = None) -> MediaStore:
    """The store at `folder:/abs/path` or `s3://bucket/prefix?endpoint=https://...&region=...`; raises
    ValueError.

    Keys never stand in the address, because addresses land in logs.
    """
    parts = urlsplit(url)
    if parts.scheme == "folder" and parts.path.startswith("/") and not parts.netloc:
        return FolderStore(Path(url.removeprefix("folder:")))
    if parts.scheme == "s3" and parts.hostname and parts.username is None:
        extra = parse_qs(parts.query, strict_parsing=bool(parts.query))
        if extra.keys() - {"endpoint", "region"}:
            raise ValueError("an s3 store takes only endpoint and region")
        return S3Store(
            bucket=parts.netloc,
            prefix=parts.path,
            endpoint=extra.get("endpoint", [None])[0],
            region=extra.get("region", ["us-east-1"])[0],
            access_key_id=access_key_id,
            secret_access_key=secret_access_key,
        )
    raise ValueError("a store is folder:/absolute/path or s3://bucket/prefix?endpoint=...&region=...")


def place_of(store: MediaStore, folder: Path) -> Place:
    """Where unfinished uploads lie: in the bucket itself, or in `folder` when the store is one."""
    return BucketPlace(store) if isinstance(store, S3Store) else FolderPlace(folder, store)
