"""Circles among conditions: questions that wait for each other, so that none would ever be asked (F5)."""

from collections.abc import Iterator, Mapping, Sequence


def circles(waits_for: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Every circle that a walk meets, as `A, B, A`: the last but one is who closes it. Without recursion."""
    done: set[str] = set()
    for start in waits_for:
        path: list[str] = []
        place: dict[str, int] = {}
        steps: list[tuple[str, bool]] = [(start, False)]
        while steps:
            one, leaving = steps.pop()
            if leaving:
                path.pop()
                del place[one]
                done.add(one)
            elif one not in done and one not in place:
                place[one] = len(path)
                path.append(one)
                steps.append((one, True))
                for other in waits_for[one]:
                    if other in place:
                        yield [*path[place[other] :], other]
                steps += [(other, False) for other in reversed(waits_for[one]) if other in waits_for]


def settled(waits_for: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """An order in which whoever is waited for comes first; there must be no circle."""
    found: dict[str, None] = {}
    for start in waits_for:
        steps: list[tuple[str, bool]] = [(start, False)]
        while steps:
            one, ready = steps.pop()
            if ready:
                found[one] = None
            elif one not in found:
                steps.append((one, True))
                steps += [(other, False) for other in waits_for[one] if other in waits_for and other not in found]
    return tuple(found)
