"""What JSON Schema finds wrong, in sentences for people, in English and Vietnamese."""

from collections.abc import Iterator
from typing import Any

from jsonschema import ValidationError

from reports.problems import Sentence

TYPES = {
    "string": ("text", "chữ"),
    "integer": ("a whole number", "số nguyên"),
    "number": ("a number", "số"),
    "boolean": ("yes or no", "có hoặc không"),
    "array": ("a list", "danh sách"),
    "object": ("an object", "một nhóm giá trị"),
    "null": ("nothing", "để trống"),
}
# By keyword: {value} is what the schema asks for.
SAID = {
    "minimum": ("must be at least {value}", "phải từ {value} trở lên"),
    "exclusiveMinimum": ("must be more than {value}", "phải lớn hơn {value}"),
    "maximum": ("must be at most {value}", "không được quá {value}"),
    "minLength": ("must not be empty", "không được để trống"),
    "maxLength": ("must have at most {value} characters", "không được dài quá {value} ký tự"),
    "maxItems": ("must have at most {value} entries", "không được quá {value} mục"),
    "uniqueItems": ("must not name anything twice", "không được nêu một mục hai lần"),
}
CODE_WORDS = (
    "must be of letters without accents, digits, dots and hyphens, and begin with a letter or digit",
    "chỉ gồm chữ không dấu, số, dấu chấm, gạch nối; bắt đầu bằng chữ hoặc số",
)


def faults_of(error: ValidationError) -> Iterator[tuple[str, Sentence]]:
    """Pairs of JSON pointer and sentence: one for each member that is missing or that nobody knows."""
    place = "".join(f"/{_escaped(part)}" for part in error.absolute_path)
    if error.validator == "required":
        for name in error.validator_value:
            if name not in error.instance:
                yield f"{place}/{_escaped(name)}", Sentence("is needed", "cần phải có")
    elif error.validator == "additionalProperties":
        for name in sorted(set(error.instance) - set(error.schema["properties"])):
            yield f"{place}/{_escaped(name)}", Sentence("is not known here", "không phải mục của phần này")
    else:
        yield place, Sentence(*_words(error))


def _escaped(part: object) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _words(error: ValidationError) -> tuple[str, str]:
    keyword, value = str(error.validator), error.validator_value
    if keyword == "type":
        kinds = [TYPES[kind] for kind in ([value] if isinstance(value, str) else value)]
        en, vi = (" or ".join(kind[0] for kind in kinds), " hoặc ".join(kind[1] for kind in kinds))
        return f"must be {en}", f"phải là {vi}"
    if keyword == "enum":
        among = ", ".join("nothing" if one is None else str(one) for one in value)
        return f"must be one of {among}", f"phải là một trong: {among}"
    if keyword == "pattern":
        return _of_pattern(value)
    if keyword in SAID:
        en, vi = SAID[keyword]
        return en.format(value=value), vi.format(value=value)
    return error.message, error.message


def _of_pattern(pattern: Any) -> tuple[str, str]:
    if pattern == r"\S":
        return SAID["minLength"]
    if pattern.startswith("^[A-Y]"):
        return (
            "must be a code as QĐ 20/2020/QĐ-TTg writes it, such as H29.01",
            "phải là mã theo QĐ 20/2020, ví dụ H29.01",
        )
    if pattern.startswith("^[0-9A-Z]"):
        return "must be a code such as 000.00.01.H29", "phải là mã như 000.00.01.H29"
    return CODE_WORDS
