"""The colour a practice chooses can be seen on both grounds; links live as long as it usually wants (U86, S3)."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.delivery.words import Channel
from core.delivery.writing.paper import LOGO
from core.delivery.writing.patient_letters import ended_email, link_subject
from core.errors import Forbidden, Invalid
from core.messages.inspect import check_logo
from core.practice import find, portal_look
from core.practice.portal_look import keep_logo, remove_logo
from core.release.link import send_direct
from portal import create_app
from tests.portal.visitor import BASE, Visitor


@given(st.from_regex(r"[0-9a-f]{6}", fullmatch=True))
def test_whatever_colour_is_chosen_the_one_that_is_kept_stands_out(colour):
    kept = portal_look.nearest(colour)
    assert portal_look.stands_out(kept) and portal_look.nearest(kept) == kept


def test_contrast_is_that_of_the_guidelines():
    assert portal_look.contrast("000000", "ffffff") == pytest.approx(21)
    assert portal_look.contrast("777777", "ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.s("S3")
def test_an_admin_chooses_and_the_patients_page_and_new_links_follow(
    settings, store, anna, carl, amara, network, clock
):
    with pytest.raises(Forbidden):
        store.run(carl, portal_look.choose, "", 72)
    for colour, hours in (("red", 72), ("#ff000", 72), ("", 5)):
        with pytest.raises(Invalid):
            store.run(anna, portal_look.choose, colour, hours)
    kept = store.run(anna, portal_look.choose, "#B0006A", 72)
    draft = store.run(anna, prepare, Order(Command.DIRECT, (amara.id,), "Hello"))
    assert (draft.until - clock()).days == 3
    store.run(anna, send_direct, amara, "Hello")
    guest = Visitor(create_app(settings, store))
    guest.get(network.link(amara.email).removeprefix(BASE))
    sheet = f"/static/practice-{kept}.css"
    assert sheet in guest.get("/unlock").text and f"--practice: #{kept};" in guest.get(sheet).text
    assert guest.get("/static/practice-zzzzzz.css").status_code == 404


def picture(form="PNG", size=(1200, 400), mode="RGBA", colour=(0, 90, 80, 255)):
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, form)
    return out.getvalue()


@pytest.fixture
def seen_by_provider(providers):
    """Every letter as its provider is given it."""
    given, channel = [], providers.by_channel[Channel.EMAIL]

    def send(parcel, delivery_id, reference, before=channel.send):
        given.append(parcel)
        return before(parcel, delivery_id, reference)

    channel.send = send
    return given


@pytest.mark.s("S93")
def test_a_logo_is_made_small_and_shown_on_pages_and_in_letters_that_carry_it(
    settings, store, anna, carl, amara, tom, network, seen_by_provider
):
    png = check_logo(picture() + b"something hidden", 1 << 20)
    small = Image.open(io.BytesIO(png))
    assert (small.format, small.size) == ("PNG", (432, 144)) and b"hidden" not in png
    with pytest.raises(Forbidden):
        store.run(carl, keep_logo, png)
    name = store.run(anna, keep_logo, png)
    store.run(anna, send_direct, amara, "Hello")
    guest = Visitor(create_app(settings, store))
    guest.get(network.link(amara.email).removeprefix(BASE))
    (letter,) = seen_by_provider
    assert [(one.id, one.type, one.data) for one in letter.inline] == [("logo", "image/png", png)]
    assert LOGO in letter.html and "http" not in letter.html.replace(f"{settings.portal_url}/l/", "")
    page, source = guest.get("/unlock").text, f"/static/logo-{name}.png"
    assert f'<img class="p-logo" src="{source}" alt="">' in page
    shown = guest.get(source)
    assert (shown.data, shown.content_type, "immutable" in shown.headers["Cache-Control"]) == (png, "image/png", True)
    store.run(anna, send_direct, amara, "Hello")
    store.run(anna, remove_logo)  # before the second letter has left
    network.settle()
    assert (seen_by_provider[1].inline, "<img" in seen_by_provider[1].html) == ((), False)
    assert guest.get(source).status_code == 404 and "p-logo" not in guest.get("/unlock").text


@pytest.mark.parametrize(
    ("data", "why"),
    [(b"", "empty"), (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "type"), (b"%PDF-1.7", "type"),
     (picture()[:60], "damaged"), (b"\x89PNG\r\n\x1a\n" + b"x" * (1 << 20), "size")],
)  # fmt: skip
def test_what_is_no_picture_is_no_logo(data, why):
    with pytest.raises(Invalid) as refused:
        check_logo(data, 1 << 20)
    assert (refused.value.field, refused.value.why) == ("logo", why)


def test_a_photo_as_logo_stays_small_enough_for_every_letter():
    noise = Image.effect_noise((900, 300), 100).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "JPEG")
    assert len(check_logo(out.getvalue(), 5 << 20)) < 100 << 10


@pytest.mark.s("S24")
def test_codes_name_the_practice_once_an_admin_wants_it(settings, store, anna, carl, amara, network):
    store.run(anna, send_direct, amara, "Your results are back.")
    visitor = Visitor(create_app(settings, store))
    visitor.get(network.link(amara.email).removeprefix(BASE))
    with pytest.raises(Forbidden):
        store.run(carl, portal_look.name_in_codes, True)
    store.run(anna, portal_look.name_in_codes, True)
    visitor.post("/unlock/send")
    assert network.to(amara.mobile)[0].text.startswith("Elm Clinic: ")
    draft = store.run(anna, prepare, Order(Command.DIRECT, (amara.id,), "More"))
    assert any(seen.text.startswith("Elm Clinic: 4821 9037") for seen in draft.seen)


def test_a_practice_may_leave_its_name_out_of_subject_and_sender(store, anna, carl, amara, network):
    def newest():
        letter = network.to(amara.email)[0]
        return letter.subject, "Elm Clinic has sent you" in letter.text

    store.run(anna, send_direct, amara, "Your results are back.")
    assert newest() == ("Elm Clinic has sent you a secure message", True)
    with pytest.raises(Forbidden):
        store.run(carl, portal_look.name_in_letters, False)
    store.run(anna, portal_look.name_in_letters, False)
    draft = store.run(anna, prepare, Order(Command.DIRECT, (amara.id,), "More"))
    assert draft.seen[0].text.startswith("Hello, Elm Clinic") and draft.seen[0].subject == "You have a secure message"
    store.run(anna, send_direct, amara, "More")
    assert newest() == ("You have a secure message", True)
    card = store.look(anna, find.card)
    assert ended_email("ada@example.org", card, "en").sender_name == ""
    assert link_subject(card, "en", form=True) == "You have a form to fill in"
    assert link_subject(card, "de", form=True) == "Sie haben ein Formular auszufüllen"
    store.run(anna, portal_look.name_in_letters, True)
    card = store.look(anna, find.card)
    assert link_subject(card, "en") == "Elm Clinic has sent you a secure message"
    assert ended_email("ada@example.org", card, "en").sender_name == "Elm Clinic"
