"""The configuration as a document and as files: nothing is lost on the way, in either direction."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from typer.testing import CliRunner

from api.cli import app
from api.configuration_files import FilesError, dump, files_of, load, read_folder, write_folder
from api.demo import city as demo
from geo.dated import collections_of, read_dated
from reports.administration import questions, versions
from reports.administration.differences import difference, merged
from reports.administration.documents import document_of, filled, tables_of
from reports.administration.sections import SECTIONS
from reports.administration.surroundings import read_present
from reports.administration.writing import write
from reports.callers import Caller
from reports.configuration import city_of
from tests.databases import disposing

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ADMIN = Caller("account", "00000000-0000-4000-8000-000000000001", "admin", "Võ Em", "admin")

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_yaml_gives_back_every_value_that_json_has(value: Any) -> None:
    read = load(dump({"x": value}), "x")["x"]
    assert json.dumps(read) == json.dumps(value)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("no", "no"), ("07:30", "07:30"), ("2026-02-16", "2026-02-16"), ("0x1F", "0x1F"), ("1e3", "1e3"), ("007", "007")],
)
def test_what_people_write_in_yaml_is_what_they_mean(written: str, meant: str) -> None:
    assert load(f"a: {written}", "x") == {"a": meant}


@pytest.mark.parametrize("wrong", ["a: 1\na: 2", "a: [", "a: !!python/object:os.system x", "? [a]\n: b", "&a [*a]"])
def test_yaml_that_is_none_is_refused_by_file(wrong: str) -> None:
    with pytest.raises(FilesError, match=r"rules\.yaml"):
        json.dumps(load(wrong, "rules.yaml"))


def items(section: str) -> st.SearchStrategy[Any]:
    """Items of a section with codes of their own and any text where text may be."""
    columns = SECTIONS[section].columns
    texty = [name for name in ("name", "name_en", "phone", "public_answer", "text") if name in columns]
    bases: dict[str, dict[str, Any]] = {
        "categories": {"icon": "road", "name": "x", "name_en": "x"},
        "agencies": {"kind": "department", "name": "x", "name_en": "x"},
        "rules": {"name": "x", "lead": "a"},
        "area_sets": {"name": "x", "name_en": "x"},
        "calendars": {"name": "x", "definition": {}},
        "reasons": {"command": "reject", "name": "x", "name_en": "x"},
        "templates": {"command": "reject", "name": "x", "text": "x"},
    }
    base = bases[section]
    item = st.fixed_dictionaries({"code": st.integers(0, 9).map(str)}, optional=dict.fromkeys(texty, texts)).map(
        lambda said: {**base, **said}
    )
    return st.lists(item, max_size=4, unique_by=lambda one: one["code"])


documents = st.fixed_dictionaries(
    {
        "settings": st.dictionaries(texts, values, max_size=3),
        "default_desk": st.none() | texts,
        **{name: items(name) for name in SECTIONS},
    }
).map(filled)

NOTHING: dict[str, list[dict[str, Any]]] = {
    "configuration": [{"id": 1, "version": 1, "settings": {}, "default_desk": None}],
    "category_reader": [],
}


@given(documents)
def test_a_document_made_rows_of_is_the_same_document_again(document: Any) -> None:
    rows = {name: [dict(row) for row in table] for name, table in tables_of(document, NOTHING).items()}
    # Whatever order the database gives them in.
    ordered = {name for name, section in SECTIONS.items() if section.ordered}
    again = document_of({name: list(reversed(table)) for name, table in rows.items()})
    for name in SECTIONS:
        key = SECTIONS[name].key
        wanted = document[name] if name in ordered else sorted(document[name], key=key)
        assert again[name] == wanted
    assert difference(document, document) == []


@settings(max_examples=50)
@given(documents, documents)
def test_a_difference_names_every_change_and_no_other(was: Any, now: Any) -> None:
    changes = difference(was, now)
    for name, section in SECTIONS.items():
        before, after = ({section.key(item): item for item in one[name]} for one in (was, now))
        found = {change["code"]: change["kind"] for change in changes if change["section"] == name and change["code"]}
        wanted = {code: "removed" for code in before if code not in after}
        wanted |= {code: "added" for code in after if code not in before}
        wanted |= {code: "changed" for code in after if code in before and before[code] != after[code]}
        assert found == wanted


@settings(max_examples=40)
@given(documents, documents, documents)
def test_a_draft_that_changed_nothing_becomes_what_is_in_force_and_one_that_did_keeps_it(
    base: Any, mine: Any, theirs: Any
) -> None:
    assert difference(merged(base, base, theirs)[0], theirs) == []
    together, both = merged(base, mine, base)
    assert both == []
    assert [change for change in difference(together, mine) if change["kind"] != "reordered"] == []
    joined, _ = merged(base, mine, theirs)
    for name, section in SECTIONS.items():
        codes = [section.key(item) for item in joined[name]]
        assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("schema", "where"),
    [
        ({"properties": {"a": {"type": "array"}}}, "/properties/a/type"),
        ({"properties": {"a": {"$ref": "#/x"}}}, "/properties/a/$ref"),
        ({"properties": {"a": {"pattern": "("}}}, "/properties/a/pattern"),
        ({"properties": {"a": {"pattern": "(\\d+\\s?)+$"}}}, "/properties/a/pattern"),
        ({"properties": {"a": {"pattern": "(?=(x|[a-z]*){2,})y"}}}, "/properties/a/pattern"),
        ({"properties": {"a": {"enum": []}}}, "/properties/a/enum"),
        ({"properties": {}, "required": ["b"]}, "/required"),
        ({"properties": {"a": {"type": "strnig"}}}, "/properties/a/type"),
        ({"oneOf": [{}]}, "/oneOf"),
        ({"properties": []}, "/properties"),
    ],
)
def test_questions_that_the_form_cannot_ask_are_found(schema: Any, where: str) -> None:
    assert where in [pointer for pointer, _ in questions.troubles(schema)]


@pytest.fixture(scope="module")
def founded(shared_database_url: str) -> Iterator[str]:
    """The address of a database with the demo city's configuration and areas."""

    async def found() -> None:
        async with disposing(create_async_engine(shared_database_url)) as engine, engine.begin() as conn:
            await demo.found(conn, NOW)

    asyncio.run(found())
    yield shared_database_url


