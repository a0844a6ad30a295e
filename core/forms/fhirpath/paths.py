"""FHIRPath behind one door: checked at import, run in a child process with deadlines (forms.md section 7, F63).

Each process has one child, started at the first expression and started anew when it was killed. An expression may take
250 ms of processor time (its own timer kills the child), a form one second over all rounds of one evaluation; whatever
hangs otherwise is killed by the wall clock. Trouble is always the same: no result.
"""

import contextlib
import io
import json
import os
import select
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, cast

from core.forms.response import dumps

BUDGET = 1.0  # seconds of processor time, one evaluation of a form
PATIENCE = 10.0  # seconds of wall clock without a word from the child
STARTING = 60.0  # the same while it loads what it needs: a second of processor time, on a busy machine many times that
LARGEST = 1_000_000  # bytes of a response that expressions may see
KILLED_AT_MOST = 4  # expressions of one evaluation that may take the child with them
ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Checked:
    """What an expression uses. `why` is empty, `unreadable` or `uses` (then `what` names what we cannot do)."""

    why: str = ""
    what: str = ""
    names: tuple[str, ...] = ()
    strings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What an expression may see where it stands: the way to its node in the response (None: it has none there) and in
    the form, the variables declared at that very place, and the context around it."""

    way: tuple[str | int, ...] | None
    raw: tuple[str | int, ...]
    variables: tuple[tuple[str, str], ...]
    above: "Context | None"


@dataclass(frozen=True, slots=True)
class Task:
    """One expression to be evaluated where it stands."""

    text: str
    context: Context


def check(texts: Sequence[str]) -> dict[str, Checked]:
    """What each expression uses and whether it may be run; nothing is evaluated. Never raises."""
    found = {}
    for start in range(0, len(texts), 50):
        some = texts[start : start + 50]
        for text, one in zip(some, CAGE.check(some), strict=True):
            found[text] = Checked(one["why"], one["what"], tuple(one["names"]), tuple(one["strings"]))
    return found


class Asking:
    """The expressions of one form in one evaluation; its rounds share the budget. `name`: a hash of the form."""

    def __init__(
        self, name: str, form: Mapping[str, Any], now: datetime | None, patient: Mapping[str, Any] | None = None
    ) -> None:
        self._name = name
        self._form = form
        self._now = (now or datetime.now(UTC)).isoformat()
        self._patient = patient
        self._left = BUDGET
        self._lives = KILLED_AT_MOST

    def ask(self, resource: Mapping[str, Any], tasks: Sequence[Task]) -> list[list[Any] | None]:
        """Each task's values in order; None where an expression failed or the time was up."""
        results: list[list[Any] | None] = [None] * len(tasks)
        contexts, places = _numbered(tasks)
        if len(dumps(resource)) > LARGEST:
            return results
        done = 0
        while done < len(tasks) and self._left > 0 and self._lives > 0:
            asked = {
                "resource": resource,
                "patient": self._patient,
                "now": self._now,
                "contexts": contexts,
                "tasks": [[task.text, places[id(task.context)]] for task in tasks[done:]],
                "budget": self._left,
            }
            came = CAGE.ask(self._name, self._form, asked)
            for one in came:
                results[done] = one["found"]
                done += 1
            self._left -= came[-1]["spent"] if came else 0.0
            if done < len(tasks) and self._left > 0:
                done += 1  # the one that took the child with it has no result
                self._lives -= 1
                self._left -= 0.25
        return results


def _numbered(tasks: Sequence[Task]) -> tuple[list[dict[str, Any]], dict[int, int]]:
    """The contexts as a list that refers to itself by number, outer ones first."""
    found: list[dict[str, Any]] = []
    places: dict[int, int] = {}

    def place(context: Context) -> int:
        if id(context) not in places:
            above = place(context.above) if context.above is not None else None
            places[id(context)] = len(found)
            found.append({"way": context.way, "raw": context.raw, "variables": context.variables, "above": above})
        return places[id(context)]

    for task in tasks:
        place(task.context)
    return found, places


