"""What the service writes down for its keepers (日志): one JSON line an event, with the trace but never the variables in it."""

from __future__ import annotations

import sys

import structlog


def configure_logs() -> None:
    """Set the format once for the process; the variables of a trace could hold a password or a report."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
