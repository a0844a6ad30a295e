"""A key that nothing is sealed with goes a day after it was made; every key that is needed stays."""

from datetime import timedelta

import pytest

from core.forms import answers
from core.forms.sweeping import KINDS, Sweeping
from core.messages import find as messages
from core.messages.files import keep
from core.messages.inspect import Checked
from core.release import reading
from core.release.link import send_direct
from tests.core.forms.test_forms import post, sent

PDF = Checked("a.pdf", "application/pdf", b"%PDF-1.7")


class PowerCutError(Exception):
    """The transaction ends here."""


def fails(unit, action, *args, **more):
    action(unit, *args, **more)
    raise PowerCutError


def test_what_a_failed_transaction_leaves_in_the_keyring_is_swept_and_nothing_that_is_needed(
    store, anna, amara, network, system, clock
):
    patient, link_id, _ = sent(store, anna, amara, network, system, "phq-9")
    file = store.run(anna, keep, PDF, uploaded_by=anna.actor.id)
    letter = store.run(anna, send_direct, amara, "Your results are back.", attachments=[file.id])
    post(store, patient, link_id, 1, "1")
    store.run(patient, reading.keep_words, link_id, "Half a sentence")
    needed = keys_of(store, anna)
    for action, given in ((send_direct, (amara, "Lost.")), (keep, (PDF,)), (reading.keep_words, (link_id, "Lost."))):
        who = patient if action is reading.keep_words else anna
        with pytest.raises(PowerCutError):
            store.run(who, fails, action, *given, **({"uploaded_by": anna.actor.id} if action is keep else {}))
    orphans = keys_of(store, anna) - needed
    sweeping = Sweeping(store)
    assert len(orphans) == 3 and swept(sweeping) == 0  # whoever made them may still be about to need them
    clock.forward(days=1, seconds=1)
    assert swept(sweeping) == 3 and keys_of(store, anna) == needed
    assert store.look(patient, reading.reading, link_id).kept == "Half a sentence"
    assert len(store.look(patient, answers.filling, link_id).draft.answers) == 1
    assert store.look(anna, messages.message, letter.id).attachments[0].name == "a.pdf"


def keys_of(store, who):
    """The keys of all single items."""
    return store.look(
        who,
        lambda unit: {
            key for kind in KINDS for key, _ in unit.seals.keys_of_items(kind, unit.now + timedelta(seconds=1))
        },
    )


def swept(sweeping):
    """All pages of a day."""
    return sum(sweeping() for _ in range(20))
