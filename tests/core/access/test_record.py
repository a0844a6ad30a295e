"""A patient's whole record in one file: all of theirs, nothing of anybody else's, noted in the trail (GDPR art. 15)."""

import io
import json
import zipfile
from uuid import UUID

import pytest
from sqlalchemy import update

from core.access import record
from core.audit.trail import entries
from core.errors import Forbidden, NotFound
from core.messages.conversations import of_patient
from core.messages.files import keep
from core.messages.inspect import Checked
from core.messages.post import post
from core.messages.tables import FileRow
from core.messages.words import Direction, FileState, Kind, Writing
from core.release.link import send_direct
from tests.core.forms.sending import answered_by, chosen

PDF = b"%PDF-1.7 a report"


@pytest.fixture
def filled(store, anna, amara, idris, network):
    """Amara has a Direct Message with a file, a form she sent and a note of Anna's; Idris has a message of his own."""
    answered_by(store, anna, amara, network, "phq-9", lambda form: chosen(form, [1] * 8 + [0, 1]))
    file = store.run(anna, keep, Checked("../report.pdf", "application/pdf", PDF), uploaded_by=anna.actor.id)
    store.run(anna, send_direct, amara, "Here is your report.", attachments=[file.id])
    store.run(anna, send_direct, idris, "For Idris alone.")
    note = Writing(Kind.INTERNAL, Direction.INTERNAL, "Prefers mornings.")
    store.run(anna, post, store.run(anna, of_patient, amara.id), note)
    return file.id


def taken(store, who, patient_id: UUID, **how):
    """The record as a zip file, read again."""
    out = io.BytesIO()
    store.look(who, record.write, patient_id, out, **how)
    return zipfile.ZipFile(out)


def test_it_holds_all_that_was_said_and_every_file_and_form_and_nobody_elses(store, system, amara, filled):
    whole = taken(store, system, amara.id)
    told = json.loads(whole.read("record.json"))
    assert {"Here is your report.", "Prefers mornings."} <= {one["text"] for one in told["messages"]}
    assert "For Idris alone." not in whole.read("record.json").decode()
    assert [one["path"] for said in told["messages"] for one in said["attachments"]] == [f"files/{filled}.pdf"]
    assert whole.read(f"files/{filled}.pdf") == PDF
    kinds = [one["resource"]["resourceType"] for one in told["answers"][0]["entry"]]
    assert {"Questionnaire", "Patient", "QuestionnaireResponse"} <= set(kinds)
    assert told["patient"]["email"] == amara.email and told["trail"]
    released = next(one for one in told["messages"] if one["text"] == "Here is your report.")
    assert released["release"]["status"] == "waiting" and released["release"]["status_words"] == "Not opened yet"
    assert {one["status_words"] for one in released["deliveries"]} == {"Waiting to go"}  # the words of the chat (U61)


def test_what_colleagues_wrote_can_be_left_out(store, system, amara, filled):
    told = json.loads(taken(store, system, amara.id, internal=False).read("record.json"))
    assert {one["kind"] for one in told["messages"]} == {"direct"}


def test_a_file_that_is_held_back_is_named_and_not_in_it(store, system, amara, filled):
    store.run(system, lambda unit: unit.db.execute(update(FileRow).values(state=FileState.INFECTED)))
    whole = taken(store, system, amara.id)
    told = json.loads(whole.read("record.json"))
    assert [one["state"] for said in told["messages"] for one in said["attachments"]] == ["infected"]
    assert whole.namelist() == ["record.json"]


@pytest.mark.s("S89")
def test_taking_it_out_is_noted_and_only_owners_and_admins_may(store, anna, ben, tom, amara):
    with pytest.raises(Forbidden):
        store.run(ben, record.note, amara.id)
    with pytest.raises(NotFound):
        store.run(tom, record.note, amara.id)
    with pytest.raises(NotFound):
        taken(store, tom, amara.id)
    store.run(anna, record.note, amara.id)
    noted = [one for one in store.look(anna, lambda unit: list(entries(unit))) if one["verb"] == record.VERB]
    assert [(one["about"], one["actor_id"]) for one in noted] == [(str(amara.id), str(anna.actor.id))]
