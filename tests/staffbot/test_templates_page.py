"""The practice's templates: written, tried on a patient, used in the chat and removed, without a script (U93, U87)."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from core.audit.trail import entries
from core.compose.confirm import confirm
from core.compose.contacts import look_up
from core.compose.draft import prepare
from core.compose.template import merge, seal_all
from core.compose.words import Command, Order
from core.compose.write_template import unmerged
from core.errors import Invalid
from core.messages.conversations import open_patient
from core.practice import find as practices
from staffbot.commands.errors import NoneCalled
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
    assert '<a href="/templates/' in page.get("/templates?q=LATE").text
    nothing = page.get("/templates?q=zzz").text
    assert "No template fits “zzz”" in nothing and '<a href="/templates/' not in nothing
    slip = page.post("/templates/try", NEW | {"patient": "Amera"}, on="/templates").text
    assert f'name="chosen" value="{amara.id}"' in slip and "Amara Testwell</bdi>, born 14 March 1985" in slip
    chosen = NEW | {"patient": "Amera", "chosen": str(amara.id)}
    assert "As Amara Testwell would read it" in page.post("/templates/try", chosen, on="/templates").text
    tried = page.post("/templates/try", NEW | {"patient": "tes am"}, on="/templates").text
    assert "As Amara Testwell would read it" in tried and "Dear Amara, we are late." in tried
    assert page.post("/templates/keep", NEW, on="/templates").status_code == 422  # the name is taken
    changed = NEW | {"id": place.rsplit("/")[-1], "text": "Sorry.\r\n{phone}"}
    assert page.post("/templates/keep", changed, on="/templates").location == f"{place}?done=kept"
    assert typed(store, anna, "/template running-late").insert == "Sorry.\n{phone}"
    assert page.post(f"{place}/remove", {}, on="/templates").status_code == 404  # it is offered still
    assert page.post(f"{place}/retire", {}, on="/templates").location == "/templates?done=retired"
    assert page.get(place).status_code == 404 and "Bring it back" in page.get("/templates").text
    again = page.post("/templates/keep", NEW, on="/templates")
    assert again.status_code == 422 and "A template called running-late is retired." in again.text
    assert page.post("/templates/keep", changed, on="/templates").status_code == 404
    with pytest.raises(NoneCalled):
        typed(store, anna, "/template running-late")
    assert page.post(f"{place}/restore", {}, on="/templates").location == f"{place}?done=back"
    assert typed(store, anna, "/template running-late").insert == "Sorry.\n{phone}"
    page.post(f"{place}/retire", {}, on="/templates")
    assert page.post(f"{place}/remove", {}, on="/templates").location == "/templates?done=removed"
    assert "Bring it back" not in page.get("/templates").text
    verbs = [one["verb"] for one in store.look(anna, lambda unit: list(entries(unit)))]
    kinds = ("kept", "retired", "brought back", "removed")
    assert [verbs.count(f"template {one}") for one in kinds] == [2, 2, 1, 1]


def test_the_words_are_sealed_also_those_from_before(app, store, anna, carl, clock):
    signed_in(app, store, anna, clock).post("/templates/keep", NEW, on="/templates")
    with store.writer.begin() as db:
        assert db.execute(text("SELECT text FROM template")).scalars().all() == [""]
        assert b"late" not in db.execute(text("SELECT sealed FROM template")).scalar_one()
        db.execute(text("UPDATE template SET text = 'From before', sealed = NULL"))
    assert typed(store, carl, "/template running-late").insert == "From before"
    assert (seal_all(store), seal_all(store)) == (1, 0)
    assert typed(store, carl, "/template running-late").insert == "From before"
    with store.reader.connect() as db:
        assert db.execute(text("SELECT text FROM template")).scalars().all() == [""]


def test_what_was_filled_in_is_a_variable_again_the_longest_first(store, system, amara, anna):
    card = store.look(system, practices.card)
    contact = store.look(anna, look_up, amara.id, Command.EMAIL)
    said = merge("{practice}: {name} ({first_name}), ring {phone}. Amarantine", contact, card)
    assert unmerged(said, contact, card) == "{practice}: {name} ({first_name}), ring {phone}. Amarantine"
    assert unmerged(said, None, card).startswith("{practice}: Amara Testwell")
    named_so = replace(contact, name="Elm Clinic", first_name="Elm")
    assert unmerged("Elm Clinic, Elm", named_so, card) == "{practice}, {first_name}"


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
    assert "Retire this template" not in theirs.get(place).text
    assert "Dear Amara" in theirs.post("/templates/try", NEW | {"patient": "Amara Testwell"}, on=place).text
    theirs_now = NEW | {"id": place.rsplit("/")[-1]}
    for path in ("/templates/keep", f"{place}/retire"):
        assert theirs.post(path, theirs_now, on=place).status_code == 403


def test_a_template_of_ones_own_is_seen_by_nobody_else_and_may_bear_a_name_that_others_use(
    app, store, anna, carl, amara, clock
):
    """Of two that are called alike one's own comes first; to the owner of the practice it is no template at all."""
    mine, theirs = signed_in(app, store, anna, clock), signed_in(app, store, carl, clock)
    own = NEW | {"text": "Sorry, running late."}
    place = theirs.post("/templates/keep", own, on="/templates").location.removesuffix("?done=own")
    assert (
        '<span class="tag">Yours</span>' in theirs.get(place).text and "Retire this template" in theirs.get(place).text
    )
    assert mine.get(place).status_code == 404 and "running late" not in mine.get("/templates").text
    assert mine.post(f"{place}/retire", {}, on="/templates").status_code == 404
    mine.post("/templates/keep", NEW, on="/templates")
    assert typed(store, carl, "/template running-late").insert == "Sorry, running late."
    assert typed(store, anna, "/template running-late").insert == "Dear {first_name}, we are late."
    changed = own | {"id": place.rsplit("/")[-1], "own": "yes", "text": "Sorry, very late."}
    assert theirs.post("/templates/keep", changed, on="/templates").location == f"{place}?done=own"
    assert typed(store, carl, "/template running-late").insert == "Sorry, very late."
    assert theirs.post(f"{place}/retire", {}, on="/templates").location == "/templates?done=retired"
    assert "Bring it back" not in mine.get("/templates").text
    assert typed(store, carl, "/template running-late").insert == "Dear {first_name}, we are late."


def test_what_one_sent_is_kept_without_the_name_of_who_got_it(store, anna, carl, amara, idris):
    thread = store.run(anna, open_patient, amara.id).id
    with pytest.raises(Invalid) as nothing:
        typed(store, anna, "/template save late", thread)
    assert nothing.value.why == "nothing"
    for command, words in (
        (Command.SMS, "Hello Amara, we are late. Amara Testwell, sorry."),
        (Command.DIRECT, "Secret"),
    ):
        store.run(anna, confirm, store.run(anna, prepare, Order(command, (amara.id,), words)).id, hold=0)
    shown = typed(store, anna, "/template save late", thread).insert
    assert shown == "/template save late Hello {first_name}, we are late. {name}, sorry."  # to be looked over
    assert "late" in typed(store, anna, shown, thread).text
    assert typed(store, anna, "/template late").insert == "Hello {first_name}, we are late. {name}, sorry."
    with pytest.raises(NoneCalled):
        typed(store, carl, "/template late")
    for wrong, reason in (
        ("save", "nameless"),
        ("save late x", "taken"),
        ("save save x", "name"),
        ("save a/b x", "name"),
    ):
        with pytest.raises(Invalid) as refused:
            typed(store, anna, f"/template {wrong}", thread)
        assert refused.value.why == reason
