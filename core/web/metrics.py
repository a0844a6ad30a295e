"""`/metrics` for Prometheus, behind a token (contract section 4). Read from the database: right in every process."""

import hmac
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from core.config import Settings
from core.delivery import gauges, odd_calls
from core.store.writer import Store

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def allowed(settings: Settings, authorization: str) -> bool:
    """Whether `Bearer <metrics_token>` was shown; without a token in the settings nobody is let in."""
    token = settings.metrics_token.get_secret_value()
    return hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode()) and bool(token)


def text(store: Store) -> bytes:
    """All of it, in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Collector(store))
    return generate_latest(registry)


class _Collector:
    """Reads when asked and keeps nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> list[Metric]:
        """Every metric there is."""
        odd = CounterMetricFamily(
            "latchkey_webhook_oddities",
            "Calls refused, or about nothing of ours.",
            labels=("provider", "kind"),
        )
        for row in self._store.door(odd_calls.totals):
            odd.add_metric((row.provider, row.what), row.times)
        due = GaugeMetricFamily("latchkey_outbox_due", "What waits to leave and may go now.", labels=("channel",))
        age = GaugeMetricFamily(
            "latchkey_outbox_oldest_seconds", "For how long the oldest of it has waited.", labels=("channel",)
        )
        now = self._store.clock()
        for row in self._store.door(gauges.waiting, now):
            due.add_metric((row.channel.value,), row.due)
            age.add_metric((row.channel.value,), _seconds(now, row.since))
        return [odd, due, age]


def _seconds(now: datetime, since: datetime) -> float:
    return (now - since).total_seconds()
