"""Letters that come in: what is the answer, what is a quotation, which files are kept, what a machine wrote."""

import base64
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.delivery.inbound import Fate
from core.delivery.incoming import quotes, unmatched
from core.delivery.incoming.letters import letter_arrived
from core.delivery.incoming.quotes import MARKER, answer
from core.delivery.providers.mailjet_calls import events, incoming
from core.delivery.words import Letter, Unclear
from core.messages import find as messages
from core.messages import notify
from core.messages.words import Direction, Kind


@pytest.mark.parametrize(
    ("letter", "said"),
    [("Thanks!\n\nOn Mon, Nov 23, 2026 at 10:00 AM Elm <m@example.org> wrote:\n> Hello\n", "Thanks!"),
     ("Danke\n\nAm Mo., 23. Nov. 2026 um 10:00 Uhr schrieb Elm <m@example.org>:\n> Hallo", "Danke"),
     ("Merci\n\nLe lun. 23 nov. 2026 à 10:00, Elm <m@example.org> a écrit :\n> Bonjour", "Merci"),
     ("Gracias\n\nEl lun, 23 nov 2026 a las 10:00, Elm (<m@example.org>) escribió:\n\n> Hola", "Gracias"),
     ("Gracias\n\nEl lun, 23 nov 2026 a las 10:00, Elm Clinic\n(<m@example.org>) escribió:\n> Hola", "Gracias"),
     (f"Yes\n\nSomebody wrote in a way nobody knows\n> {MARKER}\n> Hello", "Yes\n\nSomebody wrote in a way nobody knows"),
     ("No quotation here.\nTwo lines.", "No quotation here.\nTwo lines."),
     ("> only a quotation", "> only a quotation"), ("", ""), ("word " * 1000, ("word " * 1000).strip())],
)  # fmt: skip
def test_an_answer_is_told_from_what_it_quotes(letter, said):
    assert answer(letter) == said


@pytest.mark.parametrize("evil", ["On ", "> On x wrote ", "word\n", "El "])
def test_the_slow_library_sees_only_the_beginning_of_a_letter(monkeypatch, evil):
    seen = []
    read = quotes.EmailReplyParser.parse_reply
    monkeypatch.setattr(
        quotes.EmailReplyParser, "parse_reply", lambda self, text: seen.append(len(text)) or read(self, text)
    )
    answer(evil * 20_000)
    assert max(seen) <= quotes.SHOWN


