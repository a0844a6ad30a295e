"""Circles among conditions: questions that wait for each other, so that none would ever be asked (F5)."""

from collections.abc import Mapping, Sequence


def circle(waits_for: Mapping[str, Sequence[str]]) -> list[str]:
    """The first circle as `A, B, A`; empty when there is none. Walks without recursion: forms are deep."""
    done: set[str] = set()
    for start in waits_for:
        path: list[str] = []
        steps: list[tuple[str, bool]] = [(start, False)]
        while steps:
            one, leaving = steps.pop()
            if leaving:
                path.pop()
                done.add(one)
            elif one in path:
                return [*path[path.index(one) :], one]
            elif one not in done:
                path.append(one)
                steps.append((one, True))
                steps += [(other, False) for other in waits_for.get(one, ()) if other in waits_for]
    return []
