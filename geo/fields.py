"""Which property of a file is the code, which the name: said by whoever imports, else guessed from names in
common use.
"""

import math
import numbers
from collections.abc import Iterable
from collections.abc import Mapping as Properties
from dataclasses import dataclass
from typing import Any, Self

from geo.folding import fold
from geo.problems import BadImport
from geo.sentences import Sentence

LONGEST_CODE, LONGEST_NAME = 100, 500
"""Characters; a code of the database's longest would fit into no index."""

# In order of trust: what names the very kind before any code, a full name ("Phường Vũng Tàu") before a bare
# one. A layer of communes often has the code of the province beside the own one, so the kind decides.
# Vietnamese names are those of the cadastral and statistical layers cities have (mã xã, tên đơn vị hành
# chính, ...).
_CODES_OF = {
    "province": ("province_code", "ma_tinh", "ma_tinh_tp", "matp"),
    "commune": ("commune_code", "ward_code", "ma_xa", "ma_phuong_xa", "ma_dvhc_xa"),
    "neighbourhood": ("neighbourhood_code", "ma_to", "ma_thon", "ma_khu_pho", "ma_ap"),
}
_CODES = ("area_code", "ma_dvhc", "ma_don_vi", "code", "ma", "ref", "gso_code", "id")
_NAMES_OF = {
    "province": ("province_name", "ten_tinh", "ten_tinh_tp"),
    "commune": ("commune_name", "ward_name", "ten_xa", "ten_phuong_xa"),
    "neighbourhood": ("neighbourhood_name", "ten_to", "ten_thon", "ten_khu_pho", "ten_ap"),
}
_NAMES = ("full_name", "ten_day_du", "ten_dvhc", "ten_don_vi", "name_vi", "name", "ten", "area_name")
_NAMES_EN = ("full_name_en", "name_en", "ten_en", "ten_tieng_anh", "english_name")
_PARENTS_OF = {
    "province": ("parent_code", "ma_cha"),
    "commune": ("parent_code", "province_code", "ma_tinh", "ma_cha", "ma_cap_tren", "ma_tinh_tp"),
    "neighbourhood": (
        "parent_code",
        "commune_code",
        "ward_code",
        "ma_xa",
        "ma_phuong_xa",
        "ma_cha",
        "ma_cap_tren",
    ),
}


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which property is what, as far as somebody says so; None is guessed."""

    code: str | None = None
    name: str | None = None
    name_en: str | None = None
    parent_code: str | None = None


@dataclass(frozen=True, slots=True)
class Fields:
    """The properties that are read."""

    code: str
    name: str
    name_en: str | None
    parent_code: str | None

    @classmethod
    def choose(cls, present: Iterable[str], said: Mapping, kind: str) -> Self:
        """Out of the properties that a file of areas of this kind has; raises BadImport when code or name is
        not found.
        """
        present = tuple(present)
        code = _needed(present, said.code, (*_CODES_OF[kind], *_CODES), "code")
        name = _needed(present, said.name, (*_NAMES_OF[kind], *_NAMES), "name")
        others = tuple(field for field in present if field not in (code, name))
        return cls(
            code,
            name,
            choose_field(others, said.name_en, _NAMES_EN),
            choose_field(others, said.parent_code, _PARENTS_OF[kind]),
        )


def _needed(present: tuple[str, ...], said: str | None, usual: tuple[str, ...], what: str) -> str:
    found = choose_field(present, said, usual)
    if found is None:
        raise BadImport(
            Sentence.told(
                "Which property is the {what}? The file has {present}.",
                "Thuộc tính nào là {what}? Tệp có: {present}.",
                what=Sentence(what, _WORDS[what]),
                present=_listed(present),
            )
        )
    return found


def _listed(present: tuple[str, ...]) -> str:
    # A file may have as many names as it likes.
    names = [name[:40] for name in present[:30]]
    return ", ".join([*names, "…"] if len(present) > len(names) else names) or Sentence("none", "không có gì")


def choose_field(present: tuple[str, ...], said: str | None, usual: tuple[str, ...]) -> str | None:
    """The property that was said, or the first of the usual ones that is there; BadImport for one said in vain."""
    if said is not None:
        if said not in present:
            raise BadImport(
                Sentence.told(
                    "The file has no property {said}; it has {present}.",
                    "Tệp không có thuộc tính {said}; tệp có: {present}.",
                    said=said,
                    present=_listed(present),
                )
            )
        return said
    by_key = {_key(name): name for name in reversed(present)}
    return next((by_key[_key(name)] for name in usual if _key(name) in by_key), None)


def _key(name: str) -> str:
    return fold(name).replace(" ", "")


def read_text(properties: Properties[str, Any], name: str | None) -> str | None:
    """A property as text: no blanks at the ends, numbers without ".0", None for nothing.

    A code that a spreadsheet made a number has lost its leading zeros; they are not guessed back.
    """
    value = None if name is None else properties.get(name)
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, numbers.Real):
        return _number(value)
    return " ".join(str(value).split()) or None


_WORDS = {"code": "mã", "name": "tên"}


def unkept(code: str | None, name: str | None) -> Sentence | None:
    """Why an area or a thing cannot be called so in the database; None when it can."""
    for what, text, most in (("code", code, LONGEST_CODE), ("name", name, LONGEST_NAME)):
        if text is not None and len(text) > most:
            return Sentence.told(
                "its {what} has more than {most} characters",
                "{what} dài hơn {most} ký tự",
                what=Sentence(what, _WORDS[what]),
                most=most,
            )
        if text is not None and ("\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text)):
            return Sentence.told(
                "its {what} has a character that cannot be kept",
                "{what} có ký tự không lưu được",
                what=Sentence(what, _WORDS[what]),
            )
    return None


def _number(value: Any) -> str | None:
    try:
        number = float(value)
    except OverflowError:
        return None
    if math.isnan(number):
        return None
    return str(int(number)) if number.is_integer() else str(value)
