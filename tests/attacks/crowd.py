"""One process of a crowd that guesses at once: its own store and portal over the shared database.

Each time it reads what to do as a line of JSON, says `ready`, waits for a line, posts, and answers with how often it
got what; until nothing more is said to it.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from core.opening import open_store
from portal import create_app
from tests.instance import settings_in
from tests.portal.visitor import HTTPS

THREADS = 10


def main() -> None:
    """Be one of the crowd. What it logs goes elsewhere than what it answers."""
    answers, sys.stdout = sys.stdout, sys.stderr

    def say(what: str) -> None:
        answers.write(what + "\n")
        answers.flush()

    while line := sys.stdin.readline():
        _guess_all(json.loads(line), say)


def _guess_all(told: dict[str, Any], say: Callable[[str], None]) -> None:
    settings = settings_in(Path(told["instance"]), **told["on"])
    at = datetime.fromisoformat(told["at"])
    store = open_store(settings, clock=lambda: at)
    app = create_app(settings, store)

    def guess(typed: tuple[int, str]) -> int:
        answer: Any = app.test_client(use_cookies=False).post(
            "/unlock/verify",
            base_url=HTTPS,
            data={"csrf_token": told["csrf"], "code": typed[1]},
            headers={"Cookie": f"__Host-lk_pre={told['cookie']}"},
            environ_overrides={"REMOTE_ADDR": f"10.{told['number']}.{typed[0]}.1"},
        )
        return int(answer.status_code)

    say("ready")
    sys.stdin.readline()
    with ThreadPoolExecutor(THREADS) as pool:
        seen = Counter(pool.map(guess, enumerate(told["codes"])))
    say(json.dumps(seen))
    store.close()


if __name__ == "__main__":
    main()
