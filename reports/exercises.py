"""Drills: a supervisor begins one, exercise alarms are raised and handled like real ones, and all of them end with it.

An exercise names no report, so that nobody works on a real one because of it, and no figure counts it.
"""

from uuid import uuid4

from reports import alarm_rows, alarming, drills, journal
from reports.alarms import Cause, Kind
from reports.events import DrillBegan, DrillEnded
from reports.problems import NotNow
from reports.step import Scene


async def begin(scene: Scene, scenario: str | None) -> None:
    """Begin a drill; when one runs already nothing changes."""
    await settle(scene)
    drill = await drills.begin(scene.conn, scene.by.username, scene.by.name, scenario, scene.now)
    if drill is not None:
        fact = DrillBegan(drill=drill, scenario=scenario)
        await journal.record(scene.conn, [fact], by=scene.by, at=scene.now)
        await alarming.wake(scene.conn)


async def end(scene: Scene) -> None:
    """End the drill and all its alarms; when none runs nothing changes."""
    drill = await drills.end(scene.conn, scene.by.username, scene.now)
    if drill is not None:
        await _over(scene, drill)


async def settle(scene: Scene) -> None:
    """Take note of a drill that has lasted its time."""
    drill = await drills.note_end(scene.conn, scene.now)
    if drill is not None:
        await _over(scene, drill)


async def _over(scene: Scene, drill: int) -> None:
    for alarm in await alarm_rows.standing(scene.conn, ["drill"]):
        await alarming.clear_alarm(scene, alarm.id, alarm.cause)
    await journal.record(scene.conn, [DrillEnded(drill=drill)], by=scene.by, at=scene.now)
    await alarming.wake(scene.conn)


async def raise_alarm(scene: Scene, like: Kind, words: str | None, place: tuple[float, float] | None) -> int:
    """An exercise alarm that looks like one of this kind; its id. NotNow outside a drill.

    `words`: what the exercise says instead of its kind's own text; `place`: (lon, lat).
    """
    if await drills.running(scene.conn, scene.now) is None:
        raise NotNow("No drill is running: begin one first.")
    lon, lat = place or (None, None)
    facts = {"like": like, **({"words": words} if words else {})}
    cause = Cause("drill", uuid4().hex, lon=lon, lat=lat, radius_m=200.0 if place else None, facts=facts)
    alarm_id = await alarming.raise_alarm(scene, cause, drill=True)
    await alarming.wake(scene.conn)
    return alarm_id or 0
