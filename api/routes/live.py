"""The address of the live channel."""

from typing import cast

from fastapi import APIRouter, WebSocket

from api.live.endpoint import Live

router = APIRouter()


@router.websocket("/api/v1/live")
async def live(socket: WebSocket) -> None:
    """The protocol is described at /asyncapi.json."""
    await cast(Live, socket.app.state.live).serve(socket)
