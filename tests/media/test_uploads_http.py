"""tus 1.0 on the wire, against two real server processes on one database."""

from __future__ import annotations

import hashlib

import httpx2

from tests.media.phones import AT, BODY, BYTES, TUS, Phones, Server, base64_of, created, is_problem


async def test_options_needs_no_credential(phones: Phones, servers: tuple[Server, Server]) -> None:
    async with httpx2.AsyncClient(base_url=servers[0].url) as stranger:
        for at in (AT, f"{AT}/whatever"):
            answer = await stranger.options(at)
            assert answer.status_code == 204
            assert answer.headers["Tus-Version"] == answer.headers["Tus-Resumable"] == "1.0.0"
            extensions = "creation,creation-with-upload,expiration,checksum,termination"
            assert answer.headers["Tus-Extension"] == extensions
            assert answer.headers["Tus-Max-Size"] == str(20 * 1024 * 1024)
            assert "sha1" in answer.headers["Tus-Checksum-Algorithm"].split(",")


async def test_the_way_through_two_servers(phones: Phones) -> None:
    at = await created(phones.mine)
    first = await phones.mine.patch(at, headers={**BYTES, "Upload-Offset": "0"}, content=BODY[:1_000_000])
    assert (first.status_code, first.headers["Upload-Offset"], first.content) == (204, "1000000", b"")
    assert first.headers["Tus-Resumable"] == "1.0.0" and first.headers["Upload-Expires"]
    seen = await phones.other_door.head(at, headers=TUS)
    assert (seen.status_code, seen.headers["Upload-Offset"]) == (200, "1000000")
    assert seen.headers["Upload-Length"] == str(len(BODY))
    assert seen.headers["Cache-Control"] == "no-store"
    assert seen.headers["Upload-Expires"]
    assert seen.headers["Upload-Metadata"] == f"filename {base64_of('ổ gà.jpg'.encode())},confidential"
    rest = await phones.other_door.patch(at, headers={**BYTES, "Upload-Offset": "1000000"}, content=BODY[1_000_000:])
    assert (rest.status_code, rest.headers["Upload-Offset"]) == (204, str(len(BODY)))
    done = await phones.mine.head(at, headers=TUS)
    assert (done.status_code, done.headers["Upload-Offset"]) == (200, str(len(BODY)))


async def test_refusals_of_create(phones: Phones, servers: tuple[Server, Server]) -> None:
    post = phones.mine.post
    other = await post(AT, headers={"Tus-Resumable": "0.2.2", "Upload-Length": "5"})
    assert is_problem(other, 412, "tus-version") and other.headers["Tus-Version"] == "1.0.0"
    assert is_problem(await post(AT, headers={"Upload-Length": "5"}), 412)
    for wrong in ({}, {"Upload-Length": "-1"}, {"Upload-Length": "x"}, {"Upload-Defer-Length": "1"},
                  {"Upload-Length": "5", "Upload-Metadata": "a !!!"}):  # fmt: skip
        assert is_problem(await post(AT, headers={**TUS, **wrong}), 400, "upload-header")
    huge = {**TUS, "Upload-Length": str(20 * 1024 * 1024 + 1)}
    assert is_problem(await post(AT, headers=huge), 413, "upload-too-large")
    async with httpx2.AsyncClient(base_url=servers[0].url) as stranger:
        assert is_problem(await stranger.post(AT, headers={**TUS, "Upload-Length": "5"}), 401, "no-credential")
    for _ in range(10):
        await created(phones.yours, 20 * 1024 * 1024)
    full = await phones.yours.post(AT, headers={**TUS, "Upload-Length": str(20 * 1024 * 1024)})
    assert is_problem(full, 429, "upload-quota") and full.headers["Retry-After"]


