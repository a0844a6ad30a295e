"""A form behind somebody's link, answered: for the specifications of what becomes of answers."""

from dataclasses import replace

from core.forms import answers, find, library
from core.forms.answering.drafts import Draft
from core.forms.answering.submission import send
from core.practice import doors
from core.release.link import send_direct
from core.store import Actor, ActorKind, Who


def answered_by(store, staff, patient, network, key, given):
    """Send a form to a patient who answers it at once; the message that says so. `given` is made of the form."""
    store.run(staff, library.install)
    store.run(staff, send_direct, patient, "", form=store.look(staff, find.by_key, key))
    door = store.door(doors.link, network.link(patient.email).rsplit("/", 1)[1])
    who = Who(door.practice_id, Actor(ActorKind.PATIENT))
    answers.change(store, who, door.link_id, lambda now: replace(now, draft=Draft(given(now.form))))
    return send(store, who, door.link_id)


def chosen(form, points):
    """The answers to the scored questions of an instrument, each by what it counts; the others their first choice."""
    asked = [one for one in form.items if one.options]
    return {one.link_id: (answers.Entry(one.options[p].value),) for one, p in zip(asked, points, strict=False)}