@settings(max_examples=60)
@given(st.text(max_size=300))
def test_an_answer_is_never_more_than_the_letter(text):
    assert len(answer(text)) <= len(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
PART = st.fixed_dictionaries({"ContentRef": JSON | st.just("Attachment1"), "Headers": JSON})
KEYS = (
    "Sender",
    "Subject",
    "Headers",
    "Text-part",
    "Html-part",
    "SpamAssassinScore",
    "CustomID",
    "Attachment1",
    "Payload",
)


@settings(max_examples=80)
@given(st.fixed_dictionaries({"Recipient": st.text(max_size=30)}, optional={
    **dict.fromkeys(KEYS, JSON), "Parts": JSON | st.lists(PART, max_size=3)}))  # fmt: skip
def test_whatever_a_letter_is_made_of_it_is_read(given):
    letter = incoming(given)
    for words in (letter.to, letter.sender, letter.subject, letter.text, *(name for name, _ in letter.files)):
        assert "\0" not in words and words.encode() is not None


@settings(max_examples=60)
@given(JSON)
def test_whatever_events_are_made_of_they_are_read_or_refused(given):
    for read in (events, incoming):
        try:
            read(given)
        except ValueError as refused:
            assert str(refused) in ("not events", "not a letter")


def test_markup_never_comes_through_and_its_words_do():
    html = "<style>x{}</style><p>Hello <b onclick=x()>Ada</b></p><script>alert(1)</script><div>Two<br>Three</div>"
    assert incoming({"Recipient": "x@y", "Html-part": html}).text == "Hello Ada\nTwo\nThree"


def test_a_file_has_the_name_its_part_gives_it_and_broken_ones_are_named():
    given = {
        "Recipient": "x@y", "Attachment1": base64.b64encode(b"one").decode(), "Attachment2": "not base64!",
        "Parts": [
            {"ContentRef": "Attachment1", "Headers": {"Content-Type": 'image/png; name="=?utf-8?q?f=C3=BCr_Sie.png?="'}},
            {"ContentRef": "Attachment2", "Headers": {"content-disposition": ['attachment; filename="b.pdf"']}},
            {"ContentRef": "Text-part", "Headers": {}},
        ],
    }  # fmt: skip
    letter = incoming(given)
    assert letter.files == (("für Sie.png", b"one"),) and letter.unreadable == ("b.pdf",)


@pytest.fixture
def address(store, anna, amara, network):
    """Where an answer to a letter of Anna's goes."""
    order = Order(Command.EMAIL, (amara.id,), "Rear gate", subject="Parking")
    store.run(anna, confirm, store.run(anna, prepare, order).id, hold=0)
    letter = network.to(amara.email)[0]
    assert letter.text.startswith(MARKER)
    return letter.sender


@pytest.fixture
def thread(store, anna, amara):
    def reading():
        at = store.look(anna, messages.patient_thread, amara.id)
        return store.look(anna, messages.history, at)

    return reading


def test_an_answer_joins_without_its_quotation_and_the_whole_stays_at_hand(store, address, thread, anna):
    said = f"Thank you\n\nOn Monday Elm Clinic wrote:\n> {MARKER}\n> Rear gate"
    assert letter_arrived(store, Letter(address, "amara@example.org", "Re: Parking", said)) is Fate.JOINED
    last = thread()[-1]
    assert (last.kind, last.direction, last.text, last.whole) == (Kind.EMAIL, Direction.INBOUND, "Thank you", said)
    assert store.look(anna, notify.listing)[0].text == "Thank you"


def test_good_files_are_kept_and_bad_ones_named_while_the_words_stay(store, address, thread):
    out = io.BytesIO()
    Image.new("RGB", (20, 20), (9, 9, 9)).save(out, "PNG")
    files = (("photo.png", out.getvalue()), ("run.exe", b"MZ"), ("../../trick.pdf", b"no pdf"))
    letter = Letter(address, "amara@example.org", "Photo", "Here it is", files=files, unreadable=("cut.pdf",))
    assert letter_arrived(store, letter) is Fate.JOINED
    *_, kept, line = thread()
    assert (kept.text, [one.name for one in kept.attachments]) == ("Here it is", ["photo.png"])
    assert line.kind is Kind.EVENT
    assert line.text == "Not kept from this email: cut.pdf, run.exe, trick.pdf. Ask for it as PDF, JPEG or PNG."


def test_a_letter_too_long_to_keep_says_that_its_end_is_missing(store, address, thread):
    """Whoever answers below a long quotation would have said nothing, and nobody would know."""
    letter = Letter(address, "amara@example.org", "Long", "x" * 10_001)
    assert letter_arrived(store, letter) is Fate.JOINED
    *_, kept, line = thread()
    assert (len(kept.text), line.kind, line.author) == (10_000, Kind.EVENT, None)
    assert line.text == "This email was too long to keep: its end is missing here. Ask them for it, or call."


def test_a_machines_answer_is_a_line_and_nobody_is_told(store, address, thread, anna):
    letter = Letter(address, "amara@example.org", "Away", "Back on Monday", automatic=True)
    assert letter_arrived(store, letter) is Fate.OBEYED
    assert thread()[-1].kind is Kind.EVENT and store.look(anna, notify.listing) == []
    long = Letter(address, "amara@example.org", "Away" * 200, "x" * 20_000, automatic=True)
    assert letter_arrived(store, long) is Fate.OBEYED


def test_what_looks_like_spam_waits_for_a_person(store, address, thread, anna):
    assert letter_arrived(store, Letter(address, "x@example.net", "Win", "Money", spam=5.0)) is Fate.TRAY
    assert store.look(anna, unmatched.waiting)[0].why is Unclear.SPAM
    assert all(one.direction is Direction.OUTBOUND for one in thread())


def test_the_providers_own_memory_finds_the_letter_that_is_answered(store, anna, amara, address, thread):
    from core.delivery import find

    delivery = store.look(anna, find.of_messages, [thread()[-1].id])[thread()[-1].id][0]
    letter = Letter("messages@latchkey.invalid", "amara@example.org", "Re", "Found", delivery_id=delivery.id)
    assert letter_arrived(store, letter) is Fate.JOINED


def test_the_same_letter_twice_is_one(store, address, thread):
    letter = Letter(address, "amara@example.org", "Re", "Hi", once="one")
    assert [letter_arrived(store, letter) for _ in range(2)] == [Fate.JOINED, Fate.KNOWN]
