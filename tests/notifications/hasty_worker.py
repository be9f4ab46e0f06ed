"""A worker process for the test that kills it: reacts in small steps and runs the queue until it dies.

Arguments: database URL, FCM service account file, FCM address, VAPID key file, origin of the push service.
"""

import asyncio
import json
import sys
from pathlib import Path

from procrastinate import App, PsycopgConnector
from sqlalchemy import NullPool, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from notifications import reactor
from notifications.channels.base import Channel
from notifications.channels.doorway import Doorway
from notifications.channels.fcm import FcmChannel
from notifications.channels.vapid import load_or_make_vapid
from notifications.channels.webpush import WebPushChannel
from notifications.tasks import QUEUE, Wiring


async def main(database: str, account: str, fcm_url: str, vapid: str, origin: str) -> None:
    engine = create_async_engine(database, poolclass=NullPool)
    key = load_or_make_vapid(Path(vapid), "mailto:ioc@vungtau.example")
    channels: dict[str, Channel] = {
        "fcm": FcmChannel(json.loads(Path(account).read_text()), send_url=fcm_url),
        "webpush": WebPushChannel(key, Doorway((origin,))),
    }
    wiring = Wiring(engine.begin, channels)
    plain = make_url(database).set(drivername="postgresql").render_as_string(hide_password=False)
    app = App(connector=PsycopgConnector(conninfo=plain))
    app.add_tasks_from(wiring.blueprint, namespace="notifications")
    async with app.open_async():
        print("ready", flush=True)
        await asyncio.gather(_read(wiring), app.run_worker_async(queues=[QUEUE], concurrency=4))


async def _read(wiring: Wiring) -> None:
    while True:
        async with wiring.begin() as conn:
            await reactor.react(
                conn,
                enqueue=wiring.enqueue,
                channels=wiring.channels.keys(),
                now=wiring.clock(),
                limit=3,
            )
        await asyncio.sleep(0.01)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
