"""Passwords as they are kept: the parameters of the shipped code, read in a process that no test has touched."""

import subprocess
import sys

import pytest

from core.errors import Invalid, TooMany
from core.practice import passwords
from core.practice.passwords import check_new, hash_password, is_right

SHIPPED = "from core.practice.passwords import hash_password; print(hash_password('a long enough password', b'pepper'))"


@pytest.mark.attack("D11")
@pytest.mark.s("S36")
def test_a_kept_password_costs_a_thief_64_mib_and_two_passes_a_guess():
    kept = subprocess.run([sys.executable, "-c", SHIPPED], capture_output=True, text=True, check=True).stdout
    assert kept.startswith("$argon2id$v=19$m=65536,t=2,p=1$")


@pytest.mark.attack("D11")
@pytest.mark.s("S36")
def test_without_the_pepper_the_hash_verifies_nothing():
    kept = hash_password("a long enough password", b"pepper")
    assert is_right(kept, "a long enough password", b"pepper")
    assert not is_right(kept, "a long enough password", b"")


@pytest.mark.parametrize("password", ["fourteen chars", "aaaaaaaaaaaaaaaa", "Anna Sample Anna 1", "x" * 129])
@pytest.mark.s("S35")
def test_a_weak_or_endless_password_is_refused(password):
    with pytest.raises(Invalid):
        check_new(password, "Anna Sample Anna")


@pytest.mark.attack("D10")
@pytest.mark.s("S37")
@pytest.mark.parametrize(
    "password",
    [
        "correcthorsebatterystaple",
        "PasswordPassword",
        "**iLoveYouForever2026**",
        "qwertyuiopasdfghjkl",
        "spring26spring26",
        "elm clinic 2026!!",
        "AnnaSample@ElmClinic",
        "latchkey-latchkey-1",
        "anna@elm.example1",
    ],
)
def test_what_is_common_or_made_of_what_everybody_knows_is_refused(password):
    with pytest.raises(Invalid) as refused:
        check_new(password, "Anna Sample", "Elm Clinic", "anna@elm.example")
    assert refused.value.why == "common"


@pytest.mark.s("S37")
def test_a_name_among_other_words_is_no_reason_to_refuse():
    check_new("anna sings on mondays", "Anna Sample", "Elm Clinic", "anna@elm.example")


@pytest.mark.s("S35")
def test_any_letters_and_no_rules_beyond_length():
    check_new("пароль без правил и цифр")
    check_new("密" * 10 + "碼是很長的一句話啊")


@pytest.mark.s("S36")
def test_past_twenty_four_sign_ins_at_once_one_is_told_to_come_again_and_the_next_gets_in():
    kept = hash_password("a long enough password", b"pepper")
    busy = [passwords._waiting.acquire(blocking=False) for _ in range(passwords.AT_ONCE + passwords.QUEUE)]
    assert busy == [True] * 24
    try:
        with pytest.raises(TooMany) as refused:
            is_right(kept, "x" * 1_000, b"pepper")
        assert refused.value.wait == 5
    finally:
        passwords._waiting.release(len(busy))
    assert is_right(kept, "a long enough password", b"pepper")


MANY = """
from gevent import monkey; monkey.patch_all()
import gevent
from argon2 import PasswordHasher
from core.errors import TooMany
from core.practice import passwords

class Watched(PasswordHasher):
    now = most = 0
    lock = monkey.get_original("threading", "Lock")()
    def hash(self, password):
        with self.lock:
            Watched.now += 1; Watched.most = max(Watched.most, Watched.now)
        try:
            return super().hash(password)
        finally:
            with self.lock: Watched.now -= 1

passwords.HASHER = Watched(time_cost=1, memory_cost=4_096, parallelism=1)
ends, turns = [], [0]
def enter():
    try: ends.append(passwords.hash_password("x" * 1_000, b"pepper")[:9])
    except TooMany: ends.append("refused")
def others():
    while len(ends) < 50:
        turns[0] += 1; gevent.sleep(0)
gevent.joinall([gevent.spawn(others), *(gevent.spawn(enter) for _ in range(50))])
print(ends.count("refused"), ends.count("$argon2id"), Watched.most <= passwords.AT_ONCE == 4, turns[0] > 24)
"""


@pytest.mark.attack("D12")
@pytest.mark.s("S36")
def test_of_fifty_at_once_with_endless_passwords_four_are_hashed_at_a_time_and_nothing_else_stands_still():
    """In a process as served. Four times the 64 MiB of the test above stay below the catalogue's 512."""
    ran = subprocess.run([sys.executable, "-c", MANY], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["26", "24", "True", "True"]
