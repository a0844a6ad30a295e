"""Files as answers: checked, kept, and noted in the draft, by a post of their own (S78-S86)."""

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha1
from uuid import UUID

from core.forms.answering import saving
from core.forms.answers import POSTED_LATE, Filling, change
from core.forms.asking import judging
from core.forms.words import Answers, Value
from core.messages.files import keep
from core.messages.inspect import Checked, FileRefused
from core.messages.receive import MOST_FILES, MOST_TOGETHER, receive
from core.messages.words import Attachment
from core.release.find import open_link
from core.store.unit import Unit, Who
from core.store.writer import Store

URN = "urn:uuid:"


def upload(store: Store, who: Who, link_id: UUID, question: str, name: str, data: bytes) -> Filling:
    """Answer a question, by the name of its field, with a file.

    Raises FileRefused, TooMany, AlreadySent, StalePage, and what `filling` raises.
    """
    checked = receive(store, who, name, data)
    digest = b64encode(sha1(checked.data, usedforsecurity=False).digest()).decode()  # FHIR wants SHA-1 here
    value = {"contentType": checked.type, "title": checked.name, "size": len(checked.data), "hash": digest}
    kept: list[Attachment] = []

    def make(now: Filling) -> Filling:
        asked = now.page(now.number_of(question)).asked
        _refuse_what_the_form_does_not_take(now, checked, judging.broken(asked, {"valueAttachment": value}))
        if not kept:
            kept.append(store.run(who, _keep, link_id, checked))
        created = now.now.replace(microsecond=0).isoformat()
        told = {"valueAttachment": {**value, "creation": created, "url": f"{URN}{kept[0].id}"}}
        return saving.with_value(now, asked, told)

    return change(store, who, link_id, make)


def files_in(answers: Answers) -> Iterator[Value]:
    """Every file among answers, in the order of the draft."""
    for entries in answers.values():
        for entry in entries:
            if entry.value is not None and "valueAttachment" in entry.value:
                yield entry.value["valueAttachment"]
            yield from files_in(entry.below)


def ids_of(answers: Answers) -> tuple[UUID, ...]:
    """The ids of all files among answers."""
    return tuple(UUID(str(one["url"]).removeprefix(URN)) for one in files_in(answers))


def _refuse_what_the_form_does_not_take(now: Filling, checked: Checked, why: str) -> None:
    if why:
        raise FileRefused(checked.name, "size" if why == "maxValue" else "type")
    there = list(files_in(now.draft.answers))
    if len(there) >= MOST_FILES:
        raise FileRefused(checked.name, "many", limit=MOST_FILES)
    if sum(int(one["size"]) for one in there) + len(checked.data) > MOST_TOGETHER:
        raise FileRefused(checked.name, "together", limit=MOST_TOGETHER)


def _keep(unit: Unit, link_id: UUID, checked: Checked) -> Attachment:
    link = open_link(unit, link_id, grace=POSTED_LATE)
    return keep(unit, checked, uploaded_by=None, patient_id=link.patient_id)
