"""Taking a file in, wherever it comes from: what may come depends on who sends it and what the practice turned on."""

from core.messages.filetypes import DOCX, FROM_PATIENTS, FROM_STAFF
from core.messages.inspect import Checked, FileRefused, check_file
from core.practice.choices import takes_word_documents
from core.store.unit import ActorKind, Unit, Who
from core.store.writer import Store

MOST_FILES = 5  # in one submission (S79)
MOST_TOGETHER = 25 << 20  # bytes


def receive(store: Store, who: Who, name: str, data: bytes) -> Checked:
    """Check a file that `who` sends; to be kept with `files.keep` in the action that needs it. Raises FileRefused.

    Here and not in that action, because checking takes a while and the writer must not wait for it.
    """
    limit = store.settings.attachment_max_mb << 20
    return check_file(name, data, limit, allowed=store.look(who, allowed_types))


def receive_all(store: Store, who: Who, given: list[tuple[str, bytes]]) -> list[Checked]:
    """Check all files of one submission; all or none. Raises FileRefused naming the one at fault."""
    if len(given) > MOST_FILES:
        raise FileRefused(given[MOST_FILES][0], "many", limit=MOST_FILES)
    together = 0
    for name, data in given:
        together += len(data)
        if together > MOST_TOGETHER:
            raise FileRefused(name, "together", limit=MOST_TOGETHER)
    return [receive(store, who, name, data) for name, data in given]


def allowed_types(unit: Unit) -> frozenset[str]:
    """The types this sender may send to this practice: patients' phones make HEIC, Word is for who turned it on."""
    usual = FROM_STAFF if unit.actor.kind is ActorKind.STAFF else FROM_PATIENTS
    return usual | {DOCX} if takes_word_documents(unit) else usual
