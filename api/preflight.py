"""What must be true before `hientruong run` starts anything; what is not is said in one sentence."""

from __future__ import annotations

import errno
import os
import socket
import sys

import psycopg
from sqlalchemy import make_url

from api.settings import Settings, unknown_variables


class CannotRun(Exception):
    """The system cannot run. The message is one sentence that says what to do."""


def warn_about_typing_errors() -> None:
    """Say which HIENTRUONG_* variables mean nothing: one that is misspelt would silently have no effect."""
    for name, meant in unknown_variables(os.environ).items():
        hint = f"; did you mean {meant}?" if meant else ""
        print(f"hientruong: {name} is not a setting and has no effect{hint}", file=sys.stderr)


def check_port(settings: Settings) -> None:
    """Raise CannotRun if the web server could not listen where the settings say."""
    host, port = settings.web.host, settings.web.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except OSError as problem:
            raise CannotRun(_port_sentence(host, port, problem)) from None


def _port_sentence(host: str, port: int, problem: OSError) -> str:
    another = "choose another port: PORT=9000 make run"
    if problem.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program: stop that one, or {another}."
    if problem.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has: {another}."
    return f"Cannot listen on {host} port {port} ({problem.strerror}): correct HIENTRUONG_HOST or PORT."


def check_database(url: str) -> None:
    """Raise CannotRun if the given database does not answer or has no PostGIS."""
    shown = make_url(url).render_as_string(hide_password=True)
    question = "select count(*) from pg_available_extensions where name = 'postgis'"
    try:
        with psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=10) as connection:
            row = connection.execute(question).fetchone()
    except psycopg.Error as problem:
        said = str(problem).strip().splitlines()[-1]
        raise CannotRun(
            f"The database {shown} cannot be used ({said}): start it or correct HIENTRUONG_DATABASE_URL."
        ) from None
    if row is None or row[0] == 0:
        raise CannotRun(
            f"The database {shown} has no PostGIS: install that on its server (Debian: postgresql-postgis), "
            "or unset HIENTRUONG_DATABASE_URL to use the embedded database."
        )
