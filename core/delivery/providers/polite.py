"""Asking a provider something, no faster than its reads may go: what became of a text, whether it is back (P66).

Reads have a bucket of their own beside that of sending, shared by every worker: a day of doubts slows no code down.
"""

from collections.abc import Callable
from math import inf
from typing import TypeVar

from core.delivery.providers import pace
from core.delivery.providers.ports import Provider, TooFast
from core.store.unit import NOBODYS
from core.store.writer import Store

T = TypeVar("T")


def reads_of(provider: Provider) -> str:
    """The name of a provider's bucket of reads."""
    return f"{provider.name} reads"


def may_ask(store: Store, provider: Provider) -> bool:
    """Take one read out of the bucket. Where none is in it, what is due stays due: before anything is claimed."""
    usual = provider.reads_per_second
    return usual == inf or store.run(NOBODYS, pace.take_one, reads_of(provider), usual)


def ask(store: Store, provider: Provider, question: Callable[[], T]) -> T:
    """The answer. Raises what the provider's reads raise; "too many" also slows them down."""
    try:
        return question()
    except TooFast:
        store.run(NOBODYS, pace.slow, reads_of(provider), provider.reads_per_second)
        raise
