"""Logs: one line per happening, patterns and ids, never what people wrote."""

import json
import logging
import sys
from typing import Any

sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # structlog would load it for colored tracebacks, which we never show: a tenth of every start
import structlog  # noqa: E402

if sys.modules["rich"] is None:
    del sys.modules["rich"]


_ENCODER = json.JSONEncoder(default=repr)


def _as_json(event: Any, **_kwargs: Any) -> str:
    """With an encoder made once: json.dumps makes one for every line."""
    return _ENCODER.encode(event)


def start_logging(level: int = logging.INFO) -> None:
    """Lines for people on a terminal, JSON elsewhere; other libraries' warnings go the same way."""
    show = structlog.dev.ConsoleRenderer(colors=True) if sys.stderr.isatty() else structlog.processors.JSONRenderer(_as_json)
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True), show],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
