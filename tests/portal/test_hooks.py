"""What providers call: over a real socket, from the simulator, with every fault that a call can have."""

import threading
from uuid import UUID

import plivo
import pytest
from pydantic import SecretStr
from sqlalchemy import update
from werkzeug.serving import make_server

from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.delivery import credits, find, odd_calls, unmatched
from core.delivery.providers.open import open_providers
from core.delivery.providers.plivo_calls import signed
from core.delivery.reference import PURPOSE, pack, reply_address
from core.delivery.reports import hear
from core.delivery.status import taken
from core.delivery.suppression import bars
from core.delivery.tables import DeliveryRow
from core.delivery.words import Bar, Channel, Report, Status
from core.delivery.worker import Worker
from core.messages import find as messages
from core.messages import notify
from core.messages.conversations import of_patient
from core.messages.words import Kind
from portal import create_app
from tests.providers.pretend import settings_for
from tests.providers.simulator import plivo_signature_v2

ZERO = UUID(int=0)
MAILJET = "/hooks/mailjet/path-secret"
PAIR = "post:horse"


@pytest.fixture
def settings(settings, simulator, free_port_number):
    """Both providers are the simulator; the portal is where it calls us back."""
    real = settings_for(simulator).model_dump(include=REAL)
    return settings.model_copy(
        update={
            **real,
            "portal_url": f"http://127.0.0.1:{free_port_number}",
            "mailjet_webhook_secret": SecretStr("path-secret"),
            "metrics_token": SecretStr("watch-me"),
            "mailjet_webhook_auth": [SecretStr(PAIR), SecretStr("next:battery")],
        }
    )


REAL = {
    "email_provider", "sms_provider", "mailjet_api_key", "mailjet_api_secret", "mailjet_api_url", "email_from",
    "plivo_auth_id", "plivo_auth_token", "plivo_api_url", "plivo_sender",
}  # fmt: skip


@pytest.fixture
def free_port_number():
    from tests.demo_process import free_port

    return free_port()