class Cage:
    """The child process; one question at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._rest = b""
        self._pipe: IO[bytes] = io.BytesIO()

    def check(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """The checks of some expressions; one that the child does not survive is unreadable.

        Each is answered by itself: on a busy machine many good ones together may take longer than one may.
        """
        found: list[dict[str, Any]] = []
        with self._lock:
            while len(found) < len(texts):
                self._tell({"texts": list(texts[len(found) :])})
                while len(found) < len(texts) and (heard := self._hear()) is not None:
                    found.append(heard["checked"])
                if len(found) < len(texts):
                    found.append({"why": "unreadable", "what": "", "names": (), "strings": ()})
        return found

    def ask(self, name: str, form: Mapping[str, Any], asked: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The results that came before the child ended, was killed, or had answered all."""
        with self._lock:
            heard = self._first(name, form, asked)
            found = []
            while heard is not None:
                found.append({"found": _plain(heard["found"]), "spent": float(heard["spent"])})
                if len(found) == len(asked["tasks"]):
                    break
                heard = self._hear()
            return found

    def _first(self, name: str, form: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any] | None:
        """The first answer; the form is sent along when the child does not know it."""
        self._tell({"name": name, **asked})
        heard = self._hear()
        if heard and heard.get("unknown"):
            self._tell({"name": name, "form": form})
            self._tell({"name": name, **asked})
            heard = self._hear()
        return heard

    # -- the line to the child ---------------------------------------------------------------------------------------

    def _tell(self, said: Mapping[str, Any]) -> None:
        pipe = self._running()
        with contextlib.suppress(BrokenPipeError, ValueError):  # the child is gone, and the line to it perhaps closed
            pipe.write(dumps(said) + b"\n")
            pipe.flush()

    def _hear(self, patience: float = PATIENCE) -> dict[str, Any] | None:
        """The next line; None when the child is gone or says nothing for too long."""
        child = self._child
        if child is None or child.stdout is None:
            return None
        line = self._line_from(child.stdout, time.monotonic() + patience)
        if line is None:
            self._end(child)
            return None
        found: dict[str, Any] = json.loads(line, parse_float=Decimal)
        return found

    def _line_from(self, pipe: IO[bytes], until: float) -> bytes | None:
        while b"\n" not in self._rest:
            ready, _, _ = select.select([pipe], [], [], max(0.0, until - time.monotonic()))
            piece = os.read(pipe.fileno(), 65_536) if ready else b""
            if not piece:
                return None
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def _running(self) -> IO[bytes]:
        """The line to the child of this very process, which is started if there is none."""
        if self._child is None or self._owner != os.getpid() or self._child.poll() is not None:
            self._rest = b""
            self._owner = os.getpid()
            self._child = subprocess.Popen(
                [sys.executable, "-m", "core.forms.fhirpath.cage"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                env={"PYTHONPATH": str(ROOT)},
            )
            self._pipe = cast(IO[bytes], self._child.stdin)
            weakref.finalize(self, _put_away, self._child)
            self._hear(STARTING)  # it says that it is ready
        return self._pipe

    def _end(self, child: subprocess.Popen[bytes]) -> None:
        _put_away(child)
        self._child = None


def _put_away(child: subprocess.Popen[bytes]) -> None:
    """End a child and close the line; what was not read yet is of no use any more."""
    child.kill()
    with contextlib.suppress(BrokenPipeError):
        child.communicate()


def _plain(found: Any) -> Any:
    """Decimals come with their digits."""
    if isinstance(found, dict):
        return Decimal(found["decimal"]) if found.keys() == {"decimal"} else {k: _plain(v) for k, v in found.items()}
    return [_plain(one) for one in found] if isinstance(found, list) else found


CAGE = Cage()
