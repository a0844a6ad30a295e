"""Letting go: what was kept long enough is erased for certain, and the trail proves it (S103, S112; attacks H06, H13)."""

from contextlib import nullcontext
from uuid import UUID

import pytest
from sqlalchemy import event, func, select

from core.audit.certificate import VERB, is_genuine
from core.audit.signing import public_key
from core.audit.trail import entries
from core.cli.chores import Hourly
from core.errors import Forbidden, Invalid, NotFound
from core.forms.erasing import SharesItsKey, erase_early, let_go
from core.forms.finishing import Finishing, finish
from core.messages import find
from core.messages.body import ERASED
from core.messages.files import FileHeld, bytes_of, keep, read_file
from core.messages.inspect import Checked
from core.messages.post import post
from core.messages.search import Wanted, search
from core.messages.tables import FileChunk, FileRow, MessageRow
from core.messages.words import Direction, FileState, Kind, Writing
from core.opening import open_store
from core.release import code
from core.release.control import prolong
from core.release.find import states
from core.release.link import reissue, send_direct, take_back
from core.release.reading import answer
from core.release.tables import CodeRow, LinkRow
from core.release.words import Release
from core.seal.envelope import key_of
from core.seal.keyring import Erased
from core.seal.rotate import rotate

LETTER = Checked("letter.pdf", "application/pdf", b"%PDF-1.7 " + bytes(1 << 20))
PHONE = b"p" * 32


@pytest.fixture
def sent(store, anna, amara):
    file = store.run(anna, keep, LETTER, uploaded_by=anna.actor.id)
    return store.run(anna, send_direct, amara, "Your results are back.", attachments=[file.id])


def trail(store, who) -> list[dict]:
    return store.look(who, lambda unit: list(entries(unit, 0, 10**6)))


def certificates(store, who) -> list[dict]:
    return [one for one in trail(store, who) if one["verb"] == VERB]


@pytest.mark.s("S103")
@pytest.mark.parametrize("later", [False, True])
def test_a_key_that_went_before_a_commit_that_failed_has_its_certificate_when_it_is_erased_again(
    store, system, anna, sent, clock, later
):
    """By a person, or when its time has come."""

    def fail(_connection):
        raise OSError("no space left on the device")

    event.listen(store.writer, "commit", fail)
    with pytest.raises(OSError):
        store.run(anna, erase_early, sent.id, "the patient asked")
    event.remove(store.writer, "commit", fail)
    assert certificates(store, system) == [] and store.look(anna, find.message, sent.id).text == ERASED
    if later:
        clock.forward(days=366 * 9)
        store.run(system, let_go)
    else:
        store.run(anna, erase_early, sent.id, "the patient asked")
    proofs = [one["facts"] for one in certificates(store, system)]
    assert sorted(one["table"] for one in proofs) == ["file", "message"]
    assert {one["item"] for one in proofs if one["table"] == "message"} == {str(sent.id)}


@pytest.mark.attack("H06")
@pytest.mark.s("S103")
def test_wherever_the_power_fails_no_living_key_has_a_certificate_and_no_dead_one_stays_without(
    store, system, anna, amara, monkeypatch, clock
):
    """Two keys go together, the rows are committed, what is left of the keys goes: it fails at each of these in turn.
    The worker finishes it by itself, once."""
    keyring = store.seals(system.practice_id)._keyring
    after = []  # statements that still go through

    def break_off(_connection, _cursor, statement, *_):
        if statement.split()[0] in {"UPDATE", "DELETE", "COMMIT"} and not after.pop():
            raise OSError("no power")

    def lives(key: str) -> bool:
        return keyring.scope_of(system.practice_id, UUID(key)) is not None

    def said_gone() -> set[str]:
        proofs = [one["facts"] for one in certificates(store, system)]
        assert all(is_genuine(public_key(store.seals(system.practice_id)), one) for one in proofs)
        gone = {one["key"] for one in proofs}
        assert len(gone) == len(proofs) and not any(map(lives, gone))
        return gone

    event.listen(store.writer, "commit", lambda _db: after and break_off(None, None, "COMMIT"))
    event.listen(keyring.engine, "before_cursor_execute", lambda *given: after and break_off(*given))
    finishing = Finishing(store)

    def worker_comes_by() -> int:
        clock.forward(hours=1)
        assert finishing() == 0  # whoever is at it right now may end it
        clock.forward(minutes=1)
        return finishing() + finishing()

    for step in range(3):
        file = store.run(anna, keep, LETTER, uploaded_by=anna.actor.id)
        message = store.run(anna, send_direct, amara, f"Result {step}", attachments=[file.id])
        with store.reader.connect() as db:
            keys = {str(key_of(db.scalar(select(MessageRow.body).where(MessageRow.id == message.id))))}
            keys.add(str(key_of(db.scalar(select(FileRow.name).where(FileRow.id == file.id)))))
        before = said_gone()
        after[:] = [False, *[True] * step]
        with pytest.raises(OSError) if step < 2 else nullcontext():
            store.run(anna, erase_early, message.id, "the patient asked")
        assert not after and said_gone() == before | (keys if step == 2 else set())
        assert sum(map(lives, keys)) == (0 if step else 2)
        shown = store.look(anna, find.message, message.id)
        assert shown.text == (ERASED if step else "Result 0") and len(shown.attachments) == 1
        assert rotate(keyring, system.practice_id).number == step + 2  # nor is what is left in anyone's way
        assert worker_comes_by() == (1 if step == 1 else 0)
        if step == 0:  # nothing was done, and whoever pressed was told
            store.run(anna, erase_early, message.id, "the patient asked")
        assert said_gone() == before | keys and keyring.destroyed(system.practice_id) == {}
        assert store.look(anna, find.message, message.id).text == ERASED
        assert store.look(anna, states, [message.id])[message.id].status is Release.REVOKED


