"""A page as it looks and reads: no findings of axe, no sideways scroll, no complaint of the browser's own policy."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = (390, 1280)
WHOLE = {"resultTypes": ["violations"]}
CONTRAST = {**WHOLE, "runOnly": ["color-contrast"]}
# A field that runs out of its card covers the next one, though the page is no wider for it; what scrolls may be wider.
LEAVES_ITS_CARD = """() => [...document.querySelectorAll(".card :is(input, textarea, select, button, p)")].filter((one) => {
    const card = one.closest(".card")
    for (let up = one.parentElement; up !== card; up = up.parentElement)
        if (getComputedStyle(up).overflowX !== "visible") return false
    return one.checkVisibility() && one.getBoundingClientRect().right > card.getBoundingClientRect().right + 1
}).map((one) => one.outerHTML.slice(0, 80))"""

# A rule of another page that reaches a cell takes it out of its column: its words and its line stand beside the others'.
LEAVES_ITS_COLUMN = """() => [...document.querySelectorAll("tr > *")].filter((one) =>
    getComputedStyle(one.parentElement).display === "table-row" && getComputedStyle(one).display !== "table-cell")
    .map((one) => one.outerHTML.slice(0, 80))"""


def look_at(page: Page) -> None:
    """At both widths in both themes: nothing that sticks out of the page or a card, no contrast too low; all of axe once a width and theme."""
    for width in WIDTHS:
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 844})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # colours do not fade while axe looks
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, width)
            assert page.evaluate(LEAVES_ITS_CARD) == [], (page.url, width)
            assert page.evaluate(LEAVES_ITS_COLUMN) == [], (page.url, width)
            options = WHOLE if (width, scheme) in ((390, "light"), (1280, "dark")) else CONTRAST
            found = violations(page, options)
            assert found == [], [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]


def violations(page: Page, options: dict[str, Any] = WHOLE) -> list[dict[str, Any]]:
    """What axe finds wrong with a page. It is half a megabyte of script, so a document gets it once."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found: list[dict[str, Any]] = page.evaluate("async (options) => (await axe.run(options)).violations", options)
    return found


def fits(page: Page) -> None:
    """Nothing sticks out at either width."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        whole = page.locator("html").evaluate("one => one.getBoundingClientRect().width")
        widest = page.locator("main *").evaluate_all(
            "all => Math.max(...all.map(one => one.getBoundingClientRect().right))"
        )
        assert whole <= width and 0 < widest <= width + 1, (page.url, width, widest)


def watched(page: Page) -> list[str]:
    """What the browser complains about."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said
