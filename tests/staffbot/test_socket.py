"""The socket: what is said there, heard and answered (contract section 5, S53-S61); who may in: test_socket_door.py."""

import json
import re
import shutil
import signal
from uuid import uuid4

import pytest

from tests.demo_process import Demo
from tests.staffbot.colleague import Colleague, closes_with


@pytest.fixture
def anna(demo: Demo) -> Colleague:
    return Colleague(demo, demo.user("practitioner"))


@pytest.fixture
def ben(demo: Demo) -> Colleague:
    return Colleague(demo, demo.user("admin"))


@pytest.fixture
def tom(demo: Demo) -> Colleague:
    return Colleague(demo, demo.user("owner", "trial"))


def key() -> str:
    return uuid4().hex


def test_hello_says_who_one_is_and_what_there_is(anna):
    hello = anna.socket().hello
    assert hello["me"]["name"] == "Anna Sample" and hello["practice"]["plan"] == "subscribed"
    assert {"id", "kind", "title", "members", "last_seq", "unread"} <= set(hello["conversations"][0])
    assert isinstance(hello["seq"], int)


def test_a_message_is_answered_heard_by_the_colleague_and_kept_in_order(anna, ben, demo):
    one, other = anna.socket(), ben.socket()
    thread = one.patient(demo.patient("Wei Madeupson"))
    for n in range(3):
        said = one.ask("message.send", conversation=thread, text=f"note {n}", client_id=key())
        assert other.hear("message.created")["id"] == said["id"]
    page = other.ask("conversation.history", conversation=thread, limit=3)["messages"]
    assert [one["text"] for one in page] == ["note 0", "note 1", "note 2"]
    assert [one["seq"] for one in page] == list(range(page[0]["seq"], page[0]["seq"] + 3))


def test_what_was_missed_comes_after_hello_in_order(anna, ben, demo):
    first = ben.socket()
    seq = first.hello["seq"]
    first.ws.close()
    talk = anna.socket()
    thread = talk.patient(demo.patient("Grace Exampleton"))
    ids = [talk.ask("message.send", conversation=thread, text=f"missed {n}", client_id=key())["id"] for n in range(3)]
    again = ben.socket(since=seq)
    assert [again.hear("message.created")["id"] for _ in ids] == ids


def test_who_has_heard_more_than_has_happened_loads_anew(ben):
    """The page is from before an older backup was restored: the same numbers stand for other things now."""
    talk = ben.socket()
    newest = talk.hello["seq"]
    assert "resync" not in talk.ask("hello", csrf=ben.csrf, since=newest)
    assert talk.ask("hello", csrf=ben.csrf, since=newest + 1_000_000)["resync"] is True
    talk.ws.close()


def test_another_tab_says_hello_on_the_socket_of_the_first_and_nothing_comes_to_either_twice(anna, ben, demo):
    shared = anna.socket()
    before = shared.hello["seq"]
    talk = ben.socket()
    thread = talk.patient(demo.patient("Grace Exampleton"))
    sent = [
        talk.ask("message.send", conversation=thread, text=f"for both {n}", client_id=key())["id"] for n in range(2)
    ]
    first = [shared.hear_whole("message.created") for _ in sent]
    hello = shared.ask("hello", csrf=anna.csrf, since=before)
    assert {"me", "conversations", "notifications", "seq"} <= set(hello)
    again = [shared.hear_whole("message.created") for _ in sent]
    assert again == first and [one["data"]["id"] for one in again] == sent  # tabs tell them apart by their numbers
    talk.ask("message.send", conversation=thread, text="and on it goes", client_id=key())
    assert shared.hear("message.created")["text"] == "and on it goes"
    shared.ws.send(json.dumps({"op": "hello", "ref": "x", "csrf": "0" * 64}))
    assert closes_with(shared.ws) == 4401


