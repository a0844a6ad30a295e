"""One reader of a hundred that stops reading: what the others notice of it, and what becomes of it (goal 14)."""

import asyncio
import json
from statistics import quantiles

from tests.bench.practice import demonstration
from tests.bench.servers import Server, ours
from tests.bench.sockets import Ledger
from tests.bench.table import Sizes, line, say

READERS = 100
MESSAGES = 80
LENGTH = 3_000  # letters
PAGES = 30  # that the stalled one asks for and does not read: they fill the system's buffers, then ours


def main(sizes: Sizes) -> None:
    """Say the ratio."""
    with demonstration() as demo:
        served = ours(demo, READERS + 1)
        pairs = [asyncio.run(_pair(served)) for _ in range(min(3, sizes.rounds))]
    cut = sum(was_cut for _, _, was_cut in pairs)
    say(
        f"{READERS} readers, {MESSAGES} messages of {LENGTH} letters; the stalled one was cut in {cut} of {len(pairs)} runs"
    )
    middle = sorted(stalled / alone for alone, stalled, _ in pairs)[len(pairs) // 2]
    line(14, "send to last copy (p99) beside a stalled reader, to without", middle, most=1.3)


async def _pair(served: Server) -> tuple[float, float, bool]:
    ledger = Ledger(READERS)
    opened = await served.sockets(READERS, ledger.hearing)
    alone = await _p99(served, ledger, opened, 0)
    stalled = await served.socket(READERS, lambda _text: None)
    stalled.transport.pause_reading()
    for ref in range(PAGES):
        page = {"op": "conversation.history", "ref": ref, "conversation": served.thread, "limit": 100}
        stalled.send(json.dumps(page))
    await asyncio.sleep(3)
    beside = await _p99(served, ledger, opened, MESSAGES)
    stalled.transport.resume_reading()
    for _ in range(100):
        if stalled.closed:
            break
        await asyncio.sleep(0.1)
    was_cut = stalled.closed
    for one in (*opened, stalled):
        one.transport.close()
    await asyncio.sleep(1)
    return alone, beside, was_cut


async def _p99(served: Server, ledger: Ledger, opened, first: int) -> float:
    ledger.last.clear()
    send = served.says(opened[0])
    for number in range(first, first + MESSAGES):
        await ledger.round(number, send, LENGTH)
    return quantiles(ledger.last, n=100)[-1]
