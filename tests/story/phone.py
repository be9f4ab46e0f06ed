"""What a phone app does, against the public API alone: the reference for those who write one (docs/mobile-api.md).

    async with Phone.open(folder, "https://hientruong.example") as phone:
        await phone.begin("android")
        phone.compose("road-pothole", "Ổ gà sâu", {"lon": 107.0843, "lat": 10.3460}, [("a.jpg", "image/jpeg", data)])
        await phone.send_all()

Everything the app must remember lies in `folder`; the process may be killed at any line. Also a program that empties
the outbox of a folder and ends: `python -m tests.story.phone FOLDER ADDRESS`.
"""

from __future__ import annotations

import asyncio
import base64
import json
import random
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
from websockets.asyncio.client import connect

from tests.story.phone_outbox import Item, Json, Outbox

TUS = {"Tus-Resumable": "1.0.0"}
BYTES = {**TUS, "Content-Type": "application/offset+octet-stream"}
# Small enough that a broken connection costs little, large enough that a good one is used.
PIECE_BYTES = 512 * 1024
# Statuses that pass by themselves: the same request, with the same key, a little later.
PASSING = {408, 409, 423, 425, 429, 500, 502, 503, 504}


class Later(Exception):
    """Not now: no network, or the city is busy. Nothing was lost; `seconds` is what the city asked for, or None."""

    def __init__(self, why: str, seconds: float | None = None) -> None:
        super().__init__(why)
        self.seconds = seconds


class Refused(Exception):
    """The city has refused, and would refuse again. `problem` is the document that says why."""

    def __init__(self, problem: Json) -> None:
        super().__init__(f"{problem.get('status')} {problem.get('type')}: {problem.get('detail')}")
        self.problem = problem


