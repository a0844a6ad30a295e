"""A report whose mark and whose name of the delivery are of two practices: it is believed about neither (S52, S97)."""

import json

import pytest

from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.delivery import credits, find
from core.delivery.reference import PURPOSE, pack
from core.delivery.suppression import bars
from core.delivery.words import Channel, Status
from core.patients import record
from core.practice.words import Plan, Role
from core.store import Who
from core.store.unit import SYSTEM
from tests import conftest
from tests.portal.hooks.calls import MAILJET, PAIR, ZERO, signature
from tests.portal.hooks.test_plivo_reports import delivery_name


@pytest.fixture
def theirs(store, worker, simulator, portal):
    """A text or letter of another practice that arrived: who sent it and its delivery."""

    def send(command, subject):
        card = conftest._practice(store, "ash", Plan.SUBSCRIBED, credits=20)
        beth = conftest.hire(store, card, "Beth Foreign", Role.OWNER, ("admin",))
        person = conftest.person("Petra", "Foreign", email="petra@example.org", mobile="07700 900060")
        petra = store.run(Who(card.id, SYSTEM), record.add, **person)
        draft = store.run(beth, prepare, Order(command, (petra.id,), "A letter", subject=subject))
        message = store.run(beth, confirm, draft.id, hold=0)
        worker.turn()
        simulator.wait_for(simulator.idle)
        return beth, store.look(beth, find.of_messages, [message.id])[message.id][0]

    return send


@pytest.mark.parametrize(("command", "subject"), [(Command.SMS, ""), (Command.EMAIL, "Hello")])
@pytest.mark.attack("D18", "G08")
@pytest.mark.s("S52", "S97")
def test_a_report_with_the_mark_of_another_practice_moves_nothing_of_either(
    store, anna, settings, call, sent, theirs, command, subject
):
    ours = sent(command, subject)
    beth, foreign = theirs(command, subject)
    mark, name = pack(store.seals(ZERO).mac_key(PURPOSE), foreign.id), delivery_name(store, ours)

    def standing():
        pairs = ((anna, ours), (beth, foreign))
        return [
            (
                store.look(who, find.of_messages, [one.message_id])[one.message_id][0].status,
                store.look(who, credits.balance),
            )
            for who, one in pairs
        ]

    before = standing()
    assert [status for status, _ in before] == [Status.DELIVERED] * 2
    if command is Command.SMS:
        path, fields = (
            f"/hooks/plivo/status?ref={mark}",
            {"MessageUUID": name, "From": "1", "To": "2", "Status": "failed", "ErrorCode": "50"},
        )
        assert call(path, data=fields, headers=signature(settings, path, fields, "7" * 20)).status_code == 403
    else:
        bounce = {"event": "bounce", "MessageID": int(name), "CustomID": mark, "hard_bounce": True, "time": 1}
        user, _, word = PAIR.partition(":")
        assert call(f"{MAILJET}/events", data=json.dumps([bounce]), auth=(user, word)).status_code == 200
    assert standing() == before
    assert not any(
        store.look(beth, bars, channel, to)
        for channel, to in ((Channel.SMS, "+447700900060"), (Channel.EMAIL, "petra@example.org"))
    )