async def test_refusals_of_patch(phones: Phones) -> None:
    at = await created(phones.mine, 10)
    patch = phones.mine.patch
    plain = {**TUS, "Content-Type": "application/octet-stream", "Upload-Offset": "0"}
    assert is_problem(await patch(at, headers=plain, content=b"x"), 415)
    assert is_problem(await patch(at, headers=BYTES, content=b"x"), 400, "upload-header")
    ahead = {**BYTES, "Upload-Offset": "3"}
    assert is_problem(await patch(at, headers=ahead, content=b"x"), 409, "upload-offset")
    start = {**BYTES, "Upload-Offset": "0"}
    assert is_problem(await patch(at, headers=start, content=b"x" * 11), 413, "upload-too-large")
    assert is_problem(await patch(f"{AT}/none", headers=start, content=b"x"), 404, "upload-not-found")
    without = {name: value for name, value in start.items() if name != "Tus-Resumable"}
    assert is_problem(await patch(at, headers=without, content=b"x"), 412)
    assert (await phones.mine.head(at, headers=TUS)).headers["Upload-Offset"] == "0"


async def test_checksum(phones: Phones) -> None:
    at = await created(phones.mine, 10)
    wrong = base64_of(hashlib.sha1(b"other", usedforsecurity=False).digest())
    right = base64_of(hashlib.sha1(b"0123456789", usedforsecurity=False).digest())
    start = {**BYTES, "Upload-Offset": "0"}
    refused = await phones.mine.patch(at, headers={**start, "Upload-Checksum": f"sha1 {wrong}"}, content=b"0123456789")
    assert is_problem(refused, 460, "upload-checksum")
    unknown = await phones.mine.patch(at, headers={**start, "Upload-Checksum": "crc32 AAAA"}, content=b"x")
    assert is_problem(unknown, 400, "upload-header")
    taken = await phones.mine.patch(at, headers={**start, "Upload-Checksum": f"sha1 {right}"}, content=b"0123456789")
    assert (taken.status_code, taken.headers["Upload-Offset"]) == (204, "10")


async def test_creation_with_upload(phones: Phones) -> None:
    whole = await phones.mine.post(AT, headers={**BYTES, "Upload-Length": "5"}, content=b"hello")
    assert (whole.status_code, whole.headers["Upload-Offset"]) == (201, "5")
    half = await phones.mine.post(AT, headers={**BYTES, "Upload-Length": "5"}, content=b"he")
    assert (half.status_code, half.headers["Upload-Offset"]) == (201, "2")
    rest = {**BYTES, "Upload-Offset": "2"}
    assert (await phones.mine.patch(half.headers["Location"], headers=rest, content=b"llo")).status_code == 204
    empty = await phones.mine.post(AT, headers={**TUS, "Upload-Length": "0"})
    assert (empty.status_code, empty.headers["Upload-Offset"]) == (201, "0")


async def test_another_owner_gets_404_on_every_verb(phones: Phones) -> None:
    at = await created(phones.mine, 5)
    for _ in range(2):  # open, then finished
        patch = {**BYTES, "Upload-Offset": "0"}
        assert is_problem(await phones.yours.head(at, headers=TUS), 404)
        assert is_problem(await phones.yours.patch(at, headers=patch, content=b"hello"), 404, "upload-not-found")
        assert is_problem(await phones.yours.delete(at, headers=TUS), 404, "upload-not-found")
        for verb in ("PATCH", "DELETE", "HEAD"):
            override = {**patch, "X-HTTP-Method-Override": verb}
            assert is_problem(await phones.yours.post(at, headers=override, content=b"hello"), 404)
        await phones.mine.patch(at, headers=patch, content=b"hello")
    assert (await phones.mine.head(at, headers=TUS)).headers["Upload-Offset"] == "5"


async def test_termination_and_method_override(phones: Phones) -> None:
    at = await created(phones.mine, 5)
    override = {**BYTES, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    moved = await phones.mine.post(at, headers=override, content=b"hel")
    assert (moved.status_code, moved.headers["Upload-Offset"]) == (204, "3")
    assert is_problem(await phones.mine.post(at, headers=TUS), 405)
    gone = await phones.mine.delete(at, headers=TUS)
    assert (gone.status_code, gone.headers["Tus-Resumable"]) == (204, "1.0.0")
    assert is_problem(await phones.mine.head(at, headers=TUS), 404)
    assert is_problem(await phones.mine.delete(at, headers=TUS), 404)
