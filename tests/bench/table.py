"""The table that `make bench` prints: what was reached beside the goal, each by its number in performance.md section 8."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """How large a run is."""

    sockets: int
    messages: int
    rounds: int


def line(number: int | str, what: str, now: float, *, most: float | None = None, least: float | None = None) -> None:
    """One goal: at `most` or at `least` so much, and what it is now."""
    goal = f"<= {most:.3g}" if most is not None else f">= {least:.3g}"
    reached = now <= most if most is not None else now >= (least or 0)
    print(f"{number:>3}  {what:<72} goal {goal:<8} now {now:<8.2f} {'reached' if reached else 'MISSED'}", flush=True)


def say(fact: str) -> None:
    """Something to know beside a line."""
    print(f"     {fact}", flush=True)
