"""Catalogue B30 and B32: what opens a message where no text can go, and the date of birth beside it (S25, S26)."""

import pytest
from sqlalchemy import select

from core.compose.draft import prepare
from core.compose.words import Command, MissingMobile, Order
from core.delivery.credits import balance
from core.errors import Forbidden
from core.patients import record
from core.release import birth, card
from core.release.card import ALPHABET, CardMalformed
from core.release.tables import LinkRow, UnlockCard
from portal.language import WORDS
from staffbot import create_app as create_staffbot
from tests.conftest import person
from tests.portal.visitor import PHONE, Visitor
from tests.staffbot.browser import Browser


@pytest.fixture
def ida(store, system):
    """A patient without a mobile."""
    return store.run(system, record.add, **person("Ida", "Cardwell", email="ida@example.org"))


def wrong_ones(store, who) -> int:
    return store.look(who, lambda unit: unit.db.scalar(select(LinkRow.wrong_in_row)))


@pytest.mark.attack("B30")
@pytest.mark.s("S25")
def test_a_card_opens_once_in_small_letters_with_dashes_and_costs_nothing(app, store, anna, ida, send, network, clock):
    issued = card.issue(store, anna, ida.id)
    before = store.look(anna, balance)
    link = send(anna, ida, "Come in on Monday.")
    assert "unlock card" in network.to(ida.email)[0].text and "Text me" not in network.to(ida.email)[0].text
    guest, other = Visitor(app), Visitor(app)
    guest.get(link.url)
    assert "Use your unlock card" in guest.get("/unlock").text
    assert guest.post("/unlock/card", {"card": card.spaced(issued.code).lower()}).status_code == 303
    shown = guest.get("/message").text
    assert "Come in on Monday." in shown and "A card works once." in shown  # whoever locks it knows before
    other.get(link.url)
    again = other.post("/unlock/card", {"card": issued.code})
    assert again.status_code == 422 and other.get("/message").status_code == 400
    assert store.look(anna, balance) == before
    clock.forward(minutes=16)
    away = guest.get("/message").text
    assert "for a new one. What you typed is kept." in away and "I have a new card" in away
    assert "Get a new code" not in away


@pytest.mark.attack("B30")
@pytest.mark.s("S25", "S16", "S20")
def test_guesses_at_a_card_are_counted_like_guesses_at_a_code_and_close_the_link(app, store, anna, amara, l1):
    issued = card.issue(store, anna, amara.id)
    for browser in (Visitor(app), Visitor(app)):
        browser.get(l1.url)
        page = browser.get("/unlock")
        assert "I have an unlock card" in page.text
        for n in range(5):
            last = browser.post("/unlock/card", {"card": ALPHABET[n] * 16})
    assert last.status_code == 410 and wrong_ones(store, anna) == 10
    late = Visitor(app)
    assert late.get(l1.url).status_code == 410
    assert late.post("/unlock/card", {"card": issued.code}).status_code == 400


@pytest.mark.s("S25", "S14", "S21")
def test_no_card_an_old_one_and_a_replaced_one_answer_alike_and_what_is_no_card_counts_nothing(
    app, store, anna, amara, l1, clock
):
    guest = Visitor(app)
    guest.get(l1.url)
    answers = [guest.post("/unlock/card", {"card": "7KQM4T2X9RBD0HVC"})]
    replaced = card.issue(store, anna, amara.id)
    card.issue(store, anna, amara.id)
    answers.append(guest.post("/unlock/card", {"card": replaced.code}))
    assert [one.status_code for one in answers] == [422, 422] and answers[0].data == answers[1].data
    assert wrong_ones(store, anna) == 2
    for typed in ("", "12345678", "7KQM4T2X9RBD0HVU", "７KQM4T2X9RBD0HVC", ["7KQM4T2X9RBD0HVC"] * 2):
        assert guest.post("/unlock/card", {"card": typed}).status_code == 422
    assert wrong_ones(store, anna) == 2


@pytest.mark.s("S25")
def test_a_card_ends_after_three_weeks_and_when_it_is_taken_away(store, anna, carl, amara, clock):
    with pytest.raises(Forbidden):
        card.issue(store, carl, amara.id)
    card.issue(store, anna, amara.id)
    clock.forward(days=21)
    assert store.look(anna, card.live, amara.id) is None
    card.issue(store, anna, amara.id)
    store.run(anna, card.take_away, amara.id)
    assert store.look(anna, card.live, amara.id) is None


@pytest.mark.s("S25")
def test_a_card_that_ended_while_it_was_compared_opens_nothing(store, anna, amara, clock):
    card.issue(store, anna, amara.id)
    compared = store.look(anna, card.live, amara.id)
    clock.forward(days=21)
    assert not store.run(anna, card.use_up, compared.id)


