"""Whether a host lies on the public internet, as far as its name alone says. Pure; asks no network."""

import ipaddress
import re
import socket
from contextlib import suppress

_INNER_NAMES = (".local", ".internal", ".localhost")
# Whoever connects maps other characters to these: a host of circled digits is 127.0.0.1, and no name is asked for then.
# International names come as xn--.
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+", re.ASCII)


def is_public(address: str) -> bool:
    """Whether this IP address is one of the public internet; ValueError for what is none."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        # Addresses that carry an IPv4 address inside are as public as that one.
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def looks_public(host: str) -> bool:
    """The same of an address or a name; what a name resolves to is to be asked again when it is called."""
    if not _HOST.fullmatch(host):
        return False
    # inet_aton reads what connect() would read: 127.1, 0x7f.1 and 2130706433 are all the loopback.
    with suppress(OSError):
        host = socket.inet_ntoa(socket.inet_aton(host))
    try:
        return is_public(host)
    except ValueError:
        return "." in host.strip(".") and not host.rstrip(".").endswith(_INNER_NAMES)
