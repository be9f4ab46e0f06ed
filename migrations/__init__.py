"""Alembic migrations; `api.migrate` runs them. Nothing imports this package."""
