"""Letters wait, sealed, until a worker has read them: whoever dies meanwhile loses nothing and brings nothing twice."""

import base64
import io

import orjson
import pytest
from PIL import Image
from sqlalchemy import select

from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.delivery import arrivals, odd_calls
from core.delivery.tables import ArrivedLetter
from core.messages import find as messages
from core.messages import notify
from core.messages.conversations import of_patient
from core.messages.words import Direction


def picture():
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def arrive(store, anna, amara, network):
    """A letter that answers one of Anna's, with a picture, as Mailjet hands it over; whether it is ours."""
    order = Order(Command.EMAIL, (amara.id,), "Rear gate", subject="Parking")
    store.run(anna, confirm, store.run(anna, prepare, order).id, hold=0)
    to = network.to(amara.email)[0].sender

    def arriving(text="Here it is", to=to):
        raw = {
            "Recipient": to, "Sender": amara.email, "Text-part": text, "Headers": {"Message-ID": "<one@example.org>"},
            "Attachment1": base64.b64encode(picture()).decode(),
            "Parts": [{"ContentRef": "Attachment1", "Headers": {"Content-Type": 'image/png; name="photo.png"'}}],
        }  # fmt: skip
        return arrivals.keep(store, "mailjet", to, None, orjson.dumps(raw))

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


class Killed(BaseException):
    """The process ends here, and says nothing."""


@pytest.mark.parametrize("dies_in", ["checked", "take_letter"])
def test_whoever_dies_over_a_letter_leaves_it_to_the_next_worker(
    store, arrive, came, worker, clock, monkeypatch, dies_in
):
    arrive()

    def die(*_):
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(arrivals, dies_in, die)
        arrivals.read_next(store)
    worker.turn()
    assert came() == []  # it is still the dead one's
    clock.forward(minutes=10)
    worker.turn()
    assert came() == [("Here it is", ["photo.png"])] and kept(store) == []


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
    monkeypatch.setattr("core.delivery.letters._patient_of", lambda unit, delivery_id: None)
    worker.turn()
    assert [(one.provider, one.what) for one in store.door(odd_calls.totals)] == [("mailjet", "unknown")]
