"""Commands of imported layers: `import-layer`."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli_words import speak, tell
from api.logs import set_up
from api.settings import read_settings


def register(app: typer.Typer) -> None:
    """Add them to the command line."""
    app.command("import-layer")(import_layer)


def import_layer(
    file: Annotated[Path, typer.Argument(exists=True, help="GeoJSON, GeoPackage or Shapefile.")],
    layer: Annotated[str, typer.Option(help="The name that rules ask for: roads, parks, poles.")],
    owner_field: Annotated[str | None, typer.Option(help="Property with the code of the owner.")] = None,
    code_field: Annotated[str | None, typer.Option(help="Property with the code; guessed when not said.")] = None,
    name_field: Annotated[str | None, typer.Option(help="Property with the name; guessed when not said.")] = None,
    within: Annotated[str | None, typer.Option(help="Layer of a file that has several.")] = None,
    crs: Annotated[str | None, typer.Option(help="CRS of a file that names none, e.g. EPSG:9210.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Of an old Shapefile, e.g. windows-1258.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done and change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a script.")] = False,
) -> None:
    """Import things that rules may ask for (the nearest road and whose it is); the whole layer is replaced at once.

    Example: hientruong import-layer roads.geojson --layer roads --owner-field quan_ly --dry-run
    """
    from api.wiring import open_house
    from geo.layer_importing import import_layer as bring_in
    from geo.layer_reading import LayerOptions
    from geo.problems import GeoProblem
    from reports.configuration import NoConfiguration

    settings = read_settings()
    set_up(settings.log)
    options = LayerOptions(layer, dry_run, within, crs, encoding, code_field, name_field, owner_field)

    async def go() -> tuple[Any, list[str]]:
        async with open_house(settings) as house, house.transactions.begin() as conn:
            report = await bring_in(conn, file, options)
            try:
                agencies = (await house.configurations.current(conn)).agencies
            except NoConfiguration:
                return report, []
            return report, [owner for owner in report.owners if owner and owner not in agencies]

    try:
        report, strangers = asyncio.run(go())
    except GeoProblem as problem:
        print(f"hientruong: {speak(problem.detail)}", file=sys.stderr)
        raise typer.Exit(1) from None
    if as_json:
        print(json.dumps({**report.as_dict(), "owners_unknown": strangers}, ensure_ascii=False))
    else:
        print("\n".join(map(speak, report.lines())))
        if strangers:
            print(tell("strange-owners", owners=", ".join(strangers)))
    if not report.ok:
        raise typer.Exit(1)
