"""What sockets cost that only stay open: pings, and the look whether each may still hear (goal 22)."""

import asyncio
import time

from staffbot.live.sweep import EVERY, PING_EVERY
from tests.bench.practice import demonstration
from tests.bench.servers import ours
from tests.bench.table import Sizes, line, say

WHOLE = 5_000  # sockets of which the goal speaks
TURN = EVERY * PING_EVERY + 1  # seconds: every ping came once


def main(sizes: Sizes) -> None:
    """Say how much of a core they take."""
    with demonstration() as demo:
        served = ours(demo, sizes.sockets)

        async def rest(sockets: int) -> float:
            opened = await served.sockets(sockets, lambda _number: lambda _text: None)
            await asyncio.sleep(2)
            cpu, start = served.cpu(), time.monotonic()
            await asyncio.sleep(TURN)
            used = (served.cpu() - cpu) / (time.monotonic() - start)
            for one in opened:
                one.transport.close()
            return used

        none, many = asyncio.run(rest(0)), asyncio.run(rest(sizes.sockets))
    say(f"{sizes.sockets} sockets at rest: {many:.1%} of a core, {none:.1%} without any; the difference for {WHOLE:,}:")
    line(22, f"share of a core for {WHOLE:,} sockets at rest", (many - none) * WHOLE / sizes.sockets, most=0.05)
