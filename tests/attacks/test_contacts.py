"""Catalogue B34 and S27: whoever changes a number proves who they are, the old address is told, the trail knows."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from core.audit.tables import AuditEntry
from core.audit.trail import entries
from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.words import Command, Order, Undecided
from core.errors import Forbidden, Invalid
from core.patients import find as patients
from core.patients.intake import import_csv
from core.practice import doors
from core.release import contacts
from core.release.link import reissue, send_direct
from core.release.reading import not_me
from core.release.tables import LinkRow
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
    wrong = colleague.post(path, {"email": amara.email, "mobile": "07700 9OO"}, on=path)
    assert wrong.status_code == 422 and 'value="07700 9OO"' in wrong.text and "Error: Contacts" in wrong.text
    assert "too easy" in colleague.post(f"/patients/{amara.id}/pin", {"pin": "123456"}, on=path).text
    for kept, fields in (("", {"email": amara.email, "mobile": amara.mobile}), ("/pin", {"pin": "brass lantern"})):
        said = colleague.get(colleague.post(path.replace("/contacts", kept or "/contacts"), fields, on=path).location)
        assert "kept" in said.text.split('role="status"')[1].split("</p>")[0]
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


@pytest.mark.attack("B33", "B34")
@pytest.mark.s("S27")
def test_a_file_that_changes_how_somebody_is_reached_is_a_correction_like_any_other(
    store, anna, ben, amara, guest, l1, network
):
    file = f"first_name,last_name,date_of_birth,mobile\nAmara,Testwell,1985-03-14,{NEW}\n".encode()
    tried = import_csv(store, anna, file, moved=contacts.moved, dry_run=True)
    assert (tried.updated, tried.told) == (1, 0) and len(network.to("amara@example.org")) == 1
    came = import_csv(store, anna, file, moved=contacts.moved)
    assert (came.updated, came.told) == (1, 1)
    now = store.look(anna, patients.patient, amara.id)
    assert (now.mobile, now.email) == (
        "+447700900099",
        amara.email,
    )  # the file has no column of addresses, so says none is gone
    assert "new mobile number" in network.to("amara@example.org")[0].text
    (said,) = store.look(anna, lambda unit: [one for one in entries(unit) if one["verb"] == "contact corrected"])
    assert said["facts"]["changed"] == ["mobile"] and "900099" not in str(said) and amara.mobile not in str(said)
    assert said["facts"]["mobile_old"] != said["facts"]["mobile_new"]
    draft = store.run(ben, prepare, Order(Command.DIRECT, (amara.id,), "Hello"))
    assert [one.code for one in draft.warnings] == ["fresh"]
    guest.get(l1.url)
    guest.post("/unlock/send")
    assert network.code(amara.mobile) and not network.to("+447700900099")
    again = import_csv(store, anna, file, moved=contacts.moved)
    assert (again.unchanged, again.told) == (1, 0)


@pytest.mark.s("S27")
def test_for_a_day_senders_are_warned(store, anna, ben, amara, clock):
    store.run(anna, contacts.correct, amara.id, amara.email, NEW)
    order = Order(Command.DIRECT, (amara.id,), "Hello")
    draft = store.run(ben, prepare, order)
    assert [(one.code, one.decide) for one in draft.warnings] == [("fresh", ("checked",))]
    for decided in ({}, {"fresh": "whatever"}):
        with pytest.raises(Undecided):
            store.run(ben, confirm, draft.id, decided=decided)
    sent = store.run(ben, confirm, draft.id, decided={"fresh": "checked"})
    said = store.look(ben, lambda unit: [one for one in entries(unit) if one["verb"] == "sent after a warning"])
    assert [(one["about"], one["facts"]) for one in said] == [(str(sent.id), {"warned": ["fresh"]})]
    clock.forward(hours=24)
    assert "fresh" not in [one.code for one in store.run(ben, prepare, order).warnings]


def test_who_opened_neither_of_the_last_two_is_not_written_to_a_third_time_without_a_thought(store, anna, amara, clock):
    def warned(order):
        return [one.code for one in store.run(anna, prepare, order).warnings]

    order = Order(Command.DIRECT, (amara.id,), "Hello")
    sent = [store.run(anna, send_direct, amara, text) for text in ("One", "Two")]
    assert warned(order) == []  # they have not had a day to open it
    clock.forward(days=1)
    assert warned(order) == ["unopened"] and warned(replace(order, command=Command.SMS)) == []
    draft = store.run(anna, prepare, order)
    with pytest.raises(Undecided):
        store.run(anna, confirm, draft.id)
    opened = {"unlocked_at": clock()}
    store.run(
        anna, lambda unit: unit.db.execute(update(LinkRow).where(LinkRow.message_id == sent[0].id).values(opened))
    )
    assert warned(order) == [] and store.run(anna, confirm, draft.id).text == "Hello"


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
