"""What people write: phrases by the words of a category's code, in Vietnamese.

>>> said("street-light", "chợ Rạch Dừa", random.Random(1))                           # doctest: +ELLIPSIS
'...chợ Rạch Dừa...'
"""

from __future__ import annotations

import json
import random
from functools import cache
from importlib.resources import files


@cache
def phrases() -> dict[str, list[str]]:
    """All phrases by key; a key that is a word of a category's code speaks about that category."""
    text = (files("api.simulate") / "words.json").read_text(encoding="utf-8")
    loaded: dict[str, list[str]] = json.loads(text)
    return loaded


def pick(key: str, chance: random.Random) -> str:
    """One phrase of the key."""
    return chance.choice(phrases()[key])


def said(category: str, near: str | None, chance: random.Random) -> str:
    """A description for a report of this category, `near` a place's name when one is known."""
    known = [word for word in reversed(category.split("-")) if word in phrases()]
    template = pick(known[0] if known else "", chance)
    place = pick("place_near", chance).format(name=near) if near else pick("place_bare", chance)
    return template.format(place=place)
