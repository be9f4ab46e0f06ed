"""Patterns for the answers to a category's questions: a part of regular expressions that no answer can make slow. Pure.

Whoever tries a pattern goes back where it may be read in several ways, and anybody may send an answer that doubles
those ways with each letter: Python here, the browser of each resident, any other program. So a pattern must be one
that cannot be read in two ways (a strongly deterministic expression): at each place the next letter alone tells where
in the pattern it stands, and by which repetition it came there. Then a program that goes back finds every other way
closed at its first letter, and an answer of n letters takes at most n times the pattern's size of steps.

Understood are letters, `.`, `[...]`, `\\d \\w \\s` and their opposites, groups, `|`, `? * + {m} {m,n} {m,}` (lazy ones
too), `^` at the beginning and `$` at the end. A pattern that may begin anywhere (without `^`) is tried from each
letter, so it has no repetition without an end. What is taken means the same to Python and in a browser's form, where
some signs need a backslash. `docs/admin-api.md` says all this to those who write them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import combinations

LONGEST = 200
"""Characters of a pattern."""

MOST_PLACES = 400
"""Letters of the pattern with its counted repetitions written out."""

LAST = 0x10FFFF
SPECIAL = set("^$\\.*+?()[]{}|")
ESCAPED = SPECIAL | {"/"}
SPECIAL_IN_SET = set("()[]{}/-|")
ESCAPED_IN_SET = ESCAPED | set("&-!#%,:;<=>@`~")
DOUBLED = set("&!#$%*+,.:;<=>?@^`~")
"""Of a browser's set, two of these beside each other are kept for operators."""

SCRIPTS = 0x40000
"""Beyond are no letters, digits and blanks of any script."""

Ranges = tuple[tuple[int, int], ...]
"""Letters as pairs of first and last code point, in order and apart."""


class Unsafe(ValueError):
    """Why the pattern is not taken, in words for those who wrote it."""


def trouble(pattern: str) -> str | None:
    """Why this pattern is not taken; None when no answer can make it slow. Raises nothing."""
    if len(pattern) > LONGEST:
        return f"a pattern has at most {LONGEST} characters"
    try:
        for ascii_only in (False, True):  # Python's \d is every script's digits, a browser's is 0 to 9.
            _Reading(pattern, ascii_only).check()
        re.compile(pattern)
    except Unsafe as error:
        return str(error)
    except re.error as error:
        return f"the pattern cannot be read: {error}"
    return None


@dataclass(frozen=True)
class _Part:
    """A piece of the pattern: where it can begin and end, whether it can be empty, and go on for ever."""

    first: frozenset[int] = frozenset()
    last: frozenset[int] = frozenset()
    empty: bool = True
    endless: bool = False


