"""The demonstration as a process of its own, as a person would start it; the apps run on gevent there, tests do not."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import IO, Any

TIRELESS = {"LATCHKEY_DRAFTS_PER_MINUTE": "1000"}  # a test sends in a minute what a person does in a day


def free_port() -> int:
    """A port nobody listens on, nor will before it is used: of a thousand for this worker alone, each given out once in
    a thousand times, below those that the system gives to connections.
    """
    for port in _PORTS:
        with socket.socket() as one, contextlib.suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port
    raise AssertionError("it goes round for ever")


def _ports() -> Iterator[int]:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for number in count(os.getpid()):  # another run beside this one begins elsewhere
        yield 20_000 + worker % 12 * 1_000 + number % 1_000


_PORTS = _ports()


def _let_talk(said: IO[str]) -> None:
    """Take in whatever else a process says, until it ends."""
    with said:
        said.read()


@dataclass
class Demo:
    """A running demonstration and what it said about itself."""

    folder: Path
    said: dict[str, Any] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None
    ports: tuple[int, int] = (0, 0)
    settings: dict[str, str] = field(default_factory=dict)
    host: str = "127.0.0.1"
    before: set[str] = field(default_factory=set)  # letters and texts that were there when it first started

    def start(self) -> "Demo":
        """Start it, again where it was before, and wait until both ports answer."""
        self.ports = self.ports if any(self.ports) else (free_port(), free_port())
        command = [sys.executable, "-c", "import sys; from core.cli import main; sys.exit(main())"]
        options = ["demo", "--json", "--dir", str(self.folder), "--host", self.host, "--staff-port", str(self.ports[0])]
        with (self.folder.parent / "demo.log").open("a") as told:
            self.process = subprocess.Popen(
                [*command, *options, "--portal-port", str(self.ports[1])],
                stdout=subprocess.PIPE,
                stderr=told,
                text=True,
                cwd=Path(__file__).parent.parent,
                env={**os.environ, **TIRELESS, **self.settings, "PYTHONUNBUFFERED": "1"},
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, (self.folder.parent / "demo.log").read_text()
        self.said = json.loads(line)
        threading.Thread(target=_let_talk, args=[self.process.stdout], daemon=True).start()
        with urllib.request.urlopen(f"{self.staff}/sandbox/messages.json") as sent:
            self.before = self.before or {one["id"] for one in json.load(sent)}
        return self

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Stop it and return its exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(timeout=60)  # calls under way may take 25 seconds (P7), on a machine that is full

    @property
    def staff(self) -> str:
        """Address of the staff chat."""
        return str(self.said["staff_url"])

    @property
    def portal(self) -> str:
        """Address of the portal."""
        return str(self.said["portal_url"])

    def user(self, role: str, plan: str = "subscribed") -> dict[str, str]:
        """A staff member of a role, in the practice of a plan."""
        practice = next(one["name"] for one in self.said["practices"] if one["plan"] == plan)
        return next(one for one in self.said["users"] if one["role"] == role and one["practice"] == practice)

    def patient(self, name: str) -> dict[str, str]:
        """A patient by name."""
        return next(one for one in self.said["patients"] if one["name"] == name)
