"""What looks clinical or identifying stops before it leaves unlocked: measured on lines not used for tuning (U44)."""

from pathlib import Path

import pytest

from core.audit.trail import entries
from core.compose.clinical import clinical
from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.words import Command, Order, Undecided


def labelled(name):
    """The lines of a list, each with whether it should be stopped."""
    return [(line[0] == "+", line[2:]) for line in (Path(__file__).parent / name).read_text().splitlines()]


LINES = labelled("clinical_lines.txt")
HELD_OUT = LINES[1::2]  # every other line was looked at while the lists were written; these were not
# In another voice, written before its author had read the rule: 40 of 50 were seen and 4 of 50 harmless ones stopped.
# What it taught is in the rule now, so that it guards what is known and measures nothing new.
DESK = labelled("clinical_desk_lines.txt")


def test_there_are_two_hundred_lines_half_of_them_held_out():
    assert len(LINES) == 200 and len(HELD_OUT) == 100
    assert sum(harmful for harmful, _ in HELD_OUT) == 50


@pytest.mark.parametrize("lines", [HELD_OUT, DESK], ids=["held out", "desk"])
def test_nine_in_ten_clinical_lines_are_seen(lines):
    harmful = [line for yes, line in lines if yes]
    assert sum(bool(clinical(line)) for line in harmful) / len(harmful) >= 0.9


@pytest.mark.parametrize("lines", [HELD_OUT, DESK], ids=["held out", "desk"])
def test_one_in_twenty_harmless_lines_is_stopped_at_most(lines):
    harmless = [line for yes, line in lines if not yes]
    assert sum(bool(clinical(line)) for line in harmless) / len(harmless) <= 0.05


@pytest.mark.parametrize(
    ("text", "seen"),
    [("NHS number 943 476 5919", ["943 476 5919"]), ("Reference 943 476 5918", []), ("Ring 01632 960001", []),
     ("You were born 2 June 1991", ["born 2 June"]), ("The surgery is closed", [])],
)  # fmt: skip
def test_figures_that_say_who_somebody_is_are_seen(text, seen):
    assert clinical(text) == seen


def test_it_leaves_unlocked_only_with_a_reason_that_is_audited(store, anna, amara):
    draft = store.run(anna, prepare, Order(Command.SMS, (amara.id,), "Your biopsy results are back"))
    (warning,) = draft.warnings
    assert (warning.code, warning.facts["words"][0]) == ("clinical", "biopsy")
    for decided in ({}, {"clinical": "because"}):
        with pytest.raises(Undecided):
            store.run(anna, confirm, draft.id, decided=decided)
    message = store.run(anna, confirm, draft.id, decided={"clinical": "asked"})
    trail = store.look(anna, lambda unit: [one for one in entries(unit) if one["verb"] == "sent outside the lock"])
    assert [(one["about"], one["facts"]) for one in trail] == [(str(message.id), {"reason": "asked"})]


def test_a_locked_message_may_say_anything(store, anna, amara):
    draft = store.run(anna, prepare, Order(Command.DIRECT, (amara.id,), "Your biopsy results are back"))
    assert draft.warnings == ()
    store.run(anna, confirm, draft.id)
