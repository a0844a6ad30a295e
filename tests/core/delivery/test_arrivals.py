"""Letters wait, sealed, until a worker has read them: whoever dies meanwhile loses nothing and brings nothing twice."""

import base64
import io
from datetime import UTC, datetime

import orjson
import pytest
from PIL import Image
from sqlalchemy import select

from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.delivery import odd_calls
from core.delivery.incoming import arrivals
from core.delivery.tables import ArrivedLetter
from core.messages import find as messages
from core.messages import notify
from core.messages.conversations import of_patient
from core.messages.words import Direction
from tests.core.delivery.killed import IN_THE_PORTAL, LETTER_STEPS, WITH_FILE, as_json, kill, take_in


def picture():
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def letter(store, anna, amara, network):
    """A letter that answers one of Anna's, as Mailjet hands it over: where to, and its bytes."""
    order = Order(Command.EMAIL, (amara.id,), "Rear gate", subject="Parking")
    store.run(anna, confirm, store.run(anna, prepare, order).id, hold=0)
    to = network.to(amara.email)[0].sender

    def letter(to=to, with_file=True):
        raw = {
            "Recipient": to, "Sender": amara.email, "Text-part": "Here it is",
            "Headers": {"Message-ID": "<one@example.org>"},
        }  # fmt: skip
        if with_file:
            raw["Attachment1"] = base64.b64encode(picture()).decode()
            raw["Parts"] = [{"ContentRef": "Attachment1", "Headers": {"Content-Type": 'image/png; name="photo.png"'}}]
        return to, orjson.dumps(raw)

    return letter


@pytest.fixture
def arrive(store, letter):
    """Such a letter is handed over; whether it is ours."""

    def arriving(**more):
        to, raw = letter(**more)
        return arrivals.keep(store, "mailjet", to, None, raw)

    return arriving


def kept(store):
    return store.door(lambda db: db.execute(select(ArrivedLetter.id, ArrivedLetter.raw)).all())


@pytest.fixture
def came(store, anna, amara):
    """What came in from Amara, and with which files."""

    def reading():
        thread = store.look(anna, messages.history, store.run(anna, of_patient, amara.id))
        return [
            (one.text, [file.name for file in one.attachments]) for one in thread if one.direction is Direction.INBOUND
        ]

    return reading


def test_a_letter_waits_sealed_and_joins_with_its_files_when_the_worker_has_read_it(store, arrive, came, worker):
    assert arrive()
    (row,) = kept(store)
    assert b"Here it is" not in row.raw and came() == []
    worker.turn()
    assert came() == [("Here it is", ["photo.png"])] and kept(store) == []


def test_a_letter_that_is_told_twice_joins_once(store, anna, arrive, came, worker):
    arrive()
    arrive()
    for _ in range(3):
        worker.turn()
    assert came() == [("Here it is", ["photo.png"])] and kept(store) == []
    assert len(store.look(anna, notify.listing)) == 1


def test_a_letter_that_answers_nothing_of_ours_is_not_kept(store, arrive):
    assert not arrive(to="reply+nonsense@portal.example.org") and kept(store) == []


@pytest.mark.attack("G09")
@pytest.mark.parametrize("step", LETTER_STEPS)
def test_whoever_is_killed_over_a_letter_loses_nothing_and_brings_nothing_twice(
    store, anna, settings, clock, letter, arrive, came, worker, step
):
    clock.at = datetime.now(UTC)
    with_file = step in WITH_FILE
    if step not in IN_THE_PORTAL:
        assert arrive(with_file=with_file)
    kill(take_in, step, as_json(settings), *letter(with_file=with_file))
    if step in IN_THE_PORTAL:  # the provider had no answer, and hands it over once more
        assert len(kept(store)) == (step == "when it was kept and nobody was told")
        assert arrive(with_file=with_file)
    else:
        worker.turn()  # what was taken is still the dead one's
        assert bool(came()) == (step in ("while it is being taken", "when it has joined"))
    for _ in range(3):
        clock.forward(minutes=10)
        worker.turn()
    assert came() == [("Here it is", ["photo.png"] if with_file else [])] and kept(store) == []
    assert len(store.look(anna, notify.listing)) == 1


def test_a_letter_that_cannot_be_read_is_told_of_and_stands_in_nobodys_way(
    store, anna, amara, arrive, worker, clock, monkeypatch
):
    arrive()

    def choke(raw):
        raise ValueError

    monkeypatch.setattr(arrivals, "READERS", {"mailjet": choke})
    for _ in range(arrivals.TRIES + 1):
        worker.turn()
        clock.forward(minutes=10)
    assert kept(store) == []
    last = store.look(anna, messages.history, store.run(anna, of_patient, amara.id))[-1]
    assert last.text == "Amara Testwell sent an email that we could not read. Ask them to send it again, or call."
    assert len(store.look(anna, notify.listing)) == 1


def test_a_letter_between_colleagues_is_counted_as_nobodys(store, arrive, worker, monkeypatch):
    arrive()
    monkeypatch.setattr("core.delivery.incoming.letters._patient_of", lambda unit, delivery_id: None)
    worker.turn()
    assert [(one.provider, one.what) for one in store.door(odd_calls.totals)] == [("mailjet", "unknown")]
