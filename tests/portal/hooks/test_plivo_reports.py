"""What Plivo says became of texts."""

import plivo
import pytest
from sqlalchemy import select

from core.delivery import credits, odd_calls
from core.delivery.providers.plivo_calls import signed
from core.delivery.reference import PURPOSE, pack
from core.delivery.suppression import bars
from core.delivery.tables import DeliveryRow, ProviderReport
from core.delivery.words import Bar, Channel, Status
from core.release import code
from core.release.link import link_of, send_direct
from core.release.tables import CodeRow, LinkRow, PatientSession
from core.store import Actor, ActorKind, Who
from tests.portal.hooks.calls import ZERO, plivo_text, signature
from tests.providers.simulator import plivo_signature_v2


def test_a_delivered_text_is_ticked_and_paid_for(sent, store, anna):
    before = store.look(anna, credits.balance)
    assert sent().status is Status.DELIVERED
    assert store.look(anna, credits.balance) == before - 1


def test_every_report_is_kept_once_with_its_place_in_the_order_that_decides_nothing(call, sent, settings, store):
    delivery = sent()

    def kept():
        row = ProviderReport
        rows = select(row.status, row.sequence, row.happened_at.is_not(None)).where(row.delivery_id == delivery.id)
        return sorted(map(tuple, store.door(lambda db: db.execute(rows).all())), key=str)

    told = [(Status.DELIVERED, 3, True), (Status.SENT, 1, True), (Status.SENT, 2, True)]
    assert kept() == told
    ref = pack(store.seals(ZERO).mac_key(PURPOSE), delivery.id)
    fields = {"MessageUUID": delivery_name(store, delivery), "From": "1", "To": "2", "Status": "sent", "Sequence": "9"}
    path = f"/hooks/plivo/status?ref={ref}"
    for nonce in ("3" * 20, "4" * 20):
        assert call(path, data=fields, headers=signature(settings, path, fields, nonce)).status_code == 200
    assert len(kept()) == 4


@pytest.mark.attack("G03")
@pytest.mark.s("S95")
@pytest.mark.parametrize("base", ["https://127.0.0.1", "http://portal.elsewhere.example"])
def test_a_signature_over_another_address_is_refused(call, sent, settings, store, base):
    delivery = sent()
    ref = pack(store.seals(ZERO).mac_key(PURPOSE), delivery.id)
    fields = {"MessageUUID": delivery_name(store, delivery), "From": "1", "To": "2", "Status": "failed"}
    path = f"/hooks/plivo/status?ref={ref}"
    elsewhere = settings.model_copy(update={"portal_url": base})
    assert call(path, data=fields, headers=signature(elsewhere, path, fields)).status_code == 403


@pytest.mark.attack("G08")
@pytest.mark.s("S97")
def test_no_report_about_a_code_unlocks_sends_or_takes_back(call, store, anna, amara, worker, simulator, settings):
    message = store.run(anna, send_direct, amara, "Your results are back.")
    link = store.run(anna, link_of, message.id)
    store.run(Who(anna.practice_id, Actor(ActorKind.PATIENT)), code.ask, link, b"p" * 32)
    simulator.fault(kind="silent", times=9)
    worker.turn()
    lock, row = (LinkRow, CodeRow, PatientSession), DeliveryRow
    before, parcels = contents(store, lock), len(contents(store, (row,)))
    texts = store.door(lambda db: db.execute(select(row.id, row.reference).where(row.channel == Channel.SMS)).all())
    assert len(texts) == 1 and len(before) == 2  # the link and its code
    path = f"/hooks/plivo/status?ref={pack(store.seals(ZERO).mac_key(PURPOSE), texts[0].id)}"
    for number, status in enumerate(("queued", "sent", "delivered", "undelivered", "failed", "rejected")):
        fields = {"MessageUUID": texts[0].reference, "From": "1", "To": "2", "Status": status}
        headers = signature(settings, path, fields, f"{number:020}")
        assert call(path, data=fields, headers=headers).status_code == 200
    worker.turn()
    assert contents(store, lock) == before and len(contents(store, (row,))) == parcels


def contents(store, tables):
    """All rows of some tables."""
    return store.door(lambda db: [str(row) for table in tables for row in db.execute(select(table.__table__))])


def delivery_name(store, delivery):
    return store.door(lambda db: db.scalar(select(DeliveryRow.reference).where(DeliveryRow.id == delivery.id)))


def test_a_text_that_failed_says_why_and_costs_nothing(sent, store, anna, simulator):
    before = store.look(anna, credits.balance)
    simulator.fault(kind="failed", code="50", times=1)
    delivery = sent()
    assert (delivery.status, delivery.reason) == (Status.FAILED, "number")
    assert store.look(anna, credits.balance) == before


@pytest.mark.parametrize(("code", "bar"), [("200", Bar.OPT_OUT), ("50", Bar.WRONG), ("20", None)])
def test_what_a_text_meets_bars_its_number(sent, store, anna, amara, simulator, code, bar):
    simulator.fault(kind="failed", code=code, times=1)
    sent()
    assert [one.bar for one in store.look(anna, bars, Channel.SMS, amara.mobile)] == ([bar] if bar else [])


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


@pytest.mark.attack("G02")
@pytest.mark.s("S95")
def test_a_used_nonce_is_refused(call, sent, settings, store, simulator):
    delivery = sent()
    fields = {"MessageUUID": simulator.ledger()[-1]["id"], "From": "1", "To": "2", "Status": "delivered"}
    ref = pack(store.seals(ZERO).mac_key(PURPOSE), delivery.id)
    headers = signature(settings, f"/hooks/plivo/status?ref={ref}", fields)
    said = [call(f"/hooks/plivo/status?ref={ref}", data=fields, headers=headers).status_code for _ in range(2)]
    assert said == [200, 403]
    assert [(one.what, one.times) for one in store.door(odd_calls.totals)] == [("replayed", 1)]


def test_a_mark_we_did_not_write_is_refused(call, settings):
    fields = {"MessageUUID": "x", "From": "1", "To": "2", "Status": "delivered"}
    path = "/hooks/plivo/status?ref=00000000000070008000000000000000.0123456789abcdef01234567"
    assert call(path, data=fields, headers=signature(settings, path, fields)).status_code == 403


@pytest.mark.s("S95")
def test_plivos_own_library_agrees_about_what_it_signed(settings):
    address, fields, token = "https://x.example/hooks/plivo/status?ref=a.b", {"To": "1", "From": "2"}, "secret"
    made = plivo.utils.signature_v3.get_signature_v3(token, plivo_text(address, fields), "nonce").decode()
    headers = {"X-Plivo-Signature-V3": made, "X-Plivo-Signature-V3-Nonce": "nonce"}
    assert plivo.utils.validate_v3_signature("POST", address, "nonce", token, made, fields)
    assert signed(token, address, fields, headers) is not None
    assert signed(token, address, {**fields, "To": "3"}, headers) is None
    assert signed("", address, fields, headers) is None
    assert signed(token, address, fields, {}) is None


def test_a_report_without_a_mark_that_is_not_signed_in_full_is_refused(call, settings):
    fields = {"MessageUUID": "x", "From": "1", "To": "2", "Status": "delivered"}
    token = settings.plivo_auth_token.get_secret_value()
    made = plivo_signature_v2(f"{settings.portal_url}/hooks/plivo/status", "n" * 20, token)
    headers = {"X-Plivo-Signature-V2": made, "X-Plivo-Signature-V2-Nonce": "n" * 20}
    assert call("/hooks/plivo/status", data=fields, headers=headers).status_code == 403