@pytest.mark.s("S103")
def test_what_was_swept_or_is_sealed_anew_is_never_erased_by_what_is_left_of_an_older_key(store, system, anna, sent):
    seals = store.seals(system.practice_id)
    older, _ = seals.own_key(f"message:{sent.id}")
    seals._keyring.shred(system.practice_id, [older])
    store.run(system, finish, older, seals.destroyed()[older])
    assert store.look(anna, find.message, sent.id).text == "Your results are back."
    assert certificates(store, system) == [] and seals.destroyed() == {}


@pytest.mark.s("S103")
def test_a_key_that_goes_while_somebody_reads_it_is_not_kept_at_hand(store, anna, sent, monkeypatch):
    keyring = store.seals(anna.practice_id)._keyring
    with store.reader.connect() as db:
        key_id = key_of(db.scalar(select(MessageRow.body).where(MessageRow.id == sent.id)))
    read = keyring._unwrap_data

    def slow(practice_id, key):
        found = read(practice_id, key)
        monkeypatch.undo()
        keyring.shred(practice_id, [key])
        return found

    keyring._known.clear()
    monkeypatch.setattr(keyring, "_unwrap_data", slow)
    assert keyring.by_id(anna.practice_id, key_id)
    with pytest.raises(Erased):
        keyring.by_id(anna.practice_id, key_id)


@pytest.mark.attack("H13")
@pytest.mark.s("S112")
def test_a_month_after_its_link_ended_the_document_is_erased_and_the_words_stay_as_the_record(
    store, system, anna, sent, clock
):
    clock.forward(days=7 + 29)
    assert store.run(system, let_go) == {}
    clock.forward(days=2)
    assert store.run(system, let_go)["links and documents"] == 1
    read = store.look(anna, find.message, sent.id)
    assert read.text == "Your results are back."
    assert read.attachments[0].state is FileState.ERASED and read.attachments[0].name == "Erased file"
    with pytest.raises(FileHeld):
        store.look(anna, read_file, sent.attachments[0].id)
    with pytest.raises(NotFound):
        store.run(anna, reissue, sent.id)
    with pytest.raises(NotFound):
        store.run(anna, prolong, sent.id, 24)  # its document and its way in are gone: there is nothing to open again
    link = store.look(anna, lambda unit: unit.db.execute(select(LinkRow)).one())
    assert (link.phone, link.phone_mac, link.phone_ending) == (b"", b"", "")
    assert [one["facts"]["table"] for one in certificates(store, system)] == ["file"]
    assert store.run(system, let_go) == {}


@pytest.mark.s("S112")
def test_words_without_documents_can_be_sent_again_from_the_record(store, system, anna, amara, network, clock):
    words = store.run(anna, send_direct, amara, "Come in on Monday.")
    old = network.link("amara@example.org")
    clock.forward(days=60)
    store.run(system, let_go)
    store.run(anna, reissue, words.id)
    assert network.link("amara@example.org") != old


@pytest.mark.attack("H06")
@pytest.mark.s("S103")
def test_erasing_the_record_early_is_a_persons_act_with_a_reason_and_a_certificate(store, system, anna, ben, sent):
    with pytest.raises(Forbidden):
        store.run(ben, erase_early, sent.id, "the patient asked")
    with pytest.raises(Invalid):
        store.run(anna, erase_early, sent.id, " \0 ")
    store.run(anna, erase_early, sent.id, "the patient \0asked")
    assert store.look(anna, find.message, sent.id).text == ERASED
    proofs, public = certificates(store, system), public_key(store.seals(system.practice_id))
    assert {one["facts"]["table"] for one in proofs} == {"message", "file"}
    assert all(is_genuine(public, one["facts"]) for one in proofs)
    assert not is_genuine(public, proofs[0]["facts"] | {"at": "2026-01-01"}) and not is_genuine(public, {})
    for left_out in proofs[0]["facts"]:
        assert not is_genuine(public, {name: said for name, said in proofs[0]["facts"].items() if name != left_out})
    assert trail(store, system)[-1]["facts"]["reason"] == "the patient asked"
    with pytest.raises(SharesItsKey):
        store.run(anna, erase_early, sent.id, "twice")


