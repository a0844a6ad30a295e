"""Who is let go while their request is still on its way does nothing with it: a body may take a minute (S48, S71)."""

from io import BytesIO
from urllib.parse import urlencode

import pytest

from core.compose import template
from core.practice import staff
from core.practice.words import Role
from staffbot import create_app
from tests.staffbot.browser import BASE, signed_in, token_in


class Slow(BytesIO):
    """A body whose sender is let go, or made something less, while it is read."""

    def __init__(self, body: bytes, meanwhile) -> None:
        super().__init__(body)
        self.meanwhile = meanwhile

    def readinto(self, buffer) -> int:
        self.meanwhile, happens = lambda: None, self.meanwhile
        happens()
        return super().readinto(buffer)


@pytest.mark.attack("D16")
@pytest.mark.s("S48")
@pytest.mark.parametrize("step", ["let go", "made less"])
def test_a_request_that_was_on_its_way_when_its_sender_was_let_go_does_nothing(
    settings, store, anna, ben, system, clock, step
):
    store.run(system, staff.change_role, ben.actor.id, Role.ADMIN)
    browser = signed_in(create_app(settings, store), store, ben, clock)
    page = browser.get("/patients").text

    def meanwhile() -> None:
        if step == "let go":
            store.run(system, staff.deactivate, ben.actor.id)
        else:
            store.run(system, staff.change_role, ben.actor.id, Role.ASSISTANT)

    fields = {"csrf_token": token_in(page), "name": "parting-words", "text": "Goodbye", "own": ""}
    body = urlencode(fields).encode()
    answer = browser.client.post(
        "/templates/keep",
        base_url=BASE,
        input_stream=Slow(body, meanwhile),
        content_length=len(body),
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 401
    assert "parting-words" not in [one.name for one in store.look(anna, template.listing)]