class Phone:
    """One installed app. `clock` is the phone's own, however wrong."""

    def __init__(self, http: httpx2.AsyncClient, folder: Path, url: str, clock: Callable[[], datetime]) -> None:
        self._http = http
        self._url = url
        self._clock = clock
        self._kept = folder / "phone.json"
        self._state: Json = json.loads(self._kept.read_text()) if self._kept.exists() else {}
        self._reached: dict[str, int] = {}
        self.outbox = Outbox(folder / "outbox")

    @classmethod
    @asynccontextmanager
    async def open(
        cls, folder: Path, url: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> AsyncIterator[Phone]:
        """The app is started; what it knew is read from `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        async with httpx2.AsyncClient(base_url=url, timeout=60, trust_env=False) as http:
            yield cls(http, folder, url, clock)

    # ------------------------------------------------------------------------------------------ one request

    async def ask(self, method: str, path: str, headers: Json | None = None, **parts: Any) -> httpx2.Response:
        """One request with the device's credential; raises Later or Refused."""
        sent = dict(headers or {})
        if "token" in self._state:
            sent["Authorization"] = f"Bearer {self._state['token']}"
        try:
            answer = await self._http.request(method, path, headers=sent, **parts)
        except httpx2.TransportError as failure:
            raise Later(f"{method} {path}: {failure!r}") from failure
        if answer.status_code < 400:
            return answer
        if answer.status_code in PASSING and not _is_decided(answer):
            wait = answer.headers.get("Retry-After")
            raise Later(f"{method} {path}: {answer.status_code}", float(wait) if wait else None)
        raise Refused(_problem(answer))

    async def get(self, path: str, **parameters: Any) -> Any:
        """The JSON at an address below /api/v1."""
        return (await self.ask("GET", f"/api/v1{path}", params=parameters)).json()

    # ------------------------------------------------------------------------------- first start, before sending

    async def begin(self, platform: str = "android", locale: str = "vi") -> str:
        """Become a device, once in the life of the app; gives the device's id."""
        if "token" not in self._state:
            made = (await self.ask("POST", "/api/v1/devices", json={"platform": platform, "locale": locale})).json()
            self._remember(token=made["token"], device_id=made["device_id"])
        return str(self._state["device_id"])

    async def categories(self) -> list[Json]:
        """The tree of categories, with questions and stoppers; without network the one seen last."""
        try:
            self._remember(categories=await self.get("/categories"))
        except Later:
            if "categories" not in self._state:
                raise
        tree: list[Json] = self._state["categories"]
        return tree

    async def near(self, category: str, lon: float, lat: float) -> list[Json]:
        """Reports like the one about to be sent; nothing without network, for a report must not wait for this."""
        try:
            found: list[Json] = (await self.get("/near", category=category, lon=lon, lat=lat))["reports"]
        except Later:
            return []
        return found

    def compose(
        self,
        category: str,
        description: str,
        location: Json,
        files: Sequence[tuple[str, str, bytes]] = (),
        **more: Any,
    ) -> Item:
        """Put a report into the outbox. Needs no network; `captured_at` is the phone's own time, right or wrong."""
        body = {
            "category": category,
            "description": description,
            "location": location,
            "captured_at": self._clock().isoformat(),
            **more,
        }
        return self.outbox.put(body, files)

    # ------------------------------------------------------------------------------------------------- sending

    async def send_all(self, pause: float = 1.0, patience: int = 100) -> bool:
        """Empty the outbox, however often the network breaks; False when it is still not empty after `patience`
        breaks in a row without any progress. The pause doubles up to five minutes, or is what the city asks for."""
        idle = 0
        while True:
            before = self._progress()
            try:
                for item in self.outbox.items():
                    if item.problem is None and not item.done:
                        await self._send(item)
                return all(item.done or item.problem for item in self.outbox.items())
            except Later as later:
                idle = idle + 1 if self._progress() == before else 0
                if idle >= patience:
                    return False
                wait = later.seconds if later.seconds is not None else min(pause * 2.0**idle, 300)
                await asyncio.sleep(wait * random.uniform(0.5, 1.0) if idle else min(wait, pause))

    async def _send(self, item: Item) -> None:
        """Text first: the report names its uploads before their bytes have come."""
        try:
            for number, parcel in enumerate(item.parcels):
                if parcel.upload is None:
                    size = self.outbox.file(item, number).stat().st_size
                    parcel.upload = await self._announce(parcel.name, parcel.content_type, size)
                    self.outbox.keep(item)
            if item.code is None:
                item.code = await self._send_text(item)
                self.outbox.keep(item)
            for number in range(len(item.parcels)):
                await self._send_file(item, number)
        except Refused as refused:
            if refused.problem["status"] == 401:
                # Not the report's fault: the device is no longer known, and the person must be asked.
                raise
            item.problem = refused.problem
            self.outbox.keep(item)

    async def _announce(self, name: str, content_type: str, size: int) -> str:
        values = {"filename": name, "filetype": content_type}
        metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())
        headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": metadata}
        answer = await self.ask("POST", "/api/v1/uploads", headers)
        return str(answer.headers["Location"]).rpartition("/")[2]

    async def _send_text(self, item: Item) -> str:
        body = {**item.body, "media": [parcel.upload for parcel in item.parcels]}
        headers = {"Idempotency-Key": item.key, "Sent-At": self._clock().isoformat()}
        try:
            answer = await self.ask("POST", "/api/v1/reports", headers, json=body)
        except Refused as refused:
            self._forget_dead_uploads(item, refused.problem)
            raise
        for parcel in item.parcels:
            parcel.named = True
        return str(answer.json()["code"])

    def _forget_dead_uploads(self, item: Item, problem: Json) -> None:
        """Uploads announced long ago have ended: announce them anew, with the same key, for nothing was accepted."""
        pointers = [str(error["pointer"]) for error in problem.get("errors", ())]
        if not pointers or not all(pointer.startswith("/media/") for pointer in pointers):
            return
        for parcel in item.parcels:
            parcel.upload = None
        self.outbox.keep(item)
        raise Later("some uploads have ended")

    async def _send_file(self, item: Item, number: int) -> None:
        parcel = item.parcels[number]
        if parcel.whole:
            return
        if not parcel.named:
            # Announced again after the report was taken: the report must be told.
            await self.ask("POST", f"/api/v1/reports/{item.code}/media", json={"media": [parcel.upload]})
            parcel.named = True
            self.outbox.keep(item)
        try:
            await self._send_bytes(str(parcel.upload), self.outbox.file(item, number))
            parcel.whole = True
        except Refused as refused:
            if refused.problem["status"] != 404:
                raise
            # It has ended by time, or was lost: it is announced anew.
            parcel.upload, parcel.named = None, False
        self.outbox.keep(item)
        if not parcel.whole:
            raise Later("the upload has ended")

    async def _send_bytes(self, upload: str, file: Path) -> None:
        """From where the city says it stands; a piece that broke off in the middle is kept as far as it came."""
        path, length = f"/api/v1/uploads/{upload}", file.stat().st_size
        offset = int((await self.ask("HEAD", path, TUS)).headers["Upload-Offset"])
        self._reached[upload] = offset
        with file.open("rb") as source:
            while offset < length:
                source.seek(offset)
                headers = {**BYTES, "Upload-Offset": str(offset)}
                answer = await self.ask("PATCH", path, headers, content=source.read(PIECE_BYTES))
                self._reached[upload] = offset = int(answer.headers["Upload-Offset"])

    def _progress(self) -> object:
        """Differs when anything at all has moved forward."""
        items = self.outbox.items()
        return dict(self._reached), [(item.code, [parcel.upload for parcel in item.parcels]) for item in items]

    # ------------------------------------------------------------------------------------- notices and wishes

    async def push_by_fcm(self, registration_token: str) -> None:
        """What Firebase gave the app; again whenever `onNewToken` gives another one. Asked after the first report."""
        await self.ask("PUT", "/api/v1/devices/me/push", json={"kind": "fcm", "token": registration_token})

    async def push_by_web(self, subscription: Json) -> None:
        """What the browser's `pushManager.subscribe` gave."""
        await self.ask("PUT", "/api/v1/devices/me/push", json={"kind": "webpush", "subscription": subscription})

    async def prefer(self, **wishes: Any) -> Json:
        """Change some of locale, large_text, push, quiet_hours {"from", "to"}; gives all of them."""
        chosen: Json = (await self.ask("PATCH", "/api/v1/devices/me/preferences", json=wishes)).json()
        return chosen

    async def inbox(self) -> list[Json]:
        """The newest notices, whether a push came or not."""
        items: list[Json] = (await self.get("/devices/me/inbox"))["items"]
        return items

    async def read(self, items: Sequence[Json]) -> None:
        """Mark notices as read."""
        await self.ask("POST", "/api/v1/devices/me/inbox/read", json={"ids": [item["id"] for item in items]})

    async def follow(self, what: str, code: str) -> None:
        """Hear of a `report` of somebody else's, or of results in an `area`."""
        await self.ask("PUT", f"/api/v1/devices/me/follows/{what}/{code}")

    async def unfollow(self, what: str, code: str) -> None:
        """Hear of it no longer."""
        await self.ask("DELETE", f"/api/v1/devices/me/follows/{what}/{code}")

    # --------------------------------------------------------------------------------------------- own reports

    async def reports(self) -> list[Json]:
        """The own ones, newest first."""
        own: list[Json] = (await self.get("/devices/me/reports"))["reports"]
        return own

    async def report(self, code: str) -> Json:
        """One of them, in full."""
        found: Json = await self.get(f"/reports/{code}")
        return found

    async def timeline(self, code: str) -> list[Json]:
        """What happened to it."""
        entries: list[Json] = (await self.get(f"/reports/{code}/timeline"))["entries"]
        return entries

    async def command(self, code: str, command: str, **arguments: Any) -> Json:
        """answer {text, media?}, withdraw, reopen {reason, media?}, rating {rating, comment?}."""
        after: Json = (await self.ask("POST", f"/api/v1/reports/{code}/{command}", json=arguments)).json()
        return after

    async def upload(self, content_type: str, file: Path) -> str:
        """One whole file for a command (reopen, answer); gives the upload's id."""
        upload = await self._announce(file.name, content_type, file.stat().st_size)
        await self._send_bytes(upload, file)
        return upload

    @asynccontextmanager
    async def watch(self, code: str) -> AsyncIterator[AsyncIterator[Json]]:
        """The events of an own report as they happen."""
        address = self._url.replace("http", "ws", 1) + "/api/v1/live"
        async with connect(address, proxy=None) as socket:
            assert json.loads(await socket.recv())["type"] == "hello"
            await socket.send(json.dumps({"id": 1, "type": "auth", "token": self._state["token"]}))
            await socket.send(json.dumps({"id": 2, "type": "subscribe", "topic": f"report:{code}"}))
            while json.loads(await socket.recv()).get("id") != 2:
                pass

            async def events() -> AsyncIterator[Json]:
                async for message in socket:
                    said = json.loads(message)
                    if said["type"] == "event":
                        yield said

            yield events()

    # -------------------------------------------------------------------------------------- another phone

    async def give_away(self) -> str:
        """The code that a person types into the new phone."""
        offered: str = (await self.ask("POST", "/api/v1/devices/me/transfer")).json()["code"]
        return offered

    async def take_over(self, code: str) -> None:
        """Everything of the old phone is this one's from now on."""
        await self.ask("POST", "/api/v1/devices/me/transfer/accept", json={"code": code})

    def _remember(self, **facts: Any) -> None:
        self._state |= facts
        draft = self._kept.with_suffix(".draft")
        draft.write_text(json.dumps(self._state))
        draft.replace(self._kept)


def _problem(answer: httpx2.Response) -> Json:
    is_json = "json" in answer.headers.get("content-type", "") and answer.content
    problem: Json = answer.json() if is_json else {"type": "about:blank", "status": answer.status_code}
    return {"status": answer.status_code, **problem}


def _is_decided(answer: httpx2.Response) -> bool:
    """409 is a decision for a command on a report, and only a wrong offset or a busy moment for an upload."""
    return answer.status_code == 409 and "/uploads" not in str(answer.request.url)


async def _empty(folder: Path, url: str) -> None:
    async with Phone.open(folder, url) as phone:
        await phone.begin()
        await phone.send_all(pause=0.05)


if __name__ == "__main__":
    asyncio.run(_empty(Path(sys.argv[1]), sys.argv[2]))
