"""A running demonstration, and people before their screens."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.cli import demo_practice
from core.cli.instance import make
from core.config import load
from core.store.migrate import upgrade
from tests import https
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
    given = os.environ.get("CHROMIUM")
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
        args.append(f"--ignore-certificate-errors-spki-list={https.pin()}")
        opened = playwright.chromium.launch(executable_path=path, args=args)
        yield opened
        opened.close()


class Screens:
    """Opens pages as people, each in a browser of its own, and closes them."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._contexts: list[Any] = []
        self._shared: list[Any] = []

    def __call__(self, **options: Any) -> Any:
        """A page in a new browser, which knows nobody and has nothing kept."""
        self._contexts.append(new_context(self._browser, **options))
        return self._contexts[-1].new_page()

    def another(self, context: Any) -> Any:
        """One more page of a browser that stays open."""
        self._shared.append(context.new_page())
        return self._shared[-1]

    @property
    def pages(self) -> list[Any]:
        """All that are open."""
        return [*(page for context in self._contexts for page in context.pages), *self._shared]

    def close(self) -> None:
        for one in (*self._shared, *self._contexts):
            one.close()


def new_context(browser: Any, **options: Any) -> Any:
    """A browser of somebody's own."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
    context.set_default_timeout(20_000)
    return context


@pytest.fixture
def screens(browser: Any, request: pytest.FixtureRequest) -> Iterator[Screens]:
    """Opens pages as people; when the test fails, keeps what each saw at 390 and 1280 px, light and dark."""
    opened = Screens(browser)
    yield opened
    if getattr(request.node, "failed", False) or os.environ.get("SCREENS"):
        _keep(opened.pages, request.node.name)
    opened.close()


def _keep(pages: list[Any], name: str) -> None:
    folder = Path(__file__).parent.parent / ".artefacts" / name
    folder.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(pages):
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
