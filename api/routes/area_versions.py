"""Boundaries for administrators: importing them as of a day, which versions there are, and two days compared."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, StringConstraints

from api.city_time import city_now
from api.deps import AdminReader, HouseDep, Tx, administrator_of
from api.uploaded_layer import UploadedLayer, form_of, in_its_field, received
from geo.area_reading import ImportOptions
from geo.comparing import compare_days, read_versions
from geo.importing import import_read
from reports import events, journal

router = APIRouter(prefix="/api/v1/admin/areas", tags=["administration"])

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Kind = Annotated[str, Query(max_length=30)]
FORM = {
    "type": "object",
    "required": ["file", "kind", "valid_from"],
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "GeoJSON, GeoPackage or a zipped Shapefile"},
        "kind": {"enum": ["province", "commune", "neighbourhood"]},
        "valid_from": {"type": "string", "format": "date", "description": "first day; it may lie ahead"},
        "dry_run": {"type": "boolean", "description": "tell what would be done and do nothing"},
        "close_missing": {"type": "boolean", "description": "end areas that the file does not have"},
        "correct": {"type": "boolean", "description": "rewrite versions of the very same day"},
        "official": {"type": "boolean"},
        "source": {"type": "string"},
        "within": {"type": "string", "description": "only areas with this parent code"},
        "crs": {"type": "string", "description": "of a file that names none, e.g. EPSG:9210"},
    },
}


class Import(BaseModel):
    """The form beside the file."""

    model_config = ConfigDict(extra="forbid")
    kind: Text
    valid_from: date
    dry_run: bool = False
    close_missing: bool = False
    correct: bool = False
    official: bool = False
    source: Text | None = None
    within: Text | None = None
    crs: Text | None = None


@router.post("/imports", openapi_extra={"requestBody": {"content": {"multipart/form-data": {"schema": FORM}}}})
async def bring_in(request: Request, house: HouseDep) -> dict[str, Any]:
    """Import boundaries as new versions, valid from a day on; with `dry_run` only tell what would be done.

    Features that cannot be taken are in `refused`, each with its reason, and hold up nobody else.
    """
    await administrator_of(house, request)
    async with received(request, house) as upload:
        options = _options(upload)
        with in_its_field():
            found = await house.layer_reader.areas(upload.path, options)
        # Who may not any more since the file began to arrive is refused here.
        async with house.transactions.begin() as conn:
            caller = await administrator_of(house, request, conn)
            now = await city_now(house, conn)
            with in_its_field():
                report = await import_read(conn, *found, options, now, upload.path.name)
            if not options.dry_run and (report.added or report.changed or report.closed):
                fact = events.AreasImported(
                    kind=report.kind,
                    valid_from=report.valid_from.isoformat(),
                    added=len(report.added),
                    changed=len(report.changed),
                    closed=len(report.closed),
                )
                await journal.record(conn, [fact], by=caller, at=now)
            return report.as_dict()


def _options(upload: UploadedLayer) -> ImportOptions:
    form = form_of(Import, upload)
    facts = form.model_dump() | {"source": form.source or upload.filename[:200]}
    return ImportOptions(**facts)


@router.get("/versions")
async def known(caller: AdminReader, conn: Tx, house: HouseDep, kind: Kind = "commune") -> dict[str, Any]:
    """The days on which boundaries of this kind changed or will, the latest first."""
    now = await city_now(house, conn)
    return {"kind": kind, "versions": await read_versions(conn, kind, now.date())}


@router.get("/compare")
async def compared(caller: AdminReader, conn: Tx, a: date, b: date, kind: Kind = "commune") -> dict[str, Any]:
    """The areas of two days as GeoJSON, each with what happened to it, and the changes as a list."""
    return {"kind": kind, **await compare_days(conn, kind, a, b)}
