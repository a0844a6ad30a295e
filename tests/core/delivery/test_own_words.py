"""A provider's own words: kept as it said them, without what tells who somebody is (U65)."""

import pytest

from core.delivery.providers.own_words import MOST, own_words


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("452 4.2.2 The mailbox is over quota", "452 4.2.2 The mailbox is over quota"),
        ("550 5.1.1 <ada.okafor@example.org>: User unknown", "550 5.1.1 (…): User unknown"),
        ("5.1.10 RESOLVER ada@example.org not found", "5.1.10 RESOLVER (an address) not found"),
        ("smtp;550-5.7.1 ada%40example.org", "smtp;550-5.7.1 (an address)"),
        ("bounces+ada=example.org@mj.example is full", "(an address) is full"),
        ('"ada okafor"@example.org', "(an address)"),
        ("447700900123 is unreachable", "(a number) is unreachable"),
        ("call +44 7700 900-123 or (01632) 960 001", "call (a number) or ((a number)"),
        ("sent (250 2.0.0 OK)", "sent (250 2.0.0 OK)"),
        ("see https://portal.example/l/abc now", "see (a link) now"),
        ("token " + "A1b" * 14, "token (…)"),
        ("a\u202eb\x00c\r\nd", "a b c d"),
        ("<script>alert(1)</script>", "(…)alert(1)(…)"),
    ],
)
def test_addresses_numbers_links_and_secrets_are_left_out_and_codes_stay(said, kept):
    assert own_words("bounce", said) == f"bounce · {kept}"


def test_what_is_not_said_leaves_no_gap_and_what_is_long_is_cut():
    assert own_words("bounce", None, "", "full") == "bounce · full"
    long = own_words("x y " * 1_000_000)
    assert len(long) <= MOST and long.endswith("…")
