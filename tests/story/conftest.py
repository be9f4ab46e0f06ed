"""One city for all story tests: two servers, one worker, a loopback FCM and a loopback web push service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from api.clients import Client
from tests.databases import throwaway_cluster
from tests.loopback.fcm import LoopbackFcm
from tests.loopback.webpush import LoopbackPush
from tests.story.city import Stage, new_database
from tests.story.foundation import Foundation
from tests.story.notices import Notices
from tests.story.people import People


@pytest.fixture(scope="session")
def story_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL of its own, so that no other test's load or settings are felt here."""
    with throwaway_cluster("story", tmp_path_factory.mktemp("postgresql")) as url:
        yield url


@pytest.fixture(scope="session")
def notices() -> Iterator[Notices]:
    """The push services of this city."""
    with LoopbackFcm() as fcm, LoopbackPush() as push:
        yield Notices(fcm, push)


@pytest.fixture(scope="session")
def stage(
    story_cluster: str, foundation: Foundation, notices: Notices, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """The city of the story, ready."""
    folder = tmp_path_factory.mktemp("city")
    database = new_database(story_cluster, "story")
    with foundation.city(folder, database, notices.settings(folder)) as city:
        yield Stage(city, city.serve(), city.serve(), city.work())


@pytest.fixture(scope="session")
def tokens() -> dict[str, str]:
    """One session per account for all tests: a password check costs a sixth of a second on purpose."""
    return {}


@pytest.fixture
async def people(stage: Stage, tokens: dict[str, str]) -> AsyncIterator[People]:
    """The people of the story, with fresh connections."""
    async with Client.open(stage.first.url) as first, Client.open(stage.second.url) as second:
        yield People(first, second, tokens)
