"""A patient's hand on the pages of a form in Chromium: ticks, types and presses what a person would."""

from tests.documents import picture
from tests.portal.form_walker import Controls, Walker

MOST = 1_500  # pages; a form that never ends is a fault


class Hand(Walker):
    """Fills a form in a browser; `visitor` is its page, already behind the lock."""

    def walk(self, start):
        """From the start page to the end: every page is filled, and the answers are sent."""
        page = self.visitor
        page.goto(start)
        self._press("main a.btn-main")
        for _ in range(MOST):
            if page.url.endswith("/form/check"):
                break
            self.fill()
        self._press("main .btn-main")
        assert page.url.endswith("/form/done"), page.locator("main").inner_text()

    def fill(self):
        """Fill the page that is shown, and go on."""
        page = self.visitor
        controls = Controls(page.content())
        if "file" in controls.offered and not page.locator(".added li").count():
            page.locator("#first").set_input_files({"name": "scan.png", "mimeType": "image/png", "buffer": picture()})
            return self._press("form[enctype] button")
        for name in controls.questions:
            given = self.typed(name, controls)
            for field in controls.offered:
                if field.split("-")[0] == name:
                    self._put(field, given.get(field, []), controls)
        where = page.url
        self._press("main .btn-main")
        if page.locator(".sum").count() and "add" in controls.buttons:  # too few so far
            self._press("button[name=add]")
        elif page.locator(".sum").count():
            raise AssertionError((where, page.locator(".sum").inner_text()))
        return None

    def _put(self, field, held, controls):
        """What a control is to hold; what was filled in beforehand goes."""
        where = self.visitor.locator(f'[name="{field}"]:not([type=hidden])')
        match controls.kinds[field]:
            case "radio" | "checkbox" as kind:
                for value in controls.offered[field]:
                    one = self.visitor.locator(f'[name="{field}"][value="{value}"]')
                    if value in held:
                        one.check()
                    elif kind == "checkbox":
                        one.uncheck()
            case "select":
                where.select_option(held[0] if held else "")
            case _:
                where.fill(held[0] if held else "")

    def _press(self, what):
        with self.visitor.expect_navigation(wait_until="domcontentloaded"):
            self.visitor.locator(what).first.click()
