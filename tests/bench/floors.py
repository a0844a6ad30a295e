"""What the chat is measured against, each in a process of its own: `python -m tests.bench.floors broadcast|naive PORT`."""

import sys


def broadcast(port: int) -> None:
    """`websockets.broadcast`: every text to every socket, nothing stored."""
    import asyncio
    from contextlib import suppress

    from websockets.asyncio.server import broadcast as to_all
    from websockets.asyncio.server import serve
    from websockets.exceptions import ConnectionClosed

    rooms: set = set()

    async def echo(ws) -> None:
        rooms.add(ws)
        with suppress(ConnectionClosed):
            async for text in ws:
                to_all(rooms, text)
        rooms.discard(ws)

    async def run() -> None:
        async with serve(echo, "127.0.0.1", port, compression=None, subprotocols=["latchkey.v1"], ping_interval=None):
            await asyncio.get_running_loop().create_future()

    asyncio.run(run())


def naive(port: int) -> None:
    """The tutorial's flask-sock on gevent: `ws.send` in a loop, nothing stored."""
    from gevent import monkey

    monkey.patch_all()
    from flask import Flask
    from flask_sock import Sock
    from gevent.pywsgi import WSGIServer

    app = Flask("naive")
    app.config["SOCK_SERVER_OPTIONS"] = {"subprotocols": ["latchkey.v1"]}
    rooms: set = set()

    @Sock(app).route("/ws")
    def echo(ws) -> None:
        rooms.add(ws)
        try:
            while (text := ws.receive()) is not None:
                for one in list(rooms):
                    one.send(text)
        finally:
            rooms.discard(ws)

    WSGIServer(("127.0.0.1", port), app, log=None, error_log=None).serve_forever()


if __name__ == "__main__":
    {"broadcast": broadcast, "naive": naive}[sys.argv[1]](int(sys.argv[2]))
