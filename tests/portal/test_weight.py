"""What a patient's pages weigh and how many requests they take on a slow phone (ux.md C, U117)."""

import gzip
import re

import pytest

from core.release.link import send_direct
from portal import create_app
from tests.portal.visitor import BASE, PHONE, Visitor, wrong_one

ASKED_FOR = re.compile(r'<(?:link rel="stylesheet"|script|img) [^>]*(?:href|src)="')
REQUESTS = 3


@pytest.mark.parametrize("language", ["en", "de"])
def test_pages_before_and_behind_the_lock_are_light_and_carry_no_script(
    settings, store, anna, amara, network, clock, language
):
    visitor = Visitor(create_app(settings, store), **{"Accept-Language": language})
    store.run(anna, send_direct, amara, "Your results are back. " * 40)
    link = network.link(amara.email).removeprefix(BASE)
    before = [visitor.get(f"/l/{'x' * 43}"), visitor.get("/genuine"), visitor.get("/unlock")]
    visitor.get(link)
    clock.forward(seconds=5)
    before += [visitor.get("/unlock"), visitor.get("/unlock/card"), visitor.get("/unlock/not-me")]
    visitor.post("/unlock/send")
    code = network.code(PHONE)
    before += [visitor.get("/unlock"), visitor.post("/unlock/verify", {"code": wrong_one(code)})]
    visitor.post("/unlock/verify", {"code": code})
    behind = [visitor.get("/message"), visitor.post("/message/reply", {"text": ""}), visitor.get("/message/not-me")]
    assert "Your results are back." in behind[0].text and "Your results are back." in behind[1].text
    for pages, most in ((before, 5), (behind, 8)):
        for page in pages:
            assert len(gzip.compress(page.data)) <= most * 1024
            assert "<script" not in page.text and 1 + len(ASKED_FOR.findall(page.text)) <= REQUESTS
