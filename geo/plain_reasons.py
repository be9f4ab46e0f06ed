"""What a parser says when it cannot read a file, said so that an administrator knows what to do. Pure.

The parser's own words follow as a detail: they are English, but whoever looks a rare one up needs them as they were.
"""

import json
import re
from typing import Final

from geo.sentences import Sentence

_MOST_VERBATIM: Final = 200
#: Characters of a text in which the bracket that was never closed is looked for.
_MOST_SEARCHED: Final = 2_000_000
#: Where files lie on the server is nobody's business who uploads one.
_FOLDERS: Final = re.compile(r"(?<![\w:/])/+(?:[^/\s']+/+)+")
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')

_JSON: Final = (
    ("Expecting value", "a value is missing", "thiếu giá trị"),
    ("Expecting ',' delimiter", "a comma or a closing bracket is missing", "thiếu dấu phẩy hoặc dấu ngoặc đóng"),
    ("Expecting ':' delimiter", "a colon is missing after a name", "thiếu dấu hai chấm sau tên"),
    (
        "Expecting property name",
        "a name in double quotes is missing; perhaps the comma before it is one too many",
        "thiếu tên trong ngoặc kép; có thể thừa dấu phẩy ngay trước đó",
    ),
    ("Illegal trailing comma", "there is one comma too many", "thừa một dấu phẩy"),
    ("Unterminated string", "a text has no closing quotation mark", "chuỗi chữ thiếu dấu ngoặc kép đóng"),
    (
        "Invalid control character",
        "a text holds a line break or a control character",
        "chuỗi chữ có xuống dòng hoặc ký tự điều khiển",
    ),
    ("Invalid \\", "a backslash stands where none may", "dấu \\ đặt sai chỗ"),
    ("Extra data", "there is more after the end of the data", "còn nội dung thừa sau khi dữ liệu đã kết thúc"),
)
_OGR: Final = (
    (
        r"unable to open .*\.shx\b",
        "the .shx file that belongs to the Shapefile is missing; put .shp, .shx, .dbf and .prj side by side",
        "thiếu tệp .shx đi cùng Shapefile; hãy để đủ .shp, .shx, .dbf và .prj cạnh nhau",
    ),
    (
        r"unable to open .*\.dbf\b",
        "the .dbf file that belongs to the Shapefile cannot be opened",
        "không mở được tệp .dbf đi cùng Shapefile",
    ),
    (
        r"^'?/vsizip/.*does not exist",
        "it is no zip archive, or a damaged one",
        "không phải tệp nén .zip, hoặc tệp bị hỏng",
    ),
    (
        r"^'?/vsizip/.*not recognized",
        "the archive holds no layer; is the .shp in it?",
        "trong tệp nén không có lớp dữ liệu nào; có tệp .shp chưa?",
    ),
    (
        r"not recognized as being in a supported",
        "its content is not what its name says, or it is damaged",
        "nội dung không đúng với đuôi tệp, hoặc tệp bị hỏng",
    ),
    (
        r"malformed|not a database|corrupt|file too short|truncated|unexpected end",
        "the file is damaged or was cut off on its way; copy it again",
        "tệp bị hỏng hoặc bị cắt dở khi chép; hãy chép lại",
    ),
    (r"permission denied", "this program may not read it", "chương trình không có quyền đọc tệp"),
    (r"encoding|codec|recode", "its texts are in another encoding than was said", "bảng mã chữ không đúng như đã ghi"),
)
_PROJ: Final = (
    ("crs not found", "there is no such number", "không có số hiệu này"),
    (
        "unrecognized format",
        "it is no name of a system; write it as EPSG:9210",
        "không phải tên hệ tọa độ; hãy ghi dạng EPSG:9210",
    ),
    ("missing", "the description is not complete", "đoạn mô tả bị thiếu, có thể chưa đóng ngoặc"),
)
_UNKNOWN: Final = ("it cannot be read", "không đọc được")


