"""What the YAML parser says when it cannot read a file, said so that a person knows what to mend. Pure."""

import re
from typing import Final

import yaml

from geo.plain_reasons import with_verbatim
from geo.sentences import Sentence

_SAID: Final = (
    (
        r"but got '<stream end>'",
        "a bracket is never closed",
        "có dấu ngoặc mở mà chưa đóng",
    ),
    (r"unexpected end of stream", "a quotation mark is never closed", "có dấu nháy mở mà chưa đóng"),
    (
        r"mapping values are not allowed",
        "a colon stands where none may; look at the indentation, or put the text in quotes",
        "dấu hai chấm đặt sai chỗ; xem lại thụt đầu dòng, hoặc đặt chữ trong dấu nháy",
    ),
    (
        r"character '\\t'",
        "a tab is no indentation; use spaces",
        "không được thụt đầu dòng bằng phím Tab; hãy dùng dấu cách",
    ),
    (r"found character", "a text that begins so needs quotes", "chữ bắt đầu bằng ký tự này phải đặt trong dấu nháy"),
    (r"expected <block end>", "the indentation does not fit the lines above", "thụt đầu dòng không khớp các dòng trên"),
    (r"a key must be text", "a name stands twice, or is no text", "một tên xuất hiện hai lần, hoặc không phải là chữ"),
    (r"aliases are not read", "anchors and aliases (& and *) are not read", "không đọc ký hiệu neo (& và *)"),
    (r"special characters|unacceptable character", "there is a control character in it", "có ký tự điều khiển"),
    (r"could not determine a constructor", "tags (!) are not read", "không đọc thẻ (!)"),
    (r"expected", "something is missing or too much here", "chỗ này thiếu hoặc thừa ký hiệu"),
)


def of_yaml(error: Exception) -> Sentence:
    """Why it is no YAML, with the line where the parser knows it."""
    if isinstance(error, RecursionError):
        return Sentence("lists and items are nested too deep", "danh sách lồng nhau quá sâu")
    said = str(error)
    known = (words for pattern, *words in _SAID if re.search(pattern, said))
    en, vi = next(known, ("it cannot be read", "không đọc được"))
    mark = getattr(error, "problem_mark", None)
    if isinstance(mark, yaml.Mark):
        en, vi = f"line {mark.line + 1}: {en}", f"dòng {mark.line + 1}: {vi}"
    return with_verbatim((en, vi), getattr(error, "problem", None) or said)
