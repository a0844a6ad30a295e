"""A running demonstration, and people before their screens."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.cli import demo_practice
from core.cli.instance import make
from core.config import load
from core.store.migrate import upgrade
from tests.demo_process import Demo
from tests.shared import shared_folder

FAST = {"LATCHKEY_MESSAGES_PER_10_SECONDS": "10000", "LATCHKEY_MESSAGES_PER_MINUTE": "100000"}


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instance folder of a demonstration that has its practices, to be copied; made once for all workers."""
    shared = shared_folder(tmp_path_factory) / "demo"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "seeded").exists():
            make(shared / "instance", demo=True)
            settings = load(shared / "instance", staff_url="http://localhost", portal_url="http://localhost", demo=True)
            upgrade(settings)
            demo_practice.seed(settings)
            (shared / "seeded").touch()
    return shared / "instance"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, seeded: Path) -> Iterator[Demo]:
    """One running demonstration of this worker; its people may talk as fast as tests do."""
    folder = tmp_path_factory.mktemp("demo") / "instance"
    shutil.copytree(seeded, folder)
    running = Demo(folder, settings=FAST).start()
    yield running
    running.stop()


def chromium_path() -> str | None:
    """A Chromium that is installed."""
    given = os.environ.get("LATCHKEY_CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return given or next((found for name in names if (found := shutil.which(name))), None)


def ensure_chromium() -> str | None:
    """Debian's Chromium, installed where that is possible and none is there."""
    if (found := chromium_path()) or os.geteuid() != 0 or not shutil.which("apt-get"):
        return found
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"],
    ):
        subprocess.run(command, env=environment, capture_output=True, check=False)
    return chromium_path()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium. Without one these tests say so; with CI=true that is a failure."""
    from playwright.sync_api import sync_playwright

    path = ensure_chromium()
    if path is None:
        said = "no Chromium is installed, so the browser tests did not run"
        if os.environ.get("CI") == "true":
            pytest.fail(said)
        pytest.skip(said)
    with sync_playwright() as playwright:
        args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
        opened = playwright.chromium.launch(executable_path=path, args=args)
        yield opened
        opened.close()


@pytest.fixture
def screens(browser: Any, request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """Opens pages as people; when the test fails, keeps what each saw at 390 and 1280 px, light and dark."""
    contexts: list[Any] = []

    def open_page(**options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        context.set_default_timeout(20_000)
        contexts.append(context)
        return context.new_page()

    yield open_page
    if getattr(request.node, "failed", False) or os.environ.get("LATCHKEY_SCREENS"):
        _keep(contexts, request.node.name)
    for context in contexts:
        context.close()


def _keep(contexts: list[Any], name: str) -> None:
    folder = Path(__file__).parent.parent / ".artefacts" / name
    folder.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(page for context in contexts for page in context.pages):
        for width in (390, 1280):
            for scheme in ("light", "dark"):
                page.set_viewport_size({"width": width, "height": 844})
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=str(folder / f"{number}-{width}-{scheme}.png"), full_page=True)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome: Any = yield
    if outcome.get_result().failed:
        item.failed = True  # type: ignore[attr-defined]
