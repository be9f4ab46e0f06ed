"""Photos: what shows a face or a plate is hidden in the public copy, and nothing else is changed."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image

from bench.privacy_set import heads, scenes, signs
from media.areas import Area
from media.examiner_models import Finders
from media.examiner_pictures import examine, load
from media.fingerprint import distance
from media.privacy import Examiner, Found, Prints, examine_and_render, fingerprints, render
from media.privacy import examine as examine_only
from media.store import MediaStore
from tests.media.privacy.conftest import SHA256, Keep, fetched, webp

pytestmark = [pytest.mark.asyncio(loop_scope="session")]
Box = tuple[float, float, float, float]
WIDTH, HEIGHT = 960, 720


def street(seed: int) -> Image.Image:
    """A picture of this size takes a third of the time of a full copy."""
    return scenes.street(seed).resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def with_person(tall: int, at: tuple[int, int] = (440, 160)) -> tuple[Image.Image, Box]:
    image = street(3)
    head, face = heads.portrait(tall)
    person, box = heads.person(head, face, Random(1))
    image.paste(person, at, person)
    return image, (at[0] + box[0], at[1] + box[1], at[0] + box[2], at[1] + box[3])


def hidden_part(areas: tuple[Area, ...], box: Box) -> float:
    """The share of a box in pixels that the areas cover."""
    mask = np.zeros((HEIGHT, WIDTH), dtype=bool)
    for area in areas:
        top, left = int(area.y * HEIGHT), int(area.x * WIDTH)
        mask[top : int((area.y + area.h) * HEIGHT) + 1, left : int((area.x + area.w) * WIDTH) + 1] = True
    left, top, right, bottom = (round(part) for part in box)
    return float(mask[top:bottom, left:right].mean())


def touches(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def outside(areas: tuple[Area, ...]) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Pixels further than 16 (a block of the codec) from every area."""
    mask = np.ones((HEIGHT, WIDTH), dtype=bool)
    for area in areas:
        top, left = max(0, int(area.y * HEIGHT) - 16), max(0, int(area.x * WIDTH) - 16)
        mask[top : int((area.y + area.h) * HEIGHT) + 17, left : int((area.x + area.w) * WIDTH) + 17] = False
    return mask


async def test_a_face_is_found_hidden_and_nothing_else_is_touched(
    keep: Keep, store: MediaStore, examiner: Examiner, finders: Finders, tmp_path: Path
) -> None:
    image, face = with_person(80)
    copies = await keep(image)
    found = await examine_and_render(store, SHA256, copies, "image", examiner)
    assert isinstance(found, Found)
    assert [area.kind for area in found.areas] == ["face"] and hidden_part(found.areas, face) == 1.0
    before = load(await fetched(store, copies["large"], tmp_path))
    after = load(await fetched(store, found.copies["large"], tmp_path))
    assert max(seen.score for seen in finders.faces.find(before, (1.0,))) > 0.5
    assert [seen for seen in finders.faces.find(after, (0.5, 1.0, 1.5)) if hidden_part(found.areas, seen.box) > 0] == []
    changed = np.abs(before.astype(int) - after.astype(int)).max(axis=2)[outside(found.areas)]
    assert changed.mean() < 3 and np.percentile(changed, 99.9) < 32
    left, top, right, bottom = (round(part) for part in face)
    # A handful of averages, softly joined: no feature of a face is as small as that.
    steps = np.abs(np.diff(after[top:bottom, left:right].astype(int), axis=1)).max()
    assert steps < 24


async def test_the_small_copy_is_made_from_the_hidden_one(
    keep: Keep, store: MediaStore, examiner: Examiner, finders: Finders, tmp_path: Path
) -> None:
    image, _ = with_person(90)
    found = await examine_and_render(store, SHA256, await keep(image), "image", examiner)
    assert isinstance(found, Found)
    assert (found.copies["small"]["width"], found.copies["small"]["height"]) == (400, 300)
    small = load(await fetched(store, found.copies["small"], tmp_path))
    assert any(seen.score > 0.5 for seen in finders.faces.find(np.asarray(image.resize((400, 300))), (2.0,)))
    assert not any(seen.score > 0.35 for seen in finders.faces.find(small, (2.0,)))


async def test_plates_of_all_sheets_are_hidden(
    keep: Keep, store: MediaStore, examiner: Examiner, finders: Finders, tmp_path: Path
) -> None:
    image = street(5)
    white, black = (244, 244, 240), (16, 16, 16)
    sheets = (
        signs.Sign(("30A-123.45",), "long", white, black),
        signs.Sign(("51F", "678.90"), "short", white, black),
        signs.Sign(("29-B1", "456.78"), "motorcycle", white, black),
        signs.Sign(("80A-555.12",), "long", (24, 84, 170), (255, 255, 255)),
        signs.Sign(("72H-457.29",), "long", (248, 200, 40), black),
        signs.Sign(("AB-81-93",), "long", (190, 24, 30), (255, 255, 255)),
        signs.Sign(("80-123-NG-45",), "long", white, (190, 24, 30)),
    )
    boxes = []
    for number, sheet in enumerate(sheets):
        plate = signs.draw(sheet, 100)
        at = (20 + number * 134, 540)
        image.paste(plate, at, plate)
        boxes.append((at[0], at[1], at[0] + plate.width, at[1] + plate.height))
    found = await examine_and_render(store, SHA256, await keep(image), "image", examiner)
    assert isinstance(found, Found)
    assert [round(hidden_part(found.areas, box), 2) for box in boxes] == [1.0] * len(sheets)
    after = load(await fetched(store, found.copies["large"], tmp_path))
    assert finders.plates.plates(after) == []


