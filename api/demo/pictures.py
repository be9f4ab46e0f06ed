"""The photos of the demo, drawn and put into the store: a before-photo of the resident, an after-photo of
the agency.
"""

import asyncio
import hashlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any, Literal
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from api.demo.reading import DemoReport
from api.demo.timeline import Step
from media.drawing import Picture, draw_picture
from media.keys import derivative_key, original_key
from media.store import MediaStore
from reports.attachments import NewAttachment

NAMES = UUID("5d2f0a52-6c1b-5a57-9a55-1f0e5f3c7b10")
"""All ids of the demo are made from this and a name, so that loading again means the same things."""

Side = Literal["before", "after"]


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that lies in the store: how it is attached, and where its copies are."""

    attachment: NewAttachment
    derivatives: dict[str, Any]


def attachment_id(report: DemoReport, side: Side) -> UUID:
    """The id of a report's photo."""
    return uuid5(NAMES, f"{report.slug}:{side}")


async def draw_all(steps: Iterable[Step], store: MediaStore, zone: ZoneInfo) -> dict[UUID, Photo]:
    """Draw every photo that the steps need and store it; by attachment id. Storing again replaces with the
    same bytes.
    """
    wanted: list[tuple[Step, Side]] = []
    for step in steps:
        if step.command == "submit" and step.report.photo is not None:
            wanted.append((step, "before"))
        if step.proof:
            wanted.append((step, "after"))
    photos: dict[UUID, Photo] = {}
    # Pillow lets go of the interpreter while it encodes: two threads draw nearly twice as fast on two cores.
    with ThreadPoolExecutor(2) as pool:
        for start in range(0, len(wanted), 8):
            batch = wanted[start : start + 8]
            loop = asyncio.get_running_loop()
            drawn = await asyncio.gather(*(loop.run_in_executor(pool, _draw, *one, zone) for one in batch))
            kept = await asyncio.gather(*(_keep(store, *one) for one in drawn))
            photos.update((photo.attachment.id, photo) for photo in kept)
    return photos


def _draw(step: Step, side: Side, zone: ZoneInfo) -> tuple[NewAttachment, Picture]:
    """One photo, taken minutes before it was sent and a few metres off the pin, as people do."""
    report = step.report
    chance = Random(f"{report.slug}:{side}")
    taken_at = (step.at - timedelta(seconds=chance.randint(60, 300))).astimezone(zone).replace(microsecond=0)
    gps = (report.lon + chance.uniform(-9e-5, 9e-5), report.lat + chance.uniform(-9e-5, 9e-5))
    # One seed for both sides: before and after show the same street.
    kind, seed = report.photo or "", Random(report.slug).getrandbits(32)
    night = kind == "lamp" or not 6 <= taken_at.hour < 18
    picture = draw_picture(kind, seed, after=side == "after", gps=gps, taken_at=taken_at, night=night)
    digest = hashlib.sha256(picture.original).hexdigest()
    new = NewAttachment(
        id=attachment_id(report, side),
        filename=f"IMG_{taken_at:%Y%m%d_%H%M%S}.jpg",
        sha256=digest,
        bytes=len(picture.original),
        state="processing",
        role="report" if side == "before" else "proof",
        content_type="image/jpeg",
        width=picture.width,
        height=picture.height,
        taken_at=taken_at,
        zoned=True,
        gps=gps,
        original_key=original_key(digest),
    )
    return new, picture


async def _keep(store: MediaStore, new: NewAttachment, picture: Picture) -> Photo:
    large, small = derivative_key(new.sha256, "large"), derivative_key(new.sha256, "small")
    await store.put_bytes(original_key(new.sha256), picture.original)
    await store.put_bytes(large, picture.large)
    await store.put_bytes(small, picture.small)
    width, height = picture.small_size
    derivatives = {
        "large": {"key": large, "width": picture.width, "height": picture.height},
        "small": {"key": small, "width": width, "height": height},
    }
    return Photo(new, derivatives)
