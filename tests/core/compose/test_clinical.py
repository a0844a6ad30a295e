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
# As eight kinds of clinic in five countries type them, written before the rule was read: 59 of 100 were seen, 1 of 100
# harmless ones stopped. The odd lines then taught the rule; the even ones were put aside, but are of the same pen.
CLINICS = labelled("clinical_clinic_lines.txt")
LISTS = pytest.mark.parametrize(
    "lines", [HELD_OUT, DESK, CLINICS[0::2], CLINICS[1::2]], ids=["held out", "desk", "clinics", "clinics held out"]
)


def test_there_are_two_hundred_lines_half_of_them_held_out():
    assert len(LINES) == 200 and len(HELD_OUT) == 100
    assert sum(harmful for harmful, _ in HELD_OUT) == 50
    assert [sum(harmful for harmful, _ in half) for half in (CLINICS[0::2], CLINICS[1::2])] == [50, 50]


@LISTS
def test_nine_in_ten_clinical_lines_are_seen(lines):
    harmful = [line for yes, line in lines if yes]
    assert sum(bool(clinical(line)) for line in harmful) / len(harmful) >= 0.9


@LISTS
def test_one_in_twenty_harmless_lines_is_stopped_at_most(lines):
    harmless = [line for yes, line in lines if not yes]
    assert sum(bool(clinical(line)) for line in harmless) / len(harmless) <= 0.05


def test_of_plain_talk_nobody_tuned_for_half_is_seen_and_nothing_harmless_stopped():
    """Hard lines written after the rule was settled: 5 of 30 were seen by the rule before, 15 now. Never tune on these."""
    fresh = labelled("clinical_fresh_lines.txt")
    assert sum(bool(clinical(line)) for yes, line in fresh if yes) >= 15
    assert [line for yes, line in fresh if not yes and clinical(line)] == []


@pytest.mark.parametrize(
    ("text", "seen"),
    [("NHS number 943 476 5919", ["NHS number 943 476 5919"]), ("Is it 943 476 5919?", ["943 476 5919"]), ("Reference 943 476 5918", []), ("Ring 01632 960001", []),
     ("You were born 2 June 1991", ["born 2 June 1991"]), ("The surgery is closed", []),
     ("Your SSN is 078-05-1120", ["SSN", "078-05-1120"]), ("Patient parking: code 4471", []),
     ("You live at 8 Mill Lane?", ["live at 8 Mill Lane"]), ("We are now at 8 Mill Lane", [])],
)  # fmt: skip
def test_figures_that_say_who_somebody_is_are_seen(text, seen):
    assert clinical(text) == seen


@pytest.mark.parametrize("text", [
    "Ms Patel will see you at 3", "Join the MS Teams meeting", "Frau Dr. Herz ist im Urlaub", "Liverpool Podiatry: see you at 3",
    "Thanks for visiting the clinic, please leave a review", "The clinic is on level 2", "We'll call you right back",
    "Use a phone, tablet or laptop", "Looking forward to hearing from you", "Bitte melden Sie sich an der Rezeption",
    "Ask your GP for a referral letter and bring it", "Thanks for filling in the form", "Keine Angst, es dauert nicht lange",
    "We will discharge the deposit next week",
])  # fmt: skip
def test_names_and_figures_of_speech_stop_nothing(text):
    assert clinical(text) == []


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
