"""Names as people type them in a hurry: what belongs to a name does not go out as words, and nobody is guessed (U35, U36)."""

import pytest

from core.errors import Invalid
from core.patients import record
from core.practice import find
from core.practice.words import Role
from core.release import pin
from staffbot.commands.errors import Ambiguous, NoOneFits
from staffbot.warning_words import warning
from staffbot.wording import say
from tests.conftest import hire, person
from tests.staffbot.test_commands import typed


@pytest.mark.parametrize(
    ("line", "text"),
    [("van der Berg Hello", "Hello"), ("Jean van der Berg, Hello", "Hello"), ("Berg Jean, Hello", "Jean, Hello"),
     ("jean Hello van", "Hello van"), ("Jean vanderberg Hello", "vanderberg Hello"), ("Pierre (2/7/1961): Hello", "Hello"),
     ("Berg born 2 July 1961 Hello", "Hello"), ("Berg 3/7/1961 Hello", "3/7/1961 Hello")],
)  # fmt: skip
def test_more_of_a_name_does_not_go_out_as_words(store, anna, system, line, text):
    born = {"date_of_birth": "1961-07-02"}
    store.run(system, record.add, **person("Jean Pierre", "van der Berg", mobile="07700 900064") | born)
    assert typed(store, anna, f"/sms @{line}").text == text


@pytest.mark.parametrize("line", ["amara Testwel Hello", "Amara Tstwell, Hello", "amara tsetwell: Hello"])
def test_a_slip_in_the_second_name_is_asked_about_and_does_not_go_out_as_words(store, anna, amara, line):
    with pytest.raises(NoOneFits) as refused:
        typed(store, anna, f"/sms @{line}")
    assert [one["id"] for one in refused.value.choices] == [str(amara.id)]
    assert refused.value.typed == " ".join(line.split()[:2])
    assert typed(store, anna, "/sms @amara Tests are back").text == "Tests are back"


def test_namesakes_are_told_apart_by_the_date_of_birth_behind_the_name(store, anna, system, amara):
    other = person("Amara", "Testwell", mobile="07700 900064", email="t@example.org") | {"date_of_birth": "2001-07-02"}
    younger = store.run(system, record.add, **other)
    for line in ("Amara Testwell 02/07/2001", "amara (2001-07-02)", "testwell born 2 July 2001:"):
        draft = typed(store, anna, f"/sms @{line} Hello")
        assert (draft.recipients[0].id, draft.text) == (younger.id, "Hello")
    for line in ("Amara Testwell 2 July 2001", "mrs testwell, born 2/7/2001"):
        assert typed(store, anna, f"/patient {line}").go == f"/patients/{younger.id}/chat"
    with pytest.raises(Ambiguous):
        typed(store, anna, "/sms @Amara Testwell 03/07/2001 Hello")
    with pytest.raises(NoOneFits):
        typed(store, anna, "/patient Amara Testwell 3 July 2001")


@pytest.mark.parametrize(
    ("text", "warned"),
    [("Mrs Placeholder, your letter", True), ("Hi idris your letter", True), ("Idris, your letter", True), ("Idris your letter", True),
     ("Placeholder is a word", False), ("idris your letter", False), ("Dear Amara, hello", False), ("Hi Mrs Testwell", False), ("Hello there", False),
     ("Your letter, idris", False), ("", False)],
)  # fmt: skip
def test_a_text_that_greets_another_patient_is_asked_about(store, anna, amara, idris, text, warned):
    found = [one for one in typed(store, anna, f"/sms @Amara Testwell {text or '.'}").warnings if one.code == "greets"]
    assert [one.decide for one in found] == ([("right_one",)] if warned else [])
    assert all("Amara Testwell. Is this the right person?" in warning(one) for one in found)


def test_who_is_joined_without_a_sign_is_no_word_of_the_text(store, anna, ben, carl, amara, idris):
    for line, why in (("/sms @amara & idris Hello", "joined"), (f"/sms @amara {idris.name} Hello", "begins_with")):
        with pytest.raises(Invalid) as refused:
            typed(store, anna, line)
        assert refused.value.why == why
    with pytest.raises(Invalid) as refused:
        typed(store, anna, "/im @ben and carl Lunch?")
    assert refused.value.why == "joined"
    assert typed(store, anna, "/sms @amara and by the way, hello").text == "and by the way, hello"