@dataclass
class _Reading:
    """Reads a pattern once, numbering its places (Glushkov's way) and noting which may follow which."""

    pattern: str
    ascii_only: bool
    at: int = 0
    letters: list[Ranges] = field(default_factory=list)
    follows: set[tuple[int, int]] = field(default_factory=set)

    def check(self) -> None:
        """Raises Unsafe."""
        anchored = self._take("^")
        begin = self.at
        whole = self._choice()
        ends = self._take("$")
        if (anchored or ends) and _chooses(self.pattern[begin : self.at]):
            raise Unsafe("choices between ^ and $ stand in a group, as in ^(a|b)$")
        if self.at < len(self.pattern):
            raise Unsafe(f"{self.pattern[self.at]!r} cannot stand at place {self.at + 1}")
        if whole.endless and not anchored:
            raise Unsafe("a pattern with a repetition without end must begin with ^")
        self._apart(whole.first)
        after: dict[int, set[int]] = {}
        for one, other in self.follows:
            after.setdefault(one, set()).add(other)
        for places in after.values():
            self._apart(places)

    def _apart(self, places: set[int] | frozenset[int]) -> None:
        for one, other in combinations(sorted(places), 2):
            if _common(self.letters[one], self.letters[other]):
                raise Unsafe("the same letter could be read in two ways, so that an answer might be tried for hours")

    def _follow(self, before: frozenset[int], after: frozenset[int]) -> None:
        pairs = {(one, other) for one in before for other in after}
        if pairs & self.follows:
            raise Unsafe("a repetition stands inside another, and an answer might be tried for hours")
        self.follows |= pairs

    def _take(self, text: str) -> bool:
        if not self.pattern.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def _next(self) -> str:
        if self.at >= len(self.pattern):
            raise Unsafe("the pattern ends too early")
        self.at += 1
        return self.pattern[self.at - 1]

    def _choice(self) -> _Part:
        parts = [self._sequence()]
        while self._take("|"):
            parts.append(self._sequence())
        if sum(part.empty for part in parts) > 1:
            raise Unsafe("only one of several choices may be empty")
        return _Part(
            frozenset().union(*(part.first for part in parts)),
            frozenset().union(*(part.last for part in parts)),
            any(part.empty for part in parts),
            any(part.endless for part in parts),
        )

    def _sequence(self) -> _Part:
        whole = _Part()
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)$":
            whole = self._joined(whole, self._repeated())
        return whole

    def _joined(self, one: _Part, other: _Part) -> _Part:
        self._follow(one.last, other.first)
        return _Part(
            one.first | other.first if one.empty else one.first,
            one.last | other.last if other.empty else other.last,
            one.empty and other.empty,
            one.endless or other.endless,
        )

    def _repeated(self) -> _Part:
        begin = self.at
        part = self._atom()
        end = self.at
        if (times := self._times()) is None:
            return part
        least, most = times
        if part.empty:
            raise Unsafe("what is repeated must not be empty")
        # The first reading stands for the first time; every other time is read again with places of its own.
        rest = self.at
        copies = [part]
        for _ in range(1, max(least, 1) if most is None else most):
            self.at = begin
            copies.append(self._atom())
        assert self.at in (end, rest)
        self.at = rest
        return self._laid_out(copies, least, most)

    def _laid_out(self, copies: list[_Part], least: int, most: int | None) -> _Part:
        """`xx(x(x)?)?` for x{2,4}, `xxx*` for x{2,}: the last one for ever."""
        if most is None:
            last = copies[-1]
            self._follow(last.last, last.first)
            copies[-1] = replace(last, endless=True, empty=least == 0)
        whole = _Part()
        for number, copy in reversed(list(enumerate(copies, 1))):
            whole = self._joined(copy, whole)
            if number > least:
                whole = replace(whole, empty=True)
        return whole

    def _times(self) -> tuple[int, int | None] | None:
        """How often at least and at most (None: for ever); None where nothing is repeated."""
        found = re.compile(r"\?|\*|\+|\{(\d{1,6})(,?)(\d{0,6})\}").match(self.pattern, self.at)
        if found is None:
            return None
        self.at = found.end()
        sign, least, comma, most = found[0][0], found[1], found[2], found[3]
        if sign == "{":
            times = (int(least), int(most) if most else None if comma else int(least))
        else:
            times = {"?": (0, 1), "*": (0, None), "+": (1, None)}[sign]
        if self._take("+"):
            raise Unsafe("browsers do not understand a + after a repetition")
        self._take("?")
        if times[1] == 0:
            raise Unsafe("nothing can be repeated no times")
        if max(times[0], times[1] or 0) > MOST_PLACES:
            raise Unsafe(f"a repetition is counted up to {MOST_PLACES}")
        return times

    def _atom(self) -> _Part:
        if self._take("("):
            if self._take("?") and not self._take(":"):
                raise Unsafe("looking ahead or back, named groups and flags are not understood")
            inner = self._choice()
            if not self._take(")"):
                raise Unsafe("^ and $ stand only at the ends of the whole pattern")
            return inner
        letters = self._letters(self._next())
        if len(self.letters) >= MOST_PLACES:
            raise Unsafe(f"written out, the pattern has more than {MOST_PLACES} letters")
        self.letters.append(letters)
        place = frozenset({len(self.letters) - 1})
        return _Part(place, place, empty=False)

    def _letters(self, sign: str) -> Ranges:
        if sign == ".":
            return _opposite(((10, 10),))
        if sign == "[":
            return self._set()
        if sign == "\\":
            return self._escaped(self._next(), ESCAPED)
        if sign in SPECIAL:
            raise Unsafe(f"{sign!r} cannot stand at place {self.at}; a \\ before it makes it a letter")
        return ((ord(sign), ord(sign)),)

    def _escaped(self, sign: str, allowed: set[str]) -> Ranges:
        if sign.lower() in "dws":
            ranges = _named(sign.lower(), self.ascii_only)
            return ranges if sign.islower() else _opposite(ranges)
        if sign in "tnr":
            return ((ord({"t": "\t", "n": "\n", "r": "\r"}[sign]),) * 2,)
        if sign not in allowed:
            raise Unsafe(f"\\{sign} is not understood")
        return ((ord(sign), ord(sign)),)

    def _set(self) -> Ranges:
        against = self._take("^")
        ranges: list[tuple[int, int]] = []
        while not self._take("]"):
            least = self._one_of_set()
            if self.pattern.startswith("-", self.at) and not self.pattern.startswith("-]", self.at):
                self.at += 1
                most = self._one_of_set()
                if len(least) != 1 or len(most) != 1:
                    raise Unsafe("a range goes from one letter to another")
                least = ((least[0][0], most[0][1]),)
            ranges += least
        if not ranges:
            raise Unsafe("a set of letters must not be empty")
        return _opposite(_merged(ranges)) if against else _merged(ranges)

    def _one_of_set(self) -> Ranges:
        sign = self._next()
        if sign == "\\":
            return self._escaped(self._next(), ESCAPED_IN_SET)
        if sign in SPECIAL_IN_SET or (sign in DOUBLED and self.pattern.startswith(sign, self.at)):
            raise Unsafe(f"{sign!r} needs a \\ before it in [...]")
        return ((ord(sign), ord(sign)),)


