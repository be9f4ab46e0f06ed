"""How passwords are kept."""

from functools import cache

from pwdlib import PasswordHash


@cache
def hasher() -> PasswordHash:
    """Argon2id with the library's recommended cost."""
    return PasswordHash.recommended()
