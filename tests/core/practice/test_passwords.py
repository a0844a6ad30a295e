"""Passwords as they are kept: the parameters of the shipped code, read in a process that no test has touched."""

import subprocess
import sys

import pytest

from core.errors import Invalid
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


@pytest.mark.s("S35")
def test_any_letters_and_no_rules_beyond_length():
    check_new("пароль без правил и цифр")
    check_new("密" * 10 + "碼是很長的一句話啊")
