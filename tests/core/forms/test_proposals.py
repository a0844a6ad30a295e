"""Answers that propose to change a patient's details: told, and taken over by a person, each alone (F62)."""

import pytest

from core.errors import Forbidden, NotFound
from core.forms import library
from core.forms.builder.building import with_extension
from core.forms.own import PROPOSES
from core.forms.responses import answered, proposals
from core.forms.responses.proposals import Detail
from core.patients import find as patients
from core.practice import doors
from core.practice.words import Role
from core.release import code
from core.release.link import send_direct
from core.store import Actor, ActorKind, Who
from tests.conftest import hire
from tests.core.forms.making import given, item, questionnaire, string
from tests.core.forms.sending import answered_by

FHIR = "http://hl7.org/fhir/StructureDefinition/Patient#"
ASKED = (
    item("family", definition=f"{FHIR}Patient.name.family"),
    item("given", definition=f"{FHIR}Patient.name.given"),
    item("born", "date", definition=f"{FHIR}Patient.birthDate"),
    with_extension(item("phone"), PROPOSES, {"url": PROPOSES, "valueCode": "mobile"}),
    item("mail", definition=f"{FHIR}Patient.telecom.value"),
    item("other"),
)
SAID = {
    "family": string("Testwell-Jones"), "given": string("Amara"), "born": {"valueDate": "1985-03-15"},
    "phone": string("07700 900058"), "mail": string("not an address@"), "other": string("x"),
}  # fmt: skip


@pytest.fixture
def answer(store, anna, amara, network, system):
    store.run(system, library.add_form, questionnaire(*ASKED), key="details")
    return answered_by(store, anna, amara, network, "details", lambda form: given(**SAID))


def proposed(store, who, answer):
    told = store.look(who, lambda unit: proposals.proposals(unit, answered.of_message(unit, answer.id)))
    return {one.detail.value: (one.old, one.new, one.why) for one in told}


def test_what_was_answered_otherwise_is_told_as_old_and_new_and_taken_over_one_by_one(store, anna, amara, answer):
    assert proposed(store, anna, answer) == {
        "last_name": (amara.last_name, "Testwell-Jones", ""),
        "date_of_birth": ("1985-03-14", "1985-03-15", ""),
        "mobile": ("+447700900057", "+447700900058", ""),
        "email": ("amara@example.org", "not an address@", "unfit"),
    }
    store.run(anna, proposals.apply, answer.id, Detail.LAST_NAME)
    now = store.look(anna, patients.patient, amara.id)
    assert (now.last_name, now.mobile, str(now.date_of_birth)) == ("Testwell-Jones", "+447700900057", "1985-03-14")
    assert set(proposed(store, anna, answer)) == {"date_of_birth", "mobile", "email"}
    for detail in (Detail.EMAIL, Detail.LAST_NAME, Detail.LANGUAGE):
        with pytest.raises(NotFound):
            store.run(anna, proposals.apply, answer.id, detail)


def test_only_who_may_change_patients_takes_a_detail_over(store, practice, anna, amara, answer):
    ida = hire(store, practice, "Ida Assist", Role.ASSISTANT)
    with pytest.raises(Forbidden):
        store.run(ida, proposals.apply, answer.id, Detail.LAST_NAME)
    assert store.look(anna, patients.patient, amara.id).last_name == amara.last_name


@pytest.mark.s("S27")
def test_a_number_that_was_taken_over_never_gets_the_code_of_a_link_that_is_out(store, anna, amara, network, answer):
    store.run(anna, send_direct, amara, "Your letter")
    door = store.door(doors.link, network.link(amara.email).rsplit("/", 1)[1])
    store.run(anna, proposals.apply, answer.id, Detail.MOBILE)
    patient = Who(door.practice_id, Actor(ActorKind.PATIENT))
    store.run(patient, code.ask, door.link_id, b"browser")
    assert network.to("+447700900058") == [] and network.code("+447700900057")
