"""Other chat servers beside ours, where they run: how fast a message is there, how many are stored a second (goals 6 to 8).

Set up as `SYNAPSE=http://127.0.0.1:8008`, `PROSODY=tcp://127.0.0.1:5222` and `EJABBERD=tcp://127.0.0.1:5223`, each with its
archive on and its rate limits off. ejabberd acknowledges before its archive is on disk, the others after.
"""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from tests.bench.matrix import MatrixRoom
from tests.bench.practice import demonstration
from tests.bench.rooms import SENDERS, OurRoom, Room, sends
from tests.bench.servers import EACH, ours
from tests.bench.sockets import Ledger
from tests.bench.table import Sizes, line, say
from tests.bench.xmpp import XmppRoom

HEAR, MESSAGES = 50, 60
RECEIVERS = 20


@dataclass(frozen=True)
class Peer:
    """A server to compare with: the variable that says where it is, and its goals: sends at least so many times its own
    (of which goal), a copy there in at most so much of its time."""

    name: str
    room: Callable[[str], Room]
    sends: tuple[int, float]
    copy: float

    @property
    def url(self) -> str:
        """Where it runs, or nothing."""
        return os.environ.get(self.name.upper(), "")


PEERS = (
    Peer("Synapse", MatrixRoom, (6, 20), 1 / 20),
    Peer("Prosody", XmppRoom, (7, 3), 1 / 3),
    Peer("ejabberd", XmppRoom, (7, 1), 1.5),
)


def main(sizes: Sizes) -> None:
    """Say the ratios to every peer that runs."""
    for peer in PEERS:
        if not peer.url:
            say(f"no {peer.name} to compare with: {peer.name.upper()} does not say where one runs")
    if any(peer.url for peer in PEERS):
        with demonstration() as demo:
            served = ours(demo, HEAR + EACH * SENDERS)
            _table(lambda: OurRoom(served), sizes.rounds)


def _table(our: Callable[[], Room], rounds: int) -> None:
    seen: dict[str, list[tuple[float, float]]] = {}
    there = [peer for peer in PEERS if peer.url]
    for _ in range(rounds):
        for name, room in (("ours", our), *((peer.name, lambda peer=peer: peer.room(peer.url)) for peer in there)):
            seen.setdefault(name, []).append((asyncio.run(_copy(room())), asyncio.run(sends(room(), RECEIVERS))))
    for name, runs in seen.items():
        copy, rate = (median(one) for one in zip(*runs, strict=True))
        say(
            f"{name}: a copy after {1000 * copy:.1f} ms ({HEAR} hear), {rate:.0f} acknowledged sends/s ({RECEIVERS} hear)"
        )
    for peer in there:
        pairs = list(zip(seen["ours"], seen[peer.name], strict=True))
        goal, least = peer.sends
        line(goal, f"acknowledged sends a second, to {peer.name}", median(a[1] / b[1] for a, b in pairs), least=least)
        line(8, f"send to a copy, to {peer.name}", median(a[0] / b[0] for a, b in pairs), most=peer.copy)


async def _copy(room: Room) -> float:
    """Seconds from a send to a copy, the median of all copies; one message at a time."""
    ledger = Ledger(HEAR)
    await room.hear(HEAR, ledger.hearing)
    speak = await room.speaker()
    for number in range(MESSAGES + 5):
        if number == 5:  # the first ones warm it up
            ledger.took.clear()
        said: list[asyncio.Task[None]] = []
        await ledger.round(number, lambda text, said=said: said.append(asyncio.create_task(speak(text))))
        await asyncio.gather(*said)
    await room.close()
    assert ledger.lost == 0
    return median(ledger.took)
