"""The socket's door: checked before the upgrade, greeted within five seconds, every frame checked (S53-S61)."""

from collections.abc import Sequence
from io import BufferedReader
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, abort, request
from flask_login import current_user
from flask_sock import Sock
from simple_websocket import ConnectionClosed

from core.config import Settings
from core.errors import LatchkeyError, TooMany
from core.live.bus import Event
from core.practice import doors, sessions
from core.practice.rights import may
from core.practice.words import Right
from core.store import Store
from core.web import csrf
from core.web.throttle import Throttle
from staffbot import shapes, visit, wording
from staffbot.live import frames, greeting, ops
from staffbot.live.hub import Hub
from staffbot.live.op import Op
from staffbot.live.pace import Pace
from staffbot.live.peer import Peer

log = structlog.get_logger(__name__)
HELLO_WITHIN = 5  # seconds (S54)
OUTER_BOUND = 65_536
EACH = 5  # sockets of one person (S60)
ALL = 10_000  # of this process; one at rest costs 45 KiB (goal 5 of `make bench`)


def attach(app: Flask, store: Store, hub: Hub, settings: Settings) -> None:
    """Put `/ws` into the app."""
    app.config["SOCK_SERVER_OPTIONS"] = {"max_message_size": OUTER_BOUND, "subprotocols": ["latchkey.v1"]}
    sock = Sock(app)
    pace = Pace(settings, Throttle(settings.redis_url) if settings.redis_url else None)

    @app.before_request
    def door() -> None:
        """flask-sock upgrades before its view runs: who may not in is refused here (S53)."""
        if request.path != "/ws":
            return
        if request.headers.get("Origin") != settings.staff_url or not current_user.is_authenticated:
            abort(403)
        actor = current_user.door.who.actor
        if not may(actor.role, Right.CHAT):
            abort(403)
        if request.host != urlsplit(settings.staff_url).netloc:
            abort(403)
        if hub.count(actor.id) >= EACH or hub.count() >= ALL:
            abort(429)

    def serve(ws: Any) -> None:
        person = current_user
        _no_more_requests()
        peer = Peer(ws, store, person.door, person.token)
        expected = csrf.token(visit.house().csrf_key, person.token)
        hub.join(peer)
        try:
            _talk(peer, hub, pace, expected)
        except ConnectionClosed:
            pass
        finally:
            peer.end()
            pace.forget(peer)
            hub.leave(peer)

    sock.route("/ws")(serve)


def _no_more_requests() -> None:
    """The connection carries frames from now on: the server's buffer for requests is a sixth of a socket at rest."""
    reader = request.environ["wsgi.input"]
    if isinstance(reader, BufferedReader):
        reader.close()


