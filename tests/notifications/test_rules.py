"""Every event has a rule, every rule has words in every language, and the words give nobody away."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from notifications import wording
from notifications.rules import AREA_RESULT, FOLLOWED, RULES, UNKNOWN, Silent, Tell, rule_for
from reports.events import EVENTS

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FULL = wording.Facts(
    code="AB12CD34",
    category={"vi": "Ổ gà, mặt đường hư hỏng", "en": "Pothole or broken road"},
    agency={"vi": "Phòng Quản lý đô thị", "en": "Urban Management Office"},
    due=datetime(2025, 11, 21, 9, 30, tzinfo=UTC),
    area="Phường Vũng Tàu",
)
BARE = wording.Facts(code="AB12CD34")
TOLD = sorted({rule.phrase for rule in (*RULES.values(), *FOLLOWED.values(), AREA_RESULT) if isinstance(rule, Tell)})


def test_there_is_a_rule_for_each_event_and_for_nothing_else() -> None:
    assert set(RULES) == set(EVENTS)


def test_the_resident_hears_what_was_promised() -> None:
    promised = ("received", "dispatched", "published", "rejected", "question_asked")
    rules = [rule_for(f"report.{event}") for event in promised]
    assert all(isinstance(rule, Tell) and rule.push for rule in rules)


def test_silence_has_a_reason() -> None:
    assert all(rule.because for rule in RULES.values() if isinstance(rule, Silent))


def test_telling_about_telling_would_never_end() -> None:
    assert all(isinstance(rule, Silent) for event, rule in RULES.items() if event.startswith("notification."))


def test_an_event_of_a_newer_process_is_known_to_be_unknown() -> None:
    assert rule_for("report.teleported") is UNKNOWN


def test_all_languages_have_the_same_phrases_and_no_unused_ones() -> None:
    assert {"vi", "en"} <= set(wording.languages())
    for language in wording.languages():
        assert set(wording._books()[language]) == {"form", *TOLD}


@pytest.mark.parametrize("language", wording.languages())
@pytest.mark.parametrize("phrase", TOLD)
@pytest.mark.parametrize("facts", [FULL, BARE], ids=["all-known", "only-the-code"])
def test_every_phrase_reads_well(phrase: str, language: str, facts: wording.Facts) -> None:
    title, body = wording.put(phrase, language, facts, ZONE)
    assert 5 < len(title) <= 50, "a lock screen cuts longer titles"
    assert len(body) <= 240
    assert "AB12CD34" in body or phrase == AREA_RESULT.phrase
    assert not re.search(r"[{}]|None|  ", title + body)
    assert body.endswith((".", "?")) and not title.endswith(".")


def test_dispatched_says_who_and_until_when_in_the_city_s_time() -> None:
    title, body = wording.put("dispatched", "vi", FULL, ZONE)
    assert title == "Phản ánh đang được xử lý"
    assert body == (
        "Phản ánh AB12CD34 về “Ổ gà, mặt đường hư hỏng” đã được chuyển đến Phòng Quản lý đô thị để xử lý. "
        "Hạn xử lý: 16:30 thứ Sáu, 21/11/2025."
    )


def test_the_same_in_english() -> None:
    _, body = wording.put("dispatched", "en-GB", FULL, ZONE)
    assert body == (
        "Report AB12CD34 about “Pothole or broken road” was passed to Urban Management Office. "
        "Due by 16:30 on Friday, 21 November 2025."
    )


def test_what_is_not_known_is_not_said() -> None:
    _, body = wording.put("dispatched", "vi", BARE, ZONE)
    assert body == "Phản ánh AB12CD34 đã được chuyển đến đơn vị có thẩm quyền để xử lý."


@pytest.mark.parametrize(
    ("locale", "language"),
    [("vi", "vi"), ("vi-VN", "vi"), ("en_US", "en"), ("EN", "en"), ("fr", "vi"), ("", "vi")],
)
def test_the_device_s_locale_chooses_the_language(locale: str, language: str) -> None:
    assert wording.language_of(locale) == language


def test_a_city_without_a_word_in_that_language_lends_its_own() -> None:
    facts = wording.Facts(code="AB12CD34", category={"vi": "Ổ gà", "en": ""})
    assert "Ổ gà" in wording.put("received", "en", facts, ZONE)[1]


def test_braces_in_a_city_s_words_are_words() -> None:
    facts = wording.Facts(code="AB12CD34", category={"vi": "Cây {code} đổ"})
    assert "“Cây {code} đổ”" in wording.put("received", "vi", facts, ZONE)[1]
