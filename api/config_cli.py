"""`hientruong config`: the whole configuration as files that can live in git, written, compared and put in force."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from api.cli_words import WORDS, problem_line, said_value, speak, tell, word
from api.logs import set_up
from api.settings import read_settings

app = typer.Typer(help="The city's configuration as YAML and GeoJSON files.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]
Folder = Annotated[Path, typer.Argument(file_okay=False, help="The folder of the files.")]
Existing = Annotated[Path, typer.Argument(exists=True, file_okay=False, help="The folder of the files.")]


@app.command()
def export(folder: Folder, as_json: AsJson = False) -> None:
    """Write what is in force into a folder; only files that differ are touched.

    Example: hientruong config export city/ && git -C city diff
    """
    from api.configuration_files import FilesError, files_of, write_folder
    from api.wiring import utc_now
    from geo.dated import collections_of, read_dated
    from geo.layer_files import layer_collections, read_layers
    from reports.administration import versions

    async def go(conn: Any, house: Any) -> dict[str, Any]:
        standing = await versions.standing(conn, utc_now())
        layers = layer_collections(await read_layers(conn))
        files = files_of(standing.document, collections_of(await read_dated(conn)), layers)
        return {"version": standing.version.n, "files": len(files), "changed": write_folder(folder, files)}

    try:
        done = _run(go)
    except FilesError as error:
        _cannot(error.said, 2)
    facts = {**done, "changed": len(done["changed"])}
    print(json.dumps(done, ensure_ascii=False) if as_json else tell("exported", **facts))


@app.command()
def diff(folder: Existing, as_json: AsJson = False) -> None:
    """Show what `apply` would change. Exit status 0: nothing, 1: something, 2: the files cannot be read.

    Example: hientruong config diff city/
    """
    from api.city_time import city_now
    from geo.dated import differences, read_dated, read_files
    from geo.layer_files import layer_differences, read_layer_files, read_layers
    from reports.administration import versions
    from reports.administration.differences import difference

    document, files, layer_paths = _read(folder)

    async def go(conn: Any, house: Any) -> dict[str, Any]:
        now = await city_now(house, conn)
        standing = await versions.standing(conn, now)
        areas = differences(await read_dated(conn), await asyncio.to_thread(read_files, files))
        wanted = await asyncio.to_thread(read_layer_files, layer_paths)
        return {
            "version": standing.version.n,
            "difference": difference(standing.document, versions.published(document, now)),
            "areas": [_area(one) for one in areas],
            "layers": list(map(asdict, layer_differences(await read_layers(conn), wanted))),
        }

    found = _run(go)
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        of_shapes = [*map(_area_line, found["areas"]), *map(_layer_line, found["layers"])]
        print("\n".join([*_lines(found["difference"]), *of_shapes]) or tell("same"))
    if found["difference"] or found["areas"] or found["layers"]:
        raise typer.Exit(1)


@app.command()
def apply(
    folder: Existing,
    note: Annotated[str, typer.Option(help="Why; kept with the version.")] = "hientruong config apply",
    as_json: AsJson = False,
) -> None:
    """Put the files in force: areas and layers, then the configuration as a new version, all or nothing. Again: changes
    nothing.

    What is not in the files is retired; areas and layers that are not in them stay. A layer's file without features
    takes the layer away.

    Example: hientruong config apply city/ --note "Nghị quyết 12"
    """
    from api.city_time import city_now
    from geo.dated import apply as apply_areas
    from geo.dated import read_files
    from geo.layer_files import apply_layers, counted, read_layer_files
    from reports import events, journal
    from reports.administration import versions
    from reports.callers import Caller
    from reports.problems import Unpublishable

    document, files, layer_paths = _read(folder)
    # Not the system, which acts by itself: somebody with a key to the machine.
    by = Caller("account", name="hientruong config", role="admin")

    async def go(conn: Any, house: Any) -> dict[str, Any]:
        await versions.lock(conn)
        before = await versions.standing(conn, await city_now(house, conn))
        areas = await apply_areas(conn, await asyncio.to_thread(read_files, files))
        wanted = await asyncio.to_thread(read_layer_files, layer_paths)
        layers = await apply_layers(conn, wanted)
        now = await city_now(house, conn)
        facts = [events.LayerImported(layer=layer, features=many) for layer, many in counted(wanted, layers).items()]
        if facts:
            await journal.record(conn, facts, by=by, at=now)
        version = await versions.publish(conn, document, base=before.version.n, note=note, by=by, now=now)
        told = {"areas": [_area(one) for one in areas], "layers": list(map(asdict, layers))}
        return {"version": version.n, "changed": version.n != before.version.n, **told}

    try:
        done = _run(go)
    except Unpublishable as problem:
        found = problem.facts["problems"]
        print(json.dumps({"problems": found}, ensure_ascii=False) if as_json else "\n".join(map(problem_line, found)))
        _cannot(WORDS["unchanged"])
    before = "" if done["changed"] else WORDS["as-before"]
    facts = {"version": done["version"], "areas": len(done["areas"]), "features": len(done["layers"])}
    print(json.dumps(done, ensure_ascii=False) if as_json else tell("applied", before=before, **facts))


def _read(folder: Path) -> tuple[dict[str, Any], Any, dict[str, Path]]:
    """The document, and the files of areas and of layers."""
    from api.configuration_files import FilesError, layer_files, read_folder

    try:
        return *read_folder(folder), layer_files(folder)
    except FilesError as error:
        _cannot(error.said, 2)


def _run(work: Callable[[Any, Any], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    """The work in one transaction."""
    from api.wiring import open_house
    from geo.problems import GeoProblem
    from reports.configuration import NoConfiguration

    settings = read_settings()
    set_up(settings.log)

    async def go() -> dict[str, Any]:
        async with open_house(settings) as house:
            async with house.transactions.begin() as conn:
                done = await work(conn, house)
            await house.sealer.seal_all()
            return done

    running: Coroutine[Any, Any, dict[str, Any]] = go()
    try:
        return asyncio.run(running)
    except GeoProblem as problem:
        _cannot(problem.detail, 2)
    except NoConfiguration as problem:
        _cannot(str(problem))


def _cannot(sentence: str, status: int = 1) -> NoReturn:
    print(f"hientruong: {speak(sentence)}", file=sys.stderr)
    raise typer.Exit(status)


def _lines(changes: list[dict[str, Any]]) -> list[str]:
    """One line for an item, and one for each field that changed."""
    marks = {"added": "+", "removed": "-", "changed": "~", "reordered": "="}
    lines = []
    for change in changes:
        name = f" ({change['name']})" if change["name"] else ""
        lines.append(f"{marks[change['kind']]} {change['section']}/{change['code'] or word('order')}{name}")
        if change["kind"] == "changed":
            lines += [
                f"    {one['name']}: {said_value(one['was'])} -> {said_value(one['now'])}" for one in change["fields"]
            ]
        if change["kind"] == "reordered":
            lines += [f"    {' '.join(change['fields'][0]['now'])}"]
    return lines


def _area(one: Any) -> dict[str, Any]:
    facts = {"kind": one.kind, "code": one.code, "name": one.name}
    return {**facts, "valid_from": one.valid_from.isoformat(), "what": list(one.what)}


def _area_line(one: dict[str, Any]) -> str:
    mark = "+" if one["what"] == ["added"] else "~"
    what = "" if mark == "+" else f": {', '.join(map(word, one['what']))}"
    return f"{mark} areas/{one['kind']}-{one['valid_from']}/{one['code']} ({one['name']}){what}"


def _layer_line(one: dict[str, Any]) -> str:
    first = one["what"][0]
    mark = {"added": "+", "removed": "-"}.get(first, "~")
    what = f": {', '.join(map(word, one['what']))}" if mark == "~" else ""
    return f"{mark} layers/{one['layer']}/{one['code']} ({one['name']}){what}"