def of_json(error: Exception) -> Sentence:
    """Why a file is no JSON: what is missing, in which line and column; which bracket nobody closed."""
    if isinstance(error, json.JSONDecodeError):
        return _of_json_text(error)
    if isinstance(error, UnicodeDecodeError):
        return not_utf8(error)
    if isinstance(error, RecursionError):
        return Sentence("brackets are nested too deep", "các dấu ngoặc lồng nhau quá sâu")
    return with_verbatim(_UNKNOWN, error)


def of_ogr(error: Exception) -> Sentence:
    """Why GDAL reads no layer from a file."""
    if isinstance(error, IndexError):
        # What pyogrio says of an archive whose only layer cannot be opened.
        return Sentence(
            "no layer in it can be opened; is every part there (.shp, .shx, .dbf, .prj)?",
            "không mở được lớp nào trong tệp; đã đủ các tệp .shp, .shx, .dbf, .prj chưa?",
        )
    said = str(error)
    known = (words for pattern, *words in _OGR if re.search(pattern, said, re.IGNORECASE))
    return with_verbatim(next(known, _UNKNOWN), error)


def of_projection(error: Exception) -> Sentence:
    """Why PROJ knows no such reference system."""
    said = str(error).partition("proj_create")[2]
    known = (words for part, *words in _PROJ if part in said)
    return with_verbatim(next(known, _UNKNOWN), error)


def not_utf8(error: UnicodeDecodeError) -> Sentence:
    """In which line a text leaves UTF-8."""
    line = error.object[: error.start].count(b"\n") + 1
    return Sentence(
        f"line {line} is not in UTF-8; save the file as UTF-8",
        f"dòng {line} không phải mã UTF-8; hãy lưu tệp lại bằng mã UTF-8",
    )


def with_verbatim(plain: tuple[str, ...] | list[str], error: object) -> Sentence:
    """(English, Vietnamese), and behind it the parser's own words in one line."""
    words = _FOLDERS.sub("", " ".join(str(error).split()).strip(" .;"))
    short = words if len(words) <= _MOST_VERBATIM else f"{words[:_MOST_VERBATIM]}…"
    return Sentence(f"{plain[0]} (verbatim: {short})", f"{plain[1]} (nguyên văn: {short})")


def _of_json_text(error: json.JSONDecodeError) -> Sentence:
    text = error.doc.strip()
    if not text:
        return Sentence("the file is empty", "tệp rỗng")
    if text.startswith("<"):
        return Sentence(
            "it is a web page or XML; perhaps a sign-in page was saved instead of the data",
            "đây là trang web hoặc XML; có thể đã lưu nhầm trang đăng nhập thay cho dữ liệu",
        )
    if text.startswith("PK\x03\x04"):
        return Sentence("it is a zip archive", "đây là tệp nén .zip")
    where = (error.lineno, error.colno)
    if error.pos >= len(error.doc.rstrip()) and (opened := _left_open(error.doc)) is not None:
        bracket, line = opened
        plain = (
            f"the file ends early: the {bracket} opened in line {line} is never closed",
            f"tệp bị thiếu phần cuối: dấu {bracket} mở ở dòng {line} chưa được đóng",
        )
        return with_verbatim(plain, error)
    known = (words for begins, *words in _JSON if error.msg.startswith(begins))
    en, vi = next(known, _UNKNOWN)
    plain = (f"line {where[0]}, column {where[1]}: {en}", f"dòng {where[0]}, cột {where[1]}: {vi}")
    return with_verbatim(plain, error)


def _left_open(text: str) -> tuple[str, int] | None:
    """The innermost bracket that is open at the end, and its line; None where that would take long to find."""
    if len(text) > _MOST_SEARCHED:
        return None
    opened: list[re.Match[str]] = []
    for found in _TOKEN.finditer(text):
        if found[0] in "[{":
            opened.append(found)
        elif found[0] in "]}" and opened:
            opened.pop()
    return (opened[-1][0], text.count("\n", 0, opened[-1].start()) + 1) if opened else None
