import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.folding import fold, fold_bare

VIETNAMESE = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
words = st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + " -.,'", max_size=40)


@pytest.mark.parametrize("written", ["Hoà Hội", "Hòa Hội", "HOÀ HỘI", "hoa hoi", " Hoà–Hội ", "Hoà_Hội"])
def test_tone_marks_case_and_punctuation_fold_away(written: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert fold(unicodedata.normalize(form, written)) == "hoa hoi"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Đường Đồng Khởi", "duong dong khoi"),
        ("đ", "d"),
        ("TP. Hồ Chí Minh", "tp ho chi minh"),
        ("số 12/3A, Nguyễn Huệ", "so 12 3a nguyen hue"),
        ("İstanbul", "istanbul"),
        ("…", ""),
        ("", ""),
        ("東京", "東京"),
    ],
)
def test_known_texts(text: str, key: str) -> None:
    assert fold(text) == key


@pytest.mark.parametrize("name", ["xã Hoà Hội", "Xã Hòa Hội", "XÃ HOÀ HỘI", "phường hòa hội", "Hoa Hoi", "xa hoa hoi"])
def test_the_kind_of_unit_in_any_case_is_no_part_of_the_bare_name(name: str) -> None:
    assert fold_bare(name) == "hoa hoi"


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Phường 1", "phuong 1"),
        ("Phường", "phuong"),
        ("Đặc khu Côn Đảo", "con dao"),
        ("TP. Vũng Tàu", "vung tau"),
        ("Tịnh Biên", "tinh bien"),
        ("Tỉnh Đồng Nai", "dong nai"),
        ("Xà Bang", "xa bang"),
    ],
)
def test_only_real_words_for_kinds_are_cut_off(name: str, bare: str) -> None:
    assert fold_bare(name) == bare
    assert fold_bare(unicodedata.normalize("NFD", name)) == bare


def test_different_places_stay_different() -> None:
    assert fold_bare("Phường 1") != fold_bare("Phường 2")
    assert fold_bare("Xã Hoà Hội") != fold_bare("Xã Hoà Hiệp")


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_all_unicode_forms_fold_alike(text: str) -> None:
    forms = {fold(unicodedata.normalize(form, text)) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert forms == {fold(text)}


@given(words)
def test_vietnamese_becomes_lower_case_ascii_words(text: str) -> None:
    folded = fold(text)
    assert folded.isascii()
    assert folded == folded.lower()
    assert folded == " ".join(folded.split())


@given(words)
def test_case_does_not_count(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower())


@given(words, words)
def test_words_fold_one_by_one(one: str, other: str) -> None:
    assert fold(f"{one} {other}") == f"{fold(one)} {fold(other)}".strip()
