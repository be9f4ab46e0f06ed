"""Layers of roads, parks and poles for administrators: which there are, and replacing one as a whole."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, StringConstraints

from api.city_time import city_now
from api.deps import AdminReader, HouseDep, Tx, administrator_of
from api.uploaded_layer import form_of, in_its_field, received
from geo.layer_importing import check_name, import_things, layers_there
from geo.layer_reading import LayerOptions
from reports import events, journal

router = APIRouter(prefix="/api/v1/admin/layers", tags=["administration"])

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
FORM = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "GeoJSON, GeoPackage or a zipped Shapefile"},
        "dry_run": {"type": "boolean", "description": "tell what would be done and do nothing"},
        "code_field": {"type": "string", "description": "property with the code; guessed when not said"},
        "name_field": {"type": "string"},
        "owner_field": {"type": "string", "description": "property with the code of the agency whose it is"},
        "crs": {"type": "string", "description": "of a file that names none, e.g. EPSG:9210"},
    },
}


class Import(BaseModel):
    """The form beside the file."""

    model_config = ConfigDict(extra="forbid")
    dry_run: bool = False
    code_field: Text | None = None
    name_field: Text | None = None
    owner_field: Text | None = None
    crs: Text | None = None


@router.get("")
async def known(caller: AdminReader, conn: Tx) -> dict[str, Any]:
    """Every imported layer with how many things it has and whose they are."""
    found = await layers_there(conn)
    return {"layers": [{"layer": one["layer"], "features": one["things"], "owners": one["owners"]} for one in found]}


@router.post("/{layer}", openapi_extra={"requestBody": {"content": {"multipart/form-data": {"schema": FORM}}}})
async def bring_in(layer: str, request: Request, house: HouseDep) -> dict[str, Any]:
    """Replace the layer by what the file has, at once and whole; with `dry_run` only tell what would be done.

    `owners_unknown`: owners that are no agencies of the city, to whom no rule can send anything.
    """
    await administrator_of(house, request)
    async with received(request, house) as upload:
        form = form_of(Import, upload)
        options = LayerOptions(layer, **form.model_dump())
        with in_its_field():
            check_name(layer)
            found = await house.layer_reader.things(upload.path, options)
        async with house.transactions.begin() as conn:
            caller = await administrator_of(house, request, conn)
            now = await city_now(house, conn)
            with in_its_field():
                report = await import_things(conn, *found, options, upload.filename[:200])
            if not form.dry_run:
                fact = events.LayerImported(layer=layer, features=report.taken)
                await journal.record(conn, [fact], by=caller, at=now)
            agencies = (await house.configurations.current(conn)).agencies
            strangers = [owner for owner in report.owners if owner and owner not in agencies]
            return {**report.as_dict(), "owners_unknown": strangers}
