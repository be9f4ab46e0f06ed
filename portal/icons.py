"""Line drawings on a 24 x 24 grid, drawn into the page itself: no request, no font, right in every colour
scheme.

Category icons are named by the city's data; a name without a drawing in `drawings.json` shows the general
one.
"""

import json
from pathlib import Path

from markupsafe import Markup

_DRAWINGS: dict[str, str] = json.loads((Path(__file__).parent / "drawings.json").read_text("utf-8"))


def drawing(name: str | None) -> Markup:
    """The inside of an svg element of the 24 x 24 grid, stroked by the style sheet."""
    key = name or "other"
    # "road-pothole" is drawn as a pothole, "road-crack" as a road: the nearest word that has a drawing.
    for word in (key, *reversed(key.split("-"))):
        if word in _DRAWINGS:
            return Markup(_DRAWINGS[word])
    return Markup(_DRAWINGS["other"])
