"""The README's pictures, taken anew of a running demonstration: `python -m tests.pictures` (`make pictures`)."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from core.cli.instance import make
from tests.browser.people import confirm, hears, let_it_go, link_in, newest, sign_in, type_line
from tests.demo_process import Demo
from tests.screens import ensure_chromium

FOLDER = Path(__file__).parent.parent / ".pictures"
DESK, PHONE = {"width": 1096, "height": 630}, {"width": 390, "height": 630}
WORDS = "Here is your report. All is healing well; please rest your knee for another week."


def main() -> None:
    """Take both."""
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        make(Path(folder) / "instance", demo=True)
        demo = Demo(Path(folder) / "instance").start()
        browser = playwright.chromium.launch(executable_path=ensure_chromium(), args=["--no-sandbox"])
        try:
            staff = browser.new_context(viewport=DESK, color_scheme="light").new_page()
            take(staff, browser.new_context(viewport=PHONE, color_scheme="light").new_page(), demo)
        finally:
            browser.close()
            demo.stop()


def take(staff: Page, phone: Page, demo: Demo) -> None:
    """The card before a Direct Message goes, and the page that its link leads to."""
    patient = demo.patient("Amara Testwell")
    sign_in(staff, demo, demo.user("practitioner")).goto(f"{demo.staff}/patients/{patient['id']}/chat")
    staff.locator("#box[data-ready]").wait_for()
    type_line(staff, f"/dm {WORDS}")
    hears(staff)
    keep("chat", staff.locator("main").screenshot())
    confirm(staff)
    let_it_go(demo)
    phone.goto(link_in(newest(staff, demo, patient["email"], "email", "/l/")))
    keep("phone", phone.screenshot())


def keep(name: str, taken: bytes) -> None:
    """In 64 colours, which is a third of the size and looks the same: pages have few."""
    few = Image.open(BytesIO(taken)).convert("RGB").quantize(64, dither=Image.Dither.NONE)
    few.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