@pytest.fixture
def portal(settings, store, simulator, free_port_number):
    """The portal on a real port, known to the simulator."""
    app = create_app(settings, store)
    server = make_server("127.0.0.1", free_port_number, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base, guarded = settings.portal_url, settings.portal_url.replace("//", f"//{PAIR}@")
    simulator.hooks(
        plivo_inbound=f"{base}/hooks/plivo/inbound",
        mailjet_events=f"{guarded}{MAILJET}/events",
        mailjet_inbound=f"{guarded}{MAILJET}/inbound",
    )
    yield app
    server.shutdown()
    server.server_close()


@pytest.fixture
def call(portal, settings):
    """One call to a hook, as anybody could make it."""
    client = portal.test_client()

    def calling(path, **options):
        return client.post(path, base_url=settings.portal_url, **options)

    return calling


@pytest.fixture
def worker(store, settings, clock):
    return Worker(store, open_providers(settings, clock))


@pytest.fixture
def sent(store, anna, amara, worker, simulator, portal):
    """A text or letter to Amara that the provider took; its delivery."""

    def sending(command=Command.SMS, subject=""):
        draft = store.run(anna, prepare, Order(command, (amara.id,), "Your letter is ready", subject=subject))
        message = store.run(anna, confirm, draft.id, hold=0)
        worker.turn()
        simulator.wait_for(simulator.idle)
        return store.look(anna, find.of_messages, [message.id])[message.id][0]

    return sending


def thread(store, who, patient):
    """What the patient's conversation holds, newest last."""
    at = store.run(who, of_patient, patient.id)
    return store.look(who, messages.history, at, limit=50)


def counted(simulator, done):
    return [one["status"] for one in simulator.webhooks() if one["done"] == done]


def test_a_delivered_text_is_ticked_and_paid_for(sent, store, anna):
    before = store.look(anna, credits.balance)
    assert sent().status is Status.DELIVERED
    assert store.look(anna, credits.balance) == before - 1


def test_a_text_that_failed_says_why_and_costs_nothing(sent, store, anna, simulator):
    before = store.look(anna, credits.balance)
    simulator.fault(kind="failed", code="50", times=1)
    delivery = sent()
    assert (delivery.status, delivery.reason) == (Status.FAILED, "number")
    assert store.look(anna, credits.balance) == before


def test_a_letter_that_bounced_says_so(sent, simulator):
    simulator.fault(kind="hard_bounce", provider="mailjet", times=1)
    delivery = sent(Command.EMAIL, subject="Your letter")
    assert (delivery.status, delivery.reason) == (Status.BOUNCED, "mailbox")


OUTCOMES = [
    (Command.SMS, "undelivered", Status.FAILED),
    (Command.SMS, "rejected", Status.FAILED),
    (Command.SMS, "stuck_sent", Status.SENT),
    (Command.SMS, "late_failure", Status.DELIVERED),  # the handset had it
    (Command.SMS, "silent", Status.SENT),
    (Command.SMS, "lost", Status.SENT),
    (Command.EMAIL, "opened", Status.DELIVERED),  # machines open mail: never "read" (P32)
    (Command.EMAIL, "clicked", Status.DELIVERED),
    (Command.EMAIL, "late_failure", Status.BOUNCED),  # asynchronous bounces are real (P30)
    (Command.EMAIL, "silent", Status.SENT),
    (Command.EMAIL, "lost", Status.SENT),
]


@pytest.mark.parametrize(("command", "fault", "status"), OUTCOMES)
def test_whatever_a_provider_reports_ends_as_one_status(sent, simulator, command, fault, status):
    simulator.fault(kind=fault)
    assert sent(command, subject="x" if command is Command.EMAIL else "").status is status


BARRED = [
    ("hard_bounce", {}, Status.BOUNCED, Bar.HARD_BOUNCE),
    ("soft_bounce", {}, Status.BOUNCED, None),
    ("blocked", {}, Status.BLOCKED, Bar.BLOCKED),
    ("blocked", {"error": "content blocked"}, Status.BLOCKED, None),  # about our words, not the address
    ("spam", {}, Status.DELIVERED, Bar.COMPLAINT),
    ("unsub", {}, Status.DELIVERED, Bar.UNSUBSCRIBED),
]


@pytest.mark.parametrize(("fault", "more", "status", "bar"), BARRED)
def test_what_a_letter_meets_bars_its_address_once_mailjet_was_asked(
    sent, store, anna, amara, worker, simulator, fault, more, status, bar
):
    simulator.fault(kind=fault, provider="mailjet", times=1, **more)
    assert sent(Command.EMAIL, subject="Your letter").status is status
    worker.turn()
    assert [one.bar for one in store.look(anna, bars, Channel.EMAIL, amara.email)] == ([bar] if bar else [])


@pytest.mark.parametrize(("code", "bar"), [("200", Bar.OPT_OUT), ("50", Bar.WRONG), ("20", None)])
def test_what_a_text_meets_bars_its_number(sent, store, anna, amara, simulator, code, bar):
    simulator.fault(kind="failed", code=code, times=1)
    sent()
    assert [one.bar for one in store.look(anna, bars, Channel.SMS, amara.mobile)] == ([bar] if bar else [])


def test_a_made_up_event_with_the_right_secrets_bars_nobody(call, sent, store, anna, amara, worker, simulator, clock):
    delivery = sent(Command.EMAIL, subject="Your letter")
    known = simulator.messages("*", "mailjet")[-1]["id"]
    event = {"event": "spam", "CustomID": str(delivery.id), "MessageID": int(known)}
    assert call(f"{MAILJET}/events", json=event, auth=("post", "horse")).status_code == 200
    for _ in range(6):
        clock.forward(hours=7)
        worker.turn()
    assert store.look(anna, bars, Channel.EMAIL, amara.email) == ()


@pytest.mark.parametrize("command", [Command.SMS, Command.EMAIL])
@pytest.mark.parametrize("fault", ["doubled", "replayed", "reordered", "late"])
def test_reports_twice_late_or_out_of_order_end_the_same(sent, simulator, command, fault):
    simulator.fault(kind=fault, seconds=0.05)
    assert sent(command, subject="x" if command is Command.EMAIL else "").status is Status.DELIVERED


@pytest.mark.parametrize("command", [Command.SMS, Command.EMAIL])
@pytest.mark.parametrize("fault", ["forged", "tampered", "huge", "cut"])
def test_false_and_broken_calls_are_refused_and_counted_and_the_true_one_still_counts(
    sent, store, simulator, command, fault
):
    simulator.fault(kind=fault, times=1)
    assert sent(command, subject="x" if command is Command.EMAIL else "").status is Status.DELIVERED
    refused = counted(simulator, fault)
    assert refused and set(refused) <= {400, 403, 413}
    kinds = {"forged": "forged", "tampered": "forged", "huge": "huge"}  # half a form is an unsigned one
    odd = store.door(odd_calls.totals)
    assert sum(one.times for one in odd) == len(refused)
    assert fault == "cut" or {one.what for one in odd} == {kinds[fault]}


def test_an_answer_that_got_lost_is_known_by_its_report(sent, simulator):
    simulator.fault(kind="reset_after", provider="plivo", times=1)
    assert sent().status is Status.DELIVERED


def test_plivos_older_signature_moves_the_tick_and_credits_once_plivo_was_asked(
    sent, store, anna, worker, simulator, monkeypatch
):
    monkeypatch.setattr(simulator, "signatures", "v2")
    before = store.look(anna, credits.balance)
    simulator.fault(kind="failed", code="50", times=1)
    assert sent().status is Status.FAILED
    assert store.look(anna, credits.balance) == before - 1
    worker.turn()
    assert store.look(anna, credits.balance) == before
    worker.turn()
    assert store.look(anna, credits.balance) == before


def test_a_used_nonce_is_refused(call, sent, settings, store, simulator):
    delivery = sent()
    fields = {"MessageUUID": simulator.ledger()[-1]["id"], "From": "1", "To": "2", "Status": "delivered"}
    ref = pack(store.seals(ZERO).mac_key(PURPOSE), delivery.id)
    headers = signature(settings, f"/hooks/plivo/status?ref={ref}", fields)
    said = [call(f"/hooks/plivo/status?ref={ref}", data=fields, headers=headers).status_code for _ in range(2)]
    assert said == [200, 403]
    assert [(one.what, one.times) for one in store.door(odd_calls.totals)] == [("replayed", 1)]


def test_an_operator_reads_what_was_refused_with_the_token_only(call, portal, store, settings):
    call(f"{MAILJET}/events", data="[]")
    client = portal.test_client()
    read = {"base_url": settings.portal_url}
    assert client.get("/metrics", **read).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}, **read).status_code == 404
    answer = client.get("/metrics", headers={"Authorization": "Bearer watch-me"}, **read)
    assert 'latchkey_webhook_oddities_total{kind="forged",provider="mailjet"} 1.0' in answer.text