def _chooses(pattern: str) -> bool:
    """Whether there is a | outside of groups and sets."""
    plain = re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]", "", pattern, flags=re.DOTALL)
    while plain != (inner := re.sub(r"\([^()]*\)", "", plain)):
        plain = inner
    return "|" in plain


@cache
def _named(name: str, ascii_only: bool) -> Ranges:
    """The letters of \\d, \\w or \\s: of all scripts, or of ASCII."""
    letters = "".join(map(chr, range(SCRIPTS)))
    found = re.compile(f"\\{name}+", re.ASCII if ascii_only and name != "s" else 0).finditer(letters)
    return tuple((one.start(), one.end() - 1) for one in found)


def _merged(ranges: list[tuple[int, int]]) -> Ranges:
    return tuple(_together(sorted(ranges)))


def _together(ranges: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    first, last = ranges[0]
    for begin, end in ranges[1:]:
        if begin > last + 1:
            yield first, last
            first, last = begin, end
        last = max(last, end)
    yield first, last


def _opposite(ranges: Ranges) -> Ranges:
    edges = [-1, *(edge for pair in ranges for edge in pair), LAST + 1]
    return tuple(
        (before + 1, after - 1) for before, after in zip(edges[::2], edges[1::2], strict=True) if before + 1 < after
    )


def _common(one: Ranges, other: Ranges) -> bool:
    """Whether both hold a letter."""
    here, there = 0, 0
    while here < len(one) and there < len(other):
        if one[here][0] <= other[there][1] and other[there][0] <= one[here][1]:
            return True
        if one[here][1] < other[there][1]:
            here += 1
        else:
            there += 1
    return False