def contents(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Line:
    """The command line over one database."""

    def __init__(self, url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.url, self.folder, self.monkeypatch = url, folder, monkeypatch

    def run(self, *words: str) -> Any:
        self.monkeypatch.setenv("HIENTRUONG_DATABASE_URL", self.url)
        self.monkeypatch.setenv("HIENTRUONG_STATE_DIR", str(self.folder))
        return CliRunner().invoke(app, list(words))

    def config(self, *words: str) -> Any:
        return self.run("config", *words)


def test_the_files_of_a_city_make_the_same_city_of_an_empty_database(
    founded: str, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = (Line(url, tmp_path / "state", monkeypatch) for url in (founded, database_url))
    first, second = tmp_path / "first", tmp_path / "second"
    assert old.config("export", str(first)).exit_code == 0
    assert old.config("diff", str(first)).output == "Không có gì khác nhau.\n"
    assert new.config("diff", str(first)).exit_code == 1
    # A rule that asks for a layer that is neither there nor in the files would never match.
    roads = first / "layers" / "roads.geojson"
    written = roads.read_bytes()
    roads.unlink()
    refused = new.config("apply", str(first))
    assert refused.exit_code == 1 and "rules/road-owner/near/layer: Chưa nhập lớp dữ liệu “roads”." in refused.output
    roads.write_bytes(written)
    applied = new.config("apply", str(first), "--note", "thành lập")
    assert applied.exit_code == 0, applied.output
    assert new.config("export", str(second)).exit_code == 0
    files = contents(first)
    assert files == contents(second)
    assert Path("areas/commune-2025-07-01.geojson") in files
    again = new.config("apply", str(first), "--json")
    assert json.loads(again.output)["changed"] is False
    # A road less, one with another owner: told one by one, and what cannot be read changes nothing at all.
    layer = json.loads(written)
    gone, other = layer["features"].pop(0)["properties"], layer["features"][0]["properties"]
    other["owner"] = "nobody-knows"
    roads.write_text(json.dumps(layer), "utf-8")
    shown = new.config("diff", str(first))
    assert shown.output.splitlines() == [
        f"- layers/roads/{gone['code']} ({gone['name']})",
        f"~ layers/roads/{other['code']} ({other['name']}): chủ quản",
    ]
    layer["features"][1]["geometry"]["coordinates"] = [[1200000, 600000], [1200001, 600000]]
    roads.write_text(json.dumps(layer), "utf-8")
    for refused in (new.config("diff", str(first)), new.config("apply", str(first))):
        assert refused.exit_code == 2 and "roads.geojson: không dùng được đối tượng số 2" in refused.output
    roads.write_bytes(written)
    # Somebody edits the files: the difference is readable, and what makes no sense is refused whole.
    rules = first / "rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("lead: chieu-sang", "lead: dien-luc", 1), "utf-8")
    shown = new.config("diff", str(first))
    assert shown.exit_code == 1 and "    lead: chieu-sang -> dien-luc" in shown.output
    rules.write_text(rules.read_text("utf-8").replace("lead: dien-luc", "lead: nobody", 1), "utf-8")
    refused = new.config("apply", str(first))
    assert refused.exit_code == 1 and "“nobody” không có trong danh sách" in refused.output
    assert new.config("diff", str(second)).exit_code == 0
    (first / "wrong.yaml").write_text("[]")
    assert new.config("diff", str(first)).exit_code == 2


async def test_a_publisher_who_dies_in_the_middle_leaves_the_old_version(founded: str) -> None:
    async with disposing(create_async_engine(founded)) as engine:
        async with engine.connect() as conn:
            before = await versions.standing(conn, NOW)
            counter = (await conn.execute(text("SELECT version FROM configuration"))).scalar_one()
            await conn.commit()
        document = json.loads(json.dumps(before.document))
        document["agencies"][0]["name"] = "Tên mới"
        document["categories"].reverse()
        async with engine.connect() as conn:
            made = await versions.publish(conn, document, base=before.version.n, note="x", by=ADMIN, now=NOW)
            assert made.n == before.version.n + 1
            pid = (await conn.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            await _killed(engine, pid)
            await conn.invalidate()
        async with engine.connect() as conn:
            after = await versions.standing(conn, NOW)
            assert (after.version.n, after.document) == (before.version.n, before.document)
            assert (await conn.execute(text("SELECT version FROM configuration"))).scalar_one() == counter


async def _killed(engine: AsyncEngine, pid: int) -> None:
    async with engine.connect() as conn:
        await conn.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        await conn.commit()


async def test_what_is_changed_by_hand_is_found_as_a_version(founded: str) -> None:
    async with disposing(create_async_engine(founded)) as engine:
        async with engine.begin() as conn:
            before = await versions.standing(conn, NOW)
            await conn.execute(text("UPDATE agency SET phone = '0254 1' WHERE code = 'ioc'"))
            after = await versions.standing(conn, NOW)
            assert after.version.n == before.version.n + 1 and after.version.found
            assert [change["code"] for change in difference(before.document, after.document)] == ["ioc"]
            # The city of the document is the city of the tables.
            present = await read_present(conn)
            ours, theirs = city_of(tables_of(after.document, present)), city_of(present)
            assert ours.agencies == theirs.agencies and ours.reasons == theirs.reasons
            assert ours.categories.keys() == theirs.categories.keys()
            assert [rule.name for rule in ours.rules] == [rule.name for rule in theirs.rules]
            files = files_of(after.document, collections_of(await read_dated(conn)))
            await conn.rollback()
        assert {"configuration.yaml", "rules.yaml"} <= set(files)


async def _written(conn: AsyncConnection, document: Any) -> Any:
    await write(conn, document, await read_present(conn), NOW)
    return document_of(await read_present(conn))


def test_whatever_is_published_is_what_the_tables_say_and_back_again(founded: str) -> None:
    """Any document after any other, and the first one again: what was retired comes back as it was."""

    async def there_and_back(was: Any, now: Any) -> None:
        async with disposing(create_async_engine(founded)) as engine, engine.connect() as conn:
            for document in (was, now, was):
                assert difference(await _written(conn, document), document) == []
            await conn.rollback()

    @settings(max_examples=8, phases=[Phase.generate])
    @given(documents, documents)
    def property_holds(was: Any, now: Any) -> None:
        asyncio.run(there_and_back(was, now))

    property_holds()


def test_a_folder_holds_what_was_written_and_nothing_of_before(tmp_path: Path) -> None:
    files = files_of(filled({}), {("commune", "2025-07-01"): {"features": []}})
    assert set(write_folder(tmp_path, files)) == set(files)
    assert write_folder(tmp_path, files) == []
    fewer = {name: text for name, text in files.items() if not name.startswith("areas/")}
    assert write_folder(tmp_path, fewer) == ["areas/commune-2025-07-01.geojson"]
    document, areas = read_folder(tmp_path)
    assert filled(document) == filled({}) and areas == {}


def test_links_of_a_folder_are_neither_read_nor_written_through(tmp_path: Path) -> None:
    """What lives in git comes from many hands; whoever applies it may read more than they may."""
    folder, secret = tmp_path / "city", tmp_path / "secret"
    secret.write_text("- code: nothing of theirs\n")
    files = files_of(filled({}), {})
    write_folder(folder, files)
    for name in ("agencies.yaml", "areas/commune-2025-07-01.geojson"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.unlink(missing_ok=True)
        path.symlink_to(secret)
        with pytest.raises(FilesError, match="is a link"):
            read_folder(folder)
        with pytest.raises(FilesError, match="is a link"):
            write_folder(folder, files)
        path.unlink()
    assert secret.read_text() == "- code: nothing of theirs\n"


@pytest.mark.parametrize(
    "value", ['"a\\0b"', '"\\ud800"', "1.0e+400", "9" * 400, "!!timestamp 2026-01-01", "!!binary QQ=="]
)
def test_a_value_that_cannot_be_kept_is_told_with_its_file_and_place(value: str) -> None:
    with pytest.raises(FilesError, match=r"^x\.yaml: /0/name"):
        load(f"- name: {value}", "x.yaml")


@pytest.mark.parametrize(
    ("text", "vi"),
    [
        ("a: [1,\nb", "dòng 2: có dấu ngoặc mở mà chưa đóng"),
        ("a: 'x\n", "có dấu nháy mở mà chưa đóng"),
        ("a: 1\n b: 2", "dòng 2: dấu hai chấm đặt sai chỗ"),
        ("\ta: 1", "dòng 1: không được thụt đầu dòng bằng phím Tab"),
        ("a: 1\na: 2", "dòng 2: một tên xuất hiện hai lần"),
        ("a: &x 1\nb: *x", "không đọc ký hiệu neo"),
    ],
)
def test_what_the_yaml_parser_says_is_said_plainly_with_its_line(text: str, vi: str) -> None:
    with pytest.raises(FilesError) as caught:
        load(text, "x.yaml")
    assert vi in caught.value.said.vi and "nguyên văn" in caught.value.said.vi