def test_a_report_that_beats_the_answer_is_not_undone_by_it(store, anna, amara, system):
    draft = store.run(anna, prepare, Order(Command.SMS, (amara.id,), "Hello"))
    message = store.run(anna, confirm, draft.id, hold=0)
    delivery = store.look(anna, find.of_messages, [message.id])[message.id][0]
    store.run(system, hear, delivery.id, Report("uuid", Status.DELIVERED))
    store.run(system, taken, delivery.id, "uuid")
    assert store.look(anna, find.of_messages, [message.id])[message.id][0].status is Status.DELIVERED


def test_a_mark_we_did_not_write_is_refused(call, settings):
    fields = {"MessageUUID": "x", "From": "1", "To": "2", "Status": "delivered"}
    path = "/hooks/plivo/status?ref=00000000000070008000000000000000.0123456789abcdef01234567"
    assert call(path, data=fields, headers=signature(settings, path, fields)).status_code == 403


@pytest.mark.parametrize(
    ("path", "options", "said"),
    [("/hooks/plivo/status", {"data": {"a": "b"}}, 403),
     ("/hooks/plivo/inbound", {"data": {"a": ["b", "c"]}}, 400),
     ("/hooks/plivo/inbound", {"data": {"Text": "x" * 100_000}}, 413),
     (f"{MAILJET}/events", {"data": "[]"}, 403),
     (f"{MAILJET}/events", {"data": "[]", "auth": ("post", "wrong")}, 403),
     ("/hooks/mailjet/wrong/events", {"data": "[]", "auth": ("post", "horse")}, 403),
     (f"{MAILJET}/events", {"data": "{", "auth": ("post", "horse")}, 400),
     (f"{MAILJET}/events", {"data": "7", "auth": ("post", "horse")}, 400),
     (f"{MAILJET}/events", {"data": "[" + "{}," * 500 + "{}]", "auth": ("post", "horse")}, 400),
     (f"{MAILJET}/events", {"data": " " * 300_000, "auth": ("post", "horse")}, 413),
     (f"{MAILJET}/events", {"data": "[]", "auth": ("post", "horse")}, 200),
     (f"{MAILJET}/events", {"data": "[]", "auth": ("next", "battery")}, 200),
     (f"{MAILJET}/inbound", {"data": "{}", "auth": ("post", "horse")}, 400)],
)  # fmt: skip
def test_what_is_not_a_providers_call_is_refused_without_a_word(call, path, options, said):
    answer = call(path, **options)
    assert (answer.status_code, answer.data) == (said, b"")


