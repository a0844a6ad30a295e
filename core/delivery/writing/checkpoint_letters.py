"""The day's signed checkpoint, mailed to somebody outside: who keeps it can prove what the trail said then (S109)."""

from core.audit.checkpoint import checkpoints, take_head
from core.delivery import outbox
from core.delivery.notices import checkpoint_email
from core.delivery.words import Channel, Purpose
from core.patients.phone import masked_email
from core.practice import find as practice
from core.store.unit import Unit


def note_head(unit: Unit) -> int:
    """Note the head of the trail, and mail it on the one time a day it is signed; how many entries are new under it."""
    known = len(checkpoints(unit))
    grown, to = take_head(unit), unit.settings.checkpoint_to
    signed = checkpoints(unit)
    if to and len(signed) > known:
        outbox.queue(
            unit,
            channel=Channel.EMAIL,
            purpose=Purpose.NUDGE,
            parcel=checkpoint_email(to, practice.card(unit), signed[-1]),
            masked=masked_email(to),
        )
    return grown
