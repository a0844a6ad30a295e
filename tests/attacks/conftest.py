"""The world of the catalogue: two practices, three patients, their links in every state."""

from dataclasses import dataclass
from typing import Any

import pytest

from core.messages.files import store_upload
from core.patients import record
from core.patients.words import Patient
from core.practice.words import Plan, Role
from core.release.link import send_direct
from core.store import Actor, ActorKind, Store, Who
from core.store.unit import SYSTEM
from portal import create_app
from tests import conftest
from tests.portal.visitor import BASE, Visitor

PDF = b"%PDF-1.4 hello"


@dataclass
class Link:
    """A link that went out: where it leads, of which message, to whom."""

    url: str
    message: Any
    patient: Patient
    phone: str
    who: Who

    @property
    def token(self) -> str:
        return self.url.rsplit("/", 1)[1]


@pytest.fixture
def app(settings, store):
    return create_app(settings, store)


@pytest.fixture
def guest(app) -> Visitor:
    return Visitor(app)


@pytest.fixture
def send(store: Store, network):
    """Send a Direct Message and have its link."""

    def sent(sender: Who, patient: Patient, text: str = "Your results are back.", **more: Any) -> Link:
        message = store.run(sender, send_direct, patient, text, **more)
        url = network.link(patient.email).removeprefix(BASE)
        return Link(url, message, patient, patient.mobile, Who(sender.practice_id, Actor(ActorKind.PATIENT)))

    return sent


@pytest.fixture
def l1(send, anna, amara) -> Link:
    """p1's link, alive."""
    return send(anna, amara)


@pytest.fixture
def l2(send, store, anna, idris) -> Link:
    """p2's, of the same practice, with a file."""
    file = store.run(anna, store_upload, "f2.pdf", "application/pdf", PDF, uploaded_by=anna.actor.id)
    return send(anna, idris, "Another's results.", attachments=(file.id,))


@pytest.fixture
def beth(store) -> Who:
    """The owner of practice B."""
    card = conftest._practice(store, "ash", Plan.SUBSCRIBED, credits=20)
    return conftest.hire(store, card, "Beth Foreign", Role.OWNER, ("admin",))


@pytest.fixture
def l3(send, store, beth) -> Link:
    """p3's, of the other practice, with a file."""
    person = conftest.person("Petra", "Foreign", email="petra@example.org", mobile="07700 900060")
    patient = store.run(Who(beth.practice_id, SYSTEM), record.add, **person)
    file = store.run(beth, store_upload, "f3.pdf", "application/pdf", PDF, uploaded_by=beth.actor.id)
    return send(beth, patient, "Foreign results.", attachments=(file.id,))


@pytest.fixture
def people(store, system):
    """Make so many more patients, each with a mobile and a mailbox of their own."""

    def make(count: int) -> list[Patient]:
        return [
            store.run(
                system,
                record.add,
                **conftest.person(f"P{n}", "Many", email=f"p{n}@example.org", mobile=f"07700 900{100 + n}"),
            )
            for n in range(count)
        ]

    return make
