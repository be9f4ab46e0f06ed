"""Loading the demo city for real: once, whole or not at all, with an honest journal, in seconds."""

import asyncio
import io
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pwdlib import PasswordHash
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.db import make_engine
from api.demo.city import NotADemoCity
from api.demo.load import DemoRefused, Loaded, is_loaded, load, set_passwords
from api.demo.reading import read, reports
from api.settings import Database
from media.exif import position, taken_at
from media.folder_store import FolderStore
from reports.calendars import Calendar
from reports.clocks import ServiceLevel, due_at
from tests.databases import disposing

REPOSITORY = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Demo:
    """A loaded city that several tests look at."""

    url: str
    store: FolderStore
    loaded: Loaded
    cpu_seconds: float


@pytest.fixture(scope="module")
def demo(shared_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The whole demo city in a database of its own, loaded once for the tests that only read it."""
    store = FolderStore(tmp_path_factory.mktemp("media"))
    began = time.process_time()
    loaded = asyncio.run(_load_whole(shared_database_url, store))
    return Demo(shared_database_url, store, loaded, time.process_time() - began)


async def _load_whole(url: str, store: FolderStore) -> Loaded:
    async with disposing(make_engine(url, Database())) as engine:
        return await load(engine, store, NOW, "mot-mat-khau")


@pytest.fixture
async def town(demo: Demo) -> AsyncIterator[AsyncEngine]:
    """The loaded city's database."""
    async with disposing(make_engine(demo.url, Database())) as engine:
        yield engine


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "media")


async def rows(engine: AsyncEngine, sql: str, **facts: Any) -> list[Any]:
    async with engine.connect() as conn:
        return list((await conn.execute(text(sql), facts)).all())


async def one(engine: AsyncEngine, sql: str, **facts: Any) -> Any:
    return (await rows(engine, sql, **facts))[0][0]


async def test_the_city_is_loaded_once_and_fast(demo: Demo, town: AsyncEngine) -> None:
    assert demo.loaded.fresh and demo.loaded.reports == len(reports()) >= 60
    # Of the processor, not of the wall: other tests may run beside. About 5 s on an idle machine.
    assert demo.cpu_seconds < 20
    count = "SELECT (SELECT count(*) FROM report), (SELECT count(*) FROM journal)"
    before = await rows(town, count)
    again = await load(town, demo.store, datetime(2026, 11, 22, tzinfo=UTC), "mot-mat-khau")
    assert not again.fresh and again.usernames == demo.loaded.usernames
    assert await rows(town, count) == before


async def test_states_are_spread_as_told(demo: Demo, town: AsyncEngine) -> None:
    states = Counter(
        {state: count for state, count in await rows(town, "SELECT state, count(*) FROM report GROUP BY 1")}
    )
    assert (states["received"], states["verified"], states["resolved"]) == (12, 6, 2)
    assert (states["rejected"], states["merged"], states["awaiting_resident"]) == (3, 1, 1)
    assert states["published"] + states["closed"] == 30
    assert states["dispatched"] + states["in_progress"] >= 8
    late = "SELECT count(*) FROM report WHERE open AND due_basis = 'running' AND due_at < :now"
    assert await one(town, late, now=NOW) >= 3
    assert await one(town, "SELECT count(*) FROM report WHERE area_code IS NULL OR lead IS NULL") == 0
    assert await one(town, "SELECT count(*) FROM report WHERE rating->>'rating' = 'unsatisfied'") == 2
    fallback = "SELECT count(*) FROM report WHERE (route->>'fallback')::boolean"
    assert await one(town, fallback) == 0


