"""Limits where nothing may be written: unknown links, whose fetching changes nothing (S4, S18); sign-ins; the chat.

Without Valkey, or while it is away, each process counts by itself: more may pass then, never everything, and nobody is
kept out because of it.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import redis
import structlog
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter

from core.errors import TooMany
from core.limits import Limits

T = TypeVar("T")
log = structlog.get_logger(__name__)
PATIENCE = 0.5  # seconds that Valkey may take
AWAY = 5.0  # seconds in which it is not asked again after it took longer

# Counts as `limits` does, by several rules until one is broken, and says which: a message asks for two (goal 12).
IN_TURN = """
for place, key in ipairs(KEYS) do
  local most, seconds = tonumber(ARGV[2 * place - 1]), ARGV[2 * place]
  local count = redis.call("incr", key)
  if count == 1 then redis.call("expire", key, seconds) end
  if count > most then return place end
end
return 0
"""


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
FILES_LOOKED_AT = Rule("files looked at", RateLimitItemPerHour(60))  # of one link, refused ones too (S86)
POLICY_REPORTS = Rule("policy reports", RateLimitItemPerMinute(20, 10))  # of one address; browsers gather a minute's
ALL_POLICY_REPORTS = Rule("all policy reports", RateLimitItemPerMinute(200, 10))  # a log is not filled from many either
ACCOUNTS = Rule("accounts", RateLimitItemPerMinute(20, 15))  # different ones tried from one address (S38)


class Throttle:
    """Counts by address or person, in this process or, with `redis_url`, for all processes."""

    def __init__(self, redis_url: str = "") -> None:
        self._own = _Counters(MemoryStorage())
        self._shared = _SharedCounters(redis_url) if redis_url else None
        self._away_until = 0.0

    def check(self, rule: Rule, address: str) -> None:
        """Raises TooMany when the address has used up its share; counts nothing."""
        if not self._ask(lambda limiter: limiter.test(rule.item, rule.name, address)):
            raise self._too_many(rule, address)

    def count(self, rule: Rule, address: str) -> None:
        """Count one. Raises TooMany when that is one too many."""
        if not self._ask(lambda limiter: limiter.hit(rule.item, rule.name, address)):
            raise self._too_many(rule, address)

    def count_by_all(self, rules: Sequence[Rule], address: str) -> None:
        """Count one by each of these in turn. Raises TooMany at the first that it is one too many for; those behind it
        do not count it.
        """
        if broken := self._ask(lambda counters: counters.broken(rules, address)):
            raise self._too_many(broken, address)

    def count_different(self, rule: Rule, address: str, what: str) -> None:
        """Count `what` once in the rule's window. Raises TooMany when those were too many different ones."""
        once = type(rule.item)(1, rule.item.multiples)
        if self._ask(lambda limiter: limiter.hit(once, f"{rule.name}, once", address, what)):
            self.count(rule, address)

    def hit(self, rule: Rule, address: str) -> None:
        """Count one, whatever it comes to."""
        self._ask(lambda limiter: limiter.hit(rule.item, rule.name, address))

    def _too_many(self, rule: Rule, address: str) -> TooMany:
        reset, _ = self._ask(lambda limiter: limiter.get_window_stats(rule.item, rule.name, address))
        return TooMany(rule.name, rule.item.amount, max(1, int(reset - time.time()) + 1))

    def _ask(self, question: Callable[["_Counters"], T]) -> T:
        """Ask Valkey, or this process alone while it is away."""
        if self._shared is not None and time.monotonic() >= self._away_until:
            try:
                return question(self._shared)
            except redis.RedisError as error:
                self._away_until = time.monotonic() + AWAY
                log.warning("a limit is counted by this process alone", error=type(error).__name__)
        return question(self._own)


class _Counters(FixedWindowRateLimiter):
    """Those of this process."""

    def broken(self, rules: Sequence[Rule], address: str) -> Rule | None:
        """Count one by each in turn, until one rule is broken by it."""
        return next((rule for rule in rules if not self.hit(rule.item, rule.name, address)), None)


class _SharedCounters(_Counters):
    """Those in Valkey, which counts by several rules in one call."""

    def __init__(self, redis_url: str) -> None:
        kept = RedisStorage(redis_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        super().__init__(kept)
        self._key = kept.prefixed_key
        self._in_turn = kept.get_connection().register_script(IN_TURN.encode())

    def broken(self, rules: Sequence[Rule], address: str) -> Rule | None:
        """Count one by each in turn, until one rule is broken by it."""
        keys = [self._key(rule.item.key_for(rule.name, address)) for rule in rules]
        bounds = [bound for rule in rules for bound in (rule.item.amount, rule.item.get_expiry())]
        place = self._in_turn(keys, bounds)
        return rules[place - 1] if place else None
