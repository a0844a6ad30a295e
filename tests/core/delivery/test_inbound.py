"""Texts that come in: words of command, the tray, numbers that several share."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.delivery import credits, inbound, suppression
from core.delivery.inbound import Came, Fate, Text
from core.delivery.incoming import replies, unmatched
from core.delivery.incoming.keywords import Keyword, hints_at_stop, keyword
from core.delivery.suppression import Suppressed
from core.delivery.words import Bar, Channel, Unclear
from core.errors import NotFound
from core.messages import find as messages
from core.messages import notify
from core.messages.conversations import of_patient
from core.messages.words import Direction, Kind
from core.patients import record
from core.practice.tables import PracticeRow
from core.release.link import send_direct
from core.store import Who
from core.store.unit import SYSTEM
from tests.conftest import person

NUMBER = "+447700900001"  # the installation's, in these tests
AMARA, NOBODY = "+447700900057", "+447700900999"


@pytest.fixture
def texts(store, practice):
    """Text the practice from a phone."""

    def texting(text, sender=AMARA, **more):
        return inbound.text_arrived(store, Text(NUMBER, sender, text, **more)).fate

    return texting


def thread(store, who, patient):
    return store.look(who, messages.history, store.run(who, of_patient, patient.id))


def barred(store, who, number=AMARA):
    return [one.bar for one in store.look(who, suppression.bars, Channel.SMS, number)]


@pytest.mark.parametrize(
    ("text", "found"),
    [("STOP", Keyword.STOP), (" stop. ", Keyword.STOP), ("“Stop”!", Keyword.STOP), ("Ｓｔｏｐ", Keyword.STOP),
     ("S T O P", Keyword.STOP), ("stop 🛑", Keyword.STOP), ("Arrêt", Keyword.STOP), ("désabonner", Keyword.STOP),
     ("ABBESTELLEN", Keyword.STOP), ("baja", Keyword.STOP), ("opt-out", Keyword.STOP), ("Start", Keyword.START),
     ("alta", Keyword.START), ("Hilfe?", Keyword.HELP), ("INFO", Keyword.HELP),
     ("cancel", None), ("annuler", None), ("absagen", None), ("yes", None), ("Sí", None), ("ja", None),
     ("please stop texting me", None), ("The bus stop", None), ("", None), ("👍", None)],
)  # fmt: skip
def test_only_a_whole_message_is_a_command(text, found):
    assert keyword(text) is found


def test_what_the_network_made_of_a_text_counts_where_it_will_act_on_it():
    assert keyword("cancel", "optout") is Keyword.STOP
    assert keyword("Sí", "optin", stopped=True) is Keyword.START and keyword("yes", "optin") is None


def test_a_word_of_stopping_in_a_sentence_is_pointed_out_and_everyday_words_are_not():
    assert hints_at_stop("Please STOP texting me") and hints_at_stop("unsubscribe me now")
    assert not hints_at_stop("It does end at ten, I will be quit of it")


@settings(max_examples=50)
@given(st.text(max_size=60), st.text(max_size=10))
def test_any_text_is_a_command_or_none(text, intent):
    assert keyword(text, intent) in (None, *Keyword)
    hints_at_stop(text)


def test_stop_works_by_itself_once_and_start_undoes_it(texts, store, anna, amara, network):
    assert texts("Stop.") is Fate.OBEYED and texts("STOP") is Fate.OBEYED
    assert [one.text for one in network.to(AMARA)] == [
        "Elm Clinic: you will get no more texts from us about news and recalls. Codes you ask for still work. "
        "To undo, text START."
    ]
    assert barred(store, anna) == [Bar.OPT_OUT]
    lines = thread(store, anna, amara)
    assert [(one.kind, "no more texts" in one.text) for one in lines] == [(Kind.EVENT, True)]
    assert store.look(anna, notify.listing) == []
    with pytest.raises(Suppressed):
        store.run(anna, prepare, Order(Command.SMS, (amara.id,), "Hello"))
    assert texts("yes") is Fate.OBEYED
    assert barred(store, anna) == [] and len(network.to(AMARA)) == 2
    store.run(anna, prepare, Order(Command.SMS, (amara.id,), "Hello"))


@pytest.mark.s("S22")
def test_a_phone_that_stops_and_starts_all_day_is_obeyed_each_time_and_answered_ten_times(
    texts, store, anna, network, clock
):
    for _ in range(7):
        texts("STOP")
        texts("START")
    assert barred(store, anna) == [] and len(network.to(AMARA)) == 10
    texts("STOP")
    assert barred(store, anna) == [Bar.OPT_OUT] and len(network.to(AMARA)) == 10
    clock.forward(days=1)
    texts("START")
    assert barred(store, anna) == [] and len(network.to(AMARA)) == 11


def test_a_phone_is_answered_in_its_peoples_language_or_that_of_the_word(texts, store, anna, amara, system, network):
    texts("STOPP", sender=NOBODY)
    assert "Sie bekommen keine SMS mit Neuigkeiten" in network.to(NOBODY)[0].text
    texts("help")
    assert network.to(AMARA)[0].text.startswith("Elm Clinic. Call")
    store.run(anna, record.choose_language, amara.id, "de")
    texts("stop")
    assert "Sie bekommen keine SMS mit Neuigkeiten" in network.to(AMARA)[0].text
    store.run(system, record.add, **person("Chidi", "Testwell", mobile=AMARA, language="en"))
    texts("start")
    assert "you will get texts from us again" in network.to(AMARA)[0].text


def test_codes_still_come_to_who_texted_stop(texts, store, anna, amara, network):
    from core.practice import doors
    from core.release import code

    texts("stop")
    store.run(anna, send_direct, amara, "Your report")
    token = network.link(amara.email).rsplit("/", 1)[1]
    door = store.door(doors.link, token)
    store.run(Who(door.practice_id, SYSTEM), code.ask, door.link_id, b"b" * 32)
    assert network.code(AMARA).strip().isdigit()


def test_help_is_answered_at_most_once_an_hour(texts, network, clock):
    texts("help", sender=NOBODY)
    texts("Info", sender=NOBODY)
    assert [one.text for one in network.to(NOBODY)] == [
        "Elm Clinic. Call 01632 960001. In an emergency call 999. Text STOP for no more texts."
    ]
    clock.forward(hours=1)
    texts("help", sender=NOBODY)
    assert len(network.to(NOBODY)) == 2


def test_a_stop_is_confirmed_though_no_credits_are_left(texts, store, system, network):
    store.run(system, credits.hold, 100, "test", system.practice_id)
    texts("stop", sender=NOBODY)
    assert len(network.to(NOBODY)) == 1 and store.look(system, credits.balance) == 0


def test_a_stop_of_a_family_phone_is_noted_with_everyone_who_has_it(texts, store, anna, amara, system):
    child = store.run(system, record.add, **person("Chidi", "Testwell", mobile=AMARA))
    texts("stop")
    assert [len(thread(store, anna, one)) for one in (amara, child)] == [1, 1]


def test_a_picture_is_answered_with_whom_to_call_and_its_words_are_kept(texts, store, anna, amara, network):
    assert texts("", media=1) is Fate.OBEYED
    assert "sorry, we can't get pictures by text" in network.to(AMARA)[0].text
    assert texts("Is this healing?", media=1) is Fate.JOINED
    assert [one.text for one in thread(store, anna, amara) if one.direction is Direction.INBOUND] == [
        "Is this healing?"
    ]
    assert len(network.to(AMARA)) == 1


def test_a_sentence_with_a_stop_word_is_an_ordinary_message_with_a_hint(texts, store, anna, amara):
    assert texts("please stop texting me") is Fate.JOINED
    assert [one.kind for one in thread(store, anna, amara)] == [Kind.SMS, Kind.EVENT]
    assert barred(store, anna) == []


def test_an_unknown_number_waits_in_the_tray_until_a_person_links_it(texts, store, anna, ben, amara):
    assert texts("Who is this?", sender=NOBODY) is Fate.TRAY
    (one,) = store.look(anna, unmatched.waiting)
    assert (one.why, one.sender, one.text, one.suggested) == (Unclear.UNKNOWN, NOBODY, "Who is this?", ())
    message = store.run(ben, unmatched.link, one.id, amara.id)
    assert (message.author, message.direction) == (None, Direction.INBOUND)
    assert [one.text for one in thread(store, anna, amara)] == ["Who is this?"]
    assert store.look(anna, notify.listing)[0].text == "Who is this?"
    assert store.look(anna, unmatched.count) == 0
    with pytest.raises(NotFound):
        store.run(anna, unmatched.dismiss, one.id)


def test_a_number_of_several_patients_is_never_guessed(texts, store, anna, amara, system):
    child = store.run(system, record.add, **person("Chidi", "Testwell", mobile=AMARA))
    store.run(anna, confirm, store.run(anna, prepare, Order(Command.SMS, (child.id,), "See you at 10")).id, hold=0)
    assert texts("Yes") is Fate.TRAY
    (one,) = store.look(anna, unmatched.waiting)
    assert one.why is Unclear.SEVERAL and {p.id for p in one.suggested} == {amara.id, child.id}
    store.run(anna, unmatched.dismiss, one.id)
    assert store.look(anna, unmatched.waiting) == []
    assert thread(store, anna, amara) == []


def test_another_practice_sees_nothing_of_the_tray(store, system, anna, tom):
    store.run(system, unmatched.put, Channel.SMS, Unclear.UNKNOWN, NOBODY, "My secret words")
    one = store.look(anna, unmatched.waiting)[0]
    assert store.look(tom, unmatched.waiting) == []
    with pytest.raises(NotFound):
        store.run(tom, unmatched.dismiss, one.id)


def test_words_under_a_signature_that_does_not_cover_them_wait_for_a_person(texts, store, anna, amara):
    assert texts("STOP", proven=False) is Fate.TRAY
    assert barred(store, anna) == [] and thread(store, anna, amara) == []


def test_on_a_shared_number_a_text_goes_to_whoever_texted_that_phone_last(
    texts, store, anna, amara, trial_practice, system, clock
):
    assert texts("Hello?", sender=NOBODY) is Fate.NOBODYS
    store.run(anna, confirm, store.run(anna, prepare, Order(Command.SMS, (amara.id,), "Your letter")).id, hold=0)
    assert texts("Thanks") is Fate.JOINED
    clock.forward(days=31)
    assert texts("And now?") is Fate.NOBODYS


def test_nobodys_text_is_answered_once_a_day_and_not_kept(store, practice, trial_practice, anna, tom, clock):
    given = Text(NUMBER, NOBODY, "Hello?")
    assert inbound.text_arrived(store, given) == Came(Fate.NOBODYS, replies.nobodys("en"))
    assert inbound.text_arrived(store, given) == Came(Fate.NOBODYS, "")
    clock.forward(days=1)
    assert inbound.text_arrived(store, given).answer == replies.nobodys("en")
    assert inbound.text_arrived(store, replace(given, sender="+4915123456789")).answer == replies.nobodys("de")
    assert [store.look(who, unmatched.count) for who in (anna, tom)] == [0, 0]


def test_a_practice_with_a_number_of_its_own_gets_its_texts_whoever_shares_the_other(
    store, system, anna, trial_practice, amara
):
    def own(unit):
        mine = update(PracticeRow).where(PracticeRow.id == unit.practice_id)
        unit.db.execute(mine.values(sms_sender="+447700900002"))

    store.run(system, own)
    assert inbound.text_arrived(store, Text("+447700900002", AMARA, "Hi")).fate is Fate.JOINED
    assert inbound.text_arrived(store, Text("+447700900003", AMARA, "Hi")).fate is Fate.NOBODYS


def test_the_same_text_told_twice_is_one(texts, store, anna, amara):
    assert [texts("Hi", once="x"), texts("Hi", once="x")] == [Fate.JOINED, Fate.KNOWN]
    assert len(thread(store, anna, amara)) == 1