async def test_the_journal_tells_every_step_at_its_time(demo: Demo, town: AsyncEngine) -> None:
    loaded = demo.loaded
    assert await one(town, "SELECT count(*) FROM journal WHERE at > :now", now=NOW) == 0
    told = dict(await rows(town, "SELECT event, count(*) FROM journal GROUP BY 1"))
    assert told["report.received"] == told["report.located"] == loaded.reports
    assert told["media.ready"] == loaded.pictures > 60
    for event in (
        "returned",
        "extended",
        "reopened",
        "merged",
        "question_asked",
        "rated",
        "closed",
        "sent_back",
    ):
        assert (f"report.{event}" in told) == (event != "sent_back")
    backwards = """
        SELECT count(*) FROM (SELECT at, lag(at) OVER (PARTITION BY report_id ORDER BY id) AS before
                                FROM journal WHERE event <> 'media.ready') AS step WHERE at < before
    """
    assert await one(town, backwards) == 0
    versions = """
        SELECT count(*) FROM report r
         WHERE version <> (SELECT max(version) FROM journal j WHERE j.report_id = r.id)
    """
    assert await one(town, versions) == 0


async def test_every_due_time_can_be_recomputed_from_the_data(demo: Demo, town: AsyncEngine) -> None:
    calendar = Calendar.from_data(read("calendar")["definition"])
    levels = {row["code"]: row.get("service_levels") for row in read("categories")["categories"]}
    checked = 0
    for category, urgency, started, received, due in await rows(
        town,
        "SELECT category, urgency, clock_started_at, received_at, due_at FROM report "
        "WHERE extensions = 0 AND due_basis <> 'paused' AND NOT EXISTS "
        "(SELECT FROM journal WHERE report_id = report.id AND event = 'report.reopened')",
    ):
        level = ServiceLevel.from_data(levels[category][urgency])
        assert due == due_at(started or received, level, calendar)
        checked += 1
    assert checked >= 58


async def test_one_hot_spot_has_a_plan_and_one_is_new(demo: Demo, town: AsyncEngine) -> None:
    spots = await rows(
        town,
        "SELECT state, category, cases, owner_agency, target_on > :today, found_at = :now, "
        "(SELECT count(*) FROM report r WHERE r.hot_spot = h.code AND r.open) FROM hot_spot h ORDER BY state",
        today=NOW.date(),
        now=NOW,
    )
    assert [tuple(spot) for spot in spots] == [
        ("open", "garbage-dump", 3, None, None, True, 1),
        ("planned", "road-pothole", 3, "so-xay-dung", True, False, 0),
    ]


async def test_no_agency_has_a_system_of_its_own(town: AsyncEngine) -> None:
    assert await one(town, "SELECT count(*) FROM agency WHERE external IS NOT NULL") == 0


async def test_pictures_lie_in_the_store_with_position_and_time(demo: Demo, town: AsyncEngine) -> None:
    found = await rows(
        town,
        "SELECT original_key, derivatives, taken_at, gps, warnings FROM attachment WHERE state = 'ready'",
    )
    assert len(found) > 60 and not any(item.warnings for item in found)
    assert len({item.original_key for item in found}) == len(found)
    item = found[0]
    data = b"".join([chunk async for chunk in demo.store.open(item.original_key)])
    exif = Image.open(io.BytesIO(data)).getexif()
    assert position(exif)[0] == pytest.approx((item.gps["lon"], item.gps["lat"]), abs=1e-6)
    assert datetime.fromisoformat(taken_at(exif) or "") == item.taken_at
    for size, longest in (("large", 1600), ("small", 400)):
        copy = b"".join([chunk async for chunk in demo.store.open(item.derivatives[size]["key"])])
        picture = Image.open(io.BytesIO(copy))
        assert picture.format == "WEBP" and max(picture.size) <= longest and not picture.getexif()


async def test_nothing_restricted_or_personal_is_public(demo: Demo, town: AsyncEngine) -> None:
    assert (
        await one(town, "SELECT count(*) FROM report WHERE category LIKE 'conduct%' AND published_at IS NOT NULL") == 0
    )
    assert await one(town, "SELECT count(*) FROM reporter WHERE name IS NOT NULL OR phone IS NOT NULL") == 0
    # Nobody holds a key to the invented residents' phones.
    assert await one(town, "SELECT count(*) FROM credential") == 0


