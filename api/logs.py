"""What the processes say on standard error: lines for people, or one JSON object a line for a collector."""

import logging
import sys

import structlog

from api.settings import Log


def set_up(settings: Log) -> None:
    """Point the root logger to standard error in the form the city has chosen."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_json_lines() if settings.json_lines else _lines())
    logging.basicConfig(level=settings.level.upper(), handlers=[handler], force=True)
    # The job library tells each job twice; what matters of jobs, the jobs say themselves.
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _lines() -> logging.Formatter:
    return logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")


def _json_lines() -> logging.Formatter:
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
