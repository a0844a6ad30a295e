"""Every fault of the request and every fate of a message that the pretend providers know, through the real clients."""

import pytest

from core.delivery.providers.mailjet import Mailjet
from core.delivery.providers.plivo import Plivo
from core.delivery.providers.ports import Halted, Refused, TooFast, TryAgain, Unsure
from core.delivery.words import Bar, Parcel, Status
from core.ids import new_id
from tests.providers import simulator as pretend
from tests.providers.pretend import settings_for

TAKEN = None
SORTED = {  # what a fault comes to with Plivo, and with Mailjet; `taken`: how often the other end has it then
    "slow": (TAKEN, TAKEN, 1),
    "hang": (Unsure, Unsure, 0),
    "hang_after": (Unsure, Unsure, 1),
    "reset_before": (Unsure, Unsure, 0),
    "reset_after": (Unsure, Unsure, 1),
    "status": (TryAgain, TryAgain, 0),  # 503
    "status_after": (Unsure, Unsure, 1),
    "html_error": (Unsure, Unsure, 0),
    "rate_limit": (TooFast, TooFast, 0),
    "no_credit": (Halted, Halted, 0),
    "invalid": (Refused, Refused, 0),
    "malformed": (Unsure, Unsure, 1),
    "empty": (Unsure, Unsure, 1),
    "drip": (Unsure, Unsure, 1),
    "huge_answer": (Unsure, Unsure, 1),
    "redirect": (Halted, Halted, 0),
    "idle_close": (TAKEN, TAKEN, 1),
    "partial": (TAKEN, TAKEN, 1),  # of several in one call: we send one a call
}
ANSWERS = {  # the status that stands in the log (P71); where it is none, nothing that can be understood came back
    "html_error": "502",
    "invalid": "400",
    "no_credit": "402",
    "rate_limit": "429",
    "redirect": "307",
    "status": "503",
    "status_after": "504",
}
FATES = {  # what a message is when the provider is asked about it, and what is said of its address
    ("plivo", "delivered"): (Status.DELIVERED, None),
    ("plivo", "undelivered"): (Status.FAILED, None),
    ("plivo", "failed"): (Status.FAILED, None),
    ("plivo", "rejected"): (Status.FAILED, None),
    ("plivo", "silent"): (Status.SENT, None),
    ("plivo", "stuck_sent"): (Status.SENT, None),
    ("plivo", "late_failure"): (Status.FAILED, None),
    ("mailjet", "delivered"): (Status.DELIVERED, None),
    ("mailjet", "hard_bounce"): (Status.BOUNCED, Bar.HARD_BOUNCE),
    ("mailjet", "soft_bounce"): (Status.BOUNCED, None),
    ("mailjet", "blocked"): (Status.BLOCKED, Bar.BLOCKED),
    ("mailjet", "spam"): (Status.DELIVERED, Bar.COMPLAINT),
    ("mailjet", "unsub"): (Status.DELIVERED, Bar.UNSUBSCRIBED),
    ("mailjet", "opened"): (Status.DELIVERED, None),  # machines open mail: never "read"
    ("mailjet", "clicked"): (Status.DELIVERED, None),
    ("mailjet", "silent"): (Status.SENT, None),
}
PARCELS = {
    "plivo": Parcel("+447700900057", "Your letter is ready", sender="+447700900001", expires_in=600),
    "mailjet": Parcel("amara@example.org", "Rear gate", "Parking"),
}


@pytest.fixture(params=sorted(PARCELS))
def name(request):
    return request.param


@pytest.fixture
def provider(name, simulator, monkeypatch):
    """A real client with little patience."""
    monkeypatch.setattr("core.delivery.providers.wire.CONNECT_AND_READ", (1, 0.3))
    monkeypatch.setattr("core.delivery.providers.wire.ANSWER_SECONDS", 1)
    monkeypatch.setattr("core.delivery.providers.wire.ANSWER_BYTES", 100_000)
    return {"plivo": Plivo, "mailjet": Mailjet}[name](settings_for(simulator))


def send(provider, name):
    delivery = new_id()
    return provider.send(PARCELS[name], delivery, f"{delivery.hex}.mark")


@pytest.mark.parametrize("fault", sorted(SORTED))
def test_every_fault_of_a_request_is_sorted_as_the_table_says_and_asked_once(provider, name, simulator, fault):
    simulator.fault(kind=fault, provider=name, times=1, seconds=0.6 if fault.startswith("hang") else 0.05)
    plivo, mailjet, taken = SORTED[fault]
    expected = plivo if name == "plivo" else mailjet
    if expected is TAKEN:
        assert send(provider, name)
    else:
        with pytest.raises(expected) as said:
            send(provider, name)
        assert said.type is expected
        assert said.value.answer.partition(" ")[0] == ANSWERS.get(fault, "")
    assert simulator.wait_for(lambda: len(simulator.ledger()) == taken)
    assert len(simulator.requests(name, "POST")) == 1


@pytest.mark.parametrize(("name", "fate"), sorted(FATES))
def test_every_fate_of_a_message_is_read_as_the_table_says(provider, name, simulator, fate):
    simulator.fault(kind=fate, provider=name)
    reference = send(provider, name)
    simulator.wait_for(simulator.idle)
    found = provider.look_up(reference)
    assert (found.status, found.bar) == FATES[name, fate]


def test_the_tables_name_every_fault_there_is():
    assert set(SORTED) == pretend.REQUEST_FAULTS
    assert {fate for _, fate in FATES} == pretend.OUTCOME_FAULTS
