"""No endpoint a stranger gives us leads to a place that is not on the public internet."""

import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from notifications.channels.doorway import PUBLIC_ONLY, Doorway, PublicResolver
from notifications.problems import EndpointRefused


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/abc",
        "https://wns2-sg2p.notify.windows.com/w/?token=abc",
        "https://8.8.8.8/x",
        "https://[2606:4700:4700::1111]/x",
    ],
)
def test_public_endpoints_may_be_tried(endpoint: str) -> None:
    PUBLIC_ONLY.check(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.com/x",
        "ftp://push.example.com/x",
        "push.example.com",
        "https:///x",
        "https://user:secret@push.example.com/x",
        "https://localhost/x",
        "https://printer/x",
        "https://db.internal/x",
        "https://nas.local./x",
        "https://127.0.0.1/x",
        "https://127.1/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://017700000001/x",
        "https://0.0.0.0/x",
        "https://10.1.2.3/x",
        "https://172.16.0.1/x",
        "https://192.168.1.1/x",
        "https://100.64.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://224.0.0.1/x",
        "https://255.255.255.255/x",
        # What connects reads these as 127.0.0.1 and 10.1.2.3, and asks no resolver.
        "https://①②⑦.0.0.1/x",
        "https://１０.1.2.3/x",
        "https://127.0.0.1%00.example.com/x",
        "https://[::1]/x",
        "https://[::]/x",
        "https://[fe80::1]/x",
        "https://[fc00::1]/x",
        "https://[fec0::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://[64:ff9b::7f00:1]/x",
        "https://[2002:7f00:1::]/x",
        "https://push.example.com:99999/x",
        "https://push.example.com/" + "x" * 2048,
    ],
)
def test_other_endpoints_are_refused(endpoint: str) -> None:
    with pytest.raises(EndpointRefused):
        PUBLIC_ONLY.check(endpoint)


def test_an_allowed_origin_opens_itself_and_nothing_beside_it() -> None:
    door = Doorway(("http://127.0.0.1:8123",))
    door.check("http://127.0.0.1:8123/push/1")
    for other in ("http://127.0.0.1:8124/push/1", "https://127.0.0.1:8123/", "http://127.0.0.2:8123/"):
        with pytest.raises(EndpointRefused):
            door.check(other)


class _Answers(AbstractResolver):
    """A name server that answers whatever the test says, as one in an attacker's hands would."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
            for address in self._addresses
        ]

    async def close(self) -> None:
        """Nothing is held."""


async def test_only_public_addresses_of_a_name_are_connected() -> None:
    resolver = PublicResolver(PUBLIC_ONLY, names=_Answers("10.0.0.5", "8.8.8.8", "127.0.0.1"))
    assert [one["host"] for one in await resolver.resolve("push.example.com", 443)] == ["8.8.8.8"]


async def test_a_name_that_leads_inside_is_refused() -> None:
    resolver = PublicResolver(PUBLIC_ONLY, names=_Answers("10.0.0.5", "fd00::1"))
    with pytest.raises(EndpointRefused):
        await resolver.resolve("push.example.com", 443)


async def test_an_allowed_origin_may_lead_inside_on_its_port_only() -> None:
    resolver = PublicResolver(Doorway(("https://push.city.example",)), names=_Answers("10.0.0.5"))
    assert [one["host"] for one in await resolver.resolve("push.city.example", 443)] == ["10.0.0.5"]
    with pytest.raises(EndpointRefused):
        await resolver.resolve("push.city.example", 22)


async def test_private_hosts_let_everything_through() -> None:
    door = Doorway(private_hosts=True)
    door.check("http://10.0.0.5:8080/push/1")
    resolver = PublicResolver(door, names=_Answers("10.0.0.5"))
    assert [one["host"] for one in await resolver.resolve("anything", 8080)] == ["10.0.0.5"]
    with pytest.raises(EndpointRefused):
        door.check("no address")
