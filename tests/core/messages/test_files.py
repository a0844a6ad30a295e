"""Files at rest: sealed in pieces, kept within their room, given out only when they may be (S83, S86, S100)."""

import pytest
from sqlalchemy import delete, select, update

from core.audit.trail import entries
from core.delivery.writing import room
from core.errors import NotFound, TooMany
from core.messages import notify, quota
from core.messages.erase import erase_file
from core.messages.files import FileHeld, bytes_of, keep, read_file
from core.messages.inspect import Checked, FileRefused
from core.messages.receive import allowed_types, receive_all
from core.messages.scan import EICAR, ScannerBlind, ScannerDown, check_scanner, finds_the_test_file, scan
from core.messages.scanning import Scanning
from core.messages.tables import FileChunk, FileRow
from core.messages.words import FileState
from core.practice.choices import take_word_documents
from core.release.link import send_direct
from core.seal.envelope import Unreadable
from core.store import Actor, ActorKind, Who
from tests import documents as made
from tests.scanner import clamd

LETTER = Checked("letter.pdf", "application/pdf", b"%PDF-1.7 three pieces" + bytes(range(256)) * 9000)


@pytest.fixture
def kept(store, anna):
    return store.run(anna, keep, LETTER, uploaded_by=anna.actor.id)


@pytest.mark.s("S100")
def test_a_file_is_sealed_in_pieces_each_with_a_nonce_of_its_own(store, anna, kept):
    with store.reader.connect() as db:
        pieces = db.execute(select(FileChunk.data).order_by(FileChunk.number)).scalars().all()
        name = db.execute(select(FileRow.name)).scalar_one()
    assert len(pieces) == 3 and not any(b"%PDF" in piece for piece in pieces)
    assert [int.from_bytes(one[17:29], "big") for one in (name, *pieces)] == [0, 1, 2, 3]
    assert len({one[1:17] for one in (name, *pieces)}) == 1
    assert store.look(anna, bytes_of, kept.id) == LETTER.data


@pytest.mark.parametrize("harm", ["drop the last", "drop the first", "swap", "shorten"])
@pytest.mark.attack("H05")
@pytest.mark.s("S100")
def test_a_piece_that_is_missing_moved_or_cut_is_noticed(store, anna, kept, harm):
    def do(unit):
        of = FileChunk.number
        if harm == "drop the last":
            unit.db.execute(delete(FileChunk).where(of == 2))
        elif harm == "drop the first":
            unit.db.execute(delete(FileChunk).where(of == 0))
        elif harm == "swap":
            for old, new in ((0, 9), (1, 0), (9, 1)):
                unit.db.execute(update(FileChunk).where(of == old).values(number=new))
        else:
            piece = unit.db.scalar(select(FileChunk.data).where(of == 1))
            unit.db.execute(update(FileChunk).where(of == 1).values(data=piece[:-1]))

    store.run(anna, do)
    with pytest.raises(Unreadable):
        store.look(anna, bytes_of, kept.id)


@pytest.mark.attack("E15")
@pytest.mark.s("S52", "S82")
def test_nobody_sends_the_upload_of_a_colleague(store, anna, ben, kept, amara):
    with pytest.raises(NotFound):
        store.run(ben, send_direct, amara, "Here", attachments=[kept.id])
    assert store.run(anna, send_direct, amara, "Here", attachments=[kept.id]).attachments


def test_a_file_is_read_only_through_its_message(store, anna, kept, amara, system):
    with pytest.raises(NotFound):
        store.look(anna, read_file, kept.id)
    message = store.run(anna, send_direct, amara, "Here", attachments=[kept.id])
    assert store.look(anna, read_file, kept.id, message_id=message.id)[1] == LETTER.data
    with pytest.raises(NotFound):
        store.look(anna, read_file, kept.id, message_id=kept.id)


@pytest.mark.s("S86")
def test_patients_have_room_for_so_much_and_for_so_many_an_hour(store, system, amara, clock, monkeypatch):
    monkeypatch.setattr(quota, "PER_PATIENT", 3000)
    monkeypatch.setattr(quota, "IN_AN_HOUR", 2)
    small = Checked("a.png", "image/png", bytes(1000))
    for _ in range(2):
        store.run(system, keep, small, uploaded_by=None, patient_id=amara.id)
    with pytest.raises(TooMany):
        store.run(system, keep, small, uploaded_by=None, patient_id=amara.id)
    clock.forward(minutes=61)
    store.run(system, keep, small, uploaded_by=None, patient_id=amara.id)
    clock.forward(minutes=61)
    with pytest.raises(FileRefused) as refused:
        store.run(system, keep, small, uploaded_by=None, patient_id=amara.id)
    assert refused.value.why == "full"


