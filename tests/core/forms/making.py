"""Small questionnaires and answers for the specifications of forms."""

import os
from pathlib import Path

from core.forms.questionnaire import read
from core.forms.response import dumps
from core.forms.words import Entry

REAL = Path(os.environ.get("FORMS_FOLDER", Path(__file__).parents[4] / "shared" / "forms"))
NOT_HERE = f"the questionnaires are not at {REAL}; set FORMS_FOLDER to the folder that has them"
HL7 = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
YES, NO = {"valueBoolean": True}, {"valueBoolean": False}


def questionnaire(*items, **more):
    return dumps({"resourceType": "Questionnaire", "status": "active", "title": "A form", "item": list(items), **more})


def form(*items, **more):
    found = read(questionnaire(*items, **more))
    assert found.form is not None, found.problems
    return found.form


def item(link_id, type="string", /, **more):
    return {"linkId": link_id, "type": type, "text": link_id, **more}


def choice(link_id, *options, **more):
    return item(link_id, "choice", answerOption=[{"valueString": one} for one in options], **more)


def when(question, operator="exists", behavior=None, **answer):
    conditions = [{"question": question, "operator": operator, **(answer or {"answerBoolean": True})}]
    return {"enableWhen": conditions, **({"enableBehavior": behavior} if behavior else {})}


def extension(url, **value):
    return {"url": url if "://" in url else HL7 + url, **value}


def expression(name, text, /, **more):
    url = name if "://" in name else (HL7 + name if name == "variable" else SDC + name)
    return {"url": url, "valueExpression": {"language": "text/fhirpath", "expression": text, **more}}


def given(**values):
    """Answers at the top: one value, a list of values, or entries."""
    return {
        link_id: tuple(one if isinstance(one, Entry) else Entry(one) for one in (v if isinstance(v, list) else [v]))
        for link_id, v in values.items()
    }


def repetition(**values):
    return Entry(None, given(**values))


def answer(value, **below):
    return Entry(value, given(**below))


def string(text):
    return {"valueString": text}


def number(value):
    return {"valueInteger": value}


# A group that repeats, inside of one that does.
REPEATED = (
    item("person", "group", repeats=True, item=[
        item("smokes", "boolean"),
        item("medicine", "group", repeats=True, item=[item("drug"), item("dose", **when("drug"))]),
        item("since", **when("smokes", "=", answerBoolean=True)),
    ]),
    item("after", **when("smokes", "=", answerBoolean=True)),
)  # fmt: skip
