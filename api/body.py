"""Reads a request's body with a bound, so that nobody fills the memory."""

from fastapi import Request

from api.problems import TooLarge


async def read_body(request: Request, most: int) -> bytes:
    """The whole body; TooLarge as soon as it is longer than `most` bytes, announced or not."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > most:
        raise TooLarge(f"The body has {announced} bytes; {most} are allowed.")
    body = bytearray()
    async for chunk in request.stream():
        body.extend(chunk)
        if len(body) > most:
            raise TooLarge(f"The body has more than the {most} bytes that are allowed.")
    return bytes(body)
