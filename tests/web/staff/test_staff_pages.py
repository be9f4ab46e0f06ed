"""The shells and the build they point to."""

import re

import pytest

from ioc_dashboard import assets, pages
from ioc_dashboard.pages import Shell

PAGES = {
    "ioc": pages.ioc_page,
    "admin": pages.admin_page,
    "agency": pages.agency_page,
    "figures": pages.figures_page,
    "login": pages.login_page,
    "wall": pages.wall_page,
}


@pytest.mark.parametrize("name", PAGES)
def test_every_file_a_page_names_is_in_the_build(name: str) -> None:
    html = PAGES[name](Shell(city="Vũng Tàu"))
    named = re.findall(rf'"{assets.MOUNT}([^"]+)"', html)
    assert named
    for file in named:
        assert (assets.where() / file).is_file(), file


def test_shell_has_neither_inline_script_nor_inline_style() -> None:
    html = pages.ioc_page(Shell())
    assert re.findall(r"<script(?![^>]*\ssrc=)", html) == []
    assert "style=" not in html
    assert "<style" not in html


def test_cookies_set_language_and_colours_and_nonsense_is_ignored() -> None:
    assert '<html lang="en" data-theme="dark"' in pages.ioc_page(Shell(locale="en", theme="dark"))
    assert '<html lang="vi" data-zone' in pages.ioc_page(Shell(locale="xx", theme='"><script>'))


def test_names_of_the_city_are_escaped() -> None:
    assert "<b>" not in pages.login_page(Shell(city="<b>Vũng Tàu</b>"))
