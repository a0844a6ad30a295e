"""Statements, templates and addresses are compiled once for all tests of a worker: every test has a database and apps of
its own, for which they would be compiled anew, which took a third of the suite. And no test in this process cuts the
power: what is written need not have reached the disk.
"""

from collections import defaultdict
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from werkzeug.routing import Rule

from core.store import engine

SHIPPED = engine.PRAGMAS
NOT_TO_DISK = (
    "ALTER SYSTEM SET fsync TO off",
    "ALTER SYSTEM SET synchronous_commit TO off",
    "SELECT pg_reload_conf()",
)
_COMPILED: dict[str, dict[Any, Any]] = defaultdict(dict)  # by dialect
_BUILDERS: dict[Any, Any] = {}  # by what a rule says
_compile_builder = Rule._compile_builder


def make() -> None:
    """Let engines of one dialect share what they compiled. A statement's key has its dialect, so those must be equal."""
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        dialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
        dialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
    # not with an event at each connection: an engine that has one listener asks for others at every statement
    Engine._compiled_cache = property(lambda self: _COMPILED[self.dialect.name], lambda self, _own: None)  # type: ignore[assignment]
    Rule._compile_builder = _built_once  # type: ignore[method-assign]
    engine.PRAGMAS = (*SHIPPED, "synchronous=OFF")
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Templates()}


def _built_once(self: Rule, append_unknown: bool = True) -> Any:
    """What writes the addresses of a rule: Python that is made of it, a tenth of a second for all of the staff's app. It
    takes the rule that it is for, so those that say the same may share it.
    """
    said = (self.rule, tuple(self._trace), repr(self.defaults), append_unknown)
    if said not in _BUILDERS:
        _BUILDERS[said] = _compile_builder(self, append_unknown)
    return _BUILDERS[said]


class _Templates(BytecodeCache):
    """What templates were compiled to, by their path and their source's digest."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code