@pytest.mark.attack("H13")
@pytest.mark.s("S112")
def test_after_eight_years_a_month_of_the_record_ends_with_its_keys_and_its_words_in_search(
    store, system, anna, amara, sent, clock
):
    thread = sent.conversation_id
    note = store.run(anna, post, thread, Writing(Kind.INTERNAL, Direction.INTERNAL, "Asked about parking"))
    clock.forward(days=40)
    late = store.run(anna, post, thread, Writing(Kind.INTERNAL, Direction.INTERNAL, "Still parking"))
    clock.forward(days=8 * 365 + 2 - 40 - 5)
    assert "months of the record" not in store.run(system, let_go)
    clock.forward(days=15)
    assert store.run(system, let_go)["months of the record"] == 1
    assert [store.look(anna, find.message, one.id).text for one in (sent, note, late)] == [
        ERASED, ERASED, "Still parking"
    ]  # fmt: skip
    assert [one.message.id for one in store.look(anna, search, Wanted("parking")).hits] == [late.id]
    assert {one["facts"]["table"] for one in certificates(store, system)} == {"message", "file", "conversation"}
    assert store.run(system, let_go) == {}


def test_a_document_taken_back_is_erased_after_a_day_in_which_it_can_be_sent_again(
    store, system, anna, amara, sent, clock
):
    other = store.run(anna, send_direct, amara, "A second one.")
    store.run(anna, take_back, sent.id)
    store.run(anna, take_back, other.id)
    store.run(anna, reissue, other.id)
    clock.forward(hours=25)
    assert store.run(system, let_go)["documents taken back"] == 1
    assert store.look(anna, find.message, sent.id).attachments[0].state is FileState.ERASED
    assert store.look(anna, find.message, other.id).text == "A second one."


def test_an_old_copy_of_the_database_stays_unreadable(settings, store, system, anna, sent, clock, tmp_path):
    """The copy holds every sealed byte; the key is in no database at all."""
    with store.reader.connect() as db:
        body = db.execute(select(MessageRow.body).where(MessageRow.id == sent.id)).scalar_one()
    store.run(anna, erase_early, sent.id, "the patient asked")
    with store.reader.connect() as db:
        assert db.execute(select(MessageRow.body).where(MessageRow.id == sent.id)).scalar_one() == body
    afresh = open_store(settings, clock=clock)
    with pytest.raises(Erased):
        afresh.look(anna, bytes_of, sent.attachments[0].id)
    assert afresh.look(anna, find.message, sent.id).text == ERASED
    afresh.close()
    left = b"".join(path.read_bytes() for path in settings.instance.glob("keyring.db*"))
    assert body[1:17] not in left and body[1:17].hex().encode() not in left


def test_what_a_patient_wrote_stays(store, system, anna, amara, sent, network, clock):
    from core.practice import doors
    from core.store import Actor, ActorKind, Who

    door = store.door(doors.link, network.link("amara@example.org").rsplit("/", 1)[1])
    patient = Who(door.practice_id, Actor(ActorKind.PATIENT))
    said = store.run(patient, answer, door.link_id, "Thank you", [LETTER])
    clock.forward(days=60)
    store.run(system, let_go)
    kept = store.look(anna, find.message, said.id)
    assert kept.text == "Thank you" and store.look(anna, bytes_of, kept.attachments[0].id) == LETTER.data


def test_codes_files_of_nobody_and_old_sessions_go_and_the_trail_counts_them(store, system, anna, sent, network, clock):
    from core.practice import doors, sessions

    door = store.door(doors.link, network.link("amara@example.org").rsplit("/", 1)[1])
    store.run(system, code.ask, door.link_id, PHONE)
    store.run(anna, keep, LETTER, uploaded_by=anna.actor.id)
    store.run(anna, sessions.start, anna.actor.id, "a computer")
    clock.forward(hours=25)
    assert store.run(system, let_go) == {"files never sent": 1, "codes": 1}
    with store.reader.connect() as db:
        assert db.scalar(select(func.count()).select_from(CodeRow)) == 0
        pieces = db.scalars(select(FileChunk.file_id).distinct()).all()
        assert pieces == db.scalars(select(FileRow.id).where(FileRow.message_id.is_not(None))).all()
    clock.forward(days=30)
    assert store.run(system, let_go)["staff sessions"] == 1
    assert trail(store, system)[-1]["facts"]["gone"]["staff sessions"] == 1


def test_the_job_runs_once_an_hour_for_every_practice(store, anna, tom, sent, clock):
    job = Hourly(store, lambda unit: sum(let_go(unit).values()))
    clock.forward(days=40)
    assert job() > 0 and job() == 0
    clock.forward(minutes=61)
    assert job() == 0


def test_a_message_under_a_shared_key_is_never_erased_alone(store, system, anna, amara):
    from core.messages.conversations import of_patient
    from core.messages.erase import erase_message

    thread = store.run(anna, of_patient, amara.id)
    note = store.run(anna, post, thread, Writing(Kind.INTERNAL, Direction.INTERNAL, "A note"))
    assert store.run(system, erase_message, note.id, "by mistake") == 0
    assert store.look(anna, find.message, note.id).text == "A note"
