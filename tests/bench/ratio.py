"""A benchmark is a ratio to a floor, measured in turns: a pair shares the machine's mood."""

import time
from collections.abc import Callable
from statistics import median


def seconds(work: Callable[[], object]) -> float:
    """How long it took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ratio(ours: Callable[[], object], floor: Callable[[], object], rounds: int = 11) -> float:
    """Median of paired ratios."""
    return median(seconds(ours) / seconds(floor) for _ in range(rounds))
