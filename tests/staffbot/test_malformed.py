"""What people mistype: nothing is posted, nothing is sent, one clear sentence says why (U37, U96)."""

import re
from uuid import uuid4

import pytest
import requests

from tests.staffbot.colleague import Colleague

LONG = "x" * 1_531
BOUND = "@00000000-0000-7000-8000-000000000000"

IN_A_PATIENTS_CONVERSATION = [
    "/", "/ ", "/ sms hello", "/smss Hello", "/SMSS Hello", "/sms,Hello", "/sms: Hello", "/s ms Hello", "/nonsense",
    "／smss Hello", "\u200b/smss Hello", "\ufeff/emial x | y", "/email-x hello", "/dm! hello", "/_", "/½ hello",
    "/sms", "/sms   ", "/sms\n\n", "/sms @", "/sms @ hello", "/sms @nobodyatall Hello", "/sms @fakelow Hello",
    "/sms @fakelow @fakelow Hello", "/sms @Ada Okafor", f"/sms @Ada Okafor {LONG}", f"/sms {BOUND} Hello",
    "/sms @virtual-admin Hello", "/sms \x00", "/sms @Ada Okafor, @nobodyatall Hello",
    "/email", "/email Hello", "/email | Hello", "/email Parking |", "/email Parking | ", "/email Par\nking | Hello",
    "/email @nobodyatall Parking | Hello", "/email @fakelow Parking | Hello", "/email Park\u2028ing | Hello",
    "/dm", "/dm @", "/dm expires 0h Hello", "/dm expires 31d Hello", "/dm expires 9999d Hello", "/dm expires 3w Hello",
    "/dm expires -1d Hello", "/dm expires 3 Hello", "/dm expires 3d", "/dm @Ben Example Hello", "/dm @nobodyatall Hello",
    "/dm @fakelow Hello", f"/dm {BOUND} Hello", "/dm @virtual-admin Hello",
    "/form", "/form nosuchform", "/form @nobodyatall phq-9", "/form @fakelow phq-9", "/form @Ben Example phq-9",
    "/im", "/im @", "/im Hello", "/im @Ben Example", "/im @Ben Example   ", "/im @nobodyatall Hello",
    "/im @Ada Okafor Hello", "/im @Ben Example about @", "/im @Ben Example about @nobodyatall Hello",
    "/im @Ben Example about @fakelow Hello", f"/im {BOUND} Hello", "/im @Ben Example " + "x" * 10_001,
    "/patient", "/patient nobodyatall", "/patient fakelow", "/patient @", "/status @nobodyatall", "/status of what",
    "/resend @nobodyatall", "/resend @fakelow", "/resend pigeon @", "/revoke @nobodyatall", "/revoke @fakelow",
    "/find", "/find kind:pigeon", "/find letter from:never", "/find from:31/2", "/find @nobodyatall letter", "/find @fakelow",
    "/assign", "/assign please book", "/assign @", "/assign @nobodyatall book", "/assign @Ben Example @nobodyatall book",
    "/assign @Ben Example @", "/assign @Ben Example book due fryday", "/assign @Ben Example book due yesterday",
    "/remind", "/remind me", "/remind me in 2 hours", "/remind me call the lab", "/remind @", "/remind @nobodyatall in 2 hours x",
    "/remind @Ben Example", "/remind me yesterday call", "/remind me today 0:00 call", "/remind me 31/2 9:00 call",
    "\u200e/smss Hello", "\u00ad/smss Hello", "/s\u200bmss @Ada Okafor Hello", "\u2044smss Hello", "\\sms @Ada Okafor Hello", "/text @Ada Okafor Hello",
    "/sms “Ada Okafor” Hello", "/sms Ada Okafor Hello", "/sms “@Ada Okafor” Hello", "/sms <@Ada Okafor> Hello", "/sms to @Ada Okafor: Hello",
    "/sms (@Ada Okafor) Hello", "/sms ‘@Ada Okafor’ Hello", "/dm Hello \uff20Ada Okafor", "/sms @Zoë Fauxbourg Hello @Ada Okafor",
    "/sms @Ada Okafor -", "/sms @Ada Okafor \u200b", "/dm \u2060", "/sms @\U0001f600 Hello", "/sms @me Hello", "/im @me Hello", "/im @Olive Hello",
    "/sms @everyone Hello", "/dm @everyone Hello", "/email @virtual-admin Rota | Hello",
    "/sms 07700900123 Hello", "/sms +44 7700 900123 Hello", "/sms @07700 900123 Hello", "/sms tel:+447700900123 Hello", "/dm someone@mail.example Hello",
    "/email someone@mail.example Parking | Hello", "/sms <someone@mail.example> Hello", "/sms mailto:someone@mail.example Hello",
    "/sms @Ada Okafor Hello\n/dm @Zoë Fauxbourg Hello", "/sms @Ada Okafor Hello /dm @Zoë Fauxbourg Hello", "/dm @Ada Okafor\n/sms Hello",
    "/im @Ben Example /sms @Ada Okafor Hello", "/sms /dm", "/dm /form phq-9", "/remind me in 2 hours call\u2028/sms @Ada Okafor Hello",
    "/sms @Ada Okafor tomorrow 25:00 Hello", "/sms @Ada Okafor 30 feb 9:00 Hello", "/sms @Ada Okafor in -5 minutes Hello", "/sms tomorrow at 13pm Hello",
    "/sms @Ada Okafor in 99999 days Hello", "/sms @Ada Okafor yesterday 9:00 Hello", "/email @Ada Okafor 31/11 9:00 Parking | Hello",
    "/email @Ada Okafor " + "s" * 256 + " | Hello", "/credits -1", "/patient @Ada Okafor please", "/help //",
    "/template", "/template nosuch", "/help nosuchcommand", "/credits please",
    "/form due friday phq-9", "/form @Ada Okafor due friday phq-9", "/form @Ada Okafor phq-9 due", "/form @Ada Okafor phq-9 due someday",
    "/dm sensitive", "/dm @Ada Okafor sensitive", "/dm sensitive @Ada Okafor Hello", "/dm @Ada Okafor sensitive Hello", "/dm expires 2 weeks Hello",
    "/status @Ada Okafor @Amara Testwell", "/resend code link", "/resend email", "/resend @Ada Okafor please", "/find @",
    "/sms @Ada Okafor@Amara Testwell Hello", "/sms @ Ada Okafor Hello", "/dm @Dr Nobodyatall Hello", "/dm @Mrs", "/email @Ada Okafor Re: Parking\nUse the gate",
    "/" + "x" * 3_000, "/sms @" + "x" * 3_000 + " Hello",
    "/recall lapsed since 6 months back-check", "/template/parking", "/«sms» @Ada Okafor Hello", "/sms „@Ada Okafor“ Hello", "/sms → @Ada Okafor Hello",
    "/sms @Ada Okafor 29/2 9:00 Hello", "/sms @Ada Okafor Monday 9:75 Hello", "/sms @Ada Okafor " + "\U0001f642" * 500,
]  # fmt: skip

