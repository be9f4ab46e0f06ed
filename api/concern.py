"""What the classes of settings share: how variables are named, and how addresses and lists are checked."""

from urllib.parse import urlsplit

from pydantic_settings import SettingsConfigDict

PREFIX = "HIENTRUONG_"


def concern(infix: str = "") -> SettingsConfigDict:
    """The configuration of one class of settings, whose variables begin with the prefix and `infix`."""
    return SettingsConfigDict(
        env_prefix=PREFIX + infix, frozen=True, extra="ignore", populate_by_name=True, env_ignore_empty=True
    )


def web_address(url: str | None) -> str | None:
    """The address itself; ValueError for one that is none."""
    parts = urlsplit(url or "")
    if url is not None and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("should look like https://host/path")
    return url


def listed(words: str | None) -> tuple[str, ...]:
    """What stands between commas."""
    return tuple(filter(None, map(str.strip, (words or "").split(","))))
