"""The shells of the staff screens as HTML text. Scripts draw what is on them; a shell knows nobody's data."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from ioc_dashboard.assets import assets

_TEMPLATES = Path(__file__).parent / "templates"
THEMES = ("light", "dark")
LOCALES = ("vi", "en")
THEME_COOKIE = "hientruong_theme"
LOCALE_COOKIE = "hientruong_lang"


@dataclass(frozen=True)
class Shell:
    """Who opens the page. `locale` and `theme` come from the cookies named here, so that the first paint is
    right already; anything unknown in them is ignored. `zone` is the city's IANA zone; its map starts at
    `lon`, `lat` (degrees, WGS 84) and `zoom`.
    """

    locale: str = "vi"
    theme: str | None = None
    city: str = ""
    zone: str = "Asia/Ho_Chi_Minh"
    lon: float = 107.11
    lat: float = 10.39
    zoom: float = 11.2


@lru_cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _page(name: str, shell: Shell) -> str:
    return (
        _environment()
        .get_template("shell.html")
        .render(
            page=name,
            shell=shell,
            locale=shell.locale if shell.locale in LOCALES else LOCALES[0],
            theme=shell.theme if shell.theme in THEMES else None,
            assets=assets(name),
        )
    )


def ioc_page(shell: Shell) -> str:
    """The triage desk. Raises assets.NotBuilt."""
    return _page("ioc", shell)


def agency_page(shell: Shell) -> str:
    """The agency desk. Raises assets.NotBuilt."""
    return _page("agency", shell)


def crew_page(shell: Shell) -> str:
    """A crew's day on a phone. Raises assets.NotBuilt."""
    return _page("crew", shell)


def wall_page(shell: Shell) -> str:
    """The wall; always dark, whatever this browser's person likes at a desk. Raises assets.NotBuilt."""
    return _page("wall", replace(shell, theme="dark"))


def figures_page(shell: Shell) -> str:
    """The figures. Raises assets.NotBuilt."""
    return _page("figures", shell)


def admin_page(shell: Shell) -> str:
    """The administration. Raises assets.NotBuilt."""
    return _page("admin", shell)


def login_page(shell: Shell) -> str:
    """The log-in of the staff. Raises assets.NotBuilt."""
    return _page("login", shell)
