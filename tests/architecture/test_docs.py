"""The documents say what the code says: generated pages, settings, problems, keys, links; no path of one machine."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image
from pydantic import SecretStr
from pydantic_settings import BaseSettings

import api.problems
import geo.problems
import media.problems
import reports.problems
from api import settings as api_settings
from api.asyncapi import CLOSE_CODES
from api.routes import uploads
from docs import generate
from media.verdicts import REFUSALS
from reports.events import EVENTS
from reports.lifecycle import EDGES, REMEMBERED, Command, State

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
IMAGES = sorted(DOCS.rglob("*.png"))
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
MOST_IMAGE_BYTES = 300_000
MACHINE_PATHS = re.compile(r"/(work|home|root|Users)/|/tmp/|C:\\\\")
# What ADR 2 says about the short socket folder is a place on every machine, not on one.
ALLOWED_PATHS = {"docs/adr/0002-embedded-postgresql.md"}
# Defaults that are made up when the process starts have words instead of a value.
COMPUTED = {"HIENTRUONG_STATE_DIR", "HIENTRUONG_STORE_URL", "HIENTRUONG_PUBLIC_URL", "HIENTRUONG_VAPID_KEY"}


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def rows_of(page: str) -> dict[str, list[str]]:
    """The rows of all tables of a page, by the first word in code of their first cell."""
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in page.splitlines() if line[:1] == "|"]
    return {match[1]: row for row in rows if (match := re.match(r"`([^`]+)`", row[0]))}


def links_of(page: Path) -> list[str]:
    """The relative targets of a page's links, without their anchors; what stands in a fence links nowhere."""
    found = LINK.findall(FENCED.sub("", page.read_text(encoding="utf-8")))
    targets = [link.partition("#")[0] for link in found if not re.match(r"[a-z]+:", link)]
    return [target for target in targets if target]


@pytest.mark.parametrize("name", generate.PAGES)
def test_a_generated_page_equals_the_code(name: str) -> None:
    assert text_of(name) == generate.PAGES[name](), "run: python -m docs.generate"


def test_the_generated_pages_leave_nothing_out() -> None:
    lifecycle, events = text_of("lifecycle.md"), rows_of(text_of("events.md"))
    assert all(f"`{word}`" in lifecycle for word in (*State, *Command))
    assert set(EVENTS) <= set(events)


def test_the_diagram_shows_every_state_and_only_ways_of_the_table() -> None:
    arrows = re.findall(r"^    (\w+) --> (\w+): ", generate.diagram(), re.MULTILINE)
    assert {state for arrow in arrows for state in arrow} == {state.value for state in State}
    fixed = {(edge.source.value, str(edge.target)) for edge in EDGES if str(edge.target) in set(State)}
    back = {
        (edge.source.value, target) for edge in EDGES if edge.target == REMEMBERED for target in generate.targets(edge)
    }
    assert set(arrows) == fixed | back


def variables() -> Iterator[tuple[str, object]]:
    for field in api_settings.Settings.model_fields.values():
        concern = field.annotation
        assert isinstance(concern, type) and issubclass(concern, BaseSettings)
        for name, setting in concern.model_fields.items():
            yield f"{concern.model_config.get('env_prefix', '')}{name}".upper(), setting.default


DEFAULTS = dict(variables())


def test_the_walk_over_the_settings_is_complete() -> None:
    assert sorted(DEFAULTS) == api_settings.known_variables()


@pytest.mark.parametrize("variable", sorted(DEFAULTS))
def test_each_setting_is_documented_with_its_default(variable: str) -> None:
    row, default = rows_of(text_of("settings.md"))[variable], DEFAULTS[variable]
    assert len(row) == 3 and len(row[2]) > 10
    if variable in COMPUTED or isinstance(default, SecretStr):
        return
    if default is None:
        assert row[1] in ("none", "made once, in the state folder")
        return
    shown = row[1].strip("`")
    expected = (
        str(default).lower()
        if isinstance(default, bool)
        else f"{default:g}"
        if isinstance(default, float)
        else str(default)
    )
    assert shown == expected