async def test_passwords_are_set_on_every_run(demo: Demo, town: AsyncEngine) -> None:
    await set_passwords(town, "mat-khau-moi")
    hashes = {row[0] for row in await rows(town, "SELECT password_hash FROM account")}
    assert len(hashes) == 1 and PasswordHash.recommended().verify("mat-khau-moi", hashes.pop())
    roles = Counter(row[0] for row in await rows(town, "SELECT role FROM account WHERE active"))
    officers = len(read("agencies")["agencies"])
    assert roles == {"operator": 2, "supervisor": 1, "leader": 1, "admin": 1, "agency": officers}


async def test_it_is_refused_in_production_and_in_another_city(engine: AsyncEngine, store: FolderStore) -> None:
    with pytest.raises(DemoRefused):
        await load(engine, store, NOW, "x", environment="production")
    with pytest.raises(DemoRefused):
        await set_passwords(engine, "x", environment="production")
    async with engine.begin() as conn:
        await conn.execute(text("INSERT INTO agency (code, name, name_en, kind) VALUES ('elsewhere', 'a', 'a', 'x')"))
    with pytest.raises(NotADemoCity):
        await load(engine, store, NOW, "x")
    assert await one(engine, "SELECT count(*) FROM account") == 0


SLUGS = {"den-thuy-van", "o-ga-nguyen-huu-canh", "cay-gay-phan-chu-trinh", "via-he-tran-hung-dao", "anh-mo"}
FEW = tuple(report for report in reports() if report.slug in SLUGS)


async def test_two_loads_at_once_make_one_city(engine: AsyncEngine, store: FolderStore) -> None:
    both = await asyncio.gather(*(load(engine, store, NOW, "x", chosen=FEW) for _ in range(2)))
    assert sorted(loaded.fresh for loaded in both) == [False, True]
    assert await one(engine, "SELECT count(*) FROM report") == len(FEW)
    # An administrator tries things out: the city that was loaded stays the demo city, and starts again.
    async with engine.begin() as conn:
        await conn.execute(text("INSERT INTO agency (code, name, name_en, kind) VALUES ('new', 'a', 'a', 'x')"))
    assert not (await load(engine, store, NOW, "x", chosen=FEW)).fresh


KILLED = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from api.db import make_engine
from api.settings import Database
from api.demo.load import load
from api.demo.reading import reports
from media.folder_store import FolderStore
engine = make_engine(sys.argv[1], Database())
few = [report for report in reports() if report.slug in sys.argv[3:]]
now = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
asyncio.run(load(engine, FolderStore(Path(sys.argv[2])), now, "x", chosen=few))
"""


async def test_a_killed_load_leaves_nothing_and_the_next_completes(
    engine: AsyncEngine, store: FolderStore, database_url: str, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", KILLED, database_url, str(tmp_path / "media"), *SLUGS]
    waits = """
        SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database
         WHERE relation = 'journal'::regclass AND NOT granted AND d.datname = current_database()
    """
    async with engine.connect() as other:
        # It comes as far as the first report's story and no further, however fast it is.
        await other.execute(text("LOCK TABLE journal IN SHARE MODE"))
        with subprocess.Popen(command, cwd=REPOSITORY) as process:
            while not await one(engine, waits):
                assert process.poll() is None, "the load ended before it could be killed"
                await asyncio.sleep(0.02)
            process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert await one(engine, "SELECT count(*) FROM report") == 0
    assert await one(engine, "SELECT count(*) FROM agency") == 0
    assert (await load(engine, store, NOW, "x", chosen=FEW)).fresh
    assert await one(engine, "SELECT count(*) FROM report") == len(FEW)
    async with engine.connect() as conn:
        assert await is_loaded(conn, FEW)
