"""The Messages tab's question: the database narrows a thread as somebody would who looks at every row (U60)."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.delivery.tables import DeliveryRow
from core.delivery.words import Purpose, Status
from core.errors import NotFound
from core.forms import find, library
from core.forms.tables import FormAnswers
from core.forms.thread import FORM, STATUSES, TROUBLE, Sought, counts, page, place
from core.forms.waiting import on_paper
from core.messages import edit, tasks
from core.messages.conversations import of_patient
from core.messages.post import post
from core.messages.words import Direction, Kind, TaskState, Writing
from core.release.link import link_of, send_direct
from core.release.record import stands
from core.release.tables import LinkRow
from core.release.words import Release

REACHED = {
    Release.WAITING: {}, Release.OPENED: {"opened_at"}, Release.CODE_SENT: {"opened_at", "code_sent_at"},
    Release.UNLOCKED: {"unlocked_at"}, Release.ANSWERED: {"unlocked_at", "answered_at"},
    Release.FROZEN: {"frozen_at"}, Release.REVOKED: {"unlocked_at", "revoked_at"}, Release.EXPIRED: {"expires_at"},
}  # fmt: skip
NOTE = Writing(Kind.INTERNAL, Direction.INTERNAL, "Only for us")


def filled(unit, patient, colleague):
    """A row of every kind, direction and status in one thread."""
    thread = of_patient(unit, patient.id)
    library.install(unit, ("gad-7",))
    form, row = find.by_key(unit, "gad-7"), DeliveryRow

    def sent(status, moments=(), **more):
        message = send_direct(unit, patient, "Locked", **more)
        unit.db.execute(
            update(row).where(row.message_id == message.id, row.purpose != Purpose.CODE).values(status=status)
        )
        if moments:
            now = dict.fromkeys(moments, unit.now)
            unit.db.execute(update(LinkRow).where(LinkRow.message_id == message.id).values(now))
        return message

    for status in Status:
        sent(status)
        text = confirm(unit, prepare(unit, Order(Command.SMS, (patient.id,), "Your letter is ready")).id, hold=0)
        unit.db.execute(update(row).where(row.message_id == text.id).values(status=status))
    for moments in REACHED.values():
        sent(Status.DELIVERED, moments)
    on_paper.done_on_paper(unit, sent(Status.FAILED, form=form).id)
    sent(Status.QUEUED, ("revoked_at",))
    answered = post(unit, thread, Writing(Kind.DIRECT, Direction.INBOUND, "Answered", form={"title": "GAD-7"}))
    link = link_of(unit, sent(Status.DELIVERED, ("unlocked_at", "answered_at"), form=form).id)
    unit.db.execute(update(FormAnswers).where(FormAnswers.link_id == link).values(message_id=answered.id))
    asked = [tasks.ask(unit, colleague, "Please book", patient_id=patient.id) for _ in range(3)]
    post(unit, thread, NOTE)
    edit.remove(unit, post(unit, thread, NOTE).id)
    post(unit, thread, Writing(Kind.EVENT, Direction.INTERNAL, "Latchkey says"))
    post(unit, thread, Writing(Kind.SMS, Direction.INBOUND, "Is it ready?"))
    return asked


def test_every_status_kind_and_direction_finds_exactly_the_rows_that_show_it(store, anna, ben, amara):
    asked = store.run(anna, filled, amara, ben.actor.id)
    store.run(ben, tasks.take, asked[1].id)
    store.run(ben, tasks.done, asked[2].id)

    def found(**sought):
        return [one.id for one in store.look(anna, page, amara.id, Sought(**sought), limit=200)]

    rows = store.look(anna, page, amara.id, limit=200)
    assert [one.seq for one in rows] == sorted((one.seq for one in rows), reverse=True)
    assert not any(one.deleted_at or one.kind is Kind.EVENT for one in rows)
    for name, status in STATUSES.items():
        shown = [
            one.id for one in rows
            if (one.task.state if one.task and isinstance(status, TaskState) else stands(one)) is status
        ]  # fmt: skip
        assert shown and found(status=name) == shown, name
    bad = {Status.FAILED, Status.BOUNCED, Status.BLOCKED, Status.UNKNOWN, Release.FROZEN}
    assert found(status=TROUBLE) == [one.id for one in rows if stands(one) in bad]
    for direction in Direction:
        assert found(direction=direction) == [one.id for one in rows if one.direction is direction] != []
    assert found(kind=FORM) == [one.id for one in rows if one.form] and len(found(kind=FORM)) == 3
    for kind in (Kind.INTERNAL, Kind.SMS, Kind.DIRECT):
        assert found(kind=kind) == [one.id for one in rows if one.kind is kind and not one.form] != []
    both = found(kind="sms", direction=Direction.OUTBOUND, status="failed")
    assert both == [one.id for one in rows if one.kind is Kind.SMS and stands(one) is Status.FAILED] != []

    many = store.look(anna, counts, amara.id, Sought(kind="sms"))  # whichever kind is sought
    assert many == {name: len(found(kind=name)) for name in many} and many[""] == len(rows)
    assert store.look(anna, counts, amara.id, Sought(direction=Direction.INBOUND))[""] == len(
        found(direction=Direction.INBOUND)
    )
    third = rows[2].seq
    assert store.look(anna, place, amara.id, Sought(), third) == 3
    assert store.look(anna, place, amara.id, Sought(oldest_first=True), third) == len(rows) - 2


def test_pages_follow_each_other_both_ways_and_keep_to_the_days_asked_for(store, anna, amara, clock):
    thread = store.run(anna, of_patient, amara.id)
    for n in range(6):
        store.run(anna, post, thread, Writing(Kind.INTERNAL, Direction.INTERNAL, str(n)))
        clock.forward(days=1)

    def said(beyond=0, **sought):
        return "".join(one.text for one in store.look(anna, page, amara.id, Sought(**sought), beyond=beyond, limit=4))

    start = clock() - timedelta(days=6)
    assert (said(), said(3)) == ("5432", "10")
    assert (said(oldest_first=True), said(4, oldest_first=True)) == ("0123", "45")
    assert said(since=start + timedelta(days=2), until=start + timedelta(days=4)) == "32"
    assert said(since=clock()) == "" and said(until=start) == ""


def test_who_was_never_written_to_has_no_rows_and_a_foreign_patient_is_not_found(store, anna, tom, amara):
    assert store.look(anna, page, amara.id) == []
    with pytest.raises(NotFound):
        store.look(tom, page, amara.id)
