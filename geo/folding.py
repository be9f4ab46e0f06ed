"""Folding of Vietnamese text for search: what a hurried person types should find what an official wrote.

One place is written "Hoà Hội" or "Hòa Hội" (old and new position of the tone mark), composed (NFC) or
decomposed (NFD, as files from macOS are), with or without accents, in any case. All of these fold to the same
ASCII-ish key "hoa hoi".
"""

import re
import unicodedata

# Letters that Unicode does not decompose into a base letter and a mark. The Icelandic eth is a common mistake
# for đ in files that went through Latin-1.
_UNDECOMPOSED = str.maketrans({"đ": "d", "ð": "d", "ı": "i", "ł": "l", "ø": "o"})
_GAP = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """The search key of `text`: no marks, đ as d, lower case, every run of punctuation or blanks one blank,
    no blank at the ends.

    Idempotent, and the same for every Unicode form of the same text. Letters of other scripts are kept.
    """
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    # Case folding may bring back marks ("İ" becomes "i" and a dot), hence the second decomposition.
    decomposed = unicodedata.normalize("NFKD", decomposed)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _GAP.sub(" ", bare.translate(_UNDECOMPOSED)).strip()


_KINDS = (
    "thành phố",
    "tổ dân phố",
    "khu phố",
    "đặc khu",
    "thị trấn",
    "thị xã",
    "phường",
    "tỉnh",
    "thôn",
    "xã",
    "ấp",
    "tp",
)
_FOLDED_KINDS = tuple(fold(kind) for kind in _KINDS)


def fold_bare(text: str) -> str:
    """Like `fold`, without the leading word for the kind of unit: "xã Hoà Hội", "Xã Hòa Hội" and "Hoa Hoi"
    all give "hoa hoi".

    Tịnh Biên keeps its "tinh", which is no tỉnh: where the text has marks, they decide. A name that is
    nothing but such a word, or that goes on with a number ("Phường 1"), keeps it: the number alone says
    nothing.
    """
    folded = fold(text)
    composed = unicodedata.normalize("NFC", text).casefold().strip()
    for kind, folded_kind in zip(_KINDS, _FOLDED_KINDS, strict=True):
        rest = folded.removeprefix(folded_kind + " ")
        if rest != folded and (composed.isascii() or composed.startswith(kind)):
            return folded if rest[0].isdigit() else rest
    return folded
