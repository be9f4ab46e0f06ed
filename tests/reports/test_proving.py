"""The rules of proof: only what is certain fails, what is missing warns, and words must say something."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.folding import fold
from reports.lots import drawn, lot
from reports.proving import (
    BARE_ANSWERS,
    MOST_SLACK_M,
    TOLERANCE,
    Finding,
    Photo,
    Place,
    Rules,
    Use,
    failed,
    failed_since,
    judge,
    sentence,
    telling_words,
    worst,
)

HERE = Place(107.08, 10.35)
ASSIGNED = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
STRICT = Rules.of(True, {"within_m": 200, "after_assignment": True, "unique": True, "words": 5})
ANSWER = "Đã vá ổ gà bằng bê tông nhựa nóng, mặt đường bằng phẳng"
GOOD = Photo("p", fix_at=ASSIGNED + timedelta(hours=1), position=(107.08, 10.35), accuracy_m=8.0, compared=True)


def north(metres: float) -> tuple[float, float]:
    """A point so many metres north of the place."""
    return (HERE.lon, HERE.lat + metres / 110_611)


def findings(rules: Rules, *photos: Photo, answer: str = ANSWER, place: Place = HERE) -> dict[str, Finding]:
    """By code, of one picture at the most."""
    found = judge(rules, place=place, assigned_at=ASSIGNED, photos=photos, answer=answer)
    return {one.code: one for one in found}


def with_facts(**facts: Any) -> Photo:
    """A good photo with other facts."""
    kept = {name: getattr(GOOD, name) for name in GOOD.__slots__}
    return Photo(**{**kept, **facts})


def test_a_good_photo_and_answer_have_nothing_against_them() -> None:
    found = findings(STRICT, GOOD)
    assert {code: one.severity for code, one in found.items()} == dict.fromkeys(
        ("photo", "words", "near", "after", "unique"), "ok"
    )
    assert worst(found.values()) == "ok" and failed(found.values()) == ()


def test_a_category_that_asks_for_a_photo_refuses_a_result_without() -> None:
    assert findings(STRICT)["photo"].severity == "fail"
    assert findings(STRICT, Photo("v", kind="audio"))["photo"].severity == "fail", "a voice shows nothing"
    assert "photo" not in findings(Rules())


@pytest.mark.parametrize(
    ("metres", "accuracy", "severity", "why"),
    [
        (0, None, "ok", None),
        (199, None, "ok", None),
        (500, None, "fail", None),
        (500, 60.0, "fail", None),
        (230, 60.0, "warn", "within-accuracy"),
        (230, None, "fail", None),
        (5, MOST_SLACK_M + 1, "warn", "unsure-position"),
        (5000, 900.0, "warn", "unsure-position"),
    ],
)
def test_only_a_real_position_can_fail(metres: float, accuracy: float | None, severity: str, why: str | None) -> None:
    found = findings(STRICT, with_facts(position=north(metres), accuracy_m=accuracy))["near"]
    assert (found.severity, found.facts.get("why")) == (severity, why)


def test_a_photo_without_a_position_warns() -> None:
    found = findings(STRICT, with_facts(position=None))["near"]
    assert (found.severity, found.facts["why"]) == ("warn", "no-position")


def test_a_pin_that_is_unsure_forgives_what_it_may_be_wrong_and_no_more() -> None:
    photo = with_facts(position=north(280), accuracy_m=None)
    assert findings(STRICT, photo, place=Place(HERE.lon, HERE.lat, 90.0))["near"].severity == "warn"
    assert (
        findings(STRICT, with_facts(position=north(500)), place=Place(HERE.lon, HERE.lat, 9000.0))["near"].severity
        == "fail"
    )


HANOI = timezone(timedelta(hours=7))


@pytest.mark.parametrize(
    ("fix", "camera", "zoned", "severity"),
    [
        (timedelta(0), None, False, "ok"),
        (-TOLERANCE, None, False, "ok"),
        (-TOLERANCE - timedelta(seconds=1), None, False, "fail"),
        (None, -timedelta(hours=2), True, "fail"),
        (None, timedelta(hours=2), True, "ok"),
        (None, -timedelta(days=900), False, "warn"),
        (None, None, False, "warn"),
        # An old fix is no proof of an old picture while the camera's own certain clock says otherwise.
        (-timedelta(hours=1), timedelta(minutes=1), True, "ok"),
        (timedelta(minutes=1), -timedelta(hours=1), True, "ok"),
        (-timedelta(hours=1), timedelta(minutes=1), False, "fail"),
    ],
)
def test_only_a_certain_time_can_fail(
    fix: timedelta | None, camera: timedelta | None, zoned: bool, severity: str
) -> None:
    taken_at = (ASSIGNED + camera).astimezone(HANOI) if camera is not None else None
    photo = with_facts(fix_at=ASSIGNED + fix if fix is not None else None, taken_at=taken_at, zoned=zoned)
    assert findings(STRICT, photo)["after"].severity == severity


def test_a_picture_used_before_fails_and_one_not_yet_compared_warns() -> None:
    used = with_facts(used=(Use("VT-1", "proof", same_file=False, own=False, distance=3),))
    found = findings(STRICT, used)["unique"]
    assert found.severity == "fail" and "VT-1" not in str(found.as_document())
    assert findings(STRICT, with_facts(compared=False))["unique"].facts["why"] == "not-compared"
    coming = findings(STRICT, with_facts(compared=False, kind="video"))["unique"]
    assert (coming.severity, coming.facts["why"]) == ("warn", "film-coming")


def test_where_a_photo_is_required_the_very_file_of_another_case_is_none() -> None:
    used = [Use("VT-1", "proof", same_file=same, own=False, distance=1) for same in (True, False)]
    asked, free = Rules.of(True, None), Rules.of(False, None)
    assert findings(asked, with_facts(used=(used[0],)))["unique"].severity == "fail"
    assert findings(asked, with_facts(used=(used[1],)))["unique"].severity == "warn"
    assert findings(free, with_facts(used=(used[0],)))["unique"].severity == "warn"


def test_a_photo_from_the_angle_of_the_before_photo_is_not_taken_for_it() -> None:
    like = Use("VT-1", "report", same_file=False, own=True, distance=4)
    found = findings(STRICT, with_facts(used=(like,)))["unique"]
    assert (found.severity, found.facts["why"]) == ("warn", "like-own")
    sent_on = Use("VT-1", "report", same_file=False, own=True, distance=2)
    assert findings(STRICT, with_facts(used=(sent_on,)))["unique"].severity == "fail"
    other = Use("VT-2", "proof", same_file=False, own=False, distance=6)
    assert findings(STRICT, with_facts(used=(like, other)))["unique"].severity == "fail"


def test_what_a_category_does_not_bind_only_warns() -> None:
    bad = with_facts(position=north(9000), fix_at=ASSIGNED - timedelta(days=3), used=(Use("A", "report", True, True),))
    found = findings(Rules(), bad, answer="xong")
    assert {one.severity for one in found.values()} == {"warn", "ok"}
    assert [code for code, one in found.items() if one.severity == "ok"] == ["photo"]
    assert {one.code for one in failed(findings(STRICT, bad, answer="xong").values())} == {
        "near", "after", "unique", "words",
    }  # fmt: skip


@pytest.mark.parametrize(
    "answer",
    [
        "đã xử lý",
        "ĐÃ XỬ LÝ!",
        "Da xu ly xong",
        "xong",
        "Xong rồi nhé",
        "ok ok ok ok ok ok",
        "đã xử lý, đã xử lý, đã xử lý, đã xử lý, đã xử lý",
        "xong xong xong xong xong xong",
        "ổ gà ổ gà ổ gà ổ gà",
        "...",
        "",
        "Đã khắc phục xong theo quy định",
        "\u0111a\u0303 xu\u031b\u0309 ly\u0301",
    ],
)
def test_an_answer_without_substance(answer: str) -> None:
    assert findings(STRICT, GOOD, answer=answer)["words"].severity == "fail"


@pytest.mark.parametrize(
    "answer",
    [ANSWER, "da va o ga bang be tong nhua", "Đã thay bóng đèn số 12 đường Ba Cu", "Replaced the lamp at 12 Ba Cu"],
)
def test_an_answer_with_substance(answer: str) -> None:
    assert findings(STRICT, GOOD, answer=answer)["words"].severity == "ok"


def test_the_list_of_bare_answers_is_the_city_s() -> None:
    found = judge(
        STRICT,
        place=HERE,
        assigned_at=None,
        photos=(),
        answer="nước rút hết rồi nhé bà con",
        bare=("nước rút hết rồi",),
    )
    assert next(one for one in found if one.code == "words").facts["words"] == 3


@given(st.text(max_size=80), st.sampled_from(BARE_ANSWERS), st.integers(1, 4))
def test_bare_phrases_around_a_text_add_no_words(words: str, bare: str, times: int) -> None:
    padded = " . ".join([bare] * times + [words])
    assert telling_words(padded) <= set(fold(words).split()) | set(fold(bare).split())
    assert telling_words(" ".join([words] * times)) <= set(fold(words).split())


@given(st.text(max_size=200))
def test_words_do_not_depend_on_accents_or_case(words: str) -> None:
    assert telling_words(words) == telling_words(fold(words)) == telling_words(fold(words).upper())


positions = st.one_of(st.none(), st.builds(north, st.floats(0, 3000)))
moments = st.one_of(st.none(), st.timedeltas(-timedelta(days=2), timedelta(days=2)).map(lambda by: ASSIGNED + by))


@given(positions, st.one_of(st.none(), st.floats(0.1, 5000)), moments, moments, st.booleans(), st.booleans())
def test_missing_facts_never_fail(
    position: tuple[float, float] | None,
    accuracy: float | None,
    fix_at: datetime | None,
    taken_at: datetime | None,
    zoned: bool,
    compared: bool,
) -> None:
    photo = Photo("p", "image", taken_at, zoned, fix_at, position, accuracy, compared=compared)
    found = findings(STRICT, photo)
    if found["near"].severity == "fail":
        assert position is not None and (accuracy is None or accuracy <= MOST_SLACK_M)
    if found["after"].severity == "fail":
        assert fix_at is not None or (taken_at is not None and zoned)
        assert all(at < ASSIGNED - TOLERANCE for at in (fix_at, taken_at if zoned else None) if at is not None)
    assert found["unique"].severity == ("ok" if compared else "warn")
    for one in failed(found.values()):
        assert sentence(one)


@given(st.floats(0, 2000), st.floats(0, 2000))
def test_nearer_is_never_worse(one: float, other: float) -> None:
    grades = ("ok", "warn", "fail")
    near, far = sorted((one, other))
    at = [findings(STRICT, with_facts(position=north(metres)))["near"].severity for metres in (near, far)]
    assert grades.index(at[0]) <= grades.index(at[1])


@pytest.mark.parametrize("data", [{"within_m": 0.5}, {"within_m": 1e9}, {"words": 101}, {"words": "many"}])
def test_impossible_rules_are_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Rules.of(False, data)


def test_a_part_that_is_absent_binds_nobody() -> None:
    assert Rules.of(False, None).binding == Rules.of(False, {"within_m": None, "unique": False}).binding == frozenset()
    assert Rules.of(True, {"within_m": 50}).binding == {"photo", "near"}


@given(st.text(min_size=1, max_size=40), st.text(max_size=20), st.integers(0, 9), st.floats(0, 1), st.floats(0, 1))
def test_a_lot_is_the_same_again_and_a_larger_share_keeps_what_a_smaller_drew(
    key: str, code: str, again: int, one: float, other: float
) -> None:
    small, large = sorted((one, other))
    assert 0 <= lot(key, code, again) == lot(key, code, again) < 1
    assert drawn(large, key, code, again) or not drawn(small, key, code, again)
    assert not drawn(0.0, key, code, again) and drawn(1.0, key, code, again)


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5])
def test_the_share_is_kept(share: float) -> None:
    cases, number = [f"VT-{place:05d}" for place in range(20_000)], 20_000
    got = sum(drawn(share, "a key", code, 0) for code in cases)
    # Five standard deviations of a fair draw; the key is fixed, so this is one number and no chance.
    assert abs(got - share * number) < 5 * (number * share * (1 - share)) ** 0.5


def test_without_the_key_nothing_can_be_foretold() -> None:
    codes = [f"VT-{place:05d}" for place in range(2000)]
    agree = sum(drawn(0.5, "a key", code, 0) == drawn(0.5, "another", code, 0) for code in codes)
    assert 880 < agree < 1120, "two keys agree as two coins do"
    assert [code for code in codes if drawn(0.1, "k", code, 0)] != [code for code in codes if drawn(0.1, "k", code, 1)]


AT = "2026-03-05T02:00:00Z"


@pytest.mark.parametrize(
    ("state", "proof", "audit", "stands"),
    [
        ("published", {"failed_at": AT, "worst": "fail"}, None, True),
        ("closed", {"failed_at": AT, "worst": "fail"}, {"drawn_at": AT}, True),
        ("published", {"failed_at": AT, "worst": "fail"}, {"at": "2026-03-05T01:59:59Z"}, True),
        ("published", {"failed_at": AT, "worst": "fail"}, {"at": AT}, False),
        ("published", {"failed_at": AT, "worst": "fail", "override": {"reason": "x"}}, None, False),
        ("published", {"failed_at": AT, "worst": "warn"}, None, False),
        ("published", {"worst": "fail"}, None, False),
        ("dispatched", {"failed_at": AT, "worst": "fail"}, None, False),
        ("published", None, None, False),
    ],
)
def test_what_fails_after_publication_stands_until_somebody_has_looked(
    state: str, proof: dict[str, Any] | None, audit: dict[str, Any] | None, stands: bool
) -> None:
    assert failed_since(state, proof, audit) == (datetime.fromisoformat(AT) if stands else None)