async def test_a_street_without_anybody_stays_as_it_is(keep: Keep, store: MediaStore, examiner: Examiner) -> None:
    found = await examine_only(store, await keep(street(8)), "image", examiner)
    assert isinstance(found, Found)
    assert found.areas == () and found.copies == {}


async def test_only_the_areas_of_a_hand_are_hidden(
    keep: Keep, store: MediaStore, examiner: Examiner, finders: Finders, tmp_path: Path
) -> None:
    """An operator's word counts: the face stays, the marked place goes."""
    image, face = with_person(80)
    copies = await keep(image)
    by_hand = [{"kind": "hand", "x": 0.1, "y": 0.6, "w": 0.2, "h": 0.1}]
    public = await render(store, SHA256, copies, "image", by_hand, examiner)
    assert isinstance(public, dict)
    after = load(await fetched(store, public["large"], tmp_path))
    assert max(seen.score for seen in finders.faces.find(after, (1.0,)) if touches(seen.box, face)) > 0.5
    marked = after[int(0.61 * HEIGHT) : int(0.69 * HEIGHT), int(0.11 * WIDTH) : int(0.29 * WIDTH)]
    assert int(np.ptp(marked.reshape(-1, 3), axis=0).max()) <= 6


async def test_no_areas_is_a_copy_without_hiding(
    keep: Keep, store: MediaStore, examiner: Examiner, tmp_path: Path
) -> None:
    copies = await keep(street(2))
    public = await render(store, SHA256, copies, "image", [], examiner)
    assert isinstance(public, dict)
    before = load(await fetched(store, copies["large"], tmp_path)).astype(int)
    after = load(await fetched(store, public["large"], tmp_path)).astype(int)
    assert np.abs(before - after).mean() < 3
    assert before.shape == after.shape


async def test_the_address_changes_with_what_is_hidden(keep: Keep, store: MediaStore, examiner: Examiner) -> None:
    copies = await keep(street(2).resize((320, 240)))
    one = {"kind": "hand", "x": 0.1, "y": 0.1, "w": 0.2, "h": 0.2}
    other = {**one, "w": 0.25}
    keys = []
    for areas in ([], [one], [other], [one, other], [other, one]):
        public = await render(store, SHA256, copies, "image", areas, examiner)
        assert isinstance(public, dict)
        assert public["large"]["key"].startswith(f"public/ab/{SHA256}/") and await store.exists(public["large"]["key"])
        keys.append(public["large"]["key"])
    assert len(set(keys)) == 4 and keys[3] == keys[4]


async def test_public_pictures_hold_nothing_but_pixels(
    keep: Keep, store: MediaStore, examiner: Examiner, tmp_path: Path
) -> None:
    """Read by Pillow, which has no part in the check that the product makes itself."""
    image = street(2).resize((400, 300))
    tags = Image.Exif()
    tags[0x010F] = "a maker"
    spiked = tmp_path / "spiked.webp"
    image.save(spiked, "WEBP", exif=tags, xmp=b"<x:xmpmeta>here</x:xmpmeta>")
    public = await render(store, SHA256, await keep(spiked.read_bytes()), "image", [], examiner)
    assert isinstance(public, dict)
    for name in ("large", "small"):
        data = (await fetched(store, public[name], tmp_path)).read_bytes()
        with Image.open(tmp_path / "spiked.webp") as before:
            assert before.getexif() and before.info.get("xmp")
        path = tmp_path / "public.webp"
        path.write_bytes(data)
        with Image.open(path) as after:
            after.load()
            assert not after.getexif() and not {"exif", "xmp", "icc_profile"} & set(after.info)


async def test_the_fingerprint_of_the_examiner_survives_a_new_encoding(
    keep: Keep, store: MediaStore, examiner: Examiner
) -> None:
    image = street(7)
    one = await fingerprints(store, await keep(image), "image", examiner)
    other = await fingerprints(store, await keep(image.resize((700, 525))), "image", examiner)
    third = await fingerprints(store, await keep(street(8)), "image", examiner)
    assert isinstance(one, Prints) and isinstance(other, Prints) and isinstance(third, Prints)
    assert distance(one.still[:16], other.still[:16]) <= 4 < 12 < distance(one.still[:16], third.still[:16])


async def test_the_process_has_no_network(keep: Keep, store: MediaStore, examiner: Examiner) -> None:
    await fingerprints(store, await keep(webp(street(1).resize((64, 48)))), "image", examiner)
    assert [worker.network_closed for worker in examiner.sandbox._idle] == [True]


async def test_what_is_seen_only_when_its_neighbour_is_hidden_is_hidden_too(finders: Finders) -> None:
    """Two looks: the areas cover all faces of a crowd, also those that overlap others."""
    image = street(4)
    boxes = []
    for number in range(30):
        head, face = heads.patch(number, 34, Random(number))
        at = (300 + (number % 10) * 30, 200 + (number // 10) * 34)
        image.paste(head, at, head)
        boxes.append((at[0] + face[0], at[1] + face[1], at[0] + face[2], at[1] + face[3]))
    found = examine(np.asarray(image).copy(), finders)
    assert min(hidden_part(tuple(found), box) for box in boxes) > 0.8
