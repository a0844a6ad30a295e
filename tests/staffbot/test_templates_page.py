"""The practice's templates: written, tried on a patient, used in the chat and removed, without a script (U93, U87)."""

from core.audit.trail import entries
from tests.staffbot.browser import signed_in
from tests.staffbot.test_commands import typed

NEW = {"id": "", "name": "Running Late", "text": "Dear {first_name}, we are late.", "patient": ""}


def test_a_template_is_written_tried_changed_used_and_removed(app, store, anna, amara, clock):
    page = signed_in(app, store, anna, clock)
    longer = page.post("/templates/variable", NEW | {"variable": "practice"}, on="/templates").text
    assert "we are late.{practice}</textarea>" in longer and "There is none yet." in longer
    place = page.post("/templates/keep", NEW, on="/templates").location.removesuffix("?done=kept")
    shown = page.get(place).text
    assert '<span class="tag">First name</span>, we are late.' in shown
    tried = page.post("/templates/try", NEW | {"patient": "tes am"}, on="/templates").text
    assert "As Amara Testwell would read it" in tried and "Dear Amara, we are late." in tried
    assert page.post("/templates/keep", NEW, on="/templates").status_code == 422  # the name is taken
    changed = NEW | {"id": place.rsplit("/")[-1], "text": "Sorry.\r\n{phone}"}
    assert page.post("/templates/keep", changed, on="/templates").location == f"{place}?done=kept"
    assert typed(store, anna, "/template running-late").insert == "Sorry.\n{phone}"
    assert page.post(f"{place}/remove", {}, on="/templates").location == "/templates?done=removed"
    assert page.get(place).status_code == 404
    verbs = [one["verb"] for one in store.look(anna, lambda unit: list(entries(unit)))]
    assert (verbs.count("template kept"), verbs.count("template removed")) == (2, 1)


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(app, store, anna, amara, clock):
    page = signed_in(app, store, anna, clock)
    for wrong, said in (
        ({"name": "running/late"}, "letters, digits and hyphens"),
        ({"text": " "}, "A template needs a text"),
    ):
        answer = page.post("/templates/keep", NEW | wrong, on="/templates")
        assert answer.status_code == 422 and said in answer.text and (NEW | wrong)["name"] in answer.text
    unknown = page.post("/templates/try", NEW | {"patient": "Nobody Atall"}, on="/templates")
    assert unknown.status_code == 404 and "No one fits" in unknown.text and NEW["text"] in unknown.text


def test_whoever_does_not_administer_reads_and_tries_but_does_not_write(app, store, anna, carl, amara, clock):
    mine, theirs = signed_in(app, store, anna, clock), signed_in(app, store, carl, clock)
    place = mine.post("/templates/keep", NEW, on="/templates").location.removesuffix("?done=kept")
    assert "Remove this template" not in theirs.get(place).text
    assert "Dear Amara" in theirs.post("/templates/try", NEW | {"patient": "Amara Testwell"}, on=place).text
    for path in ("/templates/keep", f"{place}/remove"):
        assert theirs.post(path, NEW, on=place).status_code == 403
