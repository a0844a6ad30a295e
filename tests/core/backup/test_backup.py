"""Backups: one moment, one encrypted file, back on either database, and nothing from before opens any more (S105, S113, H16)."""

import shutil

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from sqlalchemy import text

from core.audit.trail import PURPOSE, entries
from core.audit.verify import verify
from core.backup.archive import PIECE, Reader, Writer
from core.backup.restore import restore
from core.backup.save import save
from core.backup.words import NewerBackup, NoBackupKey, NotABackup
from core.forms.erasing import erase_early
from core.messages import find
from core.messages.files import bytes_of, keep
from core.messages.inspect import Checked
from core.opening import open_store
from core.practice import doors, sessions
from core.release.find import LinkExpired, live_link
from core.release.link import send_direct
from core.seal.keyring import Erased
from tests.instance import KEY, settings_in

LETTER = Checked("letter.pdf", "application/pdf", b"%PDF-1.7 " + bytes(range(256)) * 6000)


def pair() -> tuple[bytes, bytes]:
    private = X25519PrivateKey.generate()
    return (
        private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()),
        private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw),
    )


@pytest.fixture
def story(store, anna, amara, network):
    """A message with a file on its way, a person signed in, a letter that has not left yet."""
    file = store.run(anna, keep, LETTER, uploaded_by=anna.actor.id)
    message = store.run(anna, send_direct, amara, "Your results are back.", attachments=[file.id])
    link = network.link("amara@example.org").rsplit("/", 1)[1]
    _, cookie = store.run(anna, sessions.start, anna.actor.id, "a computer")
    store.run(anna, send_direct, amara, "This one waits.")
    return message, link, cookie


@pytest.mark.parametrize("onto", ["sqlite", "postgres"])
@pytest.mark.attack("H16")
@pytest.mark.s("S105", "S113")
def test_a_backup_comes_back_on_either_database_with_everything_before_it_void(
    store, settings, clock, anna, system, story, tmp_path, onto, request
):
    message, link, cookie = story
    file = tmp_path / "one.latchkey"
    assert save(settings, clock, file) > 20
    assert b"results" not in file.read_bytes() and b"data_key" not in file.read_bytes()
    store.close()
    target = settings_in(tmp_path / "elsewhere", **place(onto, request))
    (tmp_path / "elsewhere").mkdir()
    restore(target, clock, file)
    back = open_store(target, clock=clock)
    read = back.look(anna, find.message, message.id)
    assert read.text == "Your results are back." and back.look(anna, bytes_of, read.attachments[0].id) == LETTER.data
    chain = back.look(system, lambda unit: list(entries(unit, 0, 10**6)))
    assert verify(back.seals(system.practice_id).mac_key(PURPOSE), chain).unbroken
    assert back.door(doors.staff_session, cookie, clock()) is None
    with pytest.raises(LinkExpired):
        back.look(system, live_link, back.door(doors.link, link).link_id)
    with back.reader.connect() as db:
        assert db.execute(text("SELECT COUNT(*) FROM outbox WHERE attempt_at IS NULL")).scalar() == 0
    back.close()


def place(onto, request):
    if onto == "sqlite":
        return {}
    return {"database_url": request.getfixturevalue("postgres").fresh()}


@pytest.mark.attack("H06")
@pytest.mark.s("S103")
def test_an_older_backup_does_not_bring_an_erased_message_back(store, settings, clock, system, anna, story, tmp_path):
    file = tmp_path / "one.latchkey"
    save(settings, clock, file)
    store.run(anna, erase_early, story[0].id, "the patient asked")
    store.close()
    restore(settings, clock, file)
    back = open_store(settings, clock=clock)
    assert back.look(anna, find.message, story[0].id).text == "This message was erased."
    with pytest.raises(Erased):
        back.look(anna, bytes_of, story[0].attachments[0].id)
    back.close()


def test_with_a_public_key_only_its_private_half_opens_a_backup(store, settings, clock, story, tmp_path):
    private, public = pair()
    file = tmp_path / "one.latchkey"
    save(settings.model_copy(update={"backup_key": public.hex()}), clock, file)
    store.close()
    for wrong in (b"", pair()[0]):
        with pytest.raises(NoBackupKey):
            restore(settings, clock, file, wrong)
    assert restore(settings, clock, file, private) > 20


@pytest.mark.parametrize("harm", ["cut", "change", "longer", "swap files", "nonsense", "of the future"])
def test_a_damaged_backup_is_refused_before_anything_is_touched(store, settings, clock, anna, story, tmp_path, harm):
    file = tmp_path / "one.latchkey"
    save(settings, clock, file)
    whole = file.read_bytes()
    if harm == "cut":
        file.write_bytes(whole[:-30])
    elif harm == "change":
        file.write_bytes(whole[:-100] + bytes([whole[-100] ^ 1]) + whole[-99:])
    elif harm == "longer":
        file.write_bytes(whole + b"x")
    elif harm == "swap files":
        shutil.copy(tmp_path / "one.latchkey.keys", file)
    elif harm == "nonsense":
        file.write_bytes(b"hello")
    else:
        with file.open("wb") as out:
            Writer(out, {"what": "rows", "made": "", "schema": "9999"}, master=bytes.fromhex(KEY)).close()
    with pytest.raises((NotABackup, NewerBackup)):
        restore(settings, clock, file)
    assert store.look(anna, find.message, story[0].id).text == "Your results are back."


def test_an_archive_of_several_pieces_reads_as_it_was_written_whatever_the_portions(tmp_path):
    said = bytes(range(256)) * (3 * PIECE // 256)
    with (tmp_path / "a").open("wb") as out:
        writer = Writer(out, {}, master=bytes.fromhex(KEY))
        for start in range(0, len(said), 300_001):
            writer.write(said[start : start + 300_001])
        writer.close()
    with (tmp_path / "a").open("rb") as source:
        assert Reader(source, masters=[bytes.fromhex(KEY)]).read() == said
