"""The trail: a tree over it, checkpoints that outlive this host, and a program in one file that checks both (H08, H09)."""

import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from core.audit import offline, proving
from core.audit.checkpoint import checkpoints, heads, origin, take_head, verifier_key
from core.audit.merkle import EMPTY, Frontier, node, proof, proves
from core.audit.signing import public_key, sign
from core.audit.trail import append, entries
from core.audit.verify import first_unlike_heads
from core.delivery.writing.checkpoint_letters import note_head

LEAVES = [bytes([n]) * 32 for n in range(40)]


def test_the_tree_is_that_of_rfc_6962():
    a, b, c = LEAVES[:3]
    assert Frontier().root == EMPTY and Frontier().grown([a]).root == a
    assert Frontier().grown([a, b, c]).root == node(node(a, b), c)


@given(size=st.integers(1, 40), cut=st.integers(0, 40), index=st.integers(0, 39))
@settings(max_examples=60)
def test_a_tree_grows_in_any_portions_and_each_leaf_has_its_proof(size, cut, index):
    leaves = LEAVES[:size]
    tree = Frontier().grown(leaves[:cut]).grown(leaves[cut:])
    assert tree == Frontier().grown(leaves) and tree.root == offline.tree(leaves)
    if index < size:
        path = proof(leaves, index)
        assert proves(leaves[index], index, size, path, tree.root)
        assert not proves(b"x" * 32, index, size, path, tree.root)
        assert size == 1 or not proves(leaves[index], index, size, path[:-1], tree.root)
        assert size == 1 or not proves(tree.root, 0, size, [], tree.root)  # a head is no entry of its own tree


@pytest.fixture
def told(store, system, clock):
    """A trail of three days, a head each hour, a signed one each day."""
    for hour in range(50):
        store.run(system, append, "something done", about=system.practice_id, n=hour)
        store.run(system, take_head)
        clock.forward(hours=1)
    store.run(system, append, "after the last head")
    return store.look(system, lambda unit: list(entries(unit, 0, 10**6)))


def test_a_head_is_noted_when_the_trail_has_grown_and_signed_once_a_day(store, system, told):
    assert store.run(system, take_head) == 1 and store.run(system, take_head) == 0
    notes = store.look(system, checkpoints)
    assert len(notes) == 3 and len(store.look(system, heads)) == 51
    lines = notes[-1].split("\n")
    assert lines[0] == f"latchkey/{system.practice_id}" and lines[3] == "" and lines[4].startswith("\N{EM DASH} ")


HARMS = {
    "edit": lambda trail: trail[20]["facts"].update(n=99),
    "delete": lambda trail: trail.pop(20),
    "insert": lambda trail: trail.insert(20, copy.deepcopy(trail[19])),
    "swap": lambda trail: trail.__setitem__(slice(20, 22), [trail[21], trail[20]]),
    "cut": lambda trail: trail.__delitem__(slice(-20, None)),
}


@pytest.mark.parametrize("harm", [None, *HARMS])
@pytest.mark.attack("H08")
@pytest.mark.s("S110")
def test_one_file_without_latchkey_finds_and_places_every_harm(store, system, told, tmp_path, harm):
    trail = copy.deepcopy(told)
    if harm:
        HARMS[harm](trail)
    said = check(store, system, tmp_path, trail)
    if harm is None:
        assert said.returncode == 0 and "unbroken" in said.stdout
    else:
        assert said.returncode == 1 and ("entry 21 " in said.stdout or "the trail ends at" in said.stdout)


@pytest.mark.attack("H08")
@pytest.mark.s("S110")
def test_who_forges_every_hash_of_an_entry_is_still_found_by_the_checkpoint(store, system, told, tmp_path):
    trail = copy.deepcopy(told)
    trail[20]["facts"]["n"] = 99
    del trail[20]["leaf"]
    said = check(store, system, tmp_path, trail)
    assert said.returncode == 1 and "something was changed between entries" in said.stdout


