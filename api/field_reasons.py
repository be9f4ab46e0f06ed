"""What pydantic says of a field of the input, also in Vietnamese; its English stays, for programs read it. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from geo.sentences import Sentence

_VI: Final = {
    "missing": "bắt buộc phải có",
    "extra_forbidden": "không có trường này",
    "string_type": "phải là chữ",
    "string_too_short": "cần ít nhất {min_length} ký tự",
    "string_too_long": "dài quá {max_length} ký tự",
    "string_pattern_mismatch": "không đúng dạng {pattern}",
    "int_type": "phải là số nguyên",
    "int_parsing": "phải là số nguyên",
    "int_from_float": "phải là số nguyên",
    "float_type": "phải là số",
    "float_parsing": "phải là số",
    "finite_number": "phải là số hữu hạn",
    "bool_type": "phải là đúng hoặc sai",
    "bool_parsing": "phải là đúng hoặc sai",
    "greater_than": "phải lớn hơn {gt}",
    "greater_than_equal": "phải từ {ge} trở lên",
    "less_than": "phải nhỏ hơn {lt}",
    "less_than_equal": "không được quá {le}",
    "literal_error": "phải là một trong {expected}",
    "enum": "phải là một trong {expected}",
    "list_type": "phải là danh sách",
    "dict_type": "phải là đối tượng JSON",
    "model_type": "phải là đối tượng JSON",
    "model_attributes_type": "phải là đối tượng JSON",
    "too_long": "có quá {max_length} mục",
    "too_short": "cần ít nhất {min_length} mục",
    "date_type": "phải là ngày, dạng 2026-01-31",
    "date_parsing": "phải là ngày, dạng 2026-01-31",
    "date_from_datetime_parsing": "phải là ngày, dạng 2026-01-31",
    "datetime_type": "phải là thời điểm, dạng 2026-01-31T08:00:00+07:00",
    "datetime_parsing": "phải là thời điểm, dạng 2026-01-31T08:00:00+07:00",
    "datetime_from_date_parsing": "phải là thời điểm, dạng 2026-01-31T08:00:00+07:00",
    "timezone_aware": "thời điểm phải có múi giờ, ví dụ +07:00",
    "json_invalid": "không phải JSON hợp lệ (nguyên văn: {error})",
}


def of_field(error: Mapping[str, Any]) -> str:
    """The sentence of one of pydantic's errors; English alone for a kind that is not in the table."""
    said = str(error["msg"])
    words = _VI.get(str(error.get("type")))
    facts = {name: str(value).replace(" or ", " hoặc ") for name, value in (error.get("ctx") or {}).items()}
    try:
        return said if words is None else Sentence(said, words.format_map(facts))
    except (LookupError, ValueError):
        return said
