"""Commands do what their one declaration says: every example runs, every right is asked."""

from types import SimpleNamespace

import pytest
from sqlalchemy import insert

from core.compose.confirm import confirm
from core.compose.contacts import Contact
from core.compose.template import merge
from core.compose.words import Draft
from core.errors import Forbidden, Invalid, NotFound, TooMany
from core.forms import library
from core.ids import new_id
from core.messages.conversations import open_patient
from core.messages.tables import TemplateRow
from core.patients import record
from core.practice import find
from core.practice.words import Right
from core.release import pin
from staffbot import shapes
from staffbot.commands import mentions, people
from staffbot.commands.errors import Ambiguous, NoOneFits, NothingOpen
from staffbot.commands.grammar import Call, Done, all_commands, parse, perform
from staffbot.commands.suggest import suggest
from staffbot.live import ops
from staffbot.live.typed import RunCommand
from staffbot.warning_words import warning
from staffbot.wording import say
from tests.conftest import person


@pytest.fixture
def thread(store, system, anna, ben, carl, amara):
    """Anna's conversation about Amara, to whom a Direct Message has gone."""
    store.run(system, library.install)
    store.run(system, templates)
    about = store.run(anna, open_patient, amara.id).id
    draft = typed(store, anna, "/dm @Amara Testwell The first one", about)
    store.run(anna, confirm, draft.id, hold=0)
    return about


def templates(unit):
    for name, words in (("parking", "Dear {first_name}, use the gate. {practice}"), ("running-late", "Sorry, late.")):
        unit.db.execute(
            insert(TemplateRow).values(
                practice_id=unit.practice_id, id=unit.new_id(), name=name, subject="", text=words, created_at=unit.now
            )
        )


def typed(store, who, text, conversation=None):
    command, rest = parse(text)
    return store.run(who, perform, command, Call(rest, conversation))


def test_every_example_runs_and_only_what_leaves_is_shown_first(store, anna, amara, thread):
    pin.choose(store, anna, amara.id, "482916")  # what is marked sensitive needs one
    for command in all_commands().values():
        for example in command.examples:
            outcome = typed(store, anna, example, thread)
            assert isinstance(outcome, Draft if command.previewed else Done), example
            if command.name == "revoke":
                typed_again = typed(store, anna, "/dm Another one", thread)
                store.run(anna, confirm, typed_again.id, hold=0)


@pytest.mark.parametrize(
    ("typed_name", "found"),
    [("tes am", "Amara Testwell"), ("AMARA", "Amara Testwell"), ("amara testwell", "Amara Testwell"),
     ("0057", "Amara Testwell"), ("14/03/1985", "Amara Testwell"), ("14 march 1985", "Amara Testwell"), ("1985-03-14", "Amara Testwell")],
)  # fmt: skip
def test_a_whole_name_is_found_as_people_type_it(store, anna, amara, typed_name, found):
    assert store.look(anna, lambda unit: people.called(unit, people.only_one(unit, typed_name, "patients"))) == found


def test_who_is_nearly_called_so_is_offered_and_never_taken(store, anna, amara):
    with pytest.raises(NoOneFits) as nobody:
        typed(store, anna, "/dm @amrra Hello")
    assert [one["name"] for one in nobody.value.choices] == ["Amara Testwell"]


@pytest.mark.parametrize("line", ["/SMS@amara Hello", "/sms@amara Hello", "/sms @amara, Hello"])
def test_a_missing_space_before_a_name_is_forgiven(store, anna, amara, line):
    draft = typed(store, anna, line)
    assert [one.name for one in draft.recipients] == ["Amara Testwell"] and draft.text == "Hello"


@pytest.mark.parametrize(
    "line", ["/form @amara phq9", "/form phq-9 @amara", "/form @amara PHQ-9,", "/form PHQ9 @amara"]
)
def test_a_form_is_named_before_or_after_the_person_and_with_or_without_its_hyphen(store, anna, system, amara, line):
    store.run(system, library.install)
    assert typed(store, anna, line).form == "phq-9"


