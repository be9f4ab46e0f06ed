"""What the first migration makes beside tables: sequences, triggers, the job queue's own schema, the first row."""

from importlib.resources import files
from typing import Any

from alembic import op

# Kept as text, not imported from the rooms: a migration must do the same in five years.
STATEMENTS = (
    # The journal is append-only for everybody: facts never change, seals are given once, nothing is removed.
    """
    CREATE FUNCTION journal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the journal is append-only: entries are sealed once and never changed';
    END $$
    """,
    # The condition is looked at without calling the function, so that sealing costs no more for being guarded.
    """
    CREATE TRIGGER journal_guard BEFORE UPDATE ON journal FOR EACH ROW
    WHEN (OLD.seq IS NOT NULL OR NEW.seq IS NULL OR NEW.hash IS NULL
          OR (OLD.id, OLD.report_id, OLD.event, OLD.actor, OLD.data, OLD.after, OLD.agencies, OLD.audience, OLD.version,
              OLD.at)
          IS DISTINCT FROM
             (NEW.id, NEW.report_id, NEW.event, NEW.actor, NEW.data, NEW.after, NEW.agencies, NEW.audience, NEW.version,
              NEW.at))
    EXECUTE FUNCTION journal_guard()
    """,
    "CREATE TRIGGER journal_stay BEFORE DELETE ON journal FOR EACH ROW EXECUTE FUNCTION journal_guard()",
    "CREATE TRIGGER journal_keep BEFORE TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION journal_guard()",
    # Caches of the city's configuration go by this number.
    """
    CREATE FUNCTION configuration_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE configuration SET version = version + 1;
        RETURN NULL;
    END $$
    """,
    *(
        f"CREATE TRIGGER {table}_changed AFTER INSERT OR UPDATE OR DELETE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION configuration_changed()"
        for table in ("agency", "category", "routing_rule", "calendar", "reason")
    ),
    "INSERT INTO configuration (id, version) VALUES (1, 1)",
    # Areas: the revision grows with every change, and small pieces are kept for quick look-ups.
    """
    CREATE OR REPLACE FUNCTION area_revise() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.revision := nextval(pg_get_serial_sequence('area', 'id'));
        RETURN NEW;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION area_cut() RETURNS trigger LANGUAGE plpgsql SET jit = off AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND NEW.geom = OLD.geom THEN
            UPDATE area_piece
               SET kind = NEW.kind, code = NEW.code, valid_from = NEW.valid_from, valid_to = NEW.valid_to
             WHERE area_id = NEW.id;
            RETURN NULL;
        END IF;
        DELETE FROM area_piece WHERE area_id = NEW.id;
        INSERT INTO area_piece (area_id, kind, code, valid_from, valid_to, geom)
        SELECT NEW.id, NEW.kind, NEW.code, NEW.valid_from, NEW.valid_to, (ST_Dump(part)).geom
          FROM ST_Subdivide(NEW.geom, 32) AS part;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER area_revise BEFORE INSERT OR UPDATE ON area
    FOR EACH ROW EXECUTE FUNCTION area_revise()
    """,
    """
    CREATE TRIGGER area_cut AFTER INSERT OR UPDATE ON area
    FOR EACH ROW EXECUTE FUNCTION area_cut()
    """,
)


def finish() -> None:
    """Run after the tables are there."""
    for statement in STATEMENTS:
        op.execute(statement)
    # The queue's schema is its library's; later versions bring their own migrations, named by their version there.
    driver: Any = op.get_bind().connection.driver_connection
    driver.execute((files("procrastinate") / "sql" / "schema.sql").read_text(encoding="utf-8"), prepare=False)
