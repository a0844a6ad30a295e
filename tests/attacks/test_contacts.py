"""Catalogue B34 and S27: whoever changes a number proves who they are, the old address is told, the trail knows."""

import pytest
from sqlalchemy import select

from core.audit.tables import AuditEntry
from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.errors import Forbidden, Invalid
from core.patients import find as patients
from core.practice import doors
from core.release import contacts
from core.release.link import reissue
from core.release.reading import not_me
from staffbot import create_app
from tests.staffbot.browser import Browser

NEW = "07700 900099"


@pytest.mark.attack("B34", "D19")
@pytest.mark.s("S27", "S47")
def test_a_number_is_changed_only_by_who_proved_lately_who_they_are(settings, store, anna, amara, clock):
    colleague = Browser(create_app(settings, store).test_client(), clock, {})
    colleague.sign_in()
    page, path = f"/patients/{amara.id}", f"/patients/{amara.id}/contacts"
    assert NEW not in colleague.get(path).text and colleague.get(path).status_code == 200
    clock.forward(minutes=11)
    fields = {"email": amara.email, "mobile": NEW}
    assert colleague.post(path, fields, on=page).status_code != 200
    assert store.look(anna, patients.patient, amara.id).mobile == amara.mobile
    clock.forward(seconds=30)
    assert colleague.get(path).status_code == 303  # to prove it once more


@pytest.mark.attack("B34")
@pytest.mark.s("S27", "S111")
def test_the_old_address_is_told_and_the_trail_holds_pseudonyms(store, anna, amara, network):
    assert store.run(anna, contacts.correct, amara.id, "new@example.org", NEW).told
    letter = network.to("amara@example.org")[0]
    assert letter.subject == "Your contact details have changed" and "new email address" in letter.text
    assert network.to("new@example.org") == []
    entry = store.look(anna, lambda unit: unit.db.execute(
        select(AuditEntry.facts).where(AuditEntry.verb == "contact corrected")).one())  # fmt: skip
    assert set(entry.facts["changed"]) == {"email", "mobile"}
    assert entry.facts["mobile_old"] != entry.facts["mobile_new"] and len(entry.facts["mobile_new"]) == 12
    assert "900099" not in str(entry.facts) and "example" not in str(entry.facts)


@pytest.mark.attack("B21")
@pytest.mark.s("S22", "S27")
@pytest.mark.parametrize("number", ["+33612345678", "01632 960001", "+1 202 555 0123"])
def test_a_number_that_gets_no_texts_is_refused_at_save(store, anna, amara, number):
    with pytest.raises(Invalid):
        store.run(anna, contacts.correct, amara.id, amara.email, number)
    assert store.look(anna, patients.patient, amara.id).mobile == amara.mobile


@pytest.mark.s("S27")
def test_for_a_day_senders_are_warned(store, anna, ben, amara, clock):
    store.run(anna, contacts.correct, amara.id, amara.email, NEW)
    order = Order(Command.DIRECT, (amara.id,), "Hello")
    assert "fresh" in [one.code for one in store.run(ben, prepare, order).warnings]
    clock.forward(hours=24)
    assert "fresh" not in [one.code for one in store.run(ben, prepare, order).warnings]


@pytest.mark.s("S27", "S52")
def test_an_assistant_changes_nobodys_number(store, carl, amara):
    with pytest.raises(Forbidden):
        store.run(carl, contacts.correct, amara.id, amara.email, NEW)


@pytest.mark.attack("C07")
@pytest.mark.s("S34")
def test_after_somebody_said_not_me_senders_are_told_until_a_link_is_sent_again(store, anna, ben, amara, l1):
    store.run(l1.who, not_me, store.door(doors.link, l1.token).link_id)
    order = Order(Command.DIRECT, (amara.id,), "Hello")
    assert "doubted" in [one.code for one in store.run(ben, prepare, order).warnings]
    store.run(anna, reissue, l1.message.id)
    assert "doubted" not in [one.code for one in store.run(ben, prepare, order).warnings]