@pytest.mark.parametrize(
    ("line", "name"),
    [("/sms Hello @amara", "amara"), ("/sms amara Hello", "Amara Testwell"), ("/dm Dear @amara", "amara")],
)
def test_a_name_in_the_wrong_place_is_not_guessed_but_shown_the_right_one(store, anna, amara, line, name):
    with pytest.raises(Invalid) as refused:
        typed(store, anna, line)
    assert say(refused.value).message == f"Put the name right after the command, with @ in front: @{name}."


def test_what_names_another_patient_does_not_go_to_the_one_the_conversation_is_about(store, anna, amara, idris):
    about = store.run(anna, open_patient, idris.id).id
    with pytest.raises(Invalid) as refused:
        typed(store, anna, "/sms Hello @amara", about)
    assert refused.value.why == "not_first"
    assert typed(store, anna, f"/sms Hello @{idris.first_name}, at 9am", about).recipients[0].id == idris.id
    assert typed(store, anna, "/sms Write to desk@elm.example", about).recipients[0].id == idris.id


@pytest.mark.parametrize(
    ("line", "text"),
    [("/sms @Amara Testwell 😀 Hello", "😀 Hello"), ("/sms @amara 😀", "😀"), ("/sms @Amara Testwell - Hello", "Hello"),
     ("/sms\u00a0@Amara\u00a0Testwell\u00a0Hello", "Hello"), ("/sms @Amara\n\nHello\nagain", "Hello\nagain"),
     ("/sms \uff20Ama\u200bra Hello", "Hello"), ("/sms @amara Hello @ 3, @amara", "Hello @ 3, @amara")],
)  # fmt: skip
def test_what_follows_a_name_is_sent_as_it_was_typed(store, anna, amara, line, text):
    assert typed(store, anna, line).text == text


@pytest.mark.parametrize(
    ("line", "text"),
    [("/sms @Testwell, Amara Hello", "Hello"), ("/sms @testwell amara Hello", "Hello"), ("/sms @Testwell Amara, come in", "Amara, come in"),
     ("/sms @Dr Testwell Hello", "Hello"), ("/sms @Mrs. Amara Testwell Hello", "Hello"), ("/sms @ms amara: Hello", "Hello"),
     ("/sms @Testwell, Mrs Amara: Hello", "Hello"), ("/sms @testwell amara: Hello", "Hello"), ("/sms @AmaraTestwell Hello", "Hello"),
     ("/sms @TestwellAmara, Hello", "Hello")],
)  # fmt: skip
def test_a_name_turned_round_or_behind_a_title_is_that_name(store, anna, system, amara, line, text):
    store.run(system, record.add, **person("Umar", "Drapewell", email="u@example.org", mobile="07700 900064"))
    draft = typed(store, anna, line)
    assert (draft.recipients[0].name, draft.text) == ("Amara Testwell", text)
    with pytest.raises(NoOneFits) as nobody:
        typed(store, anna, "/dm @Dr Xample Hello")  # never whoever begins with the title
    assert nobody.value.typed == "Dr Xample"
    assert [one.name for one in store.look(anna, people.matching, "mr drape", "patients")] == ["Umar Drapewell"]


@pytest.mark.parametrize(
    ("line", "mark"),
    [("/dm @amara Sensitive Hello", "sensitive"), ("/dm @amara Hello sensitive", "sensitive"), ("/dm @amara sensitve Hello", "sensitive"),
     ("/dm @amara expires tomorrow Hello", "expires 3d"), ("/dm @amara Hello expires 3d", "expires 3d"), ("/dm @amara 3d Hello", "expires 3d"),
     ("/dm @amara Your skin is sensitive.", None), ("/dm @amara 3 days from now", None), ("/sms @amara Sensitive Hello", None)],
)  # fmt: skip
def test_a_mark_that_stands_where_it_does_not_count_is_told_to_go_out_as_words(store, anna, amara, line, mark):
    told = [one for one in typed(store, anna, line).warnings if one.code == "mark"]
    assert [one.facts["mark"] for one in told] == ([mark] if mark else []) and not any(one.decide for one in told)
    assert all(f"write it right after the name: /dm @amara {mark} Hello" in warning(one) for one in told)


