"""The live channel's client, against a socket of our own."""

import asyncio
import json

import pytest
from websockets.asyncio.server import ServerConnection, serve

from api.clients import Live


async def _city(socket: ServerConnection) -> None:
    await socket.send(json.dumps({"type": "hello"}))
    await socket.wait_closed()


async def test_who_is_sent_home_in_the_moment_of_an_answer_goes() -> None:
    """Else a play that was interrupted would go on for ever: its desks listen until they are cancelled."""
    async with serve(_city, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with Live.open(f"http://127.0.0.1:{port}", None, authenticate=False) as live:
            asking = asyncio.create_task(live.ask({"type": "subscribe"}))
            while not live._answers:
                await asyncio.sleep(0)
            (awaited,) = live._answers.values()
            awaited.set_result({"type": "ok"})
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
