"""A worker killed at any step, on both databases, against providers over TLS: nothing is lost, nothing goes twice."""

from datetime import UTC, datetime

import pytest

from core.config import Settings
from core.delivery import outbox
from core.delivery.providers.open import open_providers
from core.delivery.words import Channel, Parcel, Purpose, Status
from core.delivery.worker import Worker
from core.store import Who
from core.store.unit import SYSTEM
from tests.core.delivery.killed import STEPS, as_json, bring, kill
from tests.core.delivery.test_outbox import stages, status
from tests.providers.pretend import settings_for

TO = {Channel.SMS: "+447700900057", Channel.EMAIL: "amara@example.org"}


@pytest.fixture
def wired(settings, simulator) -> Settings:
    """The test's databases, and both providers at the simulator."""
    real = settings_for(simulator)
    mine = {"instance", "database_url", "secret_key", "master_key"}
    changes = {name: getattr(real, name) for name in real.model_fields_set - mine}
    return settings.model_copy(update=changes)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.attack("G09")
@pytest.mark.s("S99")
def test_killed_at_any_step_nothing_is_lost_and_nothing_goes_twice(store, practice, wired, simulator, clock, step):
    clock.at = datetime.now(UTC)
    if step.startswith("while its doubt"):
        simulator.fault(kind="reset_after", provider="plivo", times=1)
    made = {
        channel: store.run(
            Who(practice.id, SYSTEM), outbox.queue, channel=channel, purpose=Purpose.BODY, masked="",
            parcel=Parcel(TO[channel], "Hello", "Hi", sender_name="Elm"),
        ).id for channel in Channel
    }  # fmt: skip
    kill(bring, step, as_json(wired))
    assert simulator.doubles() == {}
    worker = Worker(store, open_providers(wired, clock))
    for _ in range(40):
        clock.forward(seconds=30)
        worker.turn()
        if not stages(store, practice):
            break
    assert simulator.doubles() == {}
    for channel, delivery in made.items():
        assert len(simulator.messages(TO[channel])) == 1
        assert status(store, practice, delivery).status is Status.SENT
    assert stages(store, practice) == {}
