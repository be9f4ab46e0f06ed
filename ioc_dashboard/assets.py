"""Where the built staff screens lie, and which of their files a page needs."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

MOUNT = "/static/staff/"
"""The address under which the files of `where()` are served; the web build writes it into its files."""

_DIST = Path(__file__).parent / "dist"
_TOKENS = "shared/tokens.css"


class NotBuilt(RuntimeError):
    """The staff screens are not built; run: make web"""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


@dataclass(frozen=True)
class Assets:
    """Addresses of what one page loads: its style sheets, its module, and the modules that one imports."""

    styles: tuple[str, ...]
    script: str
    preloads: tuple[str, ...]


def where() -> Path:
    """The folder of the build. Raises NotBuilt with the one sentence that says what to do."""
    if not (_DIST / "manifest.json").is_file():
        raise NotBuilt
    return _DIST


@lru_cache(maxsize=16)
def _read(manifest: Path, _changed: int, page: str) -> Assets:
    entries = json.loads(manifest.read_text("utf-8"))
    entry = next(one for one in entries.values() if one.get("isEntry") and one.get("name") == page)
    # Imports of imports are few and shallow; naming them all lets the browser fetch them in one go.
    found: dict[str, None] = {}
    waiting = list(entry.get("imports", []))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            waiting += entries[name].get("imports", [])
    return Assets(
        styles=(MOUNT + entries[_TOKENS]["file"],),
        script=MOUNT + entry["file"],
        preloads=tuple(MOUNT + entries[name]["file"] for name in found),
    )


def service_worker() -> Path:
    """The crew's service worker; it has an address of its own. Raises NotBuilt."""
    return where() / "sw.js"


def assets(page: str) -> Assets:
    """What the page "ioc", "agency", "figures" or "login" loads now; a rebuild is noticed at once. Raises NotBuilt."""
    manifest = where() / "manifest.json"
    return _read(manifest, manifest.stat().st_mtime_ns, page)