def test_a_mistyped_command_is_never_a_message(anna, demo):
    talk = anna.socket()
    thread = talk.patient(demo.patient("Nadia Sampleford"))
    before = talk.ask("conversation.history", conversation=thread)["messages"]
    for op in ("command.run", "message.send"):
        error = talk.refused(op, conversation=thread, text="/smss Your letter is ready", client_id=key())
        assert error["code"] == "unknown_command" and "/sms" in error["message"]
    assert talk.ask("conversation.history", conversation=thread)["messages"] == before
    assert (
        talk.ask("message.send", conversation=thread, text="//sms is a command", client_id=key())["text"]
        == "/sms is a command"
    )


def test_a_command_is_no_answer_to_a_notification(anna, ben, demo):
    one, other = anna.socket(), ben.socket()
    thread = one.patient(demo.patient("Nadia Sampleford"))
    one.ask("message.send", conversation=thread, text="@Ben Example please look", client_id=key())
    pointed = other.hear("notification.created")["id"]
    error = other.refused("notification.reply", notification=pointed, text="/sms Come at 3", client_id=key())
    assert error["code"] == "unknown_command" and "/sms is a command, not a message" in error["message"]
    said = other.ask("notification.reply", notification=pointed, text="//sms it", client_id=key())
    assert said["text"] == "/sms it"


def test_any_id_of_a_client_makes_a_message_once_however_long_or_odd(anna, demo):
    talk = anna.socket()
    thread = talk.patient(demo.patient("Nadia Sampleford"))
    for odd in ("x" * 300, "a\x00b", "ключ\n" * 40):
        ids = {talk.ask("message.send", conversation=thread, text="once", client_id=odd)["id"] for _ in range(2)}
        assert len(ids) == 1


def test_a_message_taken_back_is_gone_and_taking_it_back_again_changes_nothing(anna, demo):
    talk = anna.socket()
    thread = talk.patient(demo.patient("Nadia Sampleford"))
    said = talk.ask("message.send", conversation=thread, text="a slip", client_id=key())["id"]
    assert talk.ask("message.delete", message=said) == talk.ask("message.delete", message=said)
    for op, more in (("message.edit", {"text": "x"}), ("message.react", {"mark": "👍"})):
        assert talk.refused(op, message=said, **more)["code"] == "not_found"


@pytest.mark.parametrize("text", ["\u200b", "\u2060\n", "\u202e", "\u3164"])
def test_a_message_of_which_nothing_can_be_seen_is_none(anna, demo, text):
    talk = anna.socket()
    thread = talk.patient(demo.patient("Nadia Sampleford"))
    assert talk.refused("message.send", conversation=thread, text=text, client_id=key())["field"] == "text"


def test_what_wants_a_decision_is_not_sent_by_a_frame_that_brings_none(anna):
    talk = anna.socket()
    draft = talk.ask("command.run", text="/sms @Amara Testwell Your HIV test is back", client_id=key())["draft"]
    assert [one["decide"] for one in draft["warnings"] if one["code"] == "clinical"]
    for decided in ({}, {"clinical": ""}, {"fresh": "checked"}):
        refused = talk.refused("command.confirm", draft=draft["id"], decided=decided)
        assert refused["code"] == "invalid" and "Send it as a Direct Message, or say why not" in refused["message"]
    talk.ask("command.cancel", draft=draft["id"])


