"""Answers given elsewhere are judged like a patient's own, and taken whole or not at all (F70)."""

import pytest

from core.cli.wording import say
from core.forms import find, library
from core.forms.waiting import outstanding
from core.forms.waiting.bringing import AnswersRefused, NothingWaits, bring_in
from core.release.find import states
from core.release.link import send_direct
from core.release.words import Release
from tests.core.forms.making import choice, item, questionnaire, when

FORM = questionnaire(
    choice("smokes", "yes", "no", required=True), item("since", "date", **when("smokes", "=", answerString="yes"))
)


@pytest.fixture
def waits(store, anna, amara, system):
    store.run(system, library.add_form, FORM, key="smoking")
    return store.run(anna, send_direct, amara, "", form=store.look(anna, find.pack, "smoking"))


def said(**answers):
    items = [{"linkId": link_id, "answer": some} for link_id, some in answers.items()]
    return {"resourceType": "QuestionnaireResponse", "item": items}


YES, NO = {"valueString": "yes"}, {"valueString": "no"}


def test_right_answers_are_sent_as_if_the_patient_had(store, system, anna, amara, waits):
    given = said(smokes=[YES], since=[{"valueDate": "2020-05-01"}])
    message = bring_in(store, system, amara.id, "smoking", given)
    assert [one["answer"] for one in message.form["answers"]] == ["yes", "1 May 2020"]
    assert store.look(anna, states, [waits.id])[waits.id].status is Release.ANSWERED
    with pytest.raises(NothingWaits):
        bring_in(store, system, amara.id, "smoking", given)


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        (said(smokes=[YES], zz=[YES]), [("zz", "unknown")]),
        (said(smokes=[{"valueInteger": 1}]), [("smokes", "type")]),
        (said(smokes=[NO], since=[{"valueDate": "2020-05-01"}]), [("since", "disabled")]),
        (said(smokes=[YES, NO]), [("smokes", "occurs")]),
        (said(), [("smokes", "required")]),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(store, system, anna, amara, waits, given, faults):
    with pytest.raises(AnswersRefused) as refused:
        bring_in(store, system, amara.id, "smoking", given)
    assert [(one.place, one.why) for one in refused.value.faults] == faults
    assert say(refused.value).startswith("Nothing was kept: ")
    assert len(store.look(anna, outstanding.outstanding, amara.id)) == 1
