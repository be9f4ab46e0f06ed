"""Which endpoints a browser may give us, and to which addresses we really connect.

The endpoint of a web push subscription is an address chosen by a stranger, to which our server then posts.
Without this it could be made to knock at the city's inner network. Checking the name first and connecting
later would not do: the name may resolve to another address the second time. So the check sits in the resolver
whose answer is the address that gets connected.
"""

import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from notifications.problems import EndpointRefused
from reports.public_addresses import is_public, looks_public

_LONGEST_ENDPOINT = 2048


def origin_of(url: str) -> str:
    """Scheme, host and port of `url`, as in https://push.example:443. Raises EndpointRefused when it has
    none.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError as error:
        raise EndpointRefused("The endpoint is not a web address.") from error
    if not parts.hostname or port is None:
        raise EndpointRefused("The endpoint is not a web address.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port}"


@dataclass(frozen=True)
class Doorway:
    """Which endpoints are let through beside the public ones.

    `allowed_origins`: e.g. a push service of the city itself on an inner address; http is fine, and a port
    counts. `private_hosts`: any address at all, as tests need; then strangers choose freely.
    """

    allowed_origins: tuple[str, ...] = ()
    private_hosts: bool = False

    def lets(self, origin: str) -> bool:
        """Whether this origin (as origin_of gives it) is trusted whatever it is."""
        return self.private_hosts or origin in {origin_of(allowed) for allowed in self.allowed_origins}

    def check(self, endpoint: str) -> None:
        """Raises EndpointRefused unless `endpoint` may be tried: https, a public host, no user name in it.

        Names are checked again when they are resolved; here only what can be said without asking the network.
        """
        if len(endpoint) > _LONGEST_ENDPOINT:
            raise EndpointRefused("The endpoint is too long.")
        if self.lets(origin_of(endpoint)):
            return
        parts = urlsplit(endpoint)
        if parts.scheme != "https":
            raise EndpointRefused("The endpoint must be https.")
        if parts.username is not None or parts.password is not None:
            raise EndpointRefused("The endpoint must not carry a user name.")
        if not looks_public(parts.hostname or ""):
            raise EndpointRefused("The endpoint is not on the public internet.")


#: No exceptions.
PUBLIC_ONLY = Doorway()


class PublicResolver(AbstractResolver):
    """Resolves names and passes on only public addresses, except where the doorway lets all through."""

    def __init__(self, doorway: Doorway, *, names: AbstractResolver | None = None) -> None:
        """`names` is asked for the addresses; by default the system's resolver."""
        self._doorway = doorway
        self._names = names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        if self._names is None:
            # ThreadedResolver takes hold of the running loop, which a constructor may be called without.
            self._names = ThreadedResolver()
        found = await self._names.resolve(host, port, family)
        # The resolver is not told the scheme; the endpoint with its scheme was checked before.
        if any(self._doorway.lets(f"{scheme}://{host}:{port}") for scheme in ("https", "http")):
            return found
        public = [one for one in found if is_public(one["host"])]
        if not public:
            raise EndpointRefused(f"{host} is not on the public internet.")
        return public

    async def close(self) -> None:
        if self._names is not None:
            await self._names.close()
