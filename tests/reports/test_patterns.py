"""Patterns of answers: what is taken cannot be made slow, and what everybody knows to be slow is refused."""

import re
import re._parser as sre  # type: ignore[import-not-found]
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.administration.patterns import trouble

TAKEN = [
    "", r"\S", r"\d{3}", "^.*$", r"^[A-Z]+[0-9]+$",
    r"^\d+( \d+)*$", r"^\d{9,12}$", r"^0\d{9}\d?$", r"^[A-ZĐ]{2}-\d{4}$",
    r"^[^@ ]+@[^@ .]+(\.[^@ .]+)+$", r"^\d{1,3}(?:[.,]\d{3})*$", r"^\D+\d+$", "^x*?y*z*$",
    "^(|a|b)c$", "a|b", r"^[\-\/a-c]+$",
    r"^(?:[A-Z]\d)?(?:[a-z]\d)?$", r"^\w+(?:\s\w+)*$",
]  # fmt: skip
SLOW = [
    r"(\d+\s?)+$", r"^(\d+\s?)+$", "^(a+)+$", "^(a*)*$", "^(a|a)*$", "^(a|aa)+$", "^(a|a?)+$",
    r"^\d*\d*\d*x$", "^(.*a){12}$",
    r"^(\w+\.?)+$", "^(a?)?(b?)?(c?)?$", "^a{2,4}a$", "^(a{1,3}){1,3}$", "^(x+x+)+y$", "^([a-zA-Z]+)*$", r"\d+", "a*b",
    r"^\d+[^0-9]+$", r"^((ab)*)*$", "^(a?){300}$", "^.*.*=.*$",
]  # fmt: skip
NOT_READ = [
    "(", ")", "]", "{", "a{,3}", "a++", "a{1}{2}", "(?=a)b", "(?P<n>a)", r"(a)\1", r"\bx",
    "[[a]", "[]a]", "[z-a]", "[a&&b]", "^a|b$",
    "a^b", "a$b", "^(a$|b)", "a{0}", "a{99999999999}", r"\-", "[a-]", "a" * 201,
    "^(a{20}){21}$", "(" * 90 + "a" + ")" * 90 + "|(",
    "(?i)a", "x{400}y", "\\", "[", "[a",
]  # fmt: skip


@pytest.mark.parametrize("pattern", TAKEN)
def test_usual_patterns_are_taken(pattern: str) -> None:
    assert trouble(pattern) is None


@pytest.mark.parametrize("pattern", [*SLOW, *NOT_READ])
def test_what_could_be_slow_or_means_something_else_elsewhere_is_refused(pattern: str) -> None:
    assert trouble(pattern)


class Backtracking:
    """Tries a pattern as every backtracking program does, over Python's own reading of it, and counts the steps."""

    def __init__(self, pattern: str, most: int) -> None:
        self.parsed = list(sre.parse(pattern))
        self.steps, self.most = 0, most

    def search(self, text: str) -> bool:
        return any(self._go(self.parsed, text, at, lambda _: True) for at in range(len(text) + 1))

    def _go(self, parts: list[Any], text: str, at: int, then: Any) -> bool:
        self.steps += 1
        assert self.steps <= self.most, "more steps than were promised"
        if not parts:
            return bool(then(at))
        (kind, what), *rest = parts
        after: Any = lambda place: self._go(rest, text, place, then)  # noqa: E731
        match str(kind):
            case "AT":
                return (at == 0 if str(what) == "AT_BEGINNING" else at == len(text)) and after(at)
            case "SUBPATTERN":
                return self._go(list(what[3]), text, at, after)
            case "BRANCH":
                return any(self._go(list(one), text, at, after) for one in what[1])
            case "MAX_REPEAT" | "MIN_REPEAT":
                return self._repeat(what, text, at, after, 0)
            case _:
                one = re.compile(_source(kind, what), re.DOTALL)
                return at < len(text) and one.match(text[at]) is not None and after(at + 1)

    def _repeat(self, what: Any, text: str, at: int, then: Any, done: int) -> bool:
        least, most, inner = what
        self.steps += 1
        again: Any = lambda place: place > at and self._repeat(what, text, place, then, done + 1)  # noqa: E731
        if done < most and self._go(list(inner), text, at, again):
            return True
        return done >= least and bool(then(at))


def _source(kind: Any, what: Any) -> str:
    if str(kind) == "LITERAL":
        return re.escape(chr(what))
    if str(kind) == "ANY":
        return "."
    return "[" + "".join(re.escape(chr(code)) for _, code in what) + "]"


TIMES = ["*", "+", "?", "{2}", "{1,3}", "{2,}"]
letters = st.sampled_from(["a", "b", "c", "[ab]", "[bc]", "."])
some = st.recursive(
    letters,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda several: f"(?:{'|'.join(several)})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{2,}"])).map(
            lambda two: f"(?:{two[0]}){two[1]}"
        ),
    ),
    max_leaves=6,
)


@settings(max_examples=400, deadline=None)
@given(some, st.text("abc", max_size=14), st.booleans())
def test_whatever_is_taken_takes_few_steps_for_each_letter(pattern: str, answer: str, anchored: bool) -> None:
    whole = f"^{pattern}$" if anchored else pattern
    if trouble(whole) is not None:
        return
    tried = Backtracking(whole, most=200 * len(whole) * (len(answer) + 1))
    assert tried.search(answer) == (re.search(whole, answer, re.DOTALL) is not None)
