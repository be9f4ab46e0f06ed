"""Following things through frames that are made here, so that every pixel is known."""

from __future__ import annotations

import numpy as np
import pytest

from media.tracking import GRACE_S, Box, Grey, Tracker, follow, overlap

WIDTH, HEIGHT, RATE = 320, 180, 25
CHANCE = np.random.default_rng(7)
GROUND = np.kron(CHANCE.integers(60, 120, (18, 32)), np.ones((10, 10))).astype(np.uint8)
THING = np.kron(CHANCE.integers(0, 255, (6, 6)), np.ones((5, 5))).astype(np.uint8)
SIDE = len(THING)


def box_at(x: float, y: float) -> Box:
    return (x / WIDTH, y / HEIGHT, (x + SIDE) / WIDTH, (y + SIDE) / HEIGHT)


def frame_with(x: float, y: float) -> Grey:
    """The thing at this place, as far as it is in the frame."""
    frame = GROUND.copy()
    left, top = round(x), round(y)
    wide, tall = min(SIDE, WIDTH - left), min(SIDE, HEIGHT - top)
    if wide > 0 and tall > 0:
        frame[top : top + tall, left : left + wide] = THING[:tall, :wide]
    return frame


def inside(part: Box, whole: Box) -> bool:
    slack = 0.5 / WIDTH
    return (
        part[0] >= whole[0] - slack
        and part[1] >= whole[1] - slack
        and part[2] <= whole[2] + slack
        and part[3] <= whole[3] + slack
    )


def run(
    tracker: Tracker, way: dict[int, tuple[float, float] | None], looks: dict[int, list[tuple[Box, float]]]
) -> None:
    """Frames with the thing where `way` says (None: it is not there); looks find what they are told."""
    for number, place in way.items():
        tracker.advance(number / RATE, GROUND.copy() if place is None else frame_with(*place))
        if number in looks:
            tracker.sighted(looks[number])


def seen(
    way: dict[int, tuple[float, float] | None], at: list[int], score: float = 0.9
) -> dict[int, list[tuple[Box, float]]]:
    return {number: [(box_at(*place), score)] for number in at if (place := way[number]) is not None}


def test_flow_follows_a_textured_thing() -> None:
    moved = follow(frame_with(50, 60), frame_with(57, 64), box_at(50, 60))
    assert moved is not None and overlap(moved, box_at(57, 64)) > 0.85


def test_flow_says_when_it_has_lost_the_thing() -> None:
    assert follow(frame_with(50, 60), CHANCE.integers(0, 255, (HEIGHT, WIDTH)).astype(np.uint8), box_at(50, 60)) is None


@pytest.mark.parametrize("speed", [(0.0, 0.0), (3.0, 1.0), (-5.0, 2.0), (9.0, 0.0)])
def test_between_two_sightings_every_place_is_covered(speed: tuple[float, float]) -> None:
    start = (150 - 5 * speed[0], 60)
    way: dict[int, tuple[float, float] | None] = {
        number: (start[0] + speed[0] * number, start[1] + speed[1] * number) for number in range(11)
    }
    tracker = Tracker("face")
    run(tracker, way, seen(way, [0, 10]))
    (track,) = tracker.tracks
    assert track.sightings == 2 and tracker.lost == []
    for number, place in way.items():
        assert place is not None and inside(box_at(*place), track.places[number]), number


def test_a_bend_between_two_sightings_is_covered_too() -> None:
    """The straight line alone would miss it; the flow does not."""
    way: dict[int, tuple[float, float] | None] = {
        number: (60 + 4 * number, 60 + (20 if 2 < number < 8 else 0) * 0.8) for number in range(11)
    }
    tracker = Tracker("face")
    run(tracker, way, seen(way, [0, 10]))
    (track,) = tracker.tracks
    for number, place in way.items():
        assert place is not None and inside(box_at(*place), track.places[number]), number


def test_a_new_thing_is_covered_back_to_the_look_that_missed_it() -> None:
    way: dict[int, tuple[float, float] | None] = {number: (40 + 4 * number, 70) for number in range(21)}
    tracker = Tracker("face")
    run(tracker, way, {0: [], 10: seen(way, [10])[10], 20: seen(way, [20])[20]})
    (track,) = tracker.tracks
    for number, place in way.items():
        assert place is not None and inside(box_at(*place), track.places[number]), number


