"""How migrations run: one connection, one transaction, one migrator at a time, never waiting long for a lock.

`api.migrate` gives the connection; there is no alembic.ini and no offline mode, because the result must not depend on
where the command is typed.
"""

from typing import Any, cast

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection, text
from sqlmodel import AutoString, SQLModel

import api.models
import geo.models
import ioc_dashboard.wall_scene
import media.models
import notifications.handovers.models
import notifications.models
import reports.models

METADATA = SQLModel.metadata
# Named so that an import kept for its side effect is a use.
ROOMS = (
    *(api.models, geo.models, ioc_dashboard.wall_scene, media.models, notifications.models),
    *(notifications.handovers.models, reports.models),
)
MIGRATION_LOCK = 0x48_54_4D  # "HTM"
# Tables of the job library are its own; PostGIS has its own as well.
FOREIGN = ("procrastinate_", "spatial_ref_sys")


def include_object(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """What autogenerate may look at."""
    if kind == "table" and reflected and (name or "").startswith(FOREIGN):
        return False
    return bool(alembic_helpers.include_object(thing, name, kind, reflected, compare_to))  # type: ignore[no-untyped-call]


def render_item(kind: str, thing: Any, autogen_context: Any) -> Any:
    """Our geometry columns by their own names; everything else as GeoAlchemy2's helper has it."""
    if kind == "type" and type(thing).__module__ == "geo.columns":
        autogen_context.imports.add(f"from geo.columns import {type(thing).__name__}")
        return f"{type(thing).__name__}()"
    if kind == "type" and type(thing) is AutoString:
        return "sa.String()"
    return alembic_helpers.render_item(kind, thing, autogen_context)  # type: ignore[no-untyped-call]


def run() -> None:
    """Run what was asked for on the connection that was handed in."""
    connection = cast(Connection, context.config.attributes["connection"])
    connection.execute(text("SET LOCAL statement_timeout = '120s'"))
    # The migrators' lock is waited for (the second one finds the work done); table locks are not: a migration that
    # cannot get one in 5 s gives up instead of stopping the city behind it.
    connection.execute(text("SET LOCAL lock_timeout = '60s'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
    connection.execute(text("SET LOCAL lock_timeout = '5s'"))
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        include_object=include_object,
        render_item=render_item,
        compare_server_default=False,
        transactional_ddl=True,
    )
    context.run_migrations()


run()