@pytest.mark.parametrize("between", [", ", ",", " + ", " and ", " & ", " "])
def test_forms_stand_beside_one_another_as_people_write_them(store, anna, system, amara, between):
    store.run(system, library.install)
    for day in ("due next friday", "due in 3 days", "by december 10", "due next week", "by the 10th of december"):
        draft = typed(store, anna, f"/form @amara PHQ 9{between}GAD7 {day}, and call us")
        assert (draft.form, draft.text) == ("phq-9 gad-7", "and call us")
    for words in ("by the way, call us", "by April, call us"):
        assert typed(store, anna, f"/form @amara phq-9 {words}").text == words


@pytest.mark.parametrize("bar", ["|", " || ", "\uff5c", "\u00a6", "\n| "])
def test_the_bar_behind_a_subject_is_known_as_any_keyboard_writes_it(store, anna, amara, bar):
    draft = typed(store, anna, f"/email @amara Parking{bar}Use the gate")
    assert (draft.subject, draft.text) == ("Parking", "Use the gate")


@pytest.mark.parametrize("between", [", ", " ", " and ", " & ", "; ", " und "])
def test_names_stand_beside_one_another_as_people_write_them(store, anna, amara, idris, between):
    draft = typed(store, anna, f"/sms @Amara Testwell{between}@{idris.name}, Hello")
    assert ({one.id for one in draft.recipients}, draft.text) == ({amara.id, idris.id}, "Hello")


def test_another_patient_bound_in_the_text_stops_it_and_the_same_one_is_written_by_name(store, anna, amara, idris):
    with pytest.raises(Invalid) as refused:
        typed(store, anna, f"/sms @{amara.id} Hello @{idris.id} ")
    assert (refused.value.why, refused.value.facts["typed"]) == ("in_text", idris.name)
    about = store.run(anna, open_patient, idris.id).id
    with pytest.raises(Invalid) as refused:
        typed(store, anna, f"/dm Hello @{amara.id} ", about)
    assert (refused.value.why, refused.value.facts["typed"]) == ("not_first", "Amara Testwell")
    assert typed(store, anna, f"/dm Hello @{idris.id} here", about).text == f"Hello {idris.name} here"


@pytest.mark.parametrize("line", ["/sms", "/email", "/dm", "/sms Hello", "/email Parking | Hello"])
def test_a_line_that_names_nobody_is_told_so_first(store, anna, amara, line):
    with pytest.raises(Invalid) as refused:
        typed(store, anna, line)
    assert (refused.value.field, refused.value.why) == ("recipients", "none")


@pytest.mark.parametrize("line", ["/resend @amara", "/revoke @amara", "/remind @amara"])
def test_where_no_message_is_open_the_patient_is_named(store, anna, amara, line):
    with pytest.raises(NothingOpen) as refused:
        typed(store, anna, line)
    assert "Amara Testwell" in say(refused.value).message


def test_looking_for_a_name_shows_the_person_too(store, anna, amara):
    found = typed(store, anna, "/find tes")
    assert [one["href"] for one in found.items] == [f"/patients/{amara.id}/messages"]
    assert not typed(store, anna, "/find tes kind:sms").items


def test_what_goes_to_somebody_archived_wants_a_decision(store, anna, system, amara):
    store.run(system, record.change, amara.id, status="archived")
    warned = typed(store, anna, "/sms @amara Hello").warnings
    assert [(one.code, one.decide) for one in warned] == [("archived", ("anyway",))]
    assert warning(warned[0]) == "Amara Testwell is archived. Should this still go?"


