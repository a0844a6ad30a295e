"""A name in place of a number: where it is taken, and what is said where it is not."""

import pytest
from sqlalchemy import update

from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.delivery.providers.plivo import Plivo
from core.delivery.providers.sender_names import AS_OF, BY_COUNTRY, Names, arrives, is_name, is_well_formed
from core.errors import Invalid
from core.patients import record
from core.practice.tables import PracticeRow
from tests.conftest import person


@pytest.mark.parametrize(
    ("sender", "name", "well"),
    [("ElmClinic", True, True), ("Elm Clinic", True, True), ("ElmClinic 2026", True, False), ("Клиника", True, False),
     ("+447700900001", False, False), ("", False, False)],
)  # fmt: skip
def test_a_name_is_up_to_eleven_plain_letters(sender, name, well):
    assert (is_name(sender), is_well_formed(sender)) == (name, well)


def test_a_number_arrives_everywhere_and_a_name_never_in_north_america():
    assert AS_OF.year >= 2026
    assert all(arrives("+447700900001", country) for country in BY_COUNTRY)
    assert not arrives("ElmClinic", "US") and not arrives("ElmClinic", "CA")
    assert arrives("ElmClinic", "GB") and BY_COUNTRY["SG"] is Names.REGISTERED


def test_a_text_that_would_not_arrive_from_a_name_is_refused_before_it_is_written(store, anna, amara, system):
    store.run(system, lambda unit: unit.db.execute(update(PracticeRow).values(sms_sender="ElmClinic", country="US")))
    abroad = store.run(system, record.add, **person("Una", "Overseas", mobile="+12025550123"))
    with pytest.raises(Invalid) as refused:
        store.run(anna, prepare, Order(Command.SMS, (abroad.id,), "Hello"))
    assert (refused.value.field, refused.value.why) == ("mobile", "sender")


def test_check_names_the_countries_that_refuse_register_or_are_not_known(real, clock):
    named = real.model_copy(update={"plivo_sender": "ElmClinic", "sms_countries": ["US", "SG", "GB", "XK"]})
    found = {one.code: one.facts.get("countries") for one in Plivo(named).examine(clock())}
    assert (found["name_refused"], found["name_registered"], found["name_unlisted"]) == ("US", "SG", "XK")
    assert found["name"] is None and "number" not in found


def test_a_text_from_a_name_says_how_to_get_no_more_because_nobody_can_answer_it(store, anna, ben, amara, system):
    def text(person):
        return store.run(anna, prepare, Order(Command.SMS, (person,), "Hello"))

    assert text(amara.id).received == "Hello"
    store.run(system, lambda unit: unit.db.execute(update(PracticeRow).values(sms_sender="ElmClinic")))
    draft = text(amara.id)
    assert draft.received == "Hello\n\nYou cannot answer this text. No more texts? Call 01632 960001."
    assert draft.segments == 1 and text(ben.actor.id).received == "Hello"
    store.run(anna, record.choose_language, amara.id, "de")
    assert text(amara.id).received.endswith("Keine SMS mehr? Rufen Sie an: 01632 960001.")
