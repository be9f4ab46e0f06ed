"""One examiner for all tests of this folder: starting it takes longer than most of them."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from PIL import Image

from media.examiner_models import Finders
from media.folder_store import FolderStore
from media.privacy import Copies, Examiner, open_examiner
from media.store import MediaStore

SHA256 = "ab" * 32
Keep = Callable[..., Awaitable[Copies]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def examiner() -> AsyncIterator[Examiner]:
    opened = open_examiner()
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def finders() -> Finders:
    """The same models in this process, to look at what became public."""
    return Finders.open()


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return FolderStore(tmp_path / "store")


@pytest.fixture
def keep(store: MediaStore) -> Keep:
    """Puts a picture, or a film with its poster, into the store as `media.derivatives` would; returns its copies."""

    async def kept(image: Image.Image | bytes, film: Path | None = None, seconds: float = 0.0) -> Copies:
        name = uuid4().hex
        data = image if isinstance(image, bytes) else webp(image)
        width, height = image.size if isinstance(image, Image.Image) else (10, 10)
        await store.put_bytes(f"derived/{name}/large.webp", data)
        copies: Copies = {"large": {"key": f"derived/{name}/large.webp", "width": width, "height": height}}
        if film is not None:
            await store.put_file(f"derived/{name}/video.mp4", film)
            copies["video"] = {"key": f"derived/{name}/video.mp4", "width": 1280, "height": 720, "duration_s": seconds}
        return copies

    return kept


def webp(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=82)
    return out.getvalue()


async def fetched(store: MediaStore, copy: dict[str, Any], folder: Path) -> Path:
    path = folder / f"{uuid4().hex}-{copy['key'].rsplit('/', 1)[-1]}"
    await store.fetch(copy["key"], path)
    return path
