"""No byte of an Internal Message ever reaches a provider, whatever is typed, edited, answered or fails."""

import shutil
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import settings as bounded
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from core.compose import undo
from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.delivery import credits, inbound
from core.delivery.providers.open import open_providers
from core.delivery.words import Status
from core.delivery.worker import Worker
from core.errors import LatchkeyError
from core.live.bus import LocalBus
from core.messages import edit, notify
from core.messages.conversations import of_patient, open_with_staff
from core.messages.post import post
from core.messages.words import Direction, Kind, Writing
from core.opening import open_store
from core.patients import record
from core.practice.add import add_practice
from core.practice.words import Plan, Role
from core.store import Who
from core.store.migrate import upgrade
from core.store.unit import SYSTEM
from tests.conftest import hire, person
from tests.instance import settings_in

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
TEMPLATE: list[Path] = []


def instance() -> Path:
    """A fresh practice's folder; migrated once."""
    if not TEMPLATE:
        TEMPLATE.append(Path(mkdtemp()))
        upgrade(settings_in(TEMPLATE[0]))
    folder = Path(mkdtemp()) / "instance"
    shutil.copytree(TEMPLATE[0], folder)
    return folder


class Practice(RuleBasedStateMachine):
    """Two colleagues and a patient; every internal text carries a mark that nothing else has."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = instance()
        self.at = datetime(2026, 11, 23, 10, tzinfo=UTC)
        settings = settings_in(self.folder)
        self.store = open_store(settings, clock=lambda: self.at, bus=LocalBus())
        card = add_practice(self.store, slug="elm", name="Elm", plan=Plan.SUBSCRIBED, phone="01632 960001")
        self.store.run(Who(card.id, SYSTEM), credits.top_up, 99)
        self.anna = hire(self.store, card, "Anna Sample", Role.OWNER, ("admin",))
        self.ben = hire(self.store, card, "Ben Example", Role.PRACTITIONER)
        fields = person("Amara", "Testwell", email="amara@example.org", mobile="07700 900057")
        self.amara = self.store.run(Who(card.id, SYSTEM), record.add, **fields)
        self.providers = open_providers(settings, self.store.clock)
        self.worker = Worker(self.store, self.providers)
        self.marks: list[str] = []
        self.said: list[uuid.UUID] = []
        self.sent: list[uuid.UUID] = []

    def marked(self, words: str) -> str:
        self.marks.append(uuid.uuid4().hex[:12])
        return f"{words} {self.marks[-1]} @anna @ben"

    def thread(self, about: bool) -> uuid.UUID:
        if about:
            return self.store.run(self.anna, of_patient, self.amara.id)
        return self.store.run(self.anna, open_with_staff, self.ben.actor.id).id

    @rule(words=WORDS, about=st.booleans())
    def writes(self, words: str, about: bool) -> None:
        writing = Writing(Kind.INTERNAL, Direction.INTERNAL, self.marked(words))
        message = self.store.run(self.anna, post, self.thread(about), writing)
        self.store.run(self.anna, notify.tell_colleagues, message)
        self.said.append(message.id)

    @precondition(lambda self: self.said)
    @rule(words=WORDS)
    def edits(self, words: str) -> None:
        self.store.run(self.anna, edit.edit, self.said[-1], self.marked(words))

    @rule(words=WORDS)
    def answers_a_notification(self, words: str) -> None:
        for one in self.store.look(self.ben, notify.listing)[:1]:
            self.store.run(self.ben, notify.reply, one.id, self.marked(words), uuid.uuid4().hex)

    @rule(command=st.sampled_from([Command.SMS, Command.EMAIL, Command.DIRECT]), hold=st.sampled_from([0, 10]))
    def sends(self, command: Command, hold: int) -> None:
        try:
            draft = self.store.run(self.anna, prepare, Order(command, (self.amara.id,), "Public", subject="Public"))
            self.sent.append(self.store.run(self.anna, confirm, draft.id, hold=hold).id)
        except LatchkeyError:
            return

    @precondition(lambda self: self.sent)
    @rule()
    def takes_back(self) -> None:
        try:
            self.store.run(self.anna, undo.undo, self.sent.pop())
        except LatchkeyError:
            return

    @rule(text=st.sampled_from(["Thanks", "STOP", "start", "help", ""]), media=st.booleans())
    def the_patient_texts(self, text: str, media: bool) -> None:
        inbound.text_arrived(self.store, inbound.Text("+447700900001", self.amara.mobile, text, media=int(media)))

    @rule(minutes=st.sampled_from([0, 1, 20]))
    def time_passes(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)
        for _ in range(2):
            self.worker.turn()

    @rule(status=st.sampled_from([Status.FAILED, Status.BOUNCED]))
    def one_fails(self, status: Status) -> None:
        for one in self.providers.sandbox.messages()[:1]:
            self.providers.sandbox.set_status(one.id, status)

    @invariant()
    def nothing_internal_left(self) -> None:
        for one in self.providers.sandbox.messages():
            left = f"{one.to} {one.sender} {one.subject} {one.text} {one.html}"
            assert not [mark for mark in self.marks if mark in left], one

    def teardown(self) -> None:
        for _ in range(3):
            self.at += timedelta(hours=1)
            self.worker.turn()
        self.nothing_internal_left()
        self.providers.sandbox.close()
        self.store.close()
        shutil.rmtree(self.folder.parent)


TestNothingInternalLeaves = Practice.TestCase
TestNothingInternalLeaves.settings = bounded(max_examples=15, stateful_step_count=20, deadline=None)
