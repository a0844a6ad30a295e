"""What a line that is typed will be, and what stands over the box about it before it is sent."""

import pytest

from core.messages.conversations import open_patient
from staffbot.commands.grammar import is_command
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