def test_the_first_word_of_a_message_does_not_choose_between_namesakes(store, anna, system, amara):
    store.run(system, record.add, **person("Idris", "Testwell", email="i@example.org", mobile="07700 900060"))
    with pytest.raises(Ambiguous) as asked:
        typed(store, anna, "/dm @test I am late")
    assert {one["name"] for one in asked.value.choices} == {"Amara Testwell", "Idris Testwell"}
    assert typed(store, anna, "/dm @test Idris Hello").recipients[0].name == "Idris Testwell"


def test_an_initial_behind_a_first_name_is_part_of_the_name_and_no_word_of_the_message(store, anna, system, amara):
    for line in ("/sms @Amara T. Hello", "/sms @amara T., Hello", "/sms @Test A.: Hello"):
        draft = typed(store, anna, line)
        assert (draft.recipients[0].name, draft.text) == ("Amara Testwell", "Hello"), line
    store.run(system, record.add, **person("Amara", "Sampleton", email="s@example.org", mobile="07700 900062"))
    assert typed(store, anna, "/sms @Amara S. Hello").recipients[0].name == "Amara Sampleton"
    for other in ("/sms @Amara B. Hello", "/sms @Amara A. Hello"):  # somebody else is meant: nobody is guessed
        with pytest.raises(NoOneFits) as nobody:
            typed(store, anna, other)
        assert {one["name"] for one in nobody.value.choices} == {"Amara Testwell", "Amara Sampleton"}


@pytest.mark.parametrize("almost", ["aaaaaaaa-aaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaa" + 28 * "-"])
def test_what_only_looks_like_an_id_is_nobodys(store, anna, thread, almost):
    """It broke the line, every completion behind it, and the box it had been kept from."""
    for line in (f"/sms @{almost} Hello", f"/find @{almost}", f"/im @{almost} Hello"):
        with pytest.raises((NoOneFits, Invalid)):
            typed(store, anna, line, thread)
        assert store.look(anna, suggest, line, len(line), thread)["items"] == []
    assert store.look(anna, mentions.spoken, f"Hello @{almost}").text == f"Hello @{almost}"


def test_a_nickname_finds_the_given_name(store, anna, system):
    store.run(system, record.add, **person("Elizabeth", "Sampleton", email="e@example.org", mobile="07700 900061"))
    found = store.look(anna, people.matching, "liz", "patients")
    assert [one.name for one in found] == ["Elizabeth Sampleton"]


def test_a_template_comes_into_the_box_with_its_variables_filled_in(store, anna, thread):
    assert typed(store, anna, "/template parking", thread).insert == "Dear Amara, use the gate. Elm Clinic"
    for quoted in ("parking", "„Parking“", "« parking »", '"parking".'):
        assert typed(store, anna, f"/template {quoted}").insert == "Dear {first_name}, use the gate. {practice}"
    with pytest.raises(NotFound):
        typed(store, anna, "/template nosuch", thread)


def test_templates_are_offered_by_any_part_of_their_name(store, anna, thread):
    for line, names in (("/template ", ["parking", "running-late"]), ("/template LATE", ["running-late"])):
        found = store.look(anna, suggest, line, len(line), thread)
        assert [one["insert"].strip() for one in found["items"]] == names and found["from"] == len("/template ")


def test_a_variable_that_would_be_blank_is_named(store, anna):
    with pytest.raises(Invalid) as blank:
        merge("Dear {first_name}", Contact(new_id(), "Mononym", "", "", "", True), store.look(anna, find.card))
    assert blank.value.facts["variable"] == "{first_name}"


