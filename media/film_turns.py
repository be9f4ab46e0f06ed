"""How a camera was held while it filmed, and what that asks of the pictures.

A display matrix (ISO/IEC 14496-12 section 8.3.2) maps a pixel (x, y) to (a x + c y, b x + d y). Phones write quarter
turns, some front cameras a mirror; everything oblique is left as it is.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from av.sidedata.sidedata import SideData, Type
from av.video.frame import VideoFrame

_ONE = 1 << 16


class Turn(NamedTuple):
    """Filters that turn a picture upright, in the words of libavfilter, and whether width and height change places."""

    filters: str
    sideways: bool


_TURNS = {
    (1, 0, 0, 1): Turn("", False),
    (0, 1, -1, 0): Turn("transpose=clock", True),
    (-1, 0, 0, -1): Turn("hflip,vflip", False),
    (0, -1, 1, 0): Turn("transpose=cclock", True),
    (-1, 0, 0, 1): Turn("hflip", False),
    (1, 0, 0, -1): Turn("vflip", False),
    (0, 1, 1, 0): Turn("transpose=cclock_flip", True),
    (0, -1, -1, 0): Turn("transpose=clock_flip", True),
}


def turn_of(frame: VideoFrame) -> Turn:
    """The turn that the display matrix of a frame asks for; none where there is no matrix."""
    data = next((one for one in frame.side_data if getattr(one, "type", None) is Type.DISPLAYMATRIX), None)
    if not isinstance(data, SideData) or data.buffer_size < 36:
        return Turn("", False)
    a, b, _, c, d, *_ = struct.unpack("=9i", bytes(data)[:36])
    signs = (round(a / _ONE), round(b / _ONE), round(c / _ONE), round(d / _ONE))
    return _TURNS.get(signs, Turn("", False))