@pytest.mark.attack("B30", "B32")
@pytest.mark.s("S25", "S26")
def test_a_right_card_beside_a_wrong_date_of_birth_opens_nothing_and_is_not_used_up(app, store, anna, amara, l1):
    store.run(anna, birth.ask_for, True)
    issued, guest = card.issue(store, anna, amara.id), Visitor(app)
    guest.get(l1.url)
    assert guest.post("/unlock/card", {"card": issued.code, "born": "15 3 1985"}).status_code == 422
    assert guest.get("/message").status_code == 400 and wrong_ones(store, anna) == 1
    assert guest.post("/unlock/card", {"card": issued.code, "born": "14 3 1985"}).status_code == 303


@pytest.mark.s("S25", "S36", "S47")
def test_staff_print_a_card_once_after_proving_who_they_are_and_only_its_slow_hash_is_kept(
    settings, store, anna, amara, clock
):
    colleague = Browser(create_staffbot(settings, store).test_client(), clock, {})
    colleague.sign_in()
    page = colleague.post(f"/patients/{amara.id}/card", {}, on=f"/patients/{amara.id}/contacts").text
    code = page.split('class="code" dir="ltr">')[1].split("<")[0]
    assert card.shaped(code) and "Elm Clinic" in page and "Keep it where nobody else can see it" in page
    kept = store.look(anna, lambda unit: unit.db.scalar(select(UnlockCard.hash)))
    assert kept.startswith("$argon2id$") and code.replace("-", "") not in kept
    clock.forward(minutes=11)
    assert colleague.post(f"/patients/{amara.id}/card", {}, on="/patients").status_code == 403


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.s("S25")
def test_a_card_is_printed_in_its_patients_language_and_names_the_button_as_the_page_does(
    settings, store, anna, amara, clock
):
    store.run(anna, record.change, amara.id, language="de")
    colleague = Browser(create_staffbot(settings, store).test_client(), clock, {})
    colleague.sign_in()
    page = colleague.post(f"/patients/{amara.id}/card", {}, on=f"/patients/{amara.id}/contacts").text
    assert 'lang="de"' in page and "bis Montag, 14. Dezember" in page and "Call us" not in page
    assert f"Wählen Sie „{WORDS['de']['I have an unlock card']}“" in page


@pytest.mark.s("S25")
def test_a_direct_message_to_somebody_without_a_mobile_needs_a_card_first(store, anna, ida):
    order = Order(Command.DIRECT, (ida.id,), "Come in on Monday.")
    with pytest.raises(MissingMobile):
        store.run(anna, prepare, order)
    card.issue(store, anna, ida.id)
    draft = store.run(anna, prepare, order)
    assert draft.credits == 0 and [channel.value for channel, _ in draft.recipients[0].channels] == ["email"]


@pytest.mark.s("S25", "S14")
def test_letters_that_are_easily_misread_are_forgiven():
    assert card.shaped("il00-oooo kkkk-kkkk") == "11000000KKKKKKKK"
    with pytest.raises(CardMalformed):
        card.shaped("UUUUUUUUUUUUUUUU")


@pytest.mark.attack("B32")
@pytest.mark.s("S26", "S21")
def test_a_wrong_date_of_birth_is_charged_like_a_wrong_code_and_nobody_learns_which_it_was(
    app, store, anna, carl, amara, l1, network
):
    with pytest.raises(Forbidden):
        store.run(carl, birth.ask_for, True)
    store.run(anna, birth.ask_for, True)
    guest = Visitor(app)
    guest.get(l1.url)
    guest.post("/unlock/send")
    right = network.code(PHONE)
    wrong_day = guest.post("/unlock/verify", {"code": right, "born": "15 3 1985"})
    wrong_code = guest.post("/unlock/verify", {"code": f"{(int(right) + 1) % 10**8:08d}", "born": "14 3 1985"})
    assert wrong_day.status_code == 422 and wrong_day.data == wrong_code.data
    no_day = guest.post("/unlock/verify", {"code": right, "born": "31 2 1985"})
    assert "Enter a real date" in no_day.text and wrong_ones(store, anna) == 2
    assert 'id="born-e"' in no_day.text and f'value="{right}"' in no_day.text, "the code was not looked at, so it stays"
    assert guest.post("/unlock/verify", {"code": right, "born": "14.3.1985"}).status_code == 303


@pytest.mark.s("S26")
def test_the_date_of_birth_is_not_asked_of_whom_nobody_knows_it(app, store, system, anna, send):
    store.run(anna, birth.ask_for, True)
    stranger = {**person("No", "Birthday", email="no@example.org"), "date_of_birth": ""}
    guest = Visitor(app)
    guest.get(send(anna, store.run(system, record.add, **stranger), "Come in on Monday.").url)
    asked = guest.get("/unlock/card").text
    assert 'name="card"' in asked and 'name="born"' not in asked