@pytest.mark.s("S94")
@pytest.mark.parametrize(
    "gap",
    [
        "{nosuch}",
        "{first_name",
        "{{name}}",
        "___.",
        "{ first_name }",
        "{First_name}",
        "{name.__class__}",
        "{{7*7}}",
        "{date}",
    ],
)
def test_nothing_leaves_with_a_gap_in_it(store, anna, thread, gap):
    """Neither a variable that there is not nor one of a subject, which is sent as it stands."""
    for line in (f"/sms Hello {gap}", f"/dm Hello {gap}", f"/email Rota | Hello {gap}", "/email {name} | Hello"):
        with pytest.raises(Invalid) as refused:
            typed(store, anna, line, thread)
        said = say(refused.value).message
        assert refused.value.field == "variable" and refused.value.facts["variable"] in said, said
    draft = typed(store, anna, "/sms Hello {first_name}", thread)
    with pytest.raises(Invalid):
        store.run(anna, confirm, draft.id, text=f"Hello {gap}")


def test_what_looks_like_a_variable_in_a_name_stays_as_it_is(store, anna, system):
    odd = store.run(system, record.add, **person("{phone}", "{name}", email="x@example.org", mobile="07700 900063"))
    assert typed(store, anna, f"/sms @{odd.id} Dear {{name}}").recipients[0].received == "Dear {phone} {name}"


def test_the_card_shows_each_of_several_what_arrives_there_if_it_differs(store, anna, amara, idris):
    def received(text):
        shown = shapes.draft(typed(store, anna, f"/sms @{amara.id}, @{idris.id} {text}"))
        return shown["received"], [one["received"] for one in shown["recipients"]]

    assert received("Dear {first_name}, we are late") == (
        "Dear Amara, we are late",
        ["Dear Amara, we are late", "Dear Idris, we are late"],
    )
    assert received("We are late") == ("We are late", [None, None])


def test_the_card_says_that_a_message_asks_for_the_pin_too(store, anna, amara, thread):
    pin.choose(store, anna, amara.id, "482916")
    for line, asked in (("/dm sensitive Your results", True), ("/dm Your results", False)):
        card = shapes.draft(typed(store, anna, line, thread))
        assert card["sensitive"] is asked and (" sensitive " in card["line"]) is asked


def test_an_assistant_takes_nothing_back(store, carl, thread):
    with pytest.raises(Forbidden):
        typed(store, carl, "/revoke wrong file", thread)


def test_every_command_names_a_right():
    assert all(isinstance(one.right, Right) for one in all_commands().values())


@pytest.mark.s("S58")
def test_a_command_that_is_repeated_after_a_lost_answer_counts_once_and_is_shown_whatever_is_spent_by_then(
    store, anna, amara, thread
):
    there = SimpleNamespace(who=anna, run=lambda act, *facts: store.run(anna, act, *facts))

    def asked(client_id):
        line = RunCommand(text=f"/dm @{amara.id} Hello", client_id=client_id, conversation=thread)
        return ops.run(there, None, line)["draft"]["id"]

    one = asked("0")
    assert {asked("0") for _ in range(12)} == {one}
    assert len({one, *(asked(str(number)) for number in range(1, 10))}) == 10
    with pytest.raises(TooMany):
        asked("11")
    assert asked("0") == one


def test_the_list_begins_with_what_this_person_uses_most_then_in_a_sensible_order(store, anna, ben, amara, thread):
    def offered(who, typed="/"):
        items = store.look(who, suggest, typed, len(typed), thread)["items"]
        return [one["insert"].strip(" /") for one in items if one["disabled"] is None]

    assert offered(anna)[:5] == ["im", "dm", "sms", "email", "form"]
    there = SimpleNamespace(who=anna, run=lambda act, *facts: store.run(anna, act, *facts))
    for number, line in enumerate(["/status", "/credits", "/status", "/credits", "/credits", f"/dm @{amara.id} Hello"]):
        ops.run(there, None, RunCommand(text=line, client_id=str(number)))
    assert offered(anna)[:4] == ["credits", "status", "dm", "im"] and offered(anna, "/s")[:2] == ["status", "sms"]
    assert offered(ben)[:3] == ["im", "dm", "sms"]  # their own list
