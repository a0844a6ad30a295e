"""Reading what colleagues said to each other, in an emergency: with a proof and a reason, for half an hour, never unseen."""

from core.audit.trail import entries
from core.messages import notify
from core.practice.words import Role
from tests.conftest import hire
from tests.core.delivery.test_emergency import WHY, talking
from tests.staffbot.browser import signed_in


def test_an_admin_reads_with_a_reason_for_half_an_hour_and_everybody_concerned_knows(
    app, store, practice, anna, ben, carl, clock, network
):
    talk, dora = talking(store, ben, carl), hire(store, practice, "Dora Deputy", Role.ADMIN)
    page, place = signed_in(app, store, anna, clock), f"/admin/emergency/{talk}"
    assert page.get(place).location == "/admin/emergency"
    form = page.get("/admin/emergency").text
    assert "Ben Example and Carl Dummy" in form and "under the stone" not in form
    asked = {"conversation": str(talk), "reason": "because"}
    assert "a few more words" in page.post("/admin/emergency", asked, on="/admin/emergency").text
    assert page.post("/admin/emergency", asked | {"reason": WHY}, on="/admin/emergency").location == place
    assert "under the stone" in page.get(place).text
    told = store.look(ben, notify.listing)[0]
    assert told.text.startswith("Anna Sample can read this conversation") and WHY in told.text
    assert WHY in store.look(dora, notify.listing)[0].text
    letter = network.to("dora@elm.example")[0]
    assert "Anna Sample" in letter.text and WHY not in letter.text and "stone" not in letter.text
    verbs = [one["verb"] for one in store.look(anna, lambda unit: list(entries(unit)))]
    assert verbs.count("emergency reading began") == verbs.count("emergency reading") == 1
    assert page.get(f"/c/{talk}").status_code == 404  # it is not theirs, even so
    clock.forward(minutes=9, seconds=59)
    assert "under the stone" in page.get(place).text
    clock.forward(seconds=2)
    assert page.get(place).location.startswith("/login/again")  # the proof is ten minutes old