def test_a_checkpoint_that_somebody_else_signed_is_refused(store, system, told, tmp_path):
    size = int(store.look(system, checkpoints)[-1].split("\n")[1])
    said = check(store, system, tmp_path, told, harm=lambda note: note.replace(f"\n{size}\n", f"\n{size - 1}\n"))
    assert said.returncode == 1 and "not signed" in said.stderr
    for named in ((), ("trail.jsonl",), ("nosuch", "checkpoints.txt"), ("checkpoints.txt", "trail.jsonl")):
        tried = [sys.executable, "-I", "verify.py", *named]
        said = subprocess.run(tried, cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert said.returncode == 1 and len(said.stderr.splitlines()) == 1, named


@pytest.mark.s("S110")
def test_what_is_handed_out_about_one_thing_proves_itself_and_tells_of_nothing_else(
    store, system, told, clock, tmp_path
):
    clock.forward(days=1)
    thing = system.practice_id
    store.run(system, append, "something read", about=thing, by="Ben")
    size, mine = len(told) + 1, store.look(system, proving.entries_about, [thing])
    given = store.look(system, proving.proved, [thing])
    assert "after the last head" not in json.dumps(given) and 50 < len(given["entries"]) == mine < size
    said = check(store, system, tmp_path, [given])
    assert said.returncode == 0 and f"{mine} entries, each under a signed checkpoint over {size}" in said.stdout
    for harm in (
        lambda one: one["entries"][7]["facts"].update(n=99),
        lambda one: one["entries"][7].update(seq=1),
        lambda one: one["entries"][-1].update(seq=size + 1),
        lambda one: one["entries"][7]["path"].pop(),
    ):
        forged = copy.deepcopy(given)
        harm(forged)
        said = check(store, system, tmp_path, [forged])
        assert said.returncode == 1 and "is not under the checkpoint" in said.stdout
    unsigned = {**given, "checkpoint": given["checkpoint"].replace(f"\n{size}\n", f"\n{size - 1}\n")}
    assert "not signed" in check(store, system, tmp_path, [unsigned]).stderr


def check(store, system, folder, trail, harm=lambda note: note):
    program, lines, notes = folder / "verify.py", folder / "trail.jsonl", folder / "checkpoints.txt"
    program.write_text(Path(offline.__file__).read_text("utf-8"))
    lines.write_text("\n".join(json.dumps(one) for one in trail))
    key = store.look(system, lambda unit: verifier_key(unit.seals, origin(unit)))
    notes.write_text(key + "\n" + harm("".join(store.look(system, checkpoints))))
    return subprocess.run([sys.executable, "-I", program, lines, notes], capture_output=True, text=True, timeout=60)


def test_the_plain_signature_check_agrees_with_the_library(store, system):
    seals = store.seals(system.practice_id)
    signature, public = sign(seals, b"said"), public_key(seals)
    assert offline.is_signed(public, b"said", signature)
    assert not offline.is_signed(public, b"other", signature)
    again = int.from_bytes(signature[32:], "little") + offline.Q  # the same point, written otherwise (RFC 8032, 8.4)
    assert not offline.is_signed(public, b"said", signature[:32] + again.to_bytes(32, "little"))
    assert not offline.is_signed(public, b"said", signature[:32] + bytes(32)) and not offline.is_signed(
        bytes(32), b"said", signature
    )


def test_a_cut_below_a_head_is_noticed_where_a_chain_alone_would_not(store, system, told):
    noted = [(head.size, head.root) for head in store.look(system, heads)]
    assert first_unlike_heads(told, noted) is None
    assert first_unlike_heads(told[:30], noted) == 31
    leaves = [bytes.fromhex(one["leaf"]) for one in told]
    sparse = [(size, Frontier().grown(leaves[:size]).root) for size in (2, 30)]
    assert first_unlike_heads(told[:5], sparse) == 6  # where it was cut, not after the head before
    assert first_unlike_heads([*told[:30], {**told[30], "leaf": "00" * 32}, *told[31:]], noted) == 31


@pytest.mark.parametrize("statement", ["UPDATE audit_tree_head SET size = 1", "DELETE FROM audit_tree_head"])
def test_heads_cannot_be_edited_either(store, told, statement):
    with pytest.raises(Exception, match="append-only"), store.writer.begin() as db:
        db.execute(text(statement))


@pytest.mark.s("S109")
def test_the_days_signed_checkpoint_is_mailed_to_somebody_outside_once(store, system, network, clock):
    store.settings = store.settings.model_copy(update={"checkpoint_to": "officer@example.net"})
    assert store.run(system, note_head) > 0
    store.run(system, append, "something happened", None)
    clock.forward(hours=2)
    assert store.run(system, note_head) == 1
    (letter,) = network.to("officer@example.net")
    assert store.look(system, checkpoints)[-1] in letter.text
