"""Run benchmarks and say their ratios: `python -m tests.bench [--only 1,20,forms]`; `make bench` runs them all."""

import argparse
import sys
import time
import traceback

from tests.bench import (
    claiming,
    fanout,
    finding,
    flood,
    forms,
    idle,
    pages,
    peers,
    posting,
    reading,
    scaled,
    scrolling,
    signing_in,
    slow_phone,
    stalled,
    unlocking,
)
from tests.bench.table import Sizes, say

BENCHES = (  # name, goals, what runs
    ("posting", (), posting.main),
    ("forms", (), forms.main),
    ("pages", (), pages.main),
    ("fanout", (1, 2, 3, 4, 5, 23, 24), fanout.main),
    ("flood", (10, 24), flood.main),
    ("peers", (6, 7, 8), peers.main),
    ("scaled", (12, 13, 24), scaled.main),
    ("stalled", (14,), stalled.main),
    ("unlocking", (15, 16, 17), unlocking.main),
    ("slow_phone", ("U77",), slow_phone.main),
    ("scrolling", ("U26",), scrolling.main),
    ("idle", (22,), idle.main),
    ("reading", (18, 19), reading.main),
    ("finding", (20,), finding.main),
    ("claiming", (21,), claiming.main),
    ("signing_in", ("D01",), signing_in.main),
)


def main() -> None:
    """Say the table. A benchmark that breaks is told and holds up none behind it; then the exit code is 1."""
    asked = argparse.ArgumentParser(prog="make bench", description="Ratios to floors of the same run.")
    asked.add_argument("--only", default="", help="goals by number, or benchmarks by name: 1,20,forms")
    asked.add_argument("--sockets", type=int, default=1000, help="receivers of the fan-out (1000)")
    asked.add_argument("--messages", type=int, default=1_000_000, help="messages that search looks through (1000000)")
    asked.add_argument("--rounds", type=int, default=5, help="pairs of which the median is said (5)")
    chosen = asked.parse_args()
    only = {one for one in chosen.only.split(",") if one}
    sizes = Sizes(chosen.sockets, chosen.messages, chosen.rounds)
    began, broken = time.monotonic(), list[str]()
    for name, goals, run in BENCHES:
        if not only or only & {name, *map(str, goals)}:
            say(f"-- {name}, {time.monotonic() - began:.0f} s")
            try:
                run(sizes)
            except Exception:
                broken.append(name)
                traceback.print_exc()
    say(f"-- {time.monotonic() - began:.0f} s in all{', broken: ' if broken else ''}{', '.join(broken)}")
    sys.exit(1 if broken else 0)


main()
