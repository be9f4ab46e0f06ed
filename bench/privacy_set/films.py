"""Short films of the same street with a face and a plate that move, and the truth for every frame."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random

import av
import numpy as np
from PIL import Image

from bench.privacy_set import heads, signs
from bench.privacy_set.scenes import Box, street

WIDTH, HEIGHT = 1280, 720


@dataclass(frozen=True)
class Mover:
    """A thing that goes in a straight line: where its top left corner is at second 0, and pixels a second."""

    kind: str
    image: Image.Image
    box: Box
    start: tuple[float, float]
    speed: tuple[float, float]
    gone_from: float = 1e9
    """From this second on it is not there any more, without having left."""

    def at(self, second: float) -> tuple[int, int]:
        return round(self.start[0] + self.speed[0] * second), round(self.start[1] + self.speed[1] * second)

    def truth(self, second: float) -> Box | None:
        """Its box at this second, as far as it is in the frame; None when less than half of it is."""
        if second >= self.gone_from:
            return None
        x, y = self.at(second)
        box = (
            max(0.0, x + self.box[0]),
            max(0.0, y + self.box[1]),
            min(WIDTH, x + self.box[2]),
            min(HEIGHT, y + self.box[3]),
        )
        whole = (self.box[2] - self.box[0]) * (self.box[3] - self.box[1])
        inside = max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])
        return box if inside > 0.5 * whole else None


def walker(
    seed: int, tall: int, start: tuple[float, float], speed: tuple[float, float], gone_from: float = 1e9
) -> Mover:
    """A person whose face is `tall` pixels high."""
    chance = Random(f"walker:{seed}")
    head, face = heads.portrait(tall) if tall > 60 else heads.patch(seed, tall, chance)
    image, box = heads.person(head, face, chance)
    return Mover("face", image, box, start, speed, gone_from)


def rider(seed: int, broad: int, start: tuple[float, float], speed: tuple[float, float]) -> Mover:
    """A vehicle's plate, `broad` pixels wide."""
    plate = signs.draw(signs.sign(Random(f"rider:{seed}")), broad)
    back = Image.new("RGBA", (plate.width + 60, plate.height + 60), (60, 110, 180, 255))
    back.alpha_composite(plate, (30, 30))
    return Mover("plate", back, (30.0, 30.0, plate.width + 30.0, plate.height + 30.0), start, speed)


def frame(ground: Image.Image, movers: list[Mover], second: float) -> Image.Image:
    """The picture at this second."""
    image = ground.copy()
    for mover in movers:
        if second < mover.gone_from:
            image.paste(mover.image, mover.at(second), mover.image)
    return image


def ground_of(seed: int) -> Image.Image:
    """The street as a frame of the film."""
    return street(seed).resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def write(path: Path, seed: int, movers: list[Mover], seconds: float, rate: int = 25) -> None:
    """A film as the decoding process makes them: H.264, 1280 x 720, fast start, no sound."""
    write_shots(path, [(seed, movers, seconds)], rate)


def write_shots(path: Path, shots: list[tuple[int, list[Mover], float]], rate: int = 25) -> None:
    """Several shots of (street, movers, seconds) after each other; the movers' time begins with their shot."""
    with av.open(str(path), "w", format="mp4", container_options={"movflags": "+faststart"}) as output:
        stream = output.add_stream("libx264", rate=rate, options={"preset": "ultrafast", "crf": "23"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for seed, movers, seconds in shots:
            ground = ground_of(seed)
            for number in range(round(seconds * rate)):
                pixels = np.asarray(frame(ground, movers, number / rate))
                output.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        output.mux(stream.encode(None))
