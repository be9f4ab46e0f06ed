"""The list that says what is hidden: read strictly, cut to the picture, never less hidden than before by accident."""

from __future__ import annotations

import math
from typing import Any

import pytest

from media.areas import MOST_AREAS, Area, digest, read, revised

BOX: dict[str, Any] = {"kind": "hand", "x": 0.1, "y": 0.2, "w": 0.3, "h": 0.4}
MOVING: dict[str, Any] = {
    "id": "face-1", "kind": "face", "x": 0.1, "y": 0.1, "w": 0.5, "h": 0.2, "score": 0.9, "from_s": 1.0, "to_s": 3.0,
    "path": [[1.0, 0.1, 0.1, 0.2, 0.2], [2.0, 0.4, 0.1, 0.2, 0.2]],
}  # fmt: skip


def test_an_area_goes_to_json_and_back() -> None:
    (area,) = read([MOVING], film=True)
    assert area.as_json() == MOVING
    assert read([area.as_json()], film=True) == (area,)


def test_missing_and_double_names_are_given() -> None:
    areas = read([BOX, BOX, {**BOX, "kind": "plate"}, {**BOX, "id": "hand-1"}], film=False)
    assert [area.id for area in areas] == ["hand-1", "hand-2", "plate-1", "hand-3"]


def test_boxes_are_cut_to_the_picture_and_rounded_outwards() -> None:
    (area,) = read([{"kind": "hand", "x": -0.5, "y": 0.123456, "w": 0.6, "h": 2}], film=False)
    assert (area.x, area.y) == (0.0, 0.1234)
    assert area.w >= 0.1 and area.y + area.h == pytest.approx(1.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "nose"}, {"x": "0"}, {"x": True}, {"x": math.nan}, {"w": 0}, {"h": -0.1}, {"x": 1.5}, {"w": None},
        {"from_s": 2.0, "to_s": 1.0}, {"from_s": "now"}, {"path": [[1, 2, 3]]}, {"path": ["x"]},
        {"path": [[2.0, 0, 0, 1, 1], [1.0, 0, 0, 1, 1]]},
    ],
)  # fmt: skip
def test_nonsense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="area 1"):
        read([{**BOX, **wrong}], film=True)


def test_too_many_are_refused() -> None:
    with pytest.raises(ValueError, match=str(MOST_AREAS)):
        read([BOX] * (MOST_AREAS + 1), film=False)


def test_times_count_in_films_only() -> None:
    (still,) = read([MOVING], film=False)
    assert still.from_s is None and still.path == () and still.at(99.0) == (0.1, 0.1, 0.5, 0.2)


@pytest.mark.parametrize(
    ("second", "left"), [(0.9, None), (1.0, 0.1), (1.99, 0.1), (2.0, 0.4), (3.0, 0.4), (3.01, None)]
)
def test_a_path_is_followed_in_steps(second: float, left: float | None) -> None:
    (area,) = read([MOVING], film=True)
    place = area.at(second)
    assert (place and place[0]) == left


def test_an_area_without_times_is_always_there() -> None:
    (area,) = read([BOX], film=True)
    assert area.at(0.0) == area.at(1e6) == (0.1, 0.2, 0.3, 0.4)


def test_the_operator_keeps_the_path_of_what_is_left_alone() -> None:
    sent = {name: value for name, value in MOVING.items() if name not in ("path", "score")}
    kept, added = revised([MOVING], [sent, BOX], film=True)
    assert kept == read([MOVING], film=True)[0]
    assert added.kind == "hand" and added.path == ()


def test_what_was_moved_by_hand_hides_its_whole_frame() -> None:
    sent = {**MOVING, "x": 0.2}
    del sent["path"]
    (area,) = revised([MOVING], [sent], film=True)
    assert area.path == () and area.at(1.5) == (0.2, 0.1, 0.5, 0.2)


def test_what_was_removed_is_gone() -> None:
    assert revised([MOVING], [], film=True) == ()


def test_the_digest_changes_with_what_is_hidden_and_only_with_that() -> None:
    one, other = Area("a", "face", 0.1, 0.1, 0.2, 0.2), Area("b", "hand", 0.5, 0.5, 0.1, 0.1)
    assert digest([one, other]) == digest([other, one])
    assert digest([one]) == digest([Area("z", "face", 0.1, 0.1, 0.2, 0.2, score=0.3)])
    assert len({digest([]), digest([one]), digest([other]), digest([one, other])}) == 4
    assert digest([one]) != digest([Area("a", "face", 0.1, 0.1, 0.2, 0.2001)])
