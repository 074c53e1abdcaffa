"""Structured logs: one JSON object a line, never a payload."""

import json
import logging
import sys
import traceback
from typing import Any

from kernel.clock import iso_of

_NAME = "pipeline"


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "timestamp": iso_of(int(record.created * 1_000)),
            "level": record.levelname,
            "event": record.getMessage(),
            **record.__dict__.get("fields", {}),
        }
        if record.exc_info and record.exc_info[1]:
            error = record.exc_info[1]
            entry["error"] = type(error).__name__
            entry["stack"] = "".join(traceback.format_exception(error))
        return json.dumps(entry, default=str)


class _StandardOutput(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        sys.stdout.write(self.format(record) + "\n")
        sys.stdout.flush()


# One for all threads: a logger that is given it twice has it once.
_HANDLER = _StandardOutput()
_HANDLER.setFormatter(_JsonLines())


def _configured() -> logging.Logger:
    logger = logging.getLogger(_NAME)
    if not logger.handlers:
        logger.setLevel(logging.INFO)
        # Lambda's own root handler would print every record a second time.
        logger.propagate = False
        logger.addHandler(_HANDLER)
    return logger


def info(event: str, **fields: Any) -> None:
    """Log what happened."""
    _configured().info(event, extra={"fields": fields})


def warning(event: str, **fields: Any) -> None:
    """Log what somebody should look at in working hours."""
    _configured().warning(event, extra={"fields": fields})


def error(event: str, **fields: Any) -> None:
    """Log what needs somebody's eye, with the exception in hand if there is one."""
    _configured().error(event, exc_info=sys.exc_info()[0] is not None, extra={"fields": fields})
