"""The shelf and the version: made once, never stale longer than said, never more bytes than allowed."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.caching import FRESH_SECONDS, MOST_OF_ONE, Finished, Newest, Shelf


class Asked:
    """A version that somebody changes, on a clock that the test turns; counts how often it is asked for."""

    def __init__(self) -> None:
        self.now, self.version, self.times = 0.0, "1", 0
        self.fails = False

    async def ask(self) -> str:
        self.times += 1
        found = self.version
        await asyncio.sleep(0)
        if self.fails:
            raise ConnectionError("away")
        return found


async def test_one_question_for_all_who_ask_at_once() -> None:
    asked = Asked()
    newest = Newest(asked.ask, lambda: asked.now)
    assert set(await asyncio.gather(*(newest.version() for _ in range(50)))) == {"1"}
    assert asked.times == 1


async def test_a_new_version_is_known_in_time_and_not_asked_for_before() -> None:
    asked = Asked()
    newest = Newest(asked.ask, lambda: asked.now)
    await newest.version()
    asked.version = "2"
    asked.now = FRESH_SECONDS * 0.99
    assert (await newest.version(), asked.times) == ("1", 1)
    asked.now = FRESH_SECONDS
    assert (await newest.version(), asked.times) == ("2", 2)


async def test_a_question_that_failed_is_asked_again() -> None:
    asked = Asked()
    asked.fails = True
    newest = Newest(asked.ask, lambda: asked.now)
    with pytest.raises(ConnectionError):
        await newest.version()
    asked.fails = False
    assert await newest.version() == "1"


async def test_who_goes_away_takes_nothing_from_the_others() -> None:
    asked = Asked()
    newest = Newest(asked.ask, lambda: asked.now)
    first, second = asyncio.ensure_future(newest.version()), asyncio.ensure_future(newest.version())
    await asyncio.sleep(0)
    first.cancel()
    assert await second == "1"


async def test_an_answer_is_made_once_per_tag() -> None:
    shelf, made = Shelf(), 0

    async def make() -> Finished:
        nonlocal made
        made += 1
        await asyncio.sleep(0)
        return Finished(str(made).encode())

    first = await asyncio.gather(*(shelf.made("page", "v1", make) for _ in range(20)))
    assert {one.plain for one in first} == {b"1"}
    assert (await shelf.made("page", "v1", make)).plain == b"1"
    assert (await shelf.made("page", "v2", make)).plain == b"2"
    assert shelf.get("page", "v1") is None and made == 2
    assert shelf.bytes == 1


async def test_a_failure_is_told_to_all_and_not_kept() -> None:
    shelf = Shelf()

    async def fail() -> Finished:
        await asyncio.sleep(0)
        raise LookupError("no such report")

    found = await asyncio.gather(*(shelf.made("x", "v", fail) for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in found] == [LookupError] * 3

    async def make() -> Finished:
        return Finished(b"now it is there")

    assert (await shelf.made("x", "v", make)).plain == b"now it is there"


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.sampled_from("ab"), st.integers(0, 400), st.booleans()), min_size=1, max_size=60
    )
)
def test_the_shelf_never_holds_more_than_allowed(kept: list[tuple[int, str, int, bool]]) -> None:
    shelf = Shelf(most_bytes=1000)
    for key, tag, size, packed in kept:
        shelf.keep(key, tag, Finished(b"x" * size, b"y" * (size // 2) if packed else None))
        assert shelf.bytes <= 1000
        held = shelf.get(key, tag)
        assert held is not None and len(held.plain) == size
    assert shelf.bytes == sum(finished.size for _, finished in shelf._kept.values())


def test_what_is_too_large_is_not_kept_and_takes_the_old_one_away() -> None:
    shelf = Shelf()
    shelf.keep("x", "v1", Finished(b"small"))
    shelf.keep("x", "v2", Finished(b"x" * (MOST_OF_ONE + 1)))
    assert shelf.get("x", "v1") is None and shelf.get("x", "v2") is None and shelf.bytes == 0