def _talk(peer: Peer, hub: Hub, pace: Pace, expected: str) -> None:
    while peer.open:
        text = peer.ws.receive(timeout=None if peer.greeted else HELLO_WITHIN)
        if text is None:
            peer.close(4401, "say hello first")
            return
        if len(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")) > frames.MOST_BYTES:
            peer.close(1009, "too large")
            return
        try:
            receive(peer, hub, pace, text, expected)
        except frames.Malformed as malformed:
            peer.close(1008, str(malformed))
            return


def receive(peer: Peer, hub: Hub, pace: Pace, text: str | bytes, expected: str) -> None:
    """One frame: read, checked against its op, run, answered."""
    said = frames.read(text)
    ref = said.pop("ref", None)
    if not isinstance(ref, str | int) or isinstance(ref, bool) or len(str(ref)) > 64:
        raise frames.Malformed("no ref")
    asked = ops.read(said)
    if not peer.greeted:
        if not isinstance(asked, greeting.Hello) or asked.csrf != expected:
            peer.close(4401, "say hello first")
            return
        _greet(peer, hub, ref, asked)
        return
    door = peer.store.door(doors.staff_session, peer.token, peer.store.clock())
    if door is None:
        peer.close(4401, "signed out")
        return
    if door.who.actor.role != peer.who.actor.role:
        peer.close(4403, "role changed")
        return
    if isinstance(asked, greeting.Hello):
        if asked.csrf != expected:
            peer.close(4401, "say hello first")
            return
        _greet_again(peer, hub, pace, ref, asked)
        return
    _stay(peer, door, asked)
    try:
        if asked.counted:
            pace.count(peer.who.actor.id)
    except TooMany as error:
        _refuse(peer, pace, ref, error)
        return
    peer.send(frames.encode(_answered(peer, hub, ref, asked)))


def _refuse(peer: Peer, pace: Pace, ref: str | int, error: TooMany) -> None:
    """It is too much; who goes on all the same loses the socket (E07)."""
    peer.send(frames.encode({"ref": ref, "ok": False, "error": told(error)}))
    if pace.refused(peer):
        peer.close(1008, "too many")


def _stay(peer: Peer, door: doors.StaffDoor, asked: Op) -> None:
    """The person did something: the half hour begins anew."""
    if asked.acts and peer.store.clock() - door.seen_at > sessions.TOUCH_AFTER:
        peer.run(sessions.touch, door.session_id)


def _greet(peer: Peer, hub: Hub, ref: str | int, asked: greeting.Hello) -> None:
    """The first answer: whoever says hello hears from then on what is newer."""
    with hub.turn(peer.who.practice_id):
        result, missed = greeting.greet(peer, hub.alike, asked)
        peer.heard, peer.greeted = result["seq"], True
        _welcome(peer, hub, ref, result, missed)
    peer.seen = result["me"]["shows"]["presence"]
    hub.presence.came(peer.who, shown=peer.seen)


def _greet_again(peer: Peer, hub: Hub, pace: Pace, ref: str | int, asked: greeting.Hello) -> None:
    """Another tab of the browser that has this socket (U14). What it missed comes to all of them, who know by the
    numbers what they have heard; what the socket itself has still to hear is as it was.
    """
    try:
        pace.count(peer.who.actor.id)
    except TooMany as error:
        _refuse(peer, pace, ref, error)
        return
    with hub.turn(peer.who.practice_id):
        result, missed = greeting.greet(peer, hub.alike, asked)
        _welcome(peer, hub, ref, result, missed)


def _welcome(peer: Peer, hub: Hub, ref: str | int, result: dict[str, Any], missed: Sequence[Event]) -> None:
    """The answer, then what was missed; nobody hears anything meanwhile, so all of it comes once and in order."""
    result["here"] = [str(one) for one in hub.presence.here(peer.who.practice_id)]
    peer.send(frames.encode({"ref": ref, "ok": True, "result": result}))
    for event in missed:
        if (data := hub.told(peer, event)) is not None:
            peer.send(frames.encode({"event": event.name, "seq": event.seq, "data": data}))


def _answered(peer: Peer, hub: Hub, ref: str | int, asked: Op) -> dict[str, Any]:
    try:
        return {"ref": ref, "ok": True, "result": ops.run(peer, hub, asked)}
    except LatchkeyError as error:
        return {"ref": ref, "ok": False, "error": told(error)}
    except Exception:
        log.exception("an op failed", op=ops.name_of(asked))
        words = "Something went wrong on our side. Nothing you typed is lost; try again."
        return {"ref": ref, "ok": False, "error": {"code": "invalid", "message": words}}


def told(error: LatchkeyError) -> dict[str, Any]:
    """An error as the protocol tells it."""
    said = wording.say(error)
    told: dict[str, Any] = {"code": said.code, "message": said.message}
    for name in ("field", "choices", "typed", "nearest", "codes", "wait", "patient_id"):
        if hasattr(error, name):
            told[name] = getattr(error, name)
    if (draft := getattr(error, "draft", None)) is not None:
        told["draft"] = shapes.draft(draft)
    return told