IN_A_COLLEAGUES_CONVERSATION = ["/dm Hello", "/form phq-9", "/resend", "/resend link", "/revoke", "/revoke wrong file"]


@pytest.fixture(scope="module")
def talk(demo):
    return Colleague(demo, demo.user("owner")).socket()


def left(demo) -> int:
    """How many letters and texts ever left."""
    return len(requests.get(f"{demo.staff}/sandbox/messages.json", timeout=10).json())


def refuse(talk, demo, thread: str, text: str) -> None:
    page = lambda: talk.ask("conversation.history", conversation=thread, limit=5)["messages"]  # noqa: E731
    before, gone = page(), left(demo)
    error = talk.refused("command.run", conversation=thread, text=text, client_id=uuid4().hex)
    assert re.search(r"[.?]$", error["message"]) and len(error["message"]) < 200, error
    assert "cannot be taken" not in error["message"] and "{" not in error["message"]
    assert talk.refused("message.send", conversation=thread, text=text, client_id=uuid4().hex)["code"] in (
        "unknown_command",
        "invalid",
    )
    assert (page(), left(demo)) == (before, gone)


@pytest.mark.parametrize("text", IN_A_PATIENTS_CONVERSATION, ids=lambda text: ascii(text)[:40])
def test_a_mistake_posts_nothing_sends_nothing_and_is_explained(talk, demo, text):
    refuse(talk, demo, talk.patient(demo.patient("Nadia Sampleford")), text)


@pytest.mark.parametrize("text", IN_A_COLLEAGUES_CONVERSATION)
def test_what_needs_a_patient_says_so_where_there_is_none(talk, demo, text):
    colleague = next(one for one in talk.hello["conversations"] if one["kind"] != "patient")
    refuse(talk, demo, colleague["id"], text)


def test_the_table_is_long_enough():
    assert len(IN_A_PATIENTS_CONVERSATION) + len(IN_A_COLLEAGUES_CONVERSATION) >= 60


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "/dm @everyone Hello",
            "everyone is a group of colleagues. Write to them with /im, or name people one by one.",
        ),
        ("/dm @Ben Hello", "Ben Example is a colleague, and this is for patients. Write to colleagues with /im."),
        ("/im @Ada Okafor Hello", "Ada Okafor is a patient, and this is for colleagues. Write to patients with /dm."),
        ("just words", 'There is no command "/just". To send these words as a message, put a space in front.'),
        (
            "/ sms Hello",
            'There is no command "/". Did you mean /sms? To send these words as a message, put a space in front.',
        ),
        ("/form nosuchform", "There is no form called “nosuchform”. Type /form and a space to see them all."),
        ("/template nosuch", "There is no template called “nosuch”. Type /template and a space to see them all."),
        ("/template park", "There is no template called “park”. Did you mean parking?"),
        ("/form phq9x", "There is no form called “phq9x”. Did you mean phq-9?"),
        ("/form PHQ", "There is no form called “PHQ”. Did you mean phq-9?"),
        ("/?", 'There is no command "/?". Did you mean /help? To send these words as a message, put a space in front.'),
        ("/template", "Which template? Type /template and a space to see them all."),
    ],
)
def test_what_is_wrong_is_called_by_what_was_typed(talk, demo, line, said):
    thread = talk.patient(demo.patient("Ada Okafor"))
    refused = talk.refused("command.run", conversation=thread, text=line, client_id=uuid4().hex)
    assert refused["message"] == said