def test_names_are_asked_about_never_guessed(anna):
    talk = anna.socket()
    error = talk.refused("command.run", text="/sms @fakelow Hello", client_id=key())
    assert error["code"] == "ambiguous" and {one["name"] for one in error["choices"]} == {
        "Katherine Fakelow",
        "Catherine Fakelow",
    }
    chosen = error["choices"][0]
    draft = talk.ask("command.run", text=f"/sms @{chosen['id']} Hello", client_id=key())["draft"]
    assert draft["recipients"][0]["name"] == chosen["name"] and draft["text"] == "Hello"
    assert talk.refused("command.run", text="/sms @Nobodyatall Hello", client_id=key())["code"] == "not_found"


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [("/sms @Ada Okafor Your results", "Ada Okafor", "Your results"), ("/sms @ada okafor Hi", "Ada Okafor", "Hi"),
     ("/sms @sian Hello", "Siân Prufen", "Hello"), ("/sms @mul Hallo", "Jürgen Müllermann", "Hallo"),
     ("/sms @太郎 Hello", "太郎 見本", "Hello"), ("/sms @Ben Example running late", "Ben Example", "running late"),
     ("/sms @Ada Okafor\nTwo\nlines", "Ada Okafor", "Two\nlines")],
)  # fmt: skip
def test_people_are_found_as_people_type(anna, text, name, rest):
    draft = anna.socket().ask("command.run", text=text, client_id=key())["draft"]
    assert (draft["recipients"][0]["name"], draft["text"].strip()) == (name, rest)


def test_suggestions_complete_commands_people_and_forms(anna):
    talk = anna.socket()
    suggest = lambda text: talk.ask("command.suggest", text=text, cursor=len(text))["items"]  # noqa: E731
    assert [one["insert"] for one in suggest("/s")][:2] == ["/sms ", "/status "]
    assert suggest("/sms @tes am")[0]["label"] == "Amara Testwell"
    assert suggest("/dm @amrra")[0]["label"] == "Amara Testwell"
    assert suggest("/im @virt")[0]["label"] == "virtual-admin"
    assert [one["label"] for one in suggest("/form @Amara Testwell ph")] == ["phq-9"]


def test_a_trial_practice_reads_the_sentence_and_still_has_direct_messages(tom, demo):
    talk = tom.socket()
    patient = next(
        one for one in demo.said["patients"] if one["practice"].startswith("Birch") and one["email"] and one["mobile"]
    )
    thread = talk.patient(patient)
    for text in ("/sms Hello", "/email Hello | there"):
        error = talk.refused("command.run", conversation=thread, text=text, client_id=key())
        assert error["code"] == "plan"
        assert error["message"].startswith(
            "SMS and email start with a subscription. On trial you can use Internal and Direct Messages."
        )
    assert talk.ask("command.run", conversation=thread, text="/dm Hello", client_id=key())["draft"]["command"] == "dm"
    listed = talk.ask("command.suggest", text="/sms", cursor=4)["items"][0]
    assert listed["disabled"] == "not on trial"
    asked = tom.socket()
    told = asked.ask("command.run", text="/help sms", conversation=asked.hello["conversations"][0]["id"], client_id="h")
    assert told["done"]["items"][0]["detail"].endswith("Not on trial.")
    page = tom.get("/scheduled").text
    assert (
        "<b>Demonstration on trial, 27 days left.</b>" in page and "/remind me tomorrow" in page and "/sms" not in page
    )


def test_another_practice_finds_nothing_of_ours(anna, tom, demo):
    ours = anna.socket()
    patient = demo.patient("Amara Testwell")
    thread = ours.patient(patient)
    message = ours.ask("message.send", conversation=thread, text="Ours", client_id=key())
    theirs = tom.socket()
    for op, fields in (
        ("conversation.history", {"conversation": thread}),
        ("conversation.open", {"patient": patient["id"]}),
        ("conversation.read", {"conversation": thread, "up_to": 1}),
        ("message.send", {"conversation": thread, "text": "x", "client_id": key()}),
        ("message.react", {"message": message["id"], "mark": "👍"}),
    ):
        assert theirs.refused(op, **fields)["code"] == "not_found"
    for path in (
        f"/c/{thread}",
        f"/patients/{patient['id']}",
        f"/patients/{patient['id']}/messages",
        f"/messages/{message['id']}",
    ):
        assert tom.get(path).status_code == 404


@pytest.mark.s("S72")
def test_days_and_numbers_at_their_ends_are_no_trouble(anna, demo):
    talk = anna.socket()
    thread = talk.patient(demo.patient("Amara Testwell"))
    for date in ("0001-01-01", "9999-12-31"):
        assert "wrong on our side" not in talk.refused("conversation.on", conversation=thread, date=date)["message"]
    for end in (-(1 << 63), (1 << 63) - 1):
        assert talk.ask("conversation.read", conversation=thread, up_to=end)
        talk.ask("conversation.unread", conversation=thread, seq=end)
        talk.ask("conversation.history", conversation=thread, before=end, limit=1)