def test_plivos_own_library_agrees_about_what_it_signed(settings):
    address, fields, token = "https://x.example/hooks/plivo/status?ref=a.b", {"To": "1", "From": "2"}, "secret"
    made = plivo.utils.signature_v3.get_signature_v3(token, plivo_text(address, fields), "nonce").decode()
    headers = {"X-Plivo-Signature-V3": made, "X-Plivo-Signature-V3-Nonce": "nonce"}
    assert plivo.utils.validate_v3_signature("POST", address, "nonce", token, made, fields)
    assert signed(token, address, fields, headers) is not None
    assert signed(token, address, {**fields, "To": "3"}, headers) is None
    assert signed("", address, fields, headers) is None
    assert signed(token, address, fields, {}) is None


def test_a_patients_text_joins_their_conversation_once(portal, store, anna, amara, simulator):
    for _ in range(2):
        simulator.inbound_sms(
            sender=amara.mobile, to="+447700900001", text="Is the gate open?", message_id="one-and-the-same"
        )
    simulator.wait_for(simulator.idle)
    assert [one.text for one in thread(store, anna, amara)] == ["Is the gate open?"]
    assert len(store.look(anna, notify.listing)) == 1


@pytest.fixture
def only_v2(simulator, monkeypatch):
    """Plivo signs in its older way alone, which covers no field."""
    monkeypatch.setattr(simulator, "signatures", "v2")
    return simulator


def test_a_text_under_plivos_older_signature_is_let_in_once_plivo_was_asked(
    portal, store, anna, amara, worker, only_v2
):
    for text in ("Is the gate open?", "STOP"):
        only_v2.inbound_sms(sender=amara.mobile, to="+447700900001", text=text)
        only_v2.wait_for(only_v2.idle)
    assert thread(store, anna, amara) == [] and store.look(anna, unmatched.count) == 2
    worker.turn()
    said = [one.text for one in thread(store, anna, amara)]
    assert said[0] == "Is the gate open?" and "no more texts" in said[1] and len(said) == 2
    assert store.look(anna, unmatched.count) == 0
    assert [one.bar for one in store.look(anna, bars, Channel.SMS, amara.mobile)] == [Bar.OPT_OUT]


@pytest.mark.parametrize("change", [{"from_number": "447700900***"}, {"to_number": "447700900002"}, {"units": 2}])
def test_a_text_that_plivo_knows_otherwise_stays_for_a_person(
    portal, store, anna, amara, worker, only_v2, clock, change
):
    name = only_v2.inbound_sms(sender=amara.mobile, to="+447700900001", text="Is the gate open?")
    only_v2._received[name].update(change)
    only_v2.wait_for(only_v2.idle)
    for _ in range(6):
        worker.turn()
        clock.forward(hours=7)
    assert thread(store, anna, amara) == [] and store.look(anna, unmatched.count) == 1


def test_a_text_is_asked_about_again_while_plivo_cannot_be_read(portal, store, anna, amara, worker, only_v2, clock):
    only_v2.inbound_sms(sender=amara.mobile, to="+447700900001", text="Is the gate open?")
    only_v2.wait_for(only_v2.idle)
    only_v2.fault(kind="status", code=500, on="read", times=1)
    worker.turn()
    assert thread(store, anna, amara) == []
    clock.forward(minutes=2)
    worker.turn()
    assert [one.text for one in thread(store, anna, amara)] == ["Is the gate open?"]


def test_a_person_may_be_quicker_than_plivo(portal, store, anna, amara, worker, only_v2):
    only_v2.inbound_sms(sender=amara.mobile, to="+447700900001", text="Is the gate open?")
    only_v2.wait_for(only_v2.idle)
    store.run(anna, unmatched.link, store.look(anna, unmatched.waiting)[0].id, amara.id)
    worker.turn()
    assert [one.text for one in thread(store, anna, amara)] == ["Is the gate open?"]


@pytest.fixture
def waiting(store, anna, amara):
    """Something to Amara that is held; a question for its delivery."""

    def held(command):
        draft = store.run(anna, prepare, Order(command, (amara.id,), "Hello", subject="Hello"))
        message = store.run(anna, confirm, draft.id, hold=60)
        return lambda: store.look(anna, find.of_messages, [message.id])[message.id][0]

    return held


def named(unit, delivery_id, provider, reference):
    """As if the provider's answer came now."""
    mine = (DeliveryRow.practice_id == unit.practice_id, DeliveryRow.id == delivery_id)
    unit.db.execute(update(DeliveryRow).where(*mine).values(provider=provider))
    taken(unit, delivery_id, reference)


