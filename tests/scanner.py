"""A pretend clamd: speaks INSTREAM over real TCP, finds the industry's test file or what it is told to find."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from core.messages.scan import EICAR

LIMIT = 25 << 20


class Clamd(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0, finds: bytes = EICAR) -> None:
        super().__init__(("127.0.0.1", port), Line)
        self.finds = finds
        self.seen: list[int] = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class Line(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        if self.rfile.read(10) != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        data = b""
        while length := int.from_bytes(self.rfile.read(4), "big"):
            data += self.rfile.read(length)
            if len(data) > LIMIT:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        server: Clamd = self.server  # type: ignore[assignment]
        server.seen.append(len(data))
        self.wfile.write(b"stream: Eicar-Signature FOUND\0" if server.finds in data else b"stream: OK\0")


@contextmanager
def clamd(port: int = 0, finds: bytes = EICAR) -> Iterator[Clamd]:
    server = Clamd(port, finds)
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
