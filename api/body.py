"""Reads a request's body with a bound, so that nobody fills the memory."""

from fastapi import Request

from api.problems import TooLarge

# A client that is still sending hears no answer: what is too long is read to its end and thrown away, up to here.
DRAINED_BYTES = 64 * 1024 * 1024


async def read_body(request: Request, most: int) -> bytes:
    """The whole body; TooLarge as soon as it is longer than `most` bytes, announced or not."""
    body, received = bytearray(), 0
    async for chunk in request.stream():
        received += len(chunk)
        if received <= most:
            body.extend(chunk)
        elif received > DRAINED_BYTES:
            break
    if received > most:
        raise TooLarge(f"The body has more than the {most} bytes that are allowed.")
    return bytes(body)
