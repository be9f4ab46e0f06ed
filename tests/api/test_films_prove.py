"""A film proves like a photo: it is known again wherever it was cut, and what comes out late is never lost."""

import io
import random
from typing import Any

import pytest
from PIL import Image

from api import jobs, media_jobs, print_jobs
from tests.api.conftest import Doors
from tests.api.proof_scene import Officer
from tests.media.films import film

SIZE, FPS = (240, 180), 10


@pytest.fixture
def officer(doors: Doors, database_url: str) -> Officer:
    made = Officer(doors, database_url)
    made.ask("""UPDATE category SET proof = '{"unique": true}' WHERE code = 'with-proof'""")
    return made


def street(seed: int) -> Image.Image:
    return Image.frombytes("RGB", (24, 6), random.Random(seed).randbytes(432)).resize(
        (960, 240), Image.Resampling.BICUBIC
    )


def walk(seed: int, begins: int = 0, seconds: float = 4.0) -> bytes:
    """A walk along the street of this seed, filmed from picture `begins` on."""
    ground = street(seed)
    return film(audio=None, size=SIZE, fps=FPS, seconds=seconds, paint=lambda _, number: view(ground, begins + number))


def view(ground: Image.Image, number: int) -> Image.Image:
    return ground.crop((number * 12, 20, number * 12 + SIZE[0], 20 + SIZE[1]))


def unique(officer: Officer, code: str) -> tuple[str, str | None]:
    (found,) = [one for one in officer.seen(code)["proof"]["findings"] if one["code"] == "unique"]
    return found["severity"], found["facts"].get("why")


def worked(officer: Officer, job: Any, *ids: str) -> None:
    """What the worker does, in the loop of the application."""
    client = officer.doors.client

    async def run() -> None:
        await job(client.app.state.house, *ids)  # type: ignore[attr-defined]

    assert client.portal is not None
    client.portal.call(run)


def proof_of(report: dict[str, Any]) -> str:
    return str(next(one["id"] for one in report["media"] if one["role"] == "proof"))


def waiting(officer: Officer, task: str) -> list[str]:
    sql = "SELECT args ->> 'attachment_id' AS id FROM procrastinate_jobs WHERE task_name = :task AND status = 'todo'"
    return [row.id for row in officer.ask(sql, task=task)]


def test_a_film_cut_elsewhere_is_known_however_late_its_pictures_are_taken(officer: Officer) -> None:
    first, second, third, fourth = [officer.case() for _ in range(4)]
    whole = proof_of(officer.resolve(first, walk(1)).json())
    assert unique(officer, first) == ("warn", "film-coming"), "the approver reads that it is being looked at"
    # A photo taken out of it is handed in before anybody could look at the film.
    still = io.BytesIO()
    view(street(1), 17).save(still, "JPEG", quality=60)
    assert officer.resolve(second, still.getvalue()).status_code == 200
    assert unique(officer, second) == ("ok", None)
    officer.doors.give("operator", "approve", second)
    worked(officer, media_jobs.make_copies, whole)
    assert waiting(officer, jobs.PRINT) == [whole]
    worked(officer, print_jobs.take_prints, whole)
    assert unique(officer, first) == ("ok", None), "it was there first"
    (photo,) = waiting(officer, jobs.COMPARE)
    worked(officer, print_jobs.compare, photo)
    assert unique(officer, second) == ("fail", None) and officer.seen(second)["proof"]["failed_at"]
    # The film again, without its beginning and its end, smaller errors of a new encoding and all.
    cut = proof_of(officer.resolve(third, walk(1, begins=11, seconds=2.2)).json())
    officer.doors.give("operator", "approve", third)
    worked(officer, media_jobs.make_copies, cut)
    worked(officer, print_jobs.take_prints, cut)
    seen = officer.seen(third)
    assert unique(officer, third) == ("fail", None) and seen["proof"]["failed_at"]
    (told,) = [
        one for one in next(one for one in seen["media"] if one["id"] == cut)["warnings"] if one["report"] == first
    ]
    assert told["scenes"] >= 3 and "unsure" not in told
    # One that cannot be read leaves nobody waiting.
    lost = proof_of(officer.resolve(fourth, walk(2, seconds=1.0)).json())
    officer.ask("UPDATE attachment SET original_key = 'original/00/none' WHERE id = CAST(:id AS uuid)", id=lost)
    worked(officer, media_jobs.make_copies, lost)
    assert unique(officer, fourth) == ("warn", "not-compared")
    # A job that was lost is found by the sweep, once; and a picture from before all of its fingerprints were taken.
    worked(officer, media_jobs.make_copies, photo)
    looked_at = """'{"areas": [], "by": "operator"}'"""
    officer.ask(
        f"UPDATE attachment SET phash_ways = NULL, privacy = {looked_at} WHERE id = CAST(:id AS uuid)", id=photo
    )
    officer.ask("DELETE FROM film_frame")
    officer.ask("UPDATE attachment SET frames = NULL WHERE id = CAST(:id AS uuid)", id=cut)
    officer.ask("DELETE FROM procrastinate_jobs WHERE task_name = :task", task=jobs.PRINT)
    for _ in range(2):
        worked(officer, print_jobs.sweep_unprinted)
    assert sorted(waiting(officer, jobs.PRINT)) == sorted([cut, photo])
    for one in (cut, photo):
        worked(officer, print_jobs.take_prints, one)
    assert officer.ask("SELECT count(*) > 3 AS some FROM film_frame")[0].some
    (ways,) = officer.ask("SELECT length(phash_ways) FROM attachment WHERE id = CAST(:id AS uuid)", id=photo)[0]
    assert ways == 128
