"""That hot spots have changed: said by NOTIFY of the sweep and of whoever plans, to all staff who look at a map."""

import json

from api.live.hub import Hub

_MESSAGE = json.dumps({"type": "hot_spots"})


def heard(hub: Hub) -> None:
    """Tell the center and every agency; what has changed each asks for itself, as far as it may see it."""
    hub.tell_once(("operations", *hub.topics("agency:")), _MESSAGE)
