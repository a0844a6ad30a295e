"""What a thief of the databases gets, what no answer carries, and whose draft is whose (S64, S75, S94, S100, S102)."""

import gzip
import re

import pytest

from core import schema
from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.words import Command, Order, Stale
from core.errors import Invalid
from core.messages.conversations import of_patient
from core.messages.post import post
from core.messages.words import Direction, Kind, Writing
from core.release.link import send_direct
from core.seal.envelope import Unreadable
from core.seal.keyring import Erased
from core.store.sealing import Place
from tests.portal.visitor import Visitor

WORDS = "Only Amara may read this"


@pytest.mark.attack("H01")
@pytest.mark.s("S100", "S102")
def test_a_stolen_database_says_nothing_of_a_message_or_how_its_patient_is_reached(store, anna, amara):
    store.run(anna, send_direct, amara, WORDS)
    store.run(anna, post, store.run(anna, of_patient, amara.id), Writing(Kind.INTERNAL, Direction.INTERNAL, WORDS))
    with store.reader.connect() as db:
        stolen = "".join(repr(row) for table in schema.metadata.sorted_tables for row in db.execute(table.select()))
    for secret in (WORDS, amara.email, amara.mobile, amara.mobile[1:], amara.last_name):
        assert secret not in stolen
    assert "data_key" not in schema.metadata.tables


@pytest.mark.attack("H03", "H04")
@pytest.mark.s("S100")
def test_the_same_words_are_never_sealed_alike_and_no_byte_can_be_changed(store, system, nobody):
    place = Place("message", nobody, "body")
    seals = store.seals(system.practice_id)
    sealed = [seals.seal(b"words", place, scope="a month") for _ in range(200)]
    assert len({one[1:29] for one in sealed}) == len(set(sealed)) == 200
    for n in range(len(sealed[0])):
        changed = bytearray(sealed[0])
        changed[n] ^= 1
        with pytest.raises((Unreadable, Erased)):
            seals.open(bytes(changed), place)


@pytest.mark.attack("E15")
@pytest.mark.s("S64", "S52")
def test_nobody_confirms_a_colleagues_draft(store, anna, ben, amara, network):
    draft = store.run(anna, prepare, Order(Command.SMS, (amara.id,), "Hello"))
    with pytest.raises(Stale):
        store.run(ben, confirm, draft.id, hold=0)
    assert network.to(amara.mobile) == []


@pytest.mark.attack("E17")
@pytest.mark.s("S94")
@pytest.mark.parametrize("said", ["a\x00b", "a" * 5_000])
def test_a_text_that_cannot_go_is_refused_when_it_is_drafted(store, anna, amara, said):
    with pytest.raises(Invalid):
        store.run(anna, prepare, Order(Command.SMS, (amara.id,), said))


@pytest.mark.s("S94")
@pytest.mark.parametrize("subject", ["Hello\r\nBcc: x@example.org", "Hello\u2028you", "Hello\x00"])
def test_a_subject_is_one_line_and_nothing_else(store, anna, amara, subject):
    with pytest.raises(Invalid):
        store.run(anna, prepare, Order(Command.EMAIL, (amara.id,), "Hello", subject=subject))


@pytest.mark.s("S62", "S75")
def test_the_portal_has_no_socket_and_packs_no_page(app):
    guest = Visitor(app)
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    assert guest.get("/ws", **upgrade).status_code == 404
    assert "Content-Encoding" not in guest.get("/genuine", **{"Accept-Encoding": "gzip, br"}).headers


@pytest.mark.s("S75")
def test_the_style_sheet_is_packed_for_whoever_takes_it_and_nobody_asks_twice_for_an_icon(app):
    guest = Visitor(app)
    sheet = re.search(r'href="(/static/portal[^"]+)"', guest.get("/genuine").text)[1]
    plain = guest.get(sheet, **{"Accept-Encoding": "gzip;q=0, br"})
    packed = guest.get(sheet, **{"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain.headers and packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data and len(packed.data) * 2 < len(plain.data)
    assert {"Accept-Encoding"} == {one.headers["Vary"] for one in (plain, packed)}
    icon = guest.get("/favicon.ico")
    assert icon.status_code == 204 and icon.headers["Cache-Control"] == "public, max-age=86400"