def test_help_status_and_credits_answer_at_once(anna):
    talk = anna.socket()
    assert "/dm @patient" in talk.ask("command.run", text="/help", client_id=key())["done"]["text"]
    assert re.match(r"\d+ SMS credits", talk.ask("command.run", text="/credits", client_id=key())["done"]["text"])
    status = talk.ask("command.run", text="/status", client_id=key())["done"]
    assert status["text"].splitlines() == [one["text"] for one in status["items"]]
    assert {anna.get(one["href"]).status_code for one in status["items"]} == {200}  # each leads to what is stuck


def test_an_upload_is_good_for_one_message_and_bad_files_are_named(anna, demo):
    from tests.browser.people import picture

    def upload(name: str, data: bytes, kind: str = "application/octet-stream"):
        return anna.post("/uploads", {}, files={"file": (name, data, kind)})

    good = upload("scan.png", picture())
    assert good.status_code == 201 and set(good.json()) == {"id", "name", "type", "size"}
    for name, data in (
        ("page.html", b"<script>"),
        ("scan.png", b"<svg/>"),
        ("a.pdf", b"%PDF-1.4 broken"),
        ("x.svg", picture()),
    ):
        bad = upload(name, data)
        assert bad.status_code == 422 and name in bad.json()["error"]["message"]
    talk = anna.socket()
    thread = talk.patient(demo.patient("Amara Testwell"))
    said = talk.ask(
        "message.send", conversation=thread, text="With a file", client_id=key(), attachments=[good.json()["id"]]
    )
    file = said["attachments"][0]
    answer = anna.get(file["url"])
    assert answer.headers["Content-Disposition"].startswith("attachment") and answer.content.startswith(b"\x89PNG")
    again = talk.refused(
        "message.send", conversation=thread, text="Again", client_id=key(), attachments=[good.json()["id"]]
    )
    assert again["code"] == "not_found"


@pytest.mark.attack("D13", "E10")
@pytest.mark.s("S46", "S61")
def test_signing_out_closes_the_socket_and_the_cookie_is_dead(demo):
    vera = Colleague(demo, demo.user("assistant"))
    talk = vera.socket()
    copied = dict(vera.cookies)
    vera.post("/logout", {})
    assert closes_with(talk.ws) == 4401
    vera.cookies = copied
    assert "Sign in" in vera.get("/").text


@pytest.mark.attack("E07")
@pytest.mark.s("S58")
def test_an_acknowledged_message_survives_sigkill_and_floods_are_told_to_wait_then_sent_away(tmp_path, seeded):
    shutil.copytree(seeded, tmp_path / "instance")
    demo = Demo(tmp_path / "instance", settings={"LATCHKEY_MESSAGES_PER_MINUTE": "20"}).start()
    talk = Colleague(demo, demo.user("practitioner")).socket()
    thread = talk.patient(demo.patient("Amara Testwell"))
    said = [talk.ask("message.send", conversation=thread, text=f"kept {n}", client_id=key()) for n in range(10)]
    demo.stop(signal.SIGKILL)
    demo.start()
    again = Colleague(demo, demo.user("practitioner")).socket()
    page = again.ask("conversation.history", conversation=thread, limit=10)["messages"]
    assert [one["id"] for one in page] == [one["id"] for one in said]
    answers = [again.try_to("message.send", conversation=thread, text=str(n), client_id=key()) for n in range(23)]
    refused = [one["error"]["code"] for one in answers if not one["ok"]]
    assert refused == ["too_many"] * 3  # twenty in a minute here: a slow machine takes ten seconds to say them
    assert closes_with(again.ws) == 1008
    assert demo.stop() == 0
