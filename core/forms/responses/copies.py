"""Copies of answers that leave the practice's own pages: made outside transactions, each in the audit trail (S89)."""

from collections.abc import Callable, Mapping
from uuid import UUID

from core.audit.trail import append
from core.forms.answering.uploads import ids_of
from core.forms.library import export_form
from core.forms.responses import answered
from core.forms.responses.answered import Answered
from core.forms.responses.bundle import bundle
from core.messages import files
from core.store.unit import Unit

FHIR = "/fhir"  # below the portal's own address: what relative references in a Bundle are read from


def taken(unit: Unit, message_id: UUID, form: str) -> Answered:
    """The answers of one message, to be copied as `form`; in the audit trail. Raises NotFound, Erased."""
    found = answered.of_message(unit, message_id)
    append(unit, "answers exported", found.patient.id, form=form, rows=1, message=message_id)
    return found


def all_taken(unit: Unit, form_id: UUID, number: int) -> list[Answered]:
    """All answers to one version, to be copied as CSV; in the audit trail with their number (S89)."""
    found = answered.of_version(unit, form_id, number)
    append(unit, "answers exported", form_id, form="csv", rows=len(found), version=number)
    return found


def as_bundle(unit: Unit, message_id: UUID) -> Callable[[], bytes]:
    """The Bundle of one message's answers, to be put together outside. Raises NotFound, Erased, FileHeld."""
    found = taken(unit, message_id, "fhir")
    read = [files.read_file(unit, file_id, message_id=message_id) for file_id in ids_of(found.answers)]
    return bundled(unit, found, {str(one.id): (one.type, data) for one, data in read})


def bundled(unit: Unit, found: Answered, given: Mapping[str, tuple[str, bytes]]) -> Callable[[], bytes]:
    """The Bundle of answers with the files `given` (media type and bytes by id), to be put together outside."""
    source = export_form(unit, found.key, found.number)
    base = unit.settings.portal_url.rstrip("/") + FHIR
    earlier = [answered.of_message(unit, found.message_id, shown=n).response for n in range(len(found.corrections))]
    return lambda: bundle(found, source, given, base, earlier)
