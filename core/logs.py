"""What is logged, and nothing else: known fields, where something failed, never what it was about (S111).

Everything is denied that is not known to be harmless. Our own lines are a constant sentence with fields of `KEPT`; a
failure is told by its types and by the lines of code it went through, since its message may quote what a person typed;
of what libraries log, only their name and the place are told, for the same reason.
"""

import logging
import sys
import traceback
from collections.abc import Iterator
from typing import Any

import structlog

KEPT = frozenset({
    "event", "level", "timestamp",
    "about", "answer", "app", "caller", "delivery", "error", "files_wait", "form", "kept", "kind", "letter", "library",
    "limit", "method", "ms", "of", "op", "path", "place", "planned", "practice", "provider", "reference", "reminder",
    "said", "status", "times", "version", "what",
})  # fmt: skip
LONGEST = 200  # letters of one value
FRAMES = 12  # the innermost of a failure

Line = structlog.typing.EventDict


def configure(level: str, form: str) -> None:
    """From now on log to standard error from `level` up, as `text` (logfmt) or `json`; also what libraries log."""
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer()
    if form == "text":
        renderer = structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], bool_as_flag=False)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            only_safe,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [one for one in root.handlers if not isinstance(one, _Libraries)] + [_Libraries()]


def only_safe(_: Any, __: str, line: Line) -> Line:
    """The line without any field that is not known, its failure without words, its letters printable."""
    failure = _failure(line.pop("exc_info", None))
    kept = {name: _printable(value) for name, value in line.items() if name in KEPT}
    if failure is not None:
        kept |= {"error": " < ".join(_kinds(failure)), "place": " > ".join(_places(failure))}
    return kept


class _Libraries(logging.Handler):
    """What libraries log goes the same way: who spoke, from where, and how the failure was called."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger()
        level = min(record.levelno, logging.CRITICAL)
        place = f"{record.module}:{record.lineno}"
        log.log(level, "a library spoke", library=record.name, place=place, exc_info=record.exc_info)


def _failure(given: Any) -> BaseException | None:
    if given is True:
        given = sys.exc_info()
    if isinstance(given, tuple):
        given = given[1]
    return given if isinstance(given, BaseException) else None


def _kinds(error: BaseException | None) -> Iterator[str]:
    """The type of a failure, and of what caused it."""
    while error is not None:
        yield type(error).__name__
        error = error.__cause__ or error.__context__


def _places(error: BaseException) -> list[str]:
    frames = list(traceback.walk_tb(error.__traceback__))[-FRAMES:]
    return [f"{frame.f_globals.get('__name__', '?')}:{number}" for frame, number in frames]


def _printable(value: Any) -> Any:
    """A value on one line: whatever could end it, or steer a terminal, is written out (ASVS 16.4.1)."""
    if value is None or isinstance(value, bool | int | float):
        return value
    said = str(value)[:LONGEST]
    if said.isprintable():
        return said
    return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in said)
