"""Where the built front end lies and which of its files a page needs."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

MOUNT = "/static/portal/"
"""The address under which the files of `where()` are served; the web build writes the same one into its
files.
"""

STATIC = Path(__file__).parent / "static"
"""Hand-made files with fixed addresses: the icons."""

FORM = "portal/form.ts"

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
    form: tuple[str, ...] = ()  # what the report form loads beside them: named early, it comes without a detour


def where() -> Path:
    """The folder of the build. Raises NotBuilt with the one sentence that says what to do."""
    if not (_DIST / "manifest.json").is_file():
        raise NotBuilt
    return _DIST


def service_worker() -> Path:
    """The service worker of the build; it has an address of its own. Raises NotBuilt."""
    return where() / "sw.js"


@lru_cache(maxsize=4)
def _read(manifest: Path, _changed: int) -> Assets:
    entries = json.loads(manifest.read_text("utf-8"))
    styles = [entry["file"] for entry in entries.values() if entry.get("isEntry") and entry["file"].endswith(".css")]
    scripts = [entry for entry in entries.values() if entry.get("isEntry") and entry["file"].endswith(".js")]
    styles += [sheet for entry in scripts for sheet in entry.get("css", [])]
    return Assets(
        styles=tuple(MOUNT + file for file in dict.fromkeys(styles)),
        scripts=tuple(MOUNT + entry["file"] for entry in scripts),
        form=tuple(MOUNT + file for file in _with_imports(entries, FORM)),
    )


def _with_imports(entries: dict[str, Any], name: str) -> list[str]:
    """The file of a part that is loaded on demand, and those it imports at once."""
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        entry = entries.get(waiting.pop(), {})
        if entry and not entry.get("isEntry") and entry["file"] not in found:
            found[entry["file"]] = None
            waiting += entry.get("imports", [])
    return list(found)


def assets() -> Assets:
    """What the pages load now; a rebuild is noticed without a restart. Raises NotBuilt."""
    manifest = where() / "manifest.json"
    return _read(manifest, manifest.stat().st_mtime_ns)