def test_a_request_is_asked_of_one_and_a_group_nearly_called_so_is_offered(store, anna, ben, carl):
    with pytest.raises(Invalid) as refused:
        typed(store, anna, f"/assign @{ben.actor.id} and @{carl.actor.id} book her in")
    assert refused.value.why == "one_asked"
    with pytest.raises(NoOneFits) as nobody:
        typed(store, anna, "/assign @virtualadmin book her in")
    assert [one["name"] for one in nobody.value.choices] == ["virtual-admin"]
    with pytest.raises(NoOneFits) as nobody:
        typed(store, anna, "/assign @zebra book her in")
    assert say(nobody.value).message == 'No one fits "zebra". @ alone lists colleagues and groups.'


def test_a_sign_behind_a_name_or_a_mark_is_no_part_of_it(store, anna, ben, amara):
    pin.choose(store, anna, amara.id, "482916")
    draft = typed(store, anna, "/dm @amara,expires 3d, sensitive Results")
    assert (draft.text, draft.sensitive, draft.expires_hours) == ("Results", True, 72)
    assert typed(store, anna, "/sms @Testwell,Amara Hello").text == "Hello"
    assert typed(store, anna, "/assign @ben,book her in").message.text == "book her in"


def test_a_hyphen_tells_two_of_nearly_one_name_apart_or_it_is_asked(store, anna, system):
    store.run(system, record.add, **person("Mary", "Jane", mobile="07700 900064"))
    store.run(system, record.add, **person("Mary-Jane", "O\u2019Connor", mobile="07700 900065"))
    assert typed(store, anna, "/sms @Mary Jane Hello").recipients[0].name == "Mary Jane"
    assert typed(store, anna, "/sms @mary\u2011jane o'connor Hello").text == "Hello"
    with pytest.raises(Ambiguous) as asked:
        typed(store, anna, "/sms @Mary-Jane Hello")
    assert {one["name"] for one in asked.value.choices} == {"Mary Jane", "Mary-Jane O\u2019Connor"}


@pytest.mark.parametrize(
    ("line", "why"),
    [("/im @ben, carl running late", "joined"), ("/im @ben,carl running late", "joined"), ("/im @Ben Example, Carl: lunch", "joined"),
     ("/im @ben; carl running late", "joined"), ("/im @ben , carl running late", "joined"), ("/im @ben, admin running late", "joined"),
     ("/im @ben, carl, admin running late", "joined"), ("/im @ben, @carl, admin running late", "joined"),
     ("/sms @ben, carl running late", "joined"), ("/email @ben, carl Rota | The rota", "joined"),
     ("/assign @ben, carl order stamps", "one_asked"), ("/assign @ben and carl order stamps", "one_asked"),
     ("/remind @ben, carl friday bring forms", "one_reminded"), ("/remind @ben & carl friday bring forms", "one_reminded")],
)  # fmt: skip
def test_a_second_colleague_in_a_list_is_asked_about_and_nothing_goes_to_the_first_alone(
    store, anna, ben, carl, line, why
):
    with pytest.raises(Invalid) as refused:
        typed(store, anna, line)
    assert (refused.value.field, refused.value.why) == ("recipients", why)


@pytest.mark.parametrize(
    "line",
    ["/im @ben, ben is you", "/im @ben, your rota", "/im @ben, anna here", "/im @ben carl is late", "/im @ben, will you come?",
     "/im @ben, carlisle rang", "/im @ben: carl is late", "/im @ben, - carl is late"],
)  # fmt: skip
def test_a_greeting_is_no_list(store, anna, ben, carl, line):
    hire(store, store.look(anna, find.card), "Will Wordsworth", Role.ASSISTANT)
    assert typed(store, anna, line).message.text


def test_two_with_a_sign_each_get_it(store, anna, ben, carl, amara):
    draft = typed(store, anna, "/sms @ben, @carl running late")
    assert {one.id for one in draft.recipients} == {ben.actor.id, carl.actor.id}
    greeted = typed(store, anna, "/sms @amara, ben sees you at nine")  # the card says to whom
    assert greeted.text == "ben sees you at nine"
