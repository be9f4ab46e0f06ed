"""Real PostgreSQL for every test: a throw-away cluster a session, one template, a fresh database where asked for.

HIENTRUONG_TEST_DATABASE_URL may name another server (its user must be allowed to create databases).
"""

import os
from collections.abc import AsyncIterator, Generator, Iterator
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from xdist.scheduler import LoadScopeScheduling

from api import migrate
from api.db import make_engine
from api.settings import Database
from api.starting import undisturbed
from tests.databases import copied, disposing, throwaway_cluster
from tests.story.foundation import Foundation

# The same examples in every run, and no limit on how long one takes: what a commit did not change must not fail it. To
# look for new ones: pytest --hypothesis-profile=default, or a seed of one's own.
settings.register_profile("suite", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

CITIES = ("tests/web/staff/", "tests/web/portal/", "tests/story/")
"""Folders whose tests share a running city; two workers would begin it twice. The run begins with them, for they take
longest; they wait most, so three workers are not too many for two processors."""
LONG = ("tests/setup/test_foreground.py", "tests/architecture/test_docs_api.py", "tests/media/")
"""What begins after them: at the end of a run the others would wait for one of these."""


class ByCity(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """A file is one worker's whole, so that what its tests share is made once; and so is a folder with a city."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return next((folder for folder in CITIES if file.startswith(folder)), file)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The cities first, in that order, and what is long; then as collected."""
    first = (*CITIES, *LONG)
    items.sort(key=lambda item: next((n for n, one in enumerate(first) if item.nodeid.startswith(one)), len(first)))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """All that is imported for the tests stays to the end, and none of it is looked through for rubbish."""
    with undisturbed():
        return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Which worker gets what."""
    return ByCity(config, log)


@pytest.fixture(scope="session")
def foundation(tmp_path_factory: pytest.TempPathFactory) -> Foundation:
    """Where demo cities come from; shared by the workers of a run, whose folders lie in one of the run."""
    base = tmp_path_factory.getbasetemp()
    return Foundation((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo-city")


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL with PostGIS that may be filled and thrown away."""
    given = os.environ.get("HIENTRUONG_TEST_DATABASE_URL")
    if given:
        yield given
        return
    with throwaway_cluster("tests", tmp_path_factory.mktemp("cluster")) as url:
        yield url


@pytest.fixture(scope="session")
def _server(server_url: str) -> Iterator[Engine]:
    engine = create_engine(make_url(server_url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def template(server_url: str, _server: Engine) -> Iterator[str]:
    """The name of a migrated database that fresh ones are copied from."""
    name = f"template_{uuid4().hex[:12]}"
    with _server.connect() as conn:
        conn.execute(text(f'CREATE DATABASE "{name}"'))
    url = make_url(server_url).set(database=name)
    migrate.upgrade(url.render_as_string(hide_password=False))
    _slimmed(url)
    yield name
    with _server.connect() as conn:
        conn.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


def _slimmed(url: URL) -> None:
    """Without the thousands of reference systems of PostGIS that no query names: half of what each copy costs."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        conn.execute(
            text("DELETE FROM spatial_ref_sys WHERE srid NOT IN (4326, 3857) AND srid NOT BETWEEN 32601 AND 32760")
        )
        conn.execute(text("VACUUM FULL spatial_ref_sys"))
    engine.dispose()


@pytest.fixture
def database_url(_server: Engine, template: str) -> Iterator[str]:
    """A fresh, migrated, empty database of this test alone."""
    with copied(_server, template) as url:
        yield url


@pytest.fixture(scope="module")
def shared_database_url(_server: Engine, template: str) -> Iterator[str]:
    """The same, for all tests of a file that can live with each other."""
    with copied(_server, template) as url:
        yield url


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine of the fresh database, as the product makes it."""
    async with disposing(make_engine(database_url, Database())) as engine:
        yield engine


@pytest.fixture
async def conn(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction of the fresh database, committed at the end of the test."""
    async with engine.begin() as connection:
        yield connection
