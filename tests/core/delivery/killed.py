"""Processes that are killed at one step of a text's way out, or of a letter's way in. Run as children of a test.

SIGKILL is what a crash, an operator or the kernel does: nothing is tidied up. The children are forked from a server
that has loaded everything, which costs a hundredth of a new interpreter each.
"""

import json
import multiprocessing
import os
import signal
from collections.abc import Callable, Mapping
from typing import Any

from core.config import Settings
from core.delivery.incoming import arrivals
from core.delivery.providers.open import open_providers
from core.delivery.sending import attempt, claim, hands, lane
from core.delivery.words import Channel
from core.delivery.worker import Worker
from core.opening import open_store

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__, "core.delivery.providers.mailjet", "core.delivery.providers.plivo"])
NEEDED = ("REQUESTS_CA_BUNDLE", "PATH")  # of the test's surroundings; the server has those of its own start


def die(*_: Any, **__: Any) -> None:
    """As if the power had gone."""
    os.kill(os.getpid(), signal.SIGKILL)


def then_die(before: Callable[..., Any]) -> Callable[..., Any]:
    """Do it, and die before anything comes of it."""

    def work(*args: Any, **kwargs: Any) -> None:
        before(*args, **kwargs)
        die()

    return work


def arm(step: str, plivo: Any) -> None:
    """Put death into one step of a text's way."""
    match step:
        case "while it is being taken":
            claim.take = then_die(claim.take)
        case "when it was taken":
            hands.Hands.give = die  # type: ignore[method-assign]
        case "while its attempt is being written":
            attempt.begin = then_die(attempt.begin)
        case "before the call":
            plivo.send = die
        case "when the provider has it":
            plivo.send = then_die(plivo.send)
        case "while its acceptance is being written":
            attempt.accepted = then_die(attempt.accepted)
        case "when its acceptance was written":
            lane.Lane._bring = then_die(lane.Lane._bring)  # type: ignore[method-assign]
        case "while its doubt is being written":
            attempt.in_doubt = then_die(attempt.in_doubt)


STEPS = (
    "while it is being taken",
    "when it was taken",
    "while its attempt is being written",
    "before the call",
    "when the provider has it",
    "while its acceptance is being written",
    "when its acceptance was written",
    "while its doubt is being written",
)

LETTER_STEPS: Mapping[str, str] = {  # the function of `arrivals` that is the step, and whether it is done before
    "while it is being kept": "_keep",
    "when it was kept and nobody was told": "keep",
    "while it is being taken": "_take",
    "before its files are examined": "checked",
    "when its files were examined": "checked",
    "while it joins its conversation": "_bring_in",
    "when it has joined": "read_next",
}
ONLY_DIES = "before its files are examined"
WITH_FILE = ("when its files were examined", "while it joins its conversation")  # examining costs a process
IN_THE_PORTAL = ("while it is being kept", "when it was kept and nobody was told")


def bring(step: str, given: str, environment: dict[str, str]) -> None:
    """A worker's turn, which does not end."""
    os.environ.update(environment)
    settings = Settings(**json.loads(given))
    store = open_store(settings)
    providers = open_providers(settings, store.clock)
    arm(step, providers.by_channel[Channel.SMS])
    Worker(store, providers).turn()


def take_in(step: str, given: str, environment: dict[str, str], to: str, raw: bytes) -> None:
    """A letter is handed over to the portal, or read by a worker, and that does not end."""
    os.environ.update(environment)
    store = open_store(Settings(**json.loads(given)))
    name = LETTER_STEPS[step]
    setattr(arrivals, name, die if step == ONLY_DIES else then_die(getattr(arrivals, name)))
    if name.endswith("keep"):
        arrivals.keep(store, "mailjet", to, None, raw)
    else:
        arrivals.read_next(store)


def as_json(settings: Settings) -> str:
    """Settings for another process, secrets in clear."""

    def plain(value):
        reveal = getattr(value, "get_secret_value", None)
        return reveal() if reveal else [plain(one) for one in value] if isinstance(value, list) else value

    given = {name: plain(getattr(settings, name)) for name in settings.model_fields_set}
    return json.dumps({name: str(one) if name == "instance" else one for name, one in given.items()})


def kill(target: Callable[..., None], step: str, given: str, *more: object) -> None:
    """Run it in a process of its own, which must be killed at that step."""
    environment = {name: os.environ[name] for name in NEEDED if name in os.environ}
    process = FORKS.Process(target=target, args=(step, given, environment, *more))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL, process.exitcode
