"""A small asynchronous client of the public contract: HTTP, resumable upload and the live protocol.

It knows only what any outsider may know. `hientruong watch`, `hientruong simulate` and the story tests are
built on it, so whatever they can do, a program of another city department can do too.

>>> async with Client.open("http://127.0.0.1:8000") as city:                        # doctest: +SKIP
...     operator = await city.login("operator1", "secret")
...     async with Live.open(city.url, operator.token) as live:
...         answer = await live.subscribe("operations")
...         event = await live.next()
"""

from api.clients.collection import Collection
from api.clients.http import Answer, Client, File
from api.clients.live import Live, Message
from api.clients.refusals import Closed, Refused, Unreachable
from api.clients.uploads import send_upload

__all__ = [
    "Answer",
    "Client",
    "Closed",
    "Collection",
    "File",
    "Live",
    "Message",
    "Refused",
    "Unreachable",
    "send_upload",
]
