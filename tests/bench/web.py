"""A web server in a process of its own, what it costs, and a browser that keeps cookies and its connection."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from tests.bench.servers import Server
from tests.demo_process import free_port

ROOT = Path(__file__).parents[2]


@contextmanager
def answering(name: str, *given: str, python: str = sys.executable, **environ: str) -> Iterator[Server]:
    """One of the servers of `answering.py`."""
    port = free_port()
    command = [python, str(ROOT / "tests" / "bench" / "answering.py"), name, str(port), *given]
    said = {**os.environ, **environ} | ({"PYTHONPATH": str(ROOT)} if python == sys.executable else {})
    process = subprocess.Popen(command, env=said, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        server = Server(f"http://127.0.0.1:{port}", process.pid, [])
        _answers(server.url)
        yield server
    finally:
        process.terminate()
        process.wait()


def cost(server: Server, times: int) -> "Cost":
    """Seconds of its processor that one of so many takes, from here to the end of the block."""
    return Cost(server, times)


@dataclass
class Cost:
    """See `cost`."""

    server: Server
    times: int
    each: float = 0

    def __enter__(self) -> "Cost":
        self._before = self.server.cpu()
        return self

    def __exit__(self, *_: object) -> None:
        self.each = (self.server.cpu() - self._before) / self.times


@dataclass
class Browser:
    """Asks one server, follows redirects, keeps cookies as one that was told https would."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._to = http.client.HTTPConnection(urlsplit(self.url).netloc)
        self.bytes = 0

    def get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path)

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, str]:
        return self._ask("POST", path, urlencode(fields))

    def close(self) -> None:
        self._to.close()

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._to.request(method, path, body, headers)
        answer = self._to.getresponse()
        text = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookies |= {key: one.value for key, one in SimpleCookie(value).items()}
        if answer.status == 303:
            return self._ask("GET", urlsplit(answer.headers["Location"]).path)
        return answer.status, text


def _answers(url: str) -> None:
    for _ in range(300):
        try:
            browser = Browser(url)
            browser.get("/")
            browser.close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing answers at {url}")
