"""What a resident takes in the street: three photos that know their place, and a film of twenty seconds."""

import hashlib
import random
from pathlib import Path

from PIL import Image

from tests.media.films import film
from tests.story.people import HERE
from tests.story.photos import phone_photo

GRAINY = (800, 600)


def photos(folder: Path, count: int = 3, *, seed: int = 1) -> list[Path]:
    """JPEG files of more than 300 kB each."""
    made = []
    for number in range(count):
        path = folder / f"anh-{number + 1}.jpg"
        path.write_bytes(phone_photo(HERE["lon"], HERE["lat"], seed=seed * 100 + number, size=GRAINY, grain=GRAINY))
        assert path.stat().st_size > 300_000
        made.append(path)
    return made


def street_film(folder: Path, *, seconds: float = 20, seed: int = 1) -> Path:
    """An MP4 of more than a megabyte."""
    chance = random.Random(seed)

    def noise(image: Image.Image, _number: int) -> Image.Image:
        grain = Image.frombytes("RGB", (160, 120), chance.randbytes(160 * 120 * 3)).resize(image.size)
        return Image.blend(image, grain, 0.3)

    path = folder / "phim.mp4"
    options = {"preset": "ultrafast", "crf": "30"}
    path.write_bytes(film(size=(320, 240), seconds=seconds, fps=8, video_options=options, paint=noise))
    assert path.stat().st_size > 1_000_000
    return path


def hashes(files: list[Path]) -> set[str]:
    """The SHA-256 of each file, in hexadecimal digits."""
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
