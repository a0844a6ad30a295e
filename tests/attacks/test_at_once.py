"""Catalogue B25 and B26: everybody at once, over four real processes, on either database (S20)."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.release.tables import Asker, LinkRow, PatientSession, PhoneGuard, WrongCode
from tests.portal.visitor import PHONE, TOKEN, wrong_one

PROCESSES = 4
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def processes():
    """Four processes that each wait to be told what to guess."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.attacks.crowd"], cwd=ROOT, text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for _ in range(PROCESSES)
    ]  # fmt: skip
    yield running
    for one in running:
        one.communicate()


@pytest.fixture
def crowd(settings, clock, processes):
    """Let four processes post these codes from one browser's place, all released together; how often each status."""

    def guess(visitor, codes):
        page = visitor.get("/unlock").text
        told = {
            "instance": str(settings.instance),
            "on": {"database_url": settings.database_url, "redis_url": settings.redis_url},
            "at": clock.at.isoformat(),
            "cookie": visitor.cookie("__Host-lk_pre"),
            "csrf": TOKEN.search(page)[1],
        }
        for number, one in enumerate(processes):
            one.stdin.write(json.dumps({**told, "number": number, "codes": codes[number::PROCESSES]}) + "\n")
        for one in processes:
            assert one.stdout.readline() == "ready\n"
        for one in processes:
            one.stdin.write("go\n")
        seen = Counter()
        for one in processes:
            seen.update({int(status): count for status, count in json.loads(one.stdout.readline()).items()})
        return seen

    return guess


def one(store, who, question):
    return store.look(who, lambda unit: unit.db.scalar(question))


@pytest.mark.attack("B25")
@pytest.mark.s("S15", "S16", "S17", "S20")
def test_two_hundred_wrong_codes_at_once_get_five_comparisons(guest, store, l1, network, crowd, clock):
    guest.get(l1.url)
    guest.post("/unlock/send")
    right = network.code(PHONE)
    clock.forward(seconds=30)  # longer than the breaker, which so many wrong codes switch on, lets a browser wait
    seen = crowd(guest, [wrong_one(right, n) for n in range(1, 201)])
    assert seen == {422: 200}
    assert one(store, l1.who, select(Asker.tries)) == 5
    assert one(store, l1.who, select(LinkRow.wrong_in_row)) == 5
    assert one(store, l1.who, select(PhoneGuard.wrong_in_row)) == 5
    assert one(store, l1.who, select(func.count()).select_from(WrongCode)) == 5


@pytest.mark.attack("B26")
@pytest.mark.s("S12", "S20", "S29")
def test_the_right_code_fifty_times_at_once_opens_once(guest, store, l1, network, crowd):
    guest.get(l1.url)
    guest.post("/unlock/send")
    seen = crowd(guest, [network.code(PHONE)] * 50)
    assert seen[303] == 1 and set(seen) <= {303, 422} and sum(seen.values()) == 50
    assert one(store, l1.who, select(func.count()).select_from(PatientSession)) == 1
