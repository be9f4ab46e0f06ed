"""Takes the fingerprint from pixels; runs in the examiner process."""

from __future__ import annotations

import numpy as np
from PIL import Image

_SIDE, _LOWEST = 32, 8
_POSITIONS = np.arange(_SIDE)
# The transform of type II without any norm, as a matrix: 32 x 32 needs no library.
_COSINES = 2 * np.cos(np.pi * np.outer(_POSITIONS, 2 * _POSITIONS + 1) / (2 * _SIDE))
# Of a picture of one shade the transform is rounding noise, the same for every such picture: a lens cap, a blank wall
# and an empty placeholder would all be "the same picture". Below this spread of the shades there is no fingerprint.
_FLAT = 3.0
NO_FINGERPRINT = "0" * 16


def fingerprint(image: Image.Image) -> str:
    """16 hex digits; the same bits as `phash` of the library ImageHash, which tests compare it with.

    A picture of hardly more than one shade has none: sixteen zeros.
    """
    grey = np.asarray(image.convert("L").resize((_SIDE, _SIDE), Image.Resampling.LANCZOS), dtype=np.float64)
    if grey.std() < _FLAT:
        return NO_FINGERPRINT
    low = (_COSINES @ grey @ _COSINES.T)[:_LOWEST, :_LOWEST]
    bits = (low > np.median(low)).flatten()
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"
