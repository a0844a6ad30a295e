"""Every fault that a call can have, on all four addresses, through the real routes; and what is no provider's call."""

import pytest

from core.compose.words import Command
from core.delivery import find, odd_calls
from core.delivery.odd_calls import Oddity
from core.delivery.reference import PURPOSE, pack, reply_address
from core.delivery.words import Status
from core.messages.words import Direction
from tests.portal.hooks.calls import MAILJET, ZERO, thread
from tests.providers import simulator as pretend

OUTCOMES = [
    (Command.SMS, "undelivered", Status.FAILED),
    (Command.SMS, "rejected", Status.FAILED),
    (Command.SMS, "stuck_sent", Status.SENT),
    (Command.SMS, "late_failure", Status.DELIVERED),  # the handset had it
    (Command.SMS, "silent", Status.SENT),
    (Command.EMAIL, "opened", Status.DELIVERED),  # machines open mail: never "read" (P32)
    (Command.EMAIL, "clicked", Status.DELIVERED),
    (Command.EMAIL, "late_failure", Status.BOUNCED),  # asynchronous bounces are real (P30)
    (Command.EMAIL, "silent", Status.SENT),
]
UNEXPECTED = {
    (Command.SMS, "late_failure"): {("plivo", Oddity.LATE)},
    (Command.EMAIL, "opened"): {("mailjet", Oddity.TRACKED)},
    (Command.EMAIL, "clicked"): {("mailjet", Oddity.TRACKED)},
}


def odd(store):
    """What was counted, by provider and kind."""
    return {(one.provider, one.what) for one in store.door(odd_calls.totals)}


@pytest.mark.parametrize(("command", "fault", "status"), OUTCOMES)
def test_whatever_a_provider_reports_ends_as_one_status(sent, store, anna, simulator, command, fault, status):
    simulator.fault(kind=fault)
    delivery = sent(command, subject="x" if command is Command.EMAIL else "")
    assert delivery.status is status
    assert odd(store) == UNEXPECTED.get((command, fault), set())
    told = [step.status for step in store.look(anna, find.steps, delivery.message_id)]
    assert set(told) <= set(Status)  # there is no word for "opened by somebody"


FAULTS = {  # what the odd calls of a fault are answered, and what they are counted as; the true ones have their effect
    "late": (set(), set()),
    "reordered": (set(), set()),
    "doubled": ({200}, set()),
    "replayed": ({200, 403}, {("plivo", Oddity.REPLAYED)}),  # Mailjet has no nonce: the second changes nothing
    "forged": ({403}, {("plivo", Oddity.FORGED), ("mailjet", Oddity.FORGED)}),
    "tampered": ({403}, {("plivo", Oddity.FORGED), ("mailjet", Oddity.FORGED)}),
    "huge": ({413, 400}, {("plivo", Oddity.HUGE), ("mailjet", Oddity.HUGE), ("mailjet", Oddity.MALFORMED)}),
    "cut": ({403, 400}, {("plivo", Oddity.FORGED), ("mailjet", Oddity.MALFORMED)}),  # half a form is an unsigned one
    "lost": (set(), set()),
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_whatever_becomes_of_a_call_its_effect_is_had_once_and_false_ones_are_counted(
    sent, store, anna, amara, settings, simulator, worker, fault
):
    simulator.fault(kind=fault, seconds=0.05)
    text, letter = sent(), sent(Command.EMAIL, subject="Your letter")
    answer = reply_address(settings, pack(store.seals(ZERO).mac_key(PURPOSE), letter.id))
    simulator.inbound_sms(sender=amara.mobile, to="+447700900001", text="By text")
    simulator.inbound_email(sender=amara.email, to=answer, subject="Re: Your letter", text="By letter")
    simulator.wait_for(simulator.idle)
    worker.turn()
    came = sorted(one.text for one in thread(store, anna, amara) if one.direction is Direction.INBOUND)
    lost = fault == "lost"
    assert {text.status, letter.status} == {Status.SENT if lost else Status.DELIVERED}
    assert came == ([] if lost else ["By letter", "By text"])
    assert ({one["status"] for one in simulator.webhooks() if one["done"] == fault}, odd(store)) == FAULTS[fault]
    assert {one["status"] for one in simulator.webhooks() if not one["done"]} == (set() if lost else {200})


def test_the_tables_name_every_fault_of_a_call_there_is():
    assert set(FAULTS) == pretend.WEBHOOK_FAULTS


def test_an_operator_reads_what_was_refused_with_the_token_only(call, portal, store, settings):
    call(f"{MAILJET}/events", data="[]")
    client = portal.test_client()
    read = {"base_url": settings.portal_url}
    assert client.get("/metrics", **read).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}, **read).status_code == 404
    answer = client.get("/metrics", headers={"Authorization": "Bearer watch-me"}, **read)
    assert 'latchkey_webhook_oddities_total{kind="forged",provider="mailjet"} 1.0' in answer.text


@pytest.mark.parametrize(
    ("path", "options", "said"),
    [("/hooks/plivo/status", {"data": {"a": "b"}}, 403),
     ("/hooks/plivo/inbound", {"data": {"a": ["b", "c"]}}, 400),
     ("/hooks/plivo/inbound", {"data": {"a": ["b", "c"], "d": "e"}}, 400),
     ("/hooks/plivo/inbound", {"data": {"Text": "x" * 100_000}}, 413),
     (f"{MAILJET}/events", {"data": "[]"}, 403),
     (f"{MAILJET}/events", {"data": "[]", "auth": ("post", "wrong")}, 403),
     (f"{MAILJET}/events", {"data": "[]", "auth": ("nobody", "")}, 403),  # a pair without a password is none
     (f"{MAILJET}/events", {"data": "[]", "headers": {"Authorization": "Basic \u00e9"}}, 403),
     (f"{MAILJET}/events", {"data": "[]", "headers": {"Authorization": "Basic \u00e9=="}}, 403),
     (f"{MAILJET}/events", {"data": "[]", "headers": {"Authorization": "Basic /w=="}}, 403),
     ("/hooks/mailjet/wrong/events", {"data": "[]", "auth": ("post", "horse")}, 403),
     (f"{MAILJET}/events", {"data": "{", "auth": ("post", "horse")}, 400),
     (f"{MAILJET}/events", {"data": "7", "auth": ("post", "horse")}, 400),
     (f"{MAILJET}/events", {"data": "[" + "{}," * 500 + "{}]", "auth": ("post", "horse")}, 400),
     (f"{MAILJET}/events", {"data": " " * 300_000, "auth": ("post", "horse")}, 413),
     (f"{MAILJET}/events", {"data": "[]", "auth": ("post", "horse")}, 200),
     (f"{MAILJET}/events", {"data": "[]", "auth": ("next", "battery")}, 200),
     (f"{MAILJET}/inbound", {"data": "{}", "auth": ("post", "horse")}, 400)],
)  # fmt: skip
@pytest.mark.attack("G01", "G05", "G06")
@pytest.mark.s("S95", "S96")
def test_what_is_not_a_providers_call_is_refused_without_a_word(call, path, options, said):
    answer = call(path, **options)
    assert (answer.status_code, answer.data) == (said, b"")
