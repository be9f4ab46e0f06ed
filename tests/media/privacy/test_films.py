"""Films: what moves is hidden in every frame, sound is gone, and a thing lost from sight holds the film back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from bench.privacy_set import films, scenes
from bench.privacy_set.films import HEIGHT, WIDTH
from media.areas import Area
from media.examiner_models import Finders
from media.examiner_pictures import load
from media.hiding import Pixels
from media.privacy import Examiner, Found, Withheld, examine, examine_and_render, render
from media.store import MediaStore
from tests.media.privacy.conftest import SHA256, Keep, fetched

pytestmark = [pytest.mark.asyncio(loop_scope="session")]
POSTER = scenes.street(1).resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def frames(path: Path) -> Iterator[tuple[float, Pixels]]:
    with av.open(str(path)) as film:
        for frame in film.decode(video=0):
            assert frame.time is not None
            yield frame.time, np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)


def covered(areas: tuple[Area, ...], second: float, box: tuple[float, float, float, float]) -> float:
    """The share of the box in pixels that is hidden at this second."""
    mask = np.zeros((HEIGHT, WIDTH), dtype=bool)
    for area in areas:
        place = area.at(second)
        if place is not None:
            x, y, w, h = place
            mask[int(y * HEIGHT) : int((y + h) * HEIGHT) + 1, int(x * WIDTH) : int((x + w) * WIDTH) + 1] = True
    left, top, right, bottom = (round(part) for part in box)
    return float(mask[top:bottom, left:right].mean())


async def test_a_moving_face_and_plate_are_hidden_in_every_frame(
    keep: Keep, store: MediaStore, examiner: Examiner, finders: Finders, tmp_path: Path
) -> None:
    movers = [
        films.walker(0, 80, (80, 60), (110, 15)),
        films.rider(2, 120, (700, 520), (-150, 0)),
    ]
    path = tmp_path / "film.mp4"
    films.write(path, 1, movers, 2.2)
    told: list[int] = []

    async def progress(percent: int) -> None:
        told.append(percent)

    copies = await keep(POSTER, path, 2.2)
    found = await examine_and_render(store, SHA256, copies, "video", examiner, progress)
    assert isinstance(found, Found)
    assert {area.kind for area in found.areas} == {"face", "plate"} and any(area.path for area in found.areas)
    assert told == sorted(told) and told[-1] >= 90
    public = await fetched(store, found.copies["video"], tmp_path)
    shown = list(frames(public))
    assert len(shown) == 55
    for number, (second, pixels) in enumerate(shown):
        for mover in movers:
            truth = mover.truth(second)
            assert truth is None or covered(found.areas, second, truth) == 1.0, (number, mover.kind)
        if number % 9 == 4:  # between the looks
            faces = [seen for seen in finders.faces.find(pixels, (1.0,)) if seen.score > 0.3]
            assert faces == [] and finders.plates.plates(pixels) == []
    poster = load(await fetched(store, found.copies["large"], tmp_path))
    assert poster.shape == (HEIGHT, WIDTH, 3) and [x for x in finders.faces.find(poster, (1.0,)) if x.score > 0.3] == []
    assert found.copies["small"]["width"] == 400


async def test_public_films_are_silent_and_say_nothing_about_themselves(
    keep: Keep, store: MediaStore, examiner: Examiner, tmp_path: Path
) -> None:
    """Read by the library's reader, which has no part in the check that the product makes itself."""
    path = tmp_path / "film.mp4"
    films.write(path, 1, [], 0.4)
    talking = tmp_path / "talking.mp4"
    with_sound(path, talking)
    with av.open(str(talking)) as before:
        assert len(before.streams.audio) == 1 and before.metadata.get("location")
    public = await render(store, SHA256, await keep(POSTER, talking, 0.4), "video", [], examiner)
    assert isinstance(public, dict)
    assert public["video"]["width"] == WIDTH and public["video"]["duration_s"] == pytest.approx(0.4, abs=0.05)
    after_path = await fetched(store, public["video"], tmp_path)
    with av.open(str(after_path)) as after:
        assert len(after.streams.audio) == 0 and len(after.streams.video) == 1
        assert not {"location", "title", "encoder", "creation_time"} & set(after.metadata)
    before_pixels, after_pixels = (dict(frames(film)) for film in (talking, after_path))
    assert len(before_pixels) == len(after_pixels)
    for one, other in zip(before_pixels.values(), after_pixels.values(), strict=True):
        assert np.abs(one.astype(int) - other.astype(int)).mean() < 3


