"""The audit trail's arithmetic with trails made by hand, which the code would never write (S109)."""

import pytest

from core.audit.chain import START, leaf_of, link
from core.audit.merkle import Frontier, node, proves
from core.audit.verify import first_unlike_heads, verify

KEY = bytes(32)


def entry(seq: int, before: bytes) -> dict[str, object]:
    said = {"seq": seq, "at": "", "actor": "", "actor_id": "", "verb": "", "about": "", "facts": {}}
    return {**said, "leaf": leaf_of(said).hex(), "before": before.hex(), "hash": link(KEY, before, said).hex()}


@pytest.mark.s("S109")
def test_an_entry_is_chained_to_the_one_before():
    assert link(KEY, START, {"seq": 1}) != link(KEY, bytes(31) + b"\1", {"seq": 1})


@pytest.mark.s("S109")
def test_a_trail_that_fits_but_skips_a_number_is_broken():
    assert verify(KEY, [entry(1, START)]).unbroken
    assert verify(KEY, [entry(2, START)]).broken_at == 1


@pytest.mark.s("S109")
def test_a_trail_shorter_than_a_head_noted_before_is_unlike_it_from_its_end():
    one = entry(1, START)
    root = Frontier().grown([bytes.fromhex(one["leaf"])]).root
    assert first_unlike_heads([one], [(1, root)]) is None
    assert first_unlike_heads([one], [(1, root), (2, root)]) == 2


@pytest.mark.s("S109")
def test_a_path_that_ends_below_the_head_proves_nothing():
    left, right = bytes(32), bytes(31) + b"\1"
    half = node(left, right)
    assert proves(left, 0, 2, [right], half) and not proves(left, 0, 4, [right], half)
