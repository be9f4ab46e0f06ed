"""Nobody's face, plate or position reaches the public copy, whatever was photographed or filmed."""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np
from PIL import Image

from api.clients import Client, File
from bench.privacy_set.scenes import scene
from tests.media.films import everything_mov
from tests.story.people import HERE, People, eventually
from tests.story.photos import exif_of, phone_photo

# What an independent reader would stumble over: names of metadata in JPEG, WebP and MP4, and our own position.
TELLING = re.compile(rb"Exif|XMP |xmpmeta|GPS|\xa9xyz|loci|ISO6709|udta|iTunes|10\.34|107\.08|Hi\xe1\xbb\x87n Tr")


def _with_position(image: Image.Image) -> File:
    """The picture as a phone would send it: with the EXIF of a phone's photo."""
    kept = io.BytesIO()
    exif = Image.open(io.BytesIO(phone_photo(HERE["lon"], HERE["lat"], seed=1, size=(80, 60)))).getexif()
    exif[0x0112] = 1
    image.save(kept, "JPEG", quality=90, exif=exif)
    return File("nguoi.jpg", kept.getvalue())


async def _approved(people: People, *files: File) -> str:
    resident = await people.resident()
    report = await people.brought_to("resolved", await people.sent(resident, list(files)))
    ids = [item["id"] for item in report["media"]]
    await people.command(await people.operator(), report, "approve", public_media=ids)
    return str(report["code"])


async def _public_media(people: People, code: str, count: int, seconds: float = 180) -> list[dict[str, Any]]:
    async def ask() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await people.first.get(f"/api/v1/reports/{code}"))["media"]
        return found

    return await eventually(ask, lambda media: len(media) == count, seconds)


async def test_faces_and_plates_are_hidden_before_anybody_sees_them(people: People) -> None:
    drawn = scene(7, "plain")
    code = await _approved(people, _with_position(drawn.image))
    operator = await people.operator()
    public = await _public_media(people, code, 2)
    shown = next(item for item in public if item["role"] == "report")
    inside = next(item for item in (await operator.get(f"/api/v1/reports/{code}"))["media"] if item["role"] == "report")
    assert {area["kind"] for area in inside["privacy"]["areas"]} >= {"face", "plate"}
    before, after = await _pixels(operator, inside["large"]), await _pixels(people.first, shown["large"])
    assert before.shape == after.shape
    height, width = before.shape[:2]
    for area in inside["privacy"]["areas"]:
        top, left = round(area["y"] * height), round(area["x"] * width)
        part = np.s_[top : top + max(1, round(area["h"] * height)), left : left + max(1, round(area["w"] * width))]
        assert np.abs(before[part] - after[part]).mean() > 4, area
    assert np.abs(before - after).mean() < 8


async def test_no_public_byte_tells_who_where_or_with_what(people: People) -> None:
    code = await _approved(people, _with_position(scene(8, "plain").image), File("phim.mov", everything_mov()))
    public = await _public_media(people, code, 3, 120)
    assert sorted(item["kind"] for item in public) == ["image", "image", "video"]
    for item in public:
        for name in ("small", "large", "video"):
            if item.get(name):
                content = (await people.first.ask("GET", item[name])).content
                assert not TELLING.search(content), (item["kind"], name, TELLING.search(content))
                if name != "video":
                    assert exif_of(content) == {}


async def test_a_film_is_played_from_any_place_and_never_its_original(people: People) -> None:
    code = await _approved(people, File("phim.mov", everything_mov()))
    film = next(item for item in await _public_media(people, code, 2, 120) if item["kind"] == "video")
    whole = await people.first.ask("GET", film["video"])
    assert whole.headers["content-type"] == "video/mp4"
    part = await people.first.ask("GET", film["video"], headers={"Range": "bytes=4-7"})
    assert (part.status, part.content) == (206, b"ftyp")
    for stranger in (people.first, await people.resident()):
        for variant in ("original", "audio", "public-video"):
            assert (await stranger.send("GET", f"/public/media/{film['id']}/{variant}")).status in (404, 422)
            assert (await stranger.send("GET", f"/media/{film['id']}/{variant}")).status == 404


async def _pixels(who: Client, address: str) -> Any:
    content = (await who.ask("GET", address)).content
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"), dtype=np.int16)