async def test_the_areas_of_a_hand_hold_for_their_time(
    keep: Keep, store: MediaStore, examiner: Examiner, tmp_path: Path
) -> None:
    path = tmp_path / "film.mp4"
    films.write(path, 1, [], 1.0)
    area = {"kind": "hand", "x": 0.4, "y": 0.4, "w": 0.2, "h": 0.2, "from_s": 0.3, "to_s": 0.6}
    public = await render(store, SHA256, await keep(POSTER, path, 1.0), "video", [area], examiner)
    assert isinstance(public, dict)
    for second, pixels in frames(await fetched(store, public["video"], tmp_path)):
        part = pixels[int(0.43 * HEIGHT) : int(0.57 * HEIGHT), int(0.43 * WIDTH) : int(0.57 * WIDTH)].reshape(-1, 3)
        spread = float(part.std(axis=0).max())
        assert (spread < 3) == (0.3 <= second <= 0.6), (second, spread)


async def test_a_person_who_vanishes_holds_the_film_back(
    keep: Keep, store: MediaStore, examiner: Examiner, tmp_path: Path
) -> None:
    """Nobody can say where the face is now, so nobody sees the film before a person has looked."""
    path = tmp_path / "film.mp4"
    films.write(path, 1, [films.walker(0, 80, (560, 160), (0, 0), gone_from=0.9)], 2.6)
    copies = await keep(POSTER, path, 2.6)
    held = await examine_and_render(store, SHA256, copies, "video", examiner)
    assert isinstance(held, Withheld) and held.reason == "lost-track"
    assert [area.kind for area in held.areas if area.score and area.score > 0.5] == ["face"]
    assert [key async for key in store.list("public/")] == []
    # The operator who has looked may publish with the areas that were found and more.
    by_hand = await render(store, SHA256, copies, "video", held.areas, examiner)
    assert isinstance(by_hand, dict)


async def test_a_new_shot_is_looked_at_at_once(
    keep: Keep, store: MediaStore, examiner: Examiner, tmp_path: Path
) -> None:
    """The face of the second shot comes between two looks and is hidden from its first frame on."""
    path = tmp_path / "film.mp4"
    mover = films.walker(0, 90, (500, 100), (40, 0))
    films.write_shots(path, [(2, [], 0.52), (7, [mover], 0.6)])
    found = await examine(store, await keep(POSTER, path, 1.1), "video", examiner)
    assert isinstance(found, Found)
    for number in range(13, 28):
        second = number / 25
        truth = mover.truth(second - 0.52)
        assert truth is not None and covered(found.areas, second, truth) == 1.0, second


async def test_the_end_of_a_shot_is_looked_at(
    keep: Keep, store: MediaStore, examiner: Examiner, tmp_path: Path
) -> None:
    """The face comes after the last look that was due and is gone with the cut."""
    path = tmp_path / "film.mp4"
    mover = films.walker(0, 90, (500, 100), (0, 0))
    films.write_shots(path, [(2, [], 0.48), (2, [mover], 0.24), (7, [], 0.4)])
    found = await examine(store, await keep(POSTER, path, 1.1), "video", examiner)
    assert isinstance(found, Found)
    truth = mover.truth(0.0)
    assert truth is not None
    assert [covered(found.areas, number / 25, truth) for number in range(12, 18)] == [1.0] * 6


def with_sound(film: Path, path: Path) -> None:
    """The same film with a tone and a place in it."""
    with av.open(str(film)) as source, av.open(str(path), "w", format="mp4") as output:
        output.metadata["location"] = "+10.7769+106.7009/"
        picture = output.add_stream_from_template(source.streams.video[0])
        sound = output.add_stream("aac", rate=44100)
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = picture
                output.mux(packet)
        wave = (np.sin(np.arange(44100 * 2 // 5) / 20) * 0.2).astype(np.float32).reshape(1, -1)
        tone = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
        tone.sample_rate = 44100
        output.mux([*sound.encode(tone), *sound.encode(None)])
