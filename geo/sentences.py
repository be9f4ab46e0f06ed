"""What is told in two languages at once: English, which programs and logs read, with the same in Vietnamese."""

from collections.abc import Iterable
from typing import Any, Self


class Sentence(str):
    """A sentence in English, with the same in Vietnamese as `vi`."""

    vi: str

    def __new__(cls, en: str, vi: str) -> Self:
        """Both, ready to be shown behind the name of a field."""
        sentence = super().__new__(cls, en)
        sentence.vi = vi
        return sentence

    @classmethod
    def told(cls, en: str, vi: str, **facts: Any) -> Self:
        """Both with their facts put in; a fact that is a sentence itself, each in its language."""
        return cls(en.format_map(facts), vi.format_map({name: in_vietnamese(fact) for name, fact in facts.items()}))

    @classmethod
    def joined(cls, parts: Iterable[str], between: str = "; ") -> Self:
        """Several as one."""
        parts = tuple(parts)
        return cls(between.join(parts), between.join(map(in_vietnamese, parts)))


def sentence_of(said: str) -> Sentence:
    """What was said, as a sentence: one in English alone says the same in both."""
    return said if isinstance(said, Sentence) else Sentence(said, said)


def in_vietnamese(said: Any) -> Any:
    """The Vietnamese of a sentence; whatever else it is, itself."""
    return said.vi if isinstance(said, Sentence) else said
