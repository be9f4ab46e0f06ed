"""What the command line says to whoever runs the city's server, in the language of HIENTRUONG_LOCALE.

Vietnamese, unless English is asked for. One table, so that it shows what is missing.

Programs read `--json`, which is the same in every language.
"""

import json
import os
from functools import lru_cache
from typing import Any, Final

from api.settings import read_settings
from geo.sentences import Sentence, in_vietnamese

WORDS: Final = {
    "exported": Sentence(
        "Version {version}: {files} files, {changed} changed.",
        "Phiên bản {version}: {files} tệp, {changed} tệp thay đổi.",
    ),
    "same": Sentence("Nothing differs.", "Không có gì khác nhau."),
    "unchanged": Sentence("nothing was changed", "chưa thay đổi gì"),
    "applied": Sentence(
        "Version {version} is in force{before}; {areas} areas and {features} features of layers changed.",
        "Phiên bản {version} đang có hiệu lực{before}; {areas} địa bàn và {features} đối tượng của các lớp thay đổi.",
    ),
    "as-before": Sentence(", as before", ", như trước"),
    "error": Sentence("error", "lỗi"),
    "warning": Sentence("warning", "cảnh báo"),
    "order": Sentence("order", "thứ tự"),
    "no-report": Sentence("there is no report {code}", "không có phản ánh {code}"),
    "strange-owners": Sentence(
        "Owners that are no agencies of the city: {owners}. No rule can send reports to them.",
        "Chủ quản không phải cơ quan của thành phố: {owners}. Không quy tắc nào chuyển phản ánh đến được.",
    ),
    "on-the-map": Sentence(
        "{source}: {kinds} on the map; {left} features are of no kind it draws.",
        "{source}: đã đưa {kinds} lên bản đồ; {left} đối tượng thuộc loại không vẽ.",
    ),
    "nothing": Sentence("nothing", "không có gì"),
    "counted": Sentence(
        "{points} reports are counted into the map's cells.", "Đã đếm {points} phản ánh vào các ô của bản đồ."
    ),
    "migrated": Sentence("The database is at revision {revision}.", "Cơ sở dữ liệu ở phiên bản {revision}."),
    "account": Sentence("Account {username} is ready.", "Tài khoản {username} đã sẵn sàng."),
    "read-by-nobody": Sentence("read by nobody", "chưa có ai được đọc"),
    "no-restricted": Sentence("This city has no restricted category.", "Thành phố không có lĩnh vực hạn chế nào."),
    # What differs of an area or a feature of a layer.
    "added": Sentence("added", "thêm"),
    "removed": Sentence("removed", "bỏ"),
    "name": Sentence("name", "tên"),
    "name_en": Sentence("name_en", "tên tiếng Anh"),
    "shape": Sentence("shape", "hình"),
    "owner": Sentence("owner", "chủ quản"),
    "props": Sentence("props", "thuộc tính (props)"),
    "parent_code": Sentence("parent_code", "mã cấp trên"),
    "valid_to": Sentence("valid_to", "ngày kết thúc"),
    "official": Sentence("official", "là lớp chính thức"),
    "source": Sentence("source", "nguồn"),
}


def tell(key: str, **facts: Any) -> str:
    """The sentence of the table with its facts; a fact that is a sentence itself in the same language."""
    words = WORDS[key]
    return speak(Sentence.told(words, words.vi, **facts))


def word(key: str) -> str:
    """A word that may be in the table, else itself."""
    return speak(WORDS.get(key, key))


def speak(said: str) -> str:
    """What is a sentence in the operator's language; whatever else it is, itself."""
    # By what the environment says now: a file of settings does not change under a command.
    return str(in_vietnamese(said)) if _locale(os.environ.get("HIENTRUONG_LOCALE")) == "vi" else str(said)


@lru_cache(2)
def _locale(_: str | None) -> str:
    return read_settings().place.locale


def problem_line(found: dict[str, Any]) -> str:
    """One finding about a configuration: how grave, where, what."""
    place = "/".join(part for part in (found["section"], found["code"]) if part) + found["pointer"]
    told = speak(Sentence(found["detail"], found["detail_vi"]))
    return f"{word(found['severity'])}  {place}: {told}"


def said_value(value: Any) -> str:
    """A value of the configuration in a line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
