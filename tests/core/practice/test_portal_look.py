"""The colour a practice chooses can be seen on both grounds; links live as long as it usually wants (U86, S3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.errors import Forbidden, Invalid
from core.practice import portal_look
from core.release.link import send_direct
from portal import create_app
from tests.portal.visitor import BASE, Visitor


@given(st.from_regex(r"[0-9a-f]{6}", fullmatch=True))
def test_whatever_colour_is_chosen_the_one_that_is_kept_stands_out(colour):
    kept = portal_look.nearest(colour)
    assert portal_look.stands_out(kept) and portal_look.nearest(kept) == kept


def test_contrast_is_that_of_the_guidelines():
    assert portal_look.contrast("000000", "ffffff") == pytest.approx(21)
    assert portal_look.contrast("777777", "ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.s("S3")
def test_an_admin_chooses_and_the_patients_page_and_new_links_follow(
    settings, store, anna, carl, amara, network, clock
):
    with pytest.raises(Forbidden):
        store.run(carl, portal_look.choose, "", 72)
    for colour, hours in (("red", 72), ("#ff000", 72), ("", 5)):
        with pytest.raises(Invalid):
            store.run(anna, portal_look.choose, colour, hours)
    kept = store.run(anna, portal_look.choose, "#B0006A", 72)
    draft = store.run(anna, prepare, Order(Command.DIRECT, (amara.id,), "Hello"))
    assert (draft.until - clock()).days == 3
    store.run(anna, send_direct, amara, "Hello")
    guest = Visitor(create_app(settings, store))
    guest.get(network.link(amara.email).removeprefix(BASE))
    sheet = f"/static/practice-{kept}.css"
    assert sheet in guest.get("/unlock").text and f"--practice: #{kept};" in guest.get(sheet).text
    assert guest.get("/static/practice-zzzzzz.css").status_code == 404
