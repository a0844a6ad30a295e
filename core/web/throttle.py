"""Limits by address where nothing may be written: unknown links, whose fetching changes nothing (S4, S18); sign-ins."""

import time
from dataclasses import dataclass

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from core.errors import TooMany
from core.limits import Limits


@dataclass(frozen=True, slots=True)
class Rule:
    """A name and how often."""

    name: str
    item: RateLimitItem


UNKNOWN_LINKS = Rule("unknown links", RateLimitItemPerMinute(Limits().unknown_links, 10))
SIGN_INS = Rule("sign-ins", RateLimitItemPerMinute(50, 15))
PAGES_KEPT = Rule(
    "pages kept", RateLimitItemPerMinute(60, 10)
)  # by their script, of one link; it does so 30 times (F48)
ACCOUNTS = Rule("accounts", RateLimitItemPerMinute(20, 15))  # different ones tried from one address (S38)


class Throttle:
    """Counts by address, in this process or, with `redis_url`, for all processes."""

    def __init__(self, redis_url: str = "") -> None:
        self._limiter = FixedWindowRateLimiter(storage_from_string(redis_url or "memory://"))

    def check(self, rule: Rule, address: str) -> None:
        """Raises TooMany when the address has used up its share; counts nothing."""
        if not self._limiter.test(rule.item, rule.name, address):
            raise self._too_many(rule, address)

    def count(self, rule: Rule, address: str) -> None:
        """Count one. Raises TooMany when that is one too many."""
        if not self._limiter.hit(rule.item, rule.name, address):
            raise self._too_many(rule, address)

    def count_different(self, rule: Rule, address: str, what: str) -> None:
        """Count `what` once in the rule's window. Raises TooMany when those were too many different ones."""
        once = type(rule.item)(1, rule.item.multiples)
        if self._limiter.hit(once, f"{rule.name}, once", address, what):
            self.count(rule, address)

    def hit(self, rule: Rule, address: str) -> None:
        """Count one, whatever it comes to."""
        self._limiter.hit(rule.item, rule.name, address)

    def _too_many(self, rule: Rule, address: str) -> TooMany:
        reset, _ = self._limiter.get_window_stats(rule.item, rule.name, address)
        return TooMany(rule.name, rule.item.amount, max(1, int(reset - time.time()) + 1))
