"""Tracking codes: 8 unguessable characters and a check character.

The alphabet has 29 characters, a prime, without look-alikes (no 0/O, 1/I/L, 5/S, U/V). The check character is the
weighted sum modulo 29 with weights 2..9, all different and none a multiple of 29: so every single wrong character and
every swap of two characters is found (the argument of ISO/IEC 7064 for a prime modulus).
29^8 = 5.0e11 codes: at 10 million reports a random guess hits one in 50,000, and look-ups are limited.
"""

import secrets

ALPHABET = "2346789ABCDEFGHJKMNPQRTVWXYZ5"
LENGTH = 8
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
# What people type for what they see: folded on the way in, never produced.
_LOOK_ALIKES = str.maketrans({"S": "5", "U": "V"})


def check_character(body: str) -> str:
    """The check character of 8 characters of the alphabet; KeyError for any other character."""
    total = sum(weight * _VALUE[character] for weight, character in enumerate(body, start=2))
    return ALPHABET[-total % len(ALPHABET)]


def new_code() -> str:
    """A fresh tracking code of 9 characters, unguessable (from the operating system's random source)."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return body + check_character(body)


def read_code(typed: str) -> str | None:
    """The code a person meant by what they typed (case, spaces, dashes, look-alikes), or None if it cannot be one."""
    text = "".join(typed.upper().split()).replace("-", "").translate(_LOOK_ALIKES)
    if len(text) != LENGTH + 1 or any(character not in _VALUE for character in text):
        return None
    return text if check_character(text[:LENGTH]) == text[LENGTH] else None
