"""What a test stands on: SQLite, as in a practice of its own, or PostgreSQL and Valkey, as several processes use them."""

import pytest
import redis

BOTH = ("sqlite", "postgres")


def emptied(url: str) -> str:
    """The same Valkey, with nothing in it."""
    with redis.Redis.from_url(url) as bus:
        bus.flushall()
    return url


def plays_an_attack(item: pytest.Item | pytest.Function) -> bool:
    """Whether a test plays an entry of the catalogue. Those have Valkey beside PostgreSQL, as the catalogue asks."""
    return item.get_closest_marker("attack") is not None


def attacks_on_both(metafunc: pytest.Metafunc) -> None:
    """For a folder whose tests stand on SQLite: those that play an attack stand on both, unless they say on which."""
    named = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    if "settings" in metafunc.fixturenames and "settings" not in named and plays_an_attack(metafunc.definition):
        metafunc.parametrize("settings", BOTH, indirect=True)


def bases(item: pytest.Item) -> frozenset[str]:
    """What a collected test stands on, of `BOTH`; nothing where it asks no database of ours."""
    params = getattr(item, "callspec", None)
    if params is not None and "settings" in params.params:
        return frozenset({params.params["settings"]})
    if marked := item.get_closest_marker("stands_on"):
        return frozenset(marked.args)
    return (
        frozenset({"sqlite"})
        if {"settings", "demo", "seeded"} & set(getattr(item, "fixturenames", ()))
        else frozenset()
    )
