"""A city with a category that asks for everything, officers with phones, and photos as phones make them."""

import asyncio
import io
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from PIL import Image
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from reports import escalating, proof_keeping, used_pictures
from reports.attachments import remember_fingerprints
from reports.callers import SYSTEM
from reports.configuration import load
from reports.step import Scene
from tests.api.conftest import Doors
from tests.databases import disposing
from tests.media.pictures import camera_tags

HERE = (107.08, 10.35)
ANSWER = "Đã vá ổ gà bằng bê tông nhựa nóng, mặt đường bằng phẳng"
_ASKS = """
UPDATE category SET proof = '{"within_m": 200, "after_assignment": true, "unique": true, "words": 5}'
WHERE code = 'with-proof'
"""


def away(metres: float) -> tuple[float, float]:
    """A point so many metres north of the problem."""
    return (HERE[0], HERE[1] + metres / 110_611)


def photo(
    seed: int,
    *,
    at: tuple[float, float] | None = HERE,
    taken: datetime | None = None,
    offset: str | None = None,
    fix: datetime | None = None,
) -> bytes:
    """A JPEG with a real EXIF block. `taken`: by the camera, without zone unless `offset`; `fix`: by the satellites."""
    chance = random.Random(seed)
    image = Image.frombytes("RGB", (8, 6), chance.randbytes(144)).resize((320, 240), Image.Resampling.BICUBIC)
    stamp = f"{taken:%Y:%m:%d %H:%M:%S}" if taken is not None else "nonsense"
    return _jpeg(image, 85, at, stamp, fix, offset)


def sent_on(content: bytes, *, fix: datetime | None = None, moved: Image.Transpose | None = None) -> bytes:
    """The same picture smaller and encoded anew, as messengers do, with a position and time as if taken now."""
    image = Image.open(io.BytesIO(content)).convert("RGB").resize((240, 180), Image.Resampling.BILINEAR)
    image = image.transpose(moved) if moved is not None else image
    return _jpeg(image, 55, HERE, "nonsense", fix)


def _jpeg(
    image: Image.Image,
    quality: int,
    at: tuple[float, float] | None,
    taken: str,
    fix: datetime | None,
    offset: str | None = None,
) -> bytes:
    tags = camera_tags(gps=at, taken=taken, offset=offset)
    if fix is not None:
        gps = tags.get_ifd(0x8825)
        gps[7], gps[29] = (float(fix.hour), float(fix.minute), float(fix.second)), f"{fix:%Y:%m:%d}"
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=quality, exif=tags)
    return kept.getvalue()


def just_now() -> datetime:
    """A moment after everything the test has done so far, as satellites count."""
    return datetime.now(UTC) + timedelta(seconds=1)


@dataclass
class Officer:
    """The agency's officer: cases that wait for a result, uploads, and results."""

    doors: Doors
    url: str

    def ask_for_everything(self) -> None:
        """The category `with-proof` binds every rule from now on."""
        self.ask(_ASKS)

    def ask(self, statement: str, **facts: Any) -> list[Any]:
        """One statement on the city's database."""

        async def run() -> list[Any]:
            async with disposing(create_async_engine(self.url)) as engine, engine.begin() as conn:
                result = await conn.execute(text(statement), facts)
                return list(result) if result.returns_rows else []

        return asyncio.run(run())

    def case(self, category: str = "with-proof") -> str:
        """A case that the agency has accepted."""
        code = self.doors.send(category=category)
        self.doors.give("operator", "verify", code)
        self.doors.give("operator", "dispatch", code)
        self.doors.give("lead", "accept", code)
        return code

    def upload(self, content: bytes, who: str = "lead") -> str:
        """A whole upload of theirs; its id."""
        tus = {**self.doors.headers(who), "Tus-Resumable": "1.0.0"}
        made = self.doors.client.post("/api/v1/uploads", headers={**tus, "Upload-Length": str(len(content))})
        address = str(made.headers["location"])
        piece = {**tus, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
        assert self.doors.client.patch(address, content=content, headers=piece).status_code == 204
        return address.rsplit("/", 1)[-1]

    def resolve(self, code: str, *photos: bytes, summary: str = ANSWER) -> Any:
        """Hand in a result; the answer as it comes."""
        body = {"summary": summary, "media": [self.upload(one) for one in photos]}
        path = f"/api/v1/reports/{code}/resolve"
        return self.doors.client.post(path, json=body, headers=self.doors.headers("lead"))

    def seen(self, code: str, who: str = "operator") -> dict[str, Any]:
        """The report as they see it."""
        answer = self.doors.client.get(f"/api/v1/reports/{code}", headers=self.doors.headers(who))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def compared(self, media: str, phash: str) -> bool:
        """What the worker does when it has the fingerprint of a picture."""

        async def run() -> bool:
            async with disposing(create_async_engine(self.url)) as engine, engine.begin() as conn:
                scene = Scene(conn, await load(conn), SYSTEM, datetime.now(UTC), lambda one, variant: "")
                report_id = await proof_keeping.lock_report_of(scene, media)
                await remember_fingerprints(conn, media, phash)
                await used_pictures.warn_late(conn, media)
                return report_id is not None and await proof_keeping.compared(scene, report_id, media)

        return asyncio.run(run())

    def swept(self) -> None:
        """One look of a worker for whom to call."""

        async def run() -> None:
            async with disposing(create_async_engine(self.url)) as engine, engine.begin() as conn:
                await escalating.sweep(
                    Scene(conn, await load(conn), SYSTEM, datetime.now(UTC), lambda one, variant: "")
                )

        asyncio.run(run())


def grades(report: dict[str, Any]) -> dict[str, str]:
    """Severity by rule, of the only picture."""
    return {one["code"]: one["severity"] for one in report["proof"]["findings"]}
