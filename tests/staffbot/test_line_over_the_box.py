"""What a line that is typed will be, and what stands over the box about it before it is sent."""

import pytest

from core.compose.confirm import confirm
from core.messages.conversations import open_patient, open_with_staff
from staffbot.commands.grammar import Call, is_command, parse, perform
from staffbot.commands.suggest import suggest


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("/sms x", True),
        ("//sms x", False),
        (" /sms x", False),
        ("sms x", False),
        ("／sms x", True),
        ("\u200b/sms", True),
    ],
)
def test_a_slash_in_front_is_a_command_and_there_are_two_ways_out(text, meant):
    assert is_command(text) is meant


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/assign @ben sign it due friday", "Request to Ben Example about Amara Testwell, due Friday 27 November, 18:00 – stays with your team."),
        ("/remind me at 3pm call the lab", "Reminds you about Amara Testwell Monday 23 November, 15:00: call the lab – stays with your team"),
        ("/remind me to call the lab in 2 hours", "Reminds you about Amara Testwell Monday 23 November, 12:00: call the lab – stays with your team"),
        ("/remind me at 17:00 to call the lab", "Reminds you about Amara Testwell Monday 23 November, 17:00: call the lab – stays with your team"),
        ("/remind @ben about @amara 5pm: ring her", "Reminds Ben Example about Amara Testwell Monday 23 November, 17:00: ring her – stays with your team"),
        ("/assign @ben sign it by friday", "Request to Ben Example about Amara Testwell, due Friday 27 November, 18:00 – stays with your team."),
        ("/assign @ben wait by the door", "Request to Ben Example about Amara Testwell – stays with your team."),
        ("/assign @ben", "Ask a colleague or a group for something that is then taken and done; it never leaves the practice."),
    ],
)  # fmt: skip
def test_what_stays_with_the_team_is_said_over_the_box_before_it_is_sent(store, anna, ben, amara, line, says):
    about = store.run(anna, open_patient, amara.id).id
    assert store.look(anna, suggest, line, len(line), about)["goes"] == says


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/resend", "Email to Amara Testwell with a new link to the Direct Message of Monday 23 November – it leaves the building at once"),
        ("/resend code", "Amara Testwell asks for a new code by a button – nothing is sent"),
        ("/revoke wrong file", "Takes back the Direct Message of Monday 23 November to Amara Testwell at once – its link opens nothing any more"),
        ("/revoke @idris", "Take back the newest Direct Message to a patient; a reason is kept as an internal note."),
    ],
)  # fmt: skip
def test_what_happens_at_once_to_a_message_that_waits_is_said_before_enter(store, anna, amara, idris, line, says):
    thread = store.run(anna, open_patient, amara.id).id
    command, rest = parse("/dm Your letter")
    sent = store.run(anna, perform, command, Call(rest, thread))
    store.run(anna, confirm, sent.id, hold=0)
    assert store.look(anna, suggest, line, len(line), thread)["goes"] == says


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("/dm tes am", ["Amara Testwell"]),
        ("/form ama", ["Amara Testwell"]),
        ("/status ama", ["Amara Testwell"]),
        ("/sms ama", []),  # to the colleague in front
        ("/dm ama Your letter is here", []),
        ("/find ama", []),
    ],
)
def test_a_name_needs_no_sign_where_nobody_is_implied(store, anna, ben, amara, line, offered):
    def names(thread):
        found = store.look(anna, suggest, line, len(line), thread)
        return [one["label"] for one in found["items"] if found["kind"] == "person"]

    assert names(store.run(anna, open_with_staff, ben.actor.id).id) == offered
    assert names(store.run(anna, open_patient, amara.id).id) == []


def test_a_command_whose_name_is_a_whole_line_says_so_in_the_list(store, anna, amara):
    thread = store.run(anna, open_patient, amara.id).id
    items = store.look(anna, suggest, "/", 1, thread)["items"]
    alone = {one["insert"].strip(" /") for one in items if one["alone"]}
    assert alone == {"status", "resend", "revoke", "credits", "help"}


@pytest.mark.parametrize(
    ("line", "to"),
    [
        ("/form phq-9", " to Amara Testwell"),
        ("/form @Idris Placeholder phq-9", " to Idris Placeholder"),
        ("/form @Amara Testwell, @Idris phq-9", " to Amara Testwell, Idris Placeholder"),
        ("/form @Xam", ""),
        ("/form @Nobody phq-9", ""),
    ],
)
def test_the_line_over_the_box_names_whoever_is_named_by_hand_and_never_the_patient_in_front(
    store, anna, amara, idris, line, to
):
    about = store.run(anna, open_patient, amara.id).id
    says = f"Smart Form{to} – you check it before it leaves the building"
    assert store.look(anna, suggest, line, len(line), about)["goes"] == says
