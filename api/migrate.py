"""Bring the database to the newest schema: `hientruong migrate`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from api.refusals import CannotMigrate

FOLDER = Path(__file__).resolve().parent.parent / "migrations"
EXTENSIONS = ("postgis", "unaccent", "pg_trgm")


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's settings, from here and not from a file."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """The revision this program was written for."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    if head is None:
        raise CannotMigrate("The program was installed without its migrations; install it again.")
    return head


def upgrade(url: str) -> str:
    """Migrate to the newest revision in one transaction; returns it. Safe to run from several machines at once."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            _ensure_extensions(connection)
        with engine.begin() as connection:
            command.upgrade(configuration(connection), "head")
    finally:
        engine.dispose()
    return newest()


def current(connection: Connection) -> str | None:
    """The revision the database is at; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def _ensure_extensions(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(1212435789)"))
    there = set(connection.execute(text("SELECT name FROM pg_available_extensions")).scalars())
    for extension in EXTENSIONS:
        if extension not in there:
            raise CannotMigrate(
                f"The database server has no {extension}: install PostGIS on it (Debian: postgresql-postgis)."
            )
        connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension}"))