@pytest.mark.s("S86")
def test_a_practice_has_room_for_so_much_and_its_admins_hear_once_when_it_is_nearly_full(
    store, system, anna, ben, network, monkeypatch
):
    monkeypatch.setattr(quota, "PER_PRACTICE", 5000)
    piece = Checked("a.png", "image/png", bytes(2100))
    store.run(system, keep, piece, uploaded_by=None)
    assert store.run(system, room.tell_if_low) == 0
    last = store.run(system, keep, piece, uploaded_by=None)
    assert "room for files nearly full" in [one["verb"] for one in store.look(system, lambda unit: list(entries(unit)))]
    with pytest.raises(FileRefused):
        store.run(system, keep, piece, uploaded_by=None)
    assert [store.run(system, room.tell_if_low) for _ in range(2)] == [1, 0]
    assert [one.subject for one in network.to("anna@elm.example")] == ["Little room for files is left"]
    assert network.to("ben@elm.example") == [] and "84 percent" in store.look(anna, notify.listing)[0].text
    store.run(system, erase_file, last.id, "asked for")
    assert store.run(system, room.tell_if_low) == 1  # there is room again
    store.run(system, keep, piece, uploaded_by=None)
    assert store.run(system, room.tell_if_low) == 1


def test_word_documents_are_for_practices_that_turned_them_on(store, system, anna):
    patient = Who(anna.practice_id, Actor(ActorKind.PATIENT))
    assert len(store.look(patient, allowed_types)) == 4 and len(store.look(anna, allowed_types)) == 3
    store.run(system, take_word_documents, True)
    assert len(store.look(patient, allowed_types)) == 5 and len(store.look(anna, allowed_types)) == 4


def test_a_submission_is_taken_whole_or_not_at_all(store, anna):
    with pytest.raises(FileRefused) as refused:
        receive_all(store, anna, [(f"{n}.png", b"x") for n in range(6)])
    assert refused.value.why == "many" and refused.value.name == "5.png"
    with pytest.raises(FileRefused) as refused:
        receive_all(store, anna, [("a.png", bytes(9 << 20)), ("b.png", bytes(9 << 20)), ("c.png", bytes(9 << 20))])
    assert refused.value.why == "together" and refused.value.name == "c.png"
    assert [one.name for one in receive_all(store, anna, [("a.png", made.picture()), ("b.pdf", made.pdf())])] == [
        "a.png",
        "b.pdf",
    ]


# -- the scanner -----------------------------------------------------------------------------------------------------


@pytest.mark.s("S83")
def test_the_scanner_is_asked_piece_by_piece_and_must_find_the_test_file():
    with clamd() as server:
        assert finds_the_test_file(server.address)
        assert scan(server.address, bytes(300_000)).value == "clean"
        assert scan(server.address, bytes(26 << 20)).value == "error"
        assert server.seen == [len(EICAR), 300_000]
        address = server.address
    with pytest.raises(ScannerDown):
        scan(address, b"x")


@pytest.mark.s("S115")
def test_latchkey_does_not_start_beside_a_scanner_that_calls_the_test_file_clean():
    with clamd(finds=b"nothing at all") as blind, pytest.raises(ScannerBlind):
        check_scanner(blind.address)
    with clamd() as good:
        check_scanner(good.address)
    check_scanner("127.0.0.1:1")  # one that is down: files wait


@pytest.mark.attack("C16")
@pytest.mark.s("S83")
def test_a_file_waits_for_the_scanner_and_is_then_given_out_or_never(settings, clock, store, anna, amara):
    """With a scanner that is down, up, and down again (C15, C16)."""
    from core.opening import open_store

    with clamd() as server:
        port = server.server_address[1]
    scanned = settings.model_copy(update={"clamd_address": f"127.0.0.1:{port}"})
    watched = open_store(scanned, clock=clock)
    good = watched.run(anna, keep, LETTER, uploaded_by=anna.actor.id)
    bad = watched.run(anna, keep, Checked("b.pdf", "application/pdf", EICAR), uploaded_by=anna.actor.id)
    lost = watched.run(anna, keep, LETTER, uploaded_by=anna.actor.id)
    watched.run(anna, send_direct, amara, "Here", attachments=[good.id, bad.id, lost.id])
    cut = update(FileChunk).where(FileChunk.file_id == lost.id).values(data=b"\x01" * 60)
    watched.run(anna, lambda unit: unit.db.execute(cut) and None)
    scanning = Scanning(watched)
    assert scanning() == 0
    assert held(watched, anna, good.id) == held(watched, anna, bad.id) == FileState.PENDING
    with clamd(port):
        assert scanning() == 0  # not asked again at once
        clock.forward(seconds=31)
        assert scanning() == 3 and scanning() == 0
    assert watched.look(anna, read_file, good.id)[1] == LETTER.data
    assert held(watched, anna, bad.id) == FileState.INFECTED
    assert held(watched, anna, lost.id) == FileState.ERROR  # what the scanner could not be shown is given to nobody
    assert held(store, anna, bad.id) == FileState.INFECTED  # also after the scanner was taken away
    watched.close()


def test_what_came_before_a_scanner_waits_for_it_and_without_one_is_called_unscanned(
    settings, clock, store, anna, amara, kept
):
    from core.opening import open_store

    store.run(anna, send_direct, amara, "Here", attachments=[kept.id])
    assert store.look(anna, read_file, kept.id)[0].state is FileState.UNSCANNED
    later = open_store(settings.model_copy(update={"clamd_address": "127.0.0.1:1"}), clock=clock)
    assert held(later, anna, kept.id) == FileState.PENDING
    later.close()


def held(store, who, file_id) -> FileState:
    with pytest.raises(FileHeld) as found:
        store.look(who, read_file, file_id)
    return found.value.state
