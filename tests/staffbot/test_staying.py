"""Who works in the chat alone stays signed in; an open page by itself does not keep anybody so (S45)."""

import json
from types import SimpleNamespace

import pytest

from core.messages.conversations import open_with_staff
from core.practice import doors, sessions
from staffbot.live.hub import Hub
from staffbot.live.pace import Pace
from staffbot.live.socket import receive


@pytest.fixture
def says(store, system, anna, ben, clock, settings):
    """Anna's socket: say an op about her conversation with Ben; what is answered is kept."""
    token = store.run(system, sessions.start, anna.actor.id, "a laptop")[1]
    thread = store.run(anna, open_with_staff, ben.actor.id).id
    peer = SimpleNamespace(store=store, who=anna, token=token, greeted=True, closed=[], sent=[])
    peer.run = lambda action, *args, **kwargs: store.run(anna, action, *args, **kwargs)
    peer.look = lambda question, *args, **kwargs: store.look(anna, question, *args, **kwargs)
    peer.close = lambda code, _reason: peer.closed.append(code)
    peer.send = peer.sent.append
    hub, pace = Hub(store), Pace(settings)

    def say(op, **more):
        receive(peer, hub, pace, json.dumps({"op": op, "ref": 1, "conversation": str(thread), **more}), "")
        return store.door(doors.staff_session, token, clock()) is not None and not peer.closed

    return say


@pytest.mark.attack("D15")
@pytest.mark.s("S45")
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_half_an_hour_without_a_doing_ends_the_session_and_closes_the_socket(says, clock):
    for _ in range(2):
        clock.forward(minutes=14)
        assert says("conversation.read", up_to=0) and says("conversation.history")
    clock.forward(minutes=3)
    assert not says("conversation.read", up_to=0)


@pytest.mark.s("S45")
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_who_types_and_sends_for_an_hour_without_another_page_stays_signed_in(says, clock):
    for number in range(3):
        clock.forward(minutes=20)
        assert says("draft.keep", text=f"number {number}", tab="one")
        clock.forward(minutes=20)
        assert says("message.send", text=f"number {number}", client_id=f"key-{number}-0123456789")
