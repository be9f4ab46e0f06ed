"""Commands of the map: `count-map`, `import-basemap`."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import text

from api.cli_words import WORDS, speak, tell
from api.logs import set_up
from api.settings import read_settings

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]


def register(app: typer.Typer) -> None:
    """Add them to the command line."""
    app.command("count-map")(count_map)
    app.command("import-basemap")(import_basemap)


def count_map(as_json: AsJson = False) -> None:
    """Count all reports into the cells of the map from nothing; the worker keeps them up. Safe while everything runs.

    Example: hientruong count-map --json
    """
    from api.wiring import open_house
    from reports import cells

    settings = read_settings()
    set_up(settings.log)

    async def go() -> int:
        async with open_house(settings) as house, house.transactions.begin() as conn:
            return await cells.recount(conn)

    points = asyncio.run(go())
    print(json.dumps({"reports": points}) if as_json else tell("counted", points=points))


def import_basemap(
    file: Annotated[Path, typer.Argument(exists=True, help=".osm.pbf, .osm, GeoJSON, GeoPackage or Shapefile.")],
    name: Annotated[
        str | None, typer.Option(help="Name of this source; default the file's. Again: replaces it.")
    ] = None,
    bbox: Annotated[
        str | None, typer.Option(help="west,south,east,north in degrees; default around the city's areas.")
    ] = None,
    everything: Annotated[bool, typer.Option("--everything", help="Also what lies far from the city's areas.")] = False,
    attribution: Annotated[str | None, typer.Option(help="What maps must say; OpenStreetMap's by itself.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take the source off the map instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Import roads, water, green, buildings and names of places to lie below the reports.

    Example: hientruong import-basemap vung-tau.osm.pbf --bbox 106.9,10.2,107.6,10.8
    """
    from api.wiring import open_house, utc_now
    from geo import basemap
    from geo.problems import GeoProblem

    settings = read_settings()
    set_up(settings.log)
    source = name or file.name
    said = attribution if attribution is not None else basemap.OSM if basemap.is_osm(file) else ""

    async def go() -> basemap.GroundReport:
        async with open_house(settings) as house, house.transactions.begin() as conn:
            await conn.execute(text("SET LOCAL statement_timeout = 0"))
            if remove:
                await basemap.forget_ground(conn, source)
                return basemap.GroundReport(source, {}, 0, "")
            around = None if everything else basemap.read_box(bbox) if bbox else await basemap.around_areas(conn)
            features = basemap.read_ground(file, around)
            return await basemap.import_ground(
                conn, features, source=source, attribution=said, now=utc_now(), progress=_progress
            )

    try:
        report = asyncio.run(go())
    except GeoProblem as problem:
        print(f"hientruong: {speak(problem.detail)}", file=sys.stderr)
        raise typer.Exit(1) from None
    if as_json:
        print(json.dumps({"source": source, "layers": report.layers, "left_out": report.left_out, "attribution": said}))
        return
    kinds = ", ".join(f"{many} {layer}" for layer, many in sorted(report.layers.items())) or WORDS["nothing"]
    print(tell("on-the-map", source=source, kinds=kinds, left=report.left_out))


def _progress(done: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} features", end="", file=sys.stderr, flush=True)
