"""A patient's hand on the pages of a form in Chromium: ticks, types and presses what a person would."""

from core.forms import kinds
from core.forms.words import Asked, Place, walk
from tests.core.forms.filling import values
from tests.documents import picture
from tests.portal.form_walker import Controls, Walker

MOST = 1_500  # pages; a form that never ends is a fault


class Hand(Walker):
    """Fills a form in a browser; `visitor` is its page, already behind the lock.

    A choice that is filled in beforehand cannot be taken out of radios: what it opens is answered as it comes, and
    counted as `unforeseen`.
    """

    def __init__(self, visitor, state, form):
        super().__init__(visitor, state)
        self.items = {item.name: item for item in walk(form.items)}
        self.unforeseen = set()

    def typed(self, name, controls):
        """What the fields of a question get; what nobody made an answer for gets one that it can take."""
        item = self.items[name.split("_")[0]]
        if item.name not in self.made and item.required:
            self.unforeseen.add(item.link_id)
            asked = Asked(Place(item.link_id), item, name, (), item.options)
            return {key: held for key, held in kinds.typed_again(asked, tuple(values(asked))).items() if held}
        return super().typed(name, controls)

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
            if name not in controls.hidden and not page.locator(f'[name^="{name}"]').first.is_visible():
                continue  # it belongs to a choice that was not made
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
                if held or where.is_visible():  # a place for words of one's own shows once it is chosen
                    where.fill(held[0] if held else "")

    def _press(self, what):
        with self.visitor.expect_navigation(wait_until="domcontentloaded"):
            self.visitor.locator(what).first.click()
