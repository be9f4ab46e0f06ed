"""Where the built front end lies and which of its files a page needs."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

MOUNT = "/static/portal/"
"""The address under which the files of `where()` are served; the web build writes the same one into its
files.
"""

STATIC = Path(__file__).parent / "static"
"""Hand-written files with fixed addresses: service worker, web app manifest, icons."""

_DIST = Path(__file__).parent / "dist"


class NotBuilt(RuntimeError):
    """The portal's front end is not built; run: make web"""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


@dataclass(frozen=True)
class Assets:
    """Addresses of what every page loads."""

    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()


def where() -> Path:
    """The folder of the build. Raises NotBuilt with the one sentence that says what to do."""
    if not (_DIST / "manifest.json").is_file():
        raise NotBuilt
    return _DIST


@lru_cache(maxsize=4)
def _read(manifest: Path, _changed: int) -> Assets:
    entries = json.loads(manifest.read_text("utf-8"))
    styles = [entry["file"] for entry in entries.values() if entry.get("isEntry") and entry["file"].endswith(".css")]
    scripts = [entry for entry in entries.values() if entry.get("isEntry") and entry["file"].endswith(".js")]
    styles += [sheet for entry in scripts for sheet in entry.get("css", [])]
    return Assets(
        styles=tuple(MOUNT + file for file in dict.fromkeys(styles)),
        scripts=tuple(MOUNT + entry["file"] for entry in scripts),
    )


def assets() -> Assets:
    """What the pages load now; a rebuild is noticed without a restart. Raises NotBuilt."""
    manifest = where() / "manifest.json"
    return _read(manifest, manifest.stat().st_mtime_ns)