def test_a_report_without_our_mark_waits_for_the_answer_that_names_it(call, store, waiting, worker, settings, system):
    delivery = waiting(Command.SMS)
    fields = {"MessageUUID": "early-bird", "From": "1", "To": "2", "Status": "failed", "ErrorCode": "50"}
    for nonce in ("1" * 20, "2" * 20):
        headers = signature(settings, "/hooks/plivo/status", fields, nonce)
        assert call("/hooks/plivo/status", data=fields, headers=headers).status_code == 200
    worker.turn()
    assert delivery().status is Status.QUEUED
    store.run(system, named, delivery().id, "plivo", "early-bird")
    worker.turn()
    assert (delivery().status, delivery().reason) == (Status.FAILED, "number")
    assert store.door(odd_calls.totals) == []


def test_an_early_report_about_a_letter_is_heard_too(call, store, waiting, worker, system):
    delivery = waiting(Command.EMAIL)
    event = {"event": "sent", "MessageID": 4611686018427387999}
    assert call(f"{MAILJET}/events", json=event, auth=("post", "horse")).status_code == 200
    store.run(system, named, delivery().id, "mailjet", "4611686018427387999")
    worker.turn()
    assert delivery().status is Status.DELIVERED


def test_what_nobody_knew_for_a_day_is_dropped_and_counted_once(call, store, worker, settings, clock):
    fields = {"MessageUUID": "a-stranger", "From": "1", "To": "2", "Status": "delivered"}
    call("/hooks/plivo/status", data=fields, headers=signature(settings, "/hooks/plivo/status", fields))
    clock.forward(hours=23)
    worker.turn()
    assert store.door(odd_calls.totals) == []
    clock.forward(hours=2)
    for _ in range(2):
        worker.turn()
    assert [(one.what, one.times) for one in store.door(odd_calls.totals)] == [("unknown", 1)]


def test_a_report_without_a_mark_that_is_not_signed_in_full_is_refused(call, settings):
    fields = {"MessageUUID": "x", "From": "1", "To": "2", "Status": "delivered"}
    token = settings.plivo_auth_token.get_secret_value()
    made = plivo_signature_v2(f"{settings.portal_url}/hooks/plivo/status", "n" * 20, token)
    headers = {"X-Plivo-Signature-V2": made, "X-Plivo-Signature-V2-Nonce": "n" * 20}
    assert call("/hooks/plivo/status", data=fields, headers=headers).status_code == 403


def test_a_letter_joins_the_conversation_it_answers_whoever_it_says_it_is_from(
    portal, store, anna, amara, simulator, settings, sent
):
    delivery = sent(Command.EMAIL, subject="Your letter")
    address = reply_address(settings, pack(store.seals(ZERO).mac_key(PURPOSE), delivery.id))
    simulator.inbound_email(sender="stranger@example.net", to=address, subject="Re: Your letter", text="Thank you")
    simulator.wait_for(simulator.idle)
    assert [one.text for one in thread(store, anna, amara)][-1] == "Thank you"


def test_a_letter_to_nobody_is_taken_and_forgotten(portal, store, anna, amara, simulator):
    simulator.inbound_email(sender="x@example.net", to="reply+nonsense@portal.example.org", subject="Hi", text="Spam")
    simulator.wait_for(simulator.idle)
    assert [one["status"] for one in simulator.webhooks()] == [200]
    assert thread(store, anna, amara) == []


@pytest.mark.parametrize(
    "header",
    [{"Auto-Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X-Autoreply": "yes"}, {"Return-Path": "<>"},
     {"Content-Type": "multipart/report; report-type=delivery-status"}],
)  # fmt: skip
def test_a_machines_letter_is_kept_and_troubles_nobody(portal, store, anna, amara, simulator, settings, sent, header):
    delivery = sent(Command.EMAIL, subject="Your letter")
    address = reply_address(settings, pack(store.seals(ZERO).mac_key(PURPOSE), delivery.id))
    simulator.inbound_email(
        sender="amara@example.org", to=address, subject="Away", text="Back on Monday", headers=header
    )
    simulator.wait_for(simulator.idle)
    line = thread(store, anna, amara)[-1]
    assert line.kind is Kind.EVENT and "Back on Monday" in line.text
    assert store.look(anna, notify.listing) == []
    assert len(simulator.messages("*", "mailjet")) == 1  # nothing was answered


def signature(settings, path, fields, nonce="12345678901234567890"):
    """Plivo's V3 headers of a call."""
    text = plivo_text(settings.portal_url + path, fields)
    token = settings.plivo_auth_token.get_secret_value()
    made = plivo.utils.signature_v3.get_signature_v3(token, text, nonce).decode()
    return {"X-Plivo-Signature-V3": made, "X-Plivo-Signature-V3-Nonce": nonce}


def plivo_text(address, fields):
    return plivo.utils.signature_v3.construct_post_url(address, fields)