def test_no_setting_is_documented_that_does_not_exist() -> None:
    written = {word for page in PAGES for word in re.findall(r"HIENTRUONG_[A-Z_]*[A-Z]", page.read_text("utf-8"))}
    tools = {*api_settings.OF_THE_TOOLS, "HIENTRUONG_TOKEN", "HIENTRUONG_TEST_DATABASE_URL"}
    assert written - {*api_settings.known_variables(), *tools} == set()


def slugs_of(module: ModuleType) -> set[str]:
    return {kind.slug for kind in vars(module).values() if isinstance(kind, type) and hasattr(kind, "slug")}


def slugs() -> set[str]:
    """Every slug: of the rooms' problem classes, and those that routes write by hand."""
    rooms = (reports.problems, api.problems, media.problems, geo.problems)
    by_hand = set()
    for path in (ROOT / "api").rglob("*.py"):
        source = path.read_text("utf-8")
        by_hand |= set(re.findall(r"/problems/([a-z][a-z-]+)", source))
        by_hand |= set(re.findall(r'_(?:problem|unavailable)\(\s*request, (?:\d+, )?"([a-z-]+)"', source))
    return set().union(*(slugs_of(room) for room in rooms)) | by_hand


@pytest.mark.parametrize("slug", sorted(slugs()))
def test_each_problem_is_documented(slug: str) -> None:
    page = text_of("problems.md")
    assert f"`/problems/{slug}`" in page or f"`{slug}`" in page


def test_the_documented_statuses_are_those_of_the_code() -> None:
    rows = rows_of(text_of("problems.md"))
    for kind in vars(reports.problems).values():
        row = rows.get(f"/problems/{getattr(kind, 'slug', '')}")
        if row is not None and len(row) == 4:
            assert row[1] == str(api.problems.status_of(kind.__new__(kind)))
    for trouble, status in uploads.STATUS.items():
        assert rows[f"/problems/{trouble.slug}"][1] == str(status)


def test_refusals_and_close_codes_are_documented() -> None:
    page = text_of("problems.md")
    assert set(REFUSALS) <= set(rows_of(page))
    assert all(f"| {code} |" in page for code in CLOSE_CODES)


def test_the_operators_guide_names_every_key_of_the_desk() -> None:
    actions = (ROOT / "web/staff/actions.ts").read_text("utf-8")
    keys = set(re.findall(r'key: "([A-Z])"', actions))
    assert len(keys) > 10
    assert {key for key in keys if f"`{key}`" not in text_of("can-bo-truc.md")} == set()


def test_every_page_and_picture_is_reached_from_the_index() -> None:
    seen: set[Path] = set()
    waiting = [DOCS / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        if page.suffix == ".md":
            waiting += [(page.parent / link).resolve() for link in links_of(page) if (page.parent / link).exists()]
    assert set(PAGES) | set(IMAGES) <= seen
    direct = {(DOCS / link).resolve() for link in links_of(DOCS / "README.md")}
    assert set(PAGES) - {DOCS / "README.md"} <= direct


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_links_lead_somewhere_and_nothing_is_of_one_machine(page: Path) -> None:
    assert [link for link in links_of(page) if not (page.parent / link).exists()] == []
    if str(page.relative_to(ROOT)) not in ALLOWED_PATHS:
        assert MACHINE_PATHS.findall(page.read_text("utf-8")) == []


def test_files_named_in_the_documents_exist() -> None:
    """Paths in code such as `reports/flow.py` are checked too: a renamed file would leave a lie behind."""
    named = {
        word
        for page in PAGES
        for word in re.findall(
            r"`((?:api|reports|media|geo|notifications|bench|tests|setup|migrations|docs)/[\w/]+\.\w+)`",
            page.read_text("utf-8"),
        )
    }
    assert len(named) > 20
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.name)
def test_pictures_are_small_enough_for_a_repository(image: Path) -> None:
    assert image.stat().st_size < MOST_IMAGE_BYTES
    with Image.open(image) as picture:
        assert picture.width == 1440


def test_the_generator_is_what_the_pages_say_it_is() -> None:
    assert importlib.import_module("docs.generate") is generate
    assert all("python -m docs.generate" in text_of(name) for name in generate.PAGES)
