"""A worker in a process of its own that is killed at one step: `python -m tests.core.delivery.killed STEP`.

Settings come as JSON on standard input. SIGKILL is what a crash, an operator or the kernel does: nothing is tidied up.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from core.config import Settings
from core.delivery import attempt, claim, hands, lane
from core.delivery.providers.open import open_providers
from core.delivery.words import Channel
from core.delivery.worker import Worker
from core.opening import open_store


def die(*_: Any, **__: Any) -> None:
    """As if the power had gone."""
    os.kill(os.getpid(), signal.SIGKILL)


def then_die(before: Callable[..., Any]) -> Callable[..., Any]:
    """Do it, and die before anything comes of it."""

    def work(*args: Any, **kwargs: Any) -> None:
        before(*args, **kwargs)
        die()

    return work


def arm(step: str, worker: Worker, plivo: Any) -> None:
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


def main() -> None:
    """One turn, which does not end."""
    settings = Settings(**json.load(sys.stdin))
    store = open_store(settings)
    providers = open_providers(settings, store.clock)
    worker = Worker(store, providers)
    arm(sys.argv[1], worker, providers.by_channel[Channel.SMS])
    worker.turn()


if __name__ == "__main__":
    main()
