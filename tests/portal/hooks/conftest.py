"""Both providers are the simulator, and the portal is where it calls us back, on a real port."""

import threading

import pytest
from pydantic import SecretStr
from werkzeug.serving import make_server

from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.delivery import find
from core.delivery.providers.open import open_providers
from core.delivery.worker import Worker
from portal import create_app
from tests.portal.hooks.calls import MAILJET, PAIR
from tests.providers.pretend import settings_for

REAL = {
    "email_provider", "sms_provider", "mailjet_api_key", "mailjet_api_secret", "mailjet_api_url", "email_from",
    "plivo_auth_id", "plivo_auth_token", "plivo_api_url", "plivo_sender",
}  # fmt: skip


@pytest.fixture
def settings(settings, simulator, free_port_number):
    """Both providers are the simulator; the portal is where it calls us back."""
    real = settings_for(simulator).model_dump(include=REAL)
    return settings.model_copy(
        update={
            **real,
            "portal_url": f"http://127.0.0.1:{free_port_number}",
            "mailjet_webhook_secret": SecretStr("path-secret"),
            "metrics_token": SecretStr("watch-me"),
            "mailjet_webhook_auth": [SecretStr(PAIR), SecretStr("next:battery"), SecretStr("nobody:")],
        }
    )


@pytest.fixture
def free_port_number():
    from tests.demo_process import free_port

    return free_port()


@pytest.fixture
def portal(settings, store, simulator, free_port_number):
    """The portal on a real port, known to the simulator."""
    app = create_app(settings, store)
    server = make_server("127.0.0.1", free_port_number, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base, guarded = settings.portal_url, settings.portal_url.replace("//", f"//{PAIR}@")
    simulator.hooks(
        plivo_inbound=f"{base}/hooks/plivo/inbound",
        mailjet_events=f"{guarded}{MAILJET}/events",
        mailjet_inbound=f"{guarded}{MAILJET}/inbound",
    )
    yield app
    server.shutdown()
    server.server_close()


@pytest.fixture
def call(portal, settings):
    """One call to a hook, as anybody could make it."""
    client = portal.test_client()

    def calling(path, **options):
        return client.post(path, base_url=settings.portal_url, **options)

    return calling


@pytest.fixture
def worker(store, settings, clock):
    return Worker(store, open_providers(settings, clock))


@pytest.fixture
def sent(store, anna, amara, worker, simulator, portal):
    """A text or letter to Amara that the provider took; its delivery."""

    def sending(command=Command.SMS, subject=""):
        draft = store.run(anna, prepare, Order(command, (amara.id,), "Your letter is ready", subject=subject))
        message = store.run(anna, confirm, draft.id, hold=0)
        worker.turn()
        simulator.wait_for(simulator.idle)
        return store.look(anna, find.of_messages, [message.id])[message.id][0]

    return sending
