"""Where the next page of a list begins: a moment and a row's id, as one opaque word."""

import base64
import binascii
import json
from datetime import datetime

from reports.problems import BadInput


def write_cursor(at: datetime, row_id: int) -> str:
    """The cursor after the row with this key."""
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), row_id]).encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> dict[str, datetime | int]:
    """The key as the parameters `after_at` and `after_id`. Raises BadInput for what no list has given out."""
    try:
        at, row_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return {"after_at": datetime.fromisoformat(at), "after_id": int(row_id)}
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadInput(("/after", "is not a cursor of this list")) from error