def test_a_thing_not_found_for_a_moment_stays_covered() -> None:
    way: dict[int, tuple[float, float] | None] = {number: (40 + 3 * number, 70) for number in range(31)}
    tracker = Tracker("face")
    run(tracker, way, {0: seen(way, [0])[0], 10: [], 20: [], 30: seen(way, [30])[30]})
    (track,) = tracker.tracks
    assert tracker.lost == []
    for number, place in way.items():
        assert place is not None and inside(box_at(*place), track.places[number]), number


def flicker(tracker: Tracker, score: float, sightings: int) -> None:
    """Something in the middle of the frame is seen, then noise is all there is."""
    frames = round((GRACE_S + 1.0) * RATE)
    for number in range(10 * sightings):
        tracker.advance(number / RATE, frame_with(150, 70))
        if number % 10 == 0:
            tracker.sighted([(box_at(150, 70), score)])
    for number in range(10 * sightings, 10 * sightings + frames):
        tracker.advance(number / RATE, CHANCE.integers(0, 255, (HEIGHT, WIDTH)).astype(np.uint8))
        if number % 10 == 0:
            tracker.sighted([])


def test_a_sure_thing_that_vanishes_is_lost() -> None:
    tracker = Tracker("face")
    flicker(tracker, 0.9, 2)
    assert [track.number for track in tracker.lost] == [0]


def test_until_it_is_given_up_it_is_covered_wider_and_wider() -> None:
    tracker = Tracker("face")
    flicker(tracker, 0.9, 2)
    (track,) = tracker.tracks
    assert max(track.places) / RATE >= 0.4 + GRACE_S
    widths = [place[2] - place[0] for number, place in sorted(track.places.items()) if number > 20]
    waited = widths[: widths.index(max(widths)) + 1]
    assert waited == sorted(waited) and waited[-1] > 2.5 * SIDE / WIDTH


def test_a_ghost_that_vanishes_is_not_lost() -> None:
    tracker = Tracker("face")
    flicker(tracker, 0.3, 1)
    assert tracker.lost == [] and len(tracker.tracks) == 1


def test_a_thing_that_leaves_by_the_edge_is_not_lost() -> None:
    way: dict[int, tuple[float, float] | None] = {number: (230 + 4 * number, 70) for number in range(60)}
    looks = {number: seen(way, [number])[number] if number < 15 else [] for number in range(0, 60, 10)}
    tracker = Tracker("face")
    run(tracker, way, looks)
    (track,) = tracker.tracks
    assert tracker.lost == []
    for number in range(20):  # until its right half has left
        place = way[number]
        assert place is not None and inside(box_at(*place), (*track.places[number][:2], 2.0, track.places[number][3]))


def test_what_flow_still_holds_stays_covered_without_a_sighting() -> None:
    """A head that turned away from the finder."""
    way: dict[int, tuple[float, float] | None] = {number: (60 + 1.0 * number, 70) for number in range(80)}
    looks = {number: seen(way, [number])[number] if number < 15 else [] for number in range(0, 80, 10)}
    tracker = Tracker("face")
    run(tracker, way, looks)
    (track,) = tracker.tracks
    assert tracker.lost == [] and max(track.places) == 79
    for number, place in way.items():
        assert place is not None and inside(box_at(*place), track.places[number]), number


def test_a_cut_ends_everything_without_a_loss() -> None:
    tracker = Tracker("face")
    tracker.advance(0.0, frame_with(150, 70))
    tracker.sighted([(box_at(150, 70), 0.9)])
    tracker.cut()
    tracker.advance(0.04, frame_with(20, 20))
    tracker.sighted([(box_at(20, 20), 0.9)])
    assert [sorted(track.places) for track in tracker.tracks] == [[0], [1]] and tracker.lost == []


def test_two_things_keep_their_names() -> None:
    tracker = Tracker("face")
    for number in range(21):
        frame = frame_with(40 + 2 * number, 30)
        frame[110 : 110 + SIDE, 200 - 2 * number : 200 - 2 * number + SIDE] = THING.T
        tracker.advance(number / RATE, frame)
        if number % 10 == 0:
            tracker.sighted([(box_at(200 - 2 * number, 110), 0.8), (box_at(40 + 2 * number, 30), 0.9)])
    assert [track.sightings for track in tracker.tracks] == [3, 3] and tracker.lost == []


def test_the_time_of_a_frame_is_kept() -> None:
    tracker = Tracker("face")
    for number in range(3):
        tracker.advance(number * 0.1, GROUND)
    assert tracker.second_of(2) == pytest.approx(0.2)
