"""A patient's whole record as one zip file, to be handed to them or taken to another practice (GDPR art. 15, 20).

`record.json` has who they are, everything said with or about them, what became of each delivery and link, every form
they sent as a FHIR Bundle, and the audit trail about them; `files/` has every file. A file that was erased, or that the
virus scanner holds back, is named with its state and is not in it. What colleagues wrote about the patient is part of
it; `internal=False` leaves that out.
"""

import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO
from uuid import UUID

from core.audit.trail import append
from core.delivery import find as deliveries
from core.delivery.words import STATUS_WORDS, Delivery
from core.errors import NotFound
from core.forms.response import dumps
from core.forms.responses import answered, copies
from core.messages import files
from core.messages import find as messages
from core.messages.words import Attachment, Kind, Message
from core.patients import find as patients
from core.practice import find as practice
from core.practice.rights import require
from core.practice.words import Right
from core.release import find as releases
from core.release import trail
from core.release.words import BY_FILTER, RELEASE_WORDS, ReleaseState
from core.seal.keyring import Erased
from core.store.unit import ActorKind, Unit

VERB = "record exported"
PAGE = 200  # messages read at once


def whose(unit: Unit, said: str) -> UUID:
    """The patient that an id means: ours, or the practice's own number for them. Raises NotFound."""
    found = [one.id for one in patients.everyone(unit) if said in (str(one.id), one.external_id)]
    if len(found) != 1:
        raise NotFound("patient")
    return found[0]


def note(unit: Unit, patient_id: UUID, *, internal: bool = True) -> None:
    """Say in the audit trail that somebody takes the record out. Raises NotFound, Forbidden (of staff)."""
    if unit.actor.kind is ActorKind.STAFF:
        require(unit, Right.ADMINISTER)
    patients.patient(unit, patient_id)
    append(unit, VERB, patient_id, internal=internal)


def write(unit: Unit, patient_id: UUID, out: BinaryIO, *, internal: bool = True) -> None:
    """Write the zip file. Raises NotFound."""
    said = _said(unit, patient_id, internal)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("record.json", dumps(_whole(unit, patient_id, said)))
        for path, data in _files(unit, said):
            archive.writestr(path, data)


def as_json(unit: Unit, patient_id: UUID, *, internal: bool = True) -> bytes:
    """The record without the bytes of its files. Raises NotFound."""
    return dumps(_whole(unit, patient_id, _said(unit, patient_id, internal)))


def _said(unit: Unit, patient_id: UUID, internal: bool) -> list[Message]:
    """The messages of the patient's conversation, oldest first."""
    thread, after = messages.patient_thread(unit, patient_id), 0
    said: list[Message] = []
    while thread and (page := messages.history(unit, thread, after=after, limit=PAGE)):
        said += [one for one in page if internal or one.kind not in (Kind.INTERNAL, Kind.EVENT)]
        after = page[-1].seq
    return said


def _whole(unit: Unit, patient_id: UUID, said: list[Message]) -> dict[str, Any]:
    about, card = patients.patient(unit, patient_id), practice.card(unit)
    ids = [one.id for one in said]
    brought, released = deliveries.of_messages(unit, ids), releases.states(unit, ids)
    return {
        "practice": {"name": card.name, "phone": card.phone},
        "exported_at": _moment(unit.now),
        "patient": {
            "id": str(about.id),
            "external_id": about.external_id,
            "first_name": about.first_name,
            "last_name": about.last_name,
            "date_of_birth": about.date_of_birth.isoformat() if about.date_of_birth else None,
            "email": about.email,
            "mobile": about.mobile,
            "status": about.status.value,
            "prefers": about.prefers,
            "language": about.language,
            "no_texts_since": _moment(about.no_texts_since),
            "no_emails_since": _moment(about.no_emails_since),
        },
        "messages": [_message(one, brought.get(one.id, ()), released.get(one.id)) for one in said],
        "answers": list(_answers(unit, patient_id)),
        "trail": [_entry(one) for one in trail.concerning(unit, patient_id)],
    }


def _message(one: Message, brought: tuple[Delivery, ...], state: ReleaseState | None) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "created_at": _moment(one.created_at),
        "kind": one.kind.value,
        "direction": one.direction.value,
        "author": one.author.name if one.author else None,
        "by_proxy": one.by_proxy,
        "subject": one.subject,
        "text": one.whole or one.text,
        "form": one.form,
        "attachments": [_file(file) for file in one.attachments],
        "edited_at": _moment(one.edited_at),
        "deleted_at": _moment(one.deleted_at),
        "deliveries": [
            {
                "channel": delivery.channel.value,
                "purpose": delivery.purpose.value,
                "to": delivery.to,
                "status": delivery.status.value,
                "status_words": STATUS_WORDS[delivery.status],
                "at": _moment(delivery.at),
                "reason": delivery.reason,
            }
            for delivery in brought
        ],
        "release": state
        and {
            "status": state.status.value,
            "status_words": BY_FILTER if state.filtered else RELEASE_WORDS[state.status],
            "expires_at": _moment(state.expires_at),
            "unlocked_at": _moment(state.unlocked_at),
            "answered_at": _moment(state.answered_at),
        },
    }


def _file(one: Attachment) -> dict[str, Any]:
    return {"name": one.name, "type": one.type, "size": one.size, "state": one.state.value, "path": _path(one)}


def _files(unit: Unit, said: list[Message]) -> Iterator[tuple[str, bytes]]:
    for message in said:
        for one in message.attachments:
            if one.state.served:
                yield _path(one), files.bytes_of(unit, one.id)


def _path(one: Attachment) -> str:
    """Where a file stands in the zip: by id, so that no name of a file can lead anywhere else."""
    ending = one.name.rpartition(".")[2]
    return f"files/{one.id}.{ending if ending.isalnum() else 'bin'}"


def _answers(unit: Unit, patient_id: UUID) -> Iterator[dict[str, Any]]:
    for message_id in answered.messages_of(unit, patient_id):
        try:
            given = answered.of_message(unit, message_id)
        except Erased:
            continue
        yield json.loads(copies.bundled(unit, given, {})(), parse_float=Decimal)


def _entry(one: trail.Entry) -> dict[str, Any]:
    actor = str(one.actor_id) if one.actor_id else None
    return {"seq": one.seq, "at": _moment(one.at), "actor": one.actor, "actor_id": actor, "verb": one.verb} | (
        {"facts": one.facts} if one.facts else {}
    )


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
