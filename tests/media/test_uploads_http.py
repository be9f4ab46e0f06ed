"""tus 1.0 on the wire, against two real server processes on one database."""

from __future__ import annotations

import hashlib

import httpx2
import pytest

from tests.media.phones import AT, BODY, BYTES, TUS, Phones, Server, base64_of, created, is_problem

MIB = 1024 * 1024


async def test_options_needs_no_credential(phones: Phones, servers: tuple[Server, Server]) -> None:
    async with httpx2.AsyncClient(base_url=servers[0].url) as stranger:
        for at in (AT, f"{AT}/whatever"):
            answer = await stranger.options(at)
            assert answer.status_code == 204
            assert answer.headers["Tus-Version"] == answer.headers["Tus-Resumable"] == "1.0.0"
            extensions = "creation,creation-with-upload,expiration,checksum,termination"
            assert answer.headers["Tus-Extension"] == extensions
            assert answer.headers["Tus-Max-Size"] == str(200 * MIB)
            assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256,md5"


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
    assert seen.headers["Upload-Metadata"] == (
        f"filename {base64_of('ổ gà.mp4'.encode())},filetype {base64_of(b'video/mp4')},confidential"
    )
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
    huge = {**TUS, "Upload-Length": str(20 * MIB + 1)}
    assert is_problem(await post(AT, headers=huge), 413, "upload-too-large")
    for filetype, most in (("image/heic", 20), ("audio/mp4", 20), ("video/mp4", 200)):
        said = {**TUS, "Upload-Metadata": f"filetype {base64_of(filetype.encode())}"}
        over = await post(AT, headers={**said, "Upload-Length": str(most * MIB + 1)})
        assert is_problem(over, 413, "upload-too-large")
        fits = await post(AT, headers={**said, "Upload-Length": str(most * MIB)})
        assert fits.status_code == 201
        await phones.mine.delete(fits.headers["Location"], headers=TUS)
    async with httpx2.AsyncClient(base_url=servers[0].url) as stranger:
        assert is_problem(await stranger.post(AT, headers={**TUS, "Upload-Length": "5"}), 401, "no-credential")
    for _ in range(10):
        await created(phones.yours, 40 * MIB)
    full = await phones.yours.post(AT, headers={**TUS, "Upload-Length": "1"})
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


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
async def test_checksum(phones: Phones, algorithm: str) -> None:
    def promised(data: bytes) -> str:
        return f"{algorithm} {base64_of(hashlib.new(algorithm, data, usedforsecurity=False).digest())}"

    at = await created(phones.mine, 10)
    start = {**BYTES, "Upload-Offset": "0"}
    wrong = {**start, "Upload-Checksum": promised(b"other")}
    assert is_problem(await phones.mine.patch(at, headers=wrong, content=b"0123456789"), 460, "upload-checksum")
    unknown = await phones.mine.patch(at, headers={**start, "Upload-Checksum": "crc32 AAAA"}, content=b"x")
    assert is_problem(unknown, 400, "upload-header")
    assert (await phones.mine.head(at, headers=TUS)).headers["Upload-Offset"] == "0"
    right = {**start, "Upload-Checksum": promised(b"0123456789")}
    taken = await phones.mine.patch(at, headers=right, content=b"0123456789")
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


async def test_others_get_404_on_every_verb(phones: Phones) -> None:
    """Another device and staff learn nothing, not even that there is an upload; nobody hears that first of all."""
    at = await created(phones.mine, 5)
    patch = {**BYTES, "Upload-Offset": "0"}
    verbs: list[tuple[str, dict[str, str]]] = [("HEAD", TUS), ("PATCH", patch), ("DELETE", TUS)]
    verbs += [("POST", {**patch, "X-HTTP-Method-Override": verb}) for verb in ("HEAD", "PATCH", "DELETE", "patch")]
    for _ in range(2):  # open, then finished
        for verb, headers in verbs:
            body = b"hello" if headers is not TUS else None
            for other in (phones.yours, phones.staff):
                answer = await other.request(verb, at, headers=headers, content=body)
                assert is_problem(answer, 404, "upload-not-found")
                never_was = await other.request(verb, f"{AT}/{'0' * 32}", headers=headers, content=body)
                assert never_was.status_code == 404
                assert answer.content.replace(at.encode(), b"") == never_was.content.replace(
                    f"{AT}/{'0' * 32}".encode(), b""
                ), "it cannot be told from one that never was"
            assert is_problem(await phones.nobody.request(verb, at, headers=headers, content=body), 401)
        await phones.mine.patch(at, headers=patch, content=b"hello")
    for client in (phones.mine, phones.yours, phones.staff, phones.nobody):
        assert (await client.get(at, headers=TUS)).status_code == 405, "bytes never come back this way"
        assert (await client.put(at, headers=TUS, content=b"x")).status_code == 405
    assert (await phones.mine.head(at, headers=TUS)).headers["Upload-Offset"] == "5"


async def test_staff_have_uploads_of_their_own(phones: Phones) -> None:
    at = await created(phones.staff, 5)
    patch = {**BYTES, "Upload-Offset": "0"}
    assert (await phones.staff.patch(at, headers=patch, content=b"hello")).status_code == 204
    for other in (phones.mine, phones.yours):
        assert is_problem(await other.head(at, headers=TUS), 404)


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
