"""Patients who are taken in at the desk, and whose names are put right there."""

from datetime import date

import pytest

from core.errors import Forbidden, Invalid
from core.patients import find, newcomer, record
from core.patients.record import KnownAlready

ADA = {"first_name": "Ada", "last_name": "Testwell", "date_of_birth": "14 March 1985", "mobile": "07700 900123"}
SPELLINGS = """07700900123
07700 900 123
(07700) 900123
07700-900-123
07700.900.123
07700/900123
 07700 900123
7700900123
+447700900123
+44 7700 900123
+44 (0)7700 900123
+44-7700-900-123
0044 7700 900123
00447700900123
+44 07700 900123
tel:+447700900123
\u202a+44 7700 900123\u202c
07700\u00a0900\u2011123
０７７００９００１２３
\u200b07700 900123""".split("\n")
BIRTHDAYS = (
    "14 March 1985",
    "14 mar 1985",
    "14/03/1985",
    "14/3/1985",
    "14.3.1985",
    "14-3-1985",
    "14 3 1985",
    "1985-03-14",
    " 14 / 03 / 1985 ",
)


def test_an_assistant_takes_in_who_is_new_but_does_not_change_who_is_there(store, carl, ben):
    ada = store.run(carl, newcomer.take_in, **ADA)
    assert store.look(ben, find.patient, ada.id).mobile == "+447700900123"
    with pytest.raises(Forbidden):
        store.run(carl, newcomer.put_right, ada.id, first_name="Adah")
    assert store.run(ben, newcomer.put_right, ada.id, first_name="Adah").name == "Adah Testwell"


def test_numbers_birthdays_and_addresses_are_taken_as_people_write_and_copy_them(store, ben):
    def read(unit, **fields):
        return record.checked(unit, unit.new_id(), first_name="Ada", **fields)

    for typed in SPELLINGS:
        assert store.look(ben, read, mobile=typed).mobile == "+447700900123", repr(typed)
    for typed in BIRTHDAYS:
        assert store.look(ben, read, date_of_birth=typed).date_of_birth == date(1985, 3, 14), typed
    for typed in ("Ada Testwell <ada@mail.example>", "mailto:ada@mail.example", " ada@mail.example\u200b"):
        assert store.look(ben, read, email=typed).email == "ada@mail.example"


@pytest.mark.parametrize(
    ("field", "typed", "why"),
    [
        ("date_of_birth", "14/03/85", "date"),
        ("date_of_birth", "31/02/1985", "date"),
        ("date_of_birth", "yesterday", "date"),
        ("date_of_birth", "1/1/2999", "range"),
        ("mobile", "07700 9OO123", "letters"),
        ("mobile", "020 7946 0000", "fixed"),
        ("mobile", "1234", "number"),
        ("email", "ada@@mail", "address"),
    ],
)
def test_what_cannot_be_meant_is_named(store, ben, field, typed, why):
    with pytest.raises(Invalid) as refused:
        store.run(ben, newcomer.take_in, **{**ADA, field: typed})
    assert (refused.value.field, refused.value.why) == (field, why)


def test_nobody_is_made_twice_by_accident(store, ben):
    first = store.run(ben, newcomer.take_in, **ADA)
    for again, certain in ((ADA, True), ({**ADA, "date_of_birth": ""}, False), ({**ADA, "external_id": "W7"}, False)):
        with pytest.raises(KnownAlready) as known:
            store.run(ben, newcomer.take_in, **again)
        assert (known.value.patient.id, known.value.certain) == (first.id, certain)
    other = store.run(ben, newcomer.take_in, another=True, **{**ADA, "date_of_birth": ""})
    with pytest.raises(KnownAlready):  # whom nothing would tell apart any more
        store.run(ben, newcomer.put_right, other.id, date_of_birth="14/3/1985")
