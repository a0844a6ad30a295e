"""Answers as staff read and take them: everything asked, the score with its working, copies after a fresh proof."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace

import pytest
from sqlalchemy import update

from core.audit.trail import entries
from core.forms import answers, library
from core.forms.answering.drafts import Draft
from core.forms.find import by_key
from core.forms.own import PROPOSES
from core.messages.find import message
from core.patients import find
from core.release import link
from core.release.link import send_direct
from core.release.tables import LinkRow
from core.store import Actor, ActorKind, Who
from tests.core.forms.making import expression, given, item, questionnaire
from tests.core.forms.sending import answered_by, chosen
from tests.staffbot.browser import signed_in, token_in


@pytest.fixture
def answer(store, anna, amara, network):
    return answered_by(store, anna, amara, network, "phq-9", lambda form: chosen(form, [1] * 8 + [0, 1]))


def exported(store, who):
    return [one["facts"] for one in store.look(who, lambda unit: list(entries(unit, 0, 10_000))) if one["verb"] == "answers exported"]  # fmt: skip


def test_the_page_shows_question_answer_score_and_working(store, app, anna, amara, clock, answer):
    person = signed_in(app, store, anna, clock)
    page = person.get(f"/messages/{answer.id}/answers").text
    assert (
        "Needs a look now" not in page and '<b class="num">8</b> mild' in person.get(f"/patients/{amara.id}/forms").text
    )
    assert "Little interest or pleasure in doing things" in page and "Several days" in page
    assert "Score 8 of 27" in page and "Mild" in page and "How it came about" in page


def test_a_form_that_waits_is_marked_as_done_on_paper_and_back_on_its_page(
    store, app, anna, amara, clock, network, answer
):
    sent = store.run(anna, send_direct, amara, "", form=store.look(anna, by_key, "phq-9"))
    person, here = signed_in(app, store, anna, clock), f"/messages/{sent.id}"
    assert "Mark as done on paper" in person.get(here).text
    waits = re.sub("<[^>]+>", "", person.get(f"/patients/{amara.id}").text)
    assert re.search(r"How have you been\? \(PHQ-9\) of \w+day [^,]+, not answered yet", waits)
    marked = person.post(f"{here}/on-paper", {}).location
    assert (
        marked.startswith(here) and "It counts as done on paper. Nobody is reminded of it." in person.get(marked).text
    )
    assert "not answered yet" not in person.get(f"/patients/{amara.id}").text
    page = person.get(here).text
    assert ">Done on paper<" in page and "Marked as done on paper" in page
    assert "Remind by email" not in page
    assert ">Done on paper</span>" in person.get(f"/patients/{amara.id}/messages").text
    assert person.post(f"{here}/not-on-paper", {}).location.startswith(here)
    assert "Mark as done on paper" in person.get(here).text
    store.run(anna, lambda unit: unit.db.execute(update(LinkRow).values(unlocked_at=unit.now)))
    assert "Remind by email" in person.get(here).text  # it was opened, and not sent back
    assert "Begun, not sent yet" not in person.get(here).text
    link_id = store.look(anna, link.link_of, sent.id)
    patient = Who(anna.practice_id, Actor(ActorKind.PATIENT))
    answers.change(
        store, patient, link_id,
        lambda now: replace(now, draft=Draft(chosen(now.form, [3] * 3), seen=frozenset(one.asked.name for one in now.state.pages[:3]))),
    )  # fmt: skip
    page = person.get(here).text
    assert "3 of 10 pages so far" in page and "Nearly every day" not in page  # how far, and never what
    network.settle()
    clock.forward(seconds=1)
    person.post(f"{here}/remind", {})
    assert "Remind by email" not in person.get(here).text
    assert network.to(amara.email)[0].subject == "Your form is still waiting"
    answered = store.look(anna, message, answer.id).reply_to
    refused = person.post(f"/messages/{answered}/on-paper", {})
    assert refused.status_code == 422 and "has sent this form in the meantime" in refused.text


def test_a_calculation_that_failed_is_told_to_staff(store, app, anna, amara, network, system, clock):
    failing = item("sum", "integer", text="The sum", extension=[expression("calculatedExpression", "1 + 'x'")])
    store.run(system, library.add_form, questionnaire(item("a"), failing), key="fails")
    sent = answered_by(store, anna, amara, network, "fails", lambda form: given(a={"valueString": "secret"}))
    page = signed_in(app, store, anna, clock).get(f"/messages/{sent.id}/answers").text
    assert "Not calculated" in page and "<li>The sum</li>" in page


@pytest.mark.s("S27", "S47")
def test_what_was_answered_otherwise_is_taken_over_with_a_button_a_number_only_after_a_fresh_proof(
    store, app, anna, amara, network, system, clock
):
    asked = [item(one, extension=[{"url": PROPOSES, "valueCode": one}]) for one in ("last_name", "mobile")]
    store.run(system, library.add_form, questionnaire(*asked), key="details")
    said = given(last_name={"valueString": "Jones"}, mobile={"valueString": "07700 900058"})
    sent = answered_by(store, anna, amara, network, "details", lambda form: said)
    person, here = signed_in(app, store, anna, clock), f"/messages/{sent.id}/answers"
    page = person.get(here).text
    assert "Otherwise in the record" in page and "Jones" in page and "+447700900057" not in page
    clock.forward(minutes=11)
    token = token_in(page)

    def take(detail):
        return person.send(f"/messages/{sent.id}/details", {"detail": detail}, token)

    assert take("last_name").location == here
    assert take("mobile").status_code == 403 and "Prove who you are" in person.get(here).text
    assert person.get(f"/messages/{sent.id}/details").location.startswith("/login/again")
    assert (take("status").status_code, store.look(anna, find.patient, amara.id).name) == (404, "Amara Jones")


@pytest.mark.s("S47", "S84", "S89")
def test_a_copy_is_handed_out_after_a_fresh_proof_and_the_trail_says_so(store, app, anna, clock, answer):
    person = signed_in(app, store, anna, clock)
    for ending in ("pdf", "csv", "fhir"):
        here = f"/messages/{answer.id}/answers.{ending}"
        assert person.get(here, **{"Sec-Fetch-Site": "cross-site"}).status_code == 404
        assert person.get(here).headers["Content-Disposition"].startswith("attachment")
    assert [one["form"] for one in exported(store, anna)] == ["pdf", "csv", "fhir"]
    table = list(csv.reader(io.StringIO(person.get(f"/messages/{answer.id}/answers.csv").data.decode("utf-8-sig"))))
    assert len(table) == 3
    bundle = json.loads(person.get(f"/messages/{answer.id}/answers.fhir").data)
    assert bundle["resourceType"] == "Bundle"
    clock.forward(minutes=11)
    late = person.get(f"/messages/{answer.id}/answers.pdf")
    assert (late.status_code, late.location.split("?")[0]) == (303, "/login/again")


@pytest.mark.s("S47", "S84")
def test_the_whole_record_is_taken_out_by_an_admin_after_a_fresh_proof(store, app, ben, anna, amara, clock, answer):
    admin, here = signed_in(app, store, anna, clock), f"/patients/{amara.id}/record.zip"
    assert here in admin.get(f"/patients/{amara.id}/details").text
    assert admin.get(here, **{"Sec-Fetch-Site": "cross-site"}).status_code == 404
    whole = zipfile.ZipFile(io.BytesIO(admin.get(here).data))
    assert json.loads(whole.read("record.json"))["answers"]
    other = signed_in(app, store, ben, clock)
    assert here not in other.get(f"/patients/{amara.id}/details").text and other.get(here).status_code == 403
    clock.forward(minutes=11)
    assert admin.get(here).location.split("?")[0] == "/login/again"


def test_answers_of_another_practice_are_not_there(store, app, tom, clock, answer):
    stranger = signed_in(app, store, tom, clock)
    for ending in ("", ".pdf", ".csv", ".fhir"):
        assert stranger.get(f"/messages/{answer.id}/answers{ending}").status_code == 404
    assert not exported(store, tom)


def test_a_message_without_answers_has_no_answers_page(store, app, anna, clock, nobody):
    assert signed_in(app, store, anna, clock).get(f"/messages/{nobody}/answers").status_code == 404


def test_answers_are_corrected_on_a_page_of_their_own_and_what_was_sent_stays(store, app, anna, carl, clock, answer):
    person = signed_in(app, store, anna, clock)
    here = f"/messages/{answer.id}/answers"
    form = person.get(f"{here}/correct").text
    names = re.findall(r'name="asked" value="(\w+)"', form)
    held = dict(re.findall(r'name="(q\w+)" value="(\d+)" checked', form))
    assert len(names) == 10 and set(held) == set(names)
    posted = {**held, names[0]: "3", "asked": names, "seen": "0", "reason": ""}
    refused = person.post(f"{here}/correct", posted)
    assert (
        refused.status_code == 422
        and "Say why" in refused.text
        and f'name="{names[0]}" value="3" checked' in refused.text
    )
    assert person.post(f"{here}/correct", {**posted, "reason": "She rang"}).location == here
    page = person.get(here).text
    assert "Score 10 of 27" in page and "Corrected" in page and "by Anna Sample" in page
    assert "Score 8 of 27" in person.get(f"{here}?before=0").text and person.get(f"{here}?before=7").status_code == 404
    stale = person.post(f"{here}/correct", {**posted, names[0]: "1", "reason": "again"})
    assert stale.status_code == 422 and "meanwhile" in stale.text
    assert signed_in(app, store, carl, clock).get(f"{here}/correct").status_code == 403
