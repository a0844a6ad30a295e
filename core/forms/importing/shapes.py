"""Which JSON each element that we read must be: FHIR R4's types, as far as a Smart Form needs them (F5).

One line an element: `name:type`, `*` for a list of it, `!` where the meaning would be lost with it (a condition, a
question, whether it must be answered, whether it is shown), so that the file is refused and not read without it.
Source: hl7.org/fhir/R4/questionnaire.html, …/valueset.html, …/extension-*.html. What is not named here is not read.
"""

from collections.abc import Mapping
from typing import NamedTuple

TRUTH, WHOLE, NUMBER, WORDS = "boolean", "integer", "decimal", "string"


class Want(NamedTuple):
    """What an element must be: the type (a primitive or a key of SHAPES), a list of it or one, and how much it is."""

    type: str
    many: bool = False
    vital: bool = False


def _fields(written: str) -> Mapping[str, Want]:
    pairs = (one.split(":") for one in written.split())
    return {name: Want(kind.rstrip("*!"), "*" in kind, kind.endswith("!")) for name, kind in pairs}


_ANY = "extension:Extension*!"
_CODED = "system:string version:string code:string! display:string extension:Extension*"

SHAPES: Mapping[str, Mapping[str, Want]] = {
    "Questionnaire": _fields(
        f"""{_ANY} modifierExtension:Extension*! implicitRules:string! item:Item*! contained:Contained*
        url:string version:string name:string title:string status:string language:string copyright:string
        publisher:string approvalDate:string date:string description:string purpose:string subjectType:string*"""
    ),
    "Item": _fields(
        f"""{_ANY} modifierExtension:Extension*! implicitRules:string! item:Item*! linkId:string! type:string!
        required:boolean! repeats:boolean! readOnly:boolean! enableWhen:EnableWhen*! enableBehavior:string!
        text:string prefix:string definition:string code:Term* maxLength:integer answerValueSet:string
        answerOption:AnswerOption* initial:Initial* disabledDisplay:string"""
    ),
    # Its answer[x] is judged against the question it looks at (F24).
    "EnableWhen": _fields("question:string! operator:string!"),
    "AnswerOption": _fields("extension:Extension* initialSelected:boolean"),
    "Initial": _fields("extension:Extension*"),
    "Element": _fields("extension:Extension*"),  # beside a primitive, under its name with `_`
    "Extension": _fields("url:string! extension:Extension*"),
    "Expression": _fields("language:string name:string expression:string!"),
    "Coding": _fields(_CODED),
    "Term": _fields("system:string code:string display:string"),  # a code that says what something is
    "CodeableConcept": _fields("coding:Term* text:string"),
    "Quantity": _fields("value:decimal! comparator:string unit:string system:string code:string"),
    "Reference": _fields("reference:string! display:string"),
    "Attachment": _fields("contentType:string url:string title:string size:integer"),
    "ValueSet": _fields("id:string url:string version:string expansion:Expansion compose:Compose"),
    "Expansion": _fields("contains:Contained-Code*"),
    "Contained-Code": _fields(f"{_CODED} contains:Contained-Code*"),
    "Compose": _fields("include:Include* exclude:Include*!"),
    "Include": _fields("system:string concept:Concept*! filter:Filter*! valueSet:string*!"),
    "Filter": _fields("property:string! op:string! value:string!"),
    "CodeSystem": _fields("url:string concept:Concept* property:Property*"),
    "Concept": _fields(f"{_CODED} concept:Concept* property:Property*"),
    "Property": _fields("code:string uri:string valueDecimal:decimal valueInteger:integer"),
    "QuestionnaireResponse": _fields("item:Answered*!"),
    "Answered": _fields("linkId:string! item:Answered*! answer:Answer*!"),
    "Answer": _fields("item:Answered*!"),  # its value[x] is judged against the question (F70)
}
CONTAINED = frozenset({"ValueSet", "CodeSystem"})
HOLD_A_VALUE = frozenset({"AnswerOption", "Initial", "Extension"})  # a value[x] that is checked here
NOTHING_WITHOUT: Mapping[str, tuple[str, ...]] = {
    "AnswerOption": ("value",),
    "Initial": ("value",),
    "EnableWhen": ("question", "operator"),
}  # what goes as a whole where an element of such a name is wrong

VALUES: Mapping[str, str] = {
    "Boolean": TRUTH,
    **dict.fromkeys(("Integer", "PositiveInt", "UnsignedInt"), WHOLE),
    "Decimal": NUMBER,
    **dict.fromkeys(
        "String Markdown Code Uri Url Canonical Id Oid Uuid Date DateTime Time Instant Base64Binary".split(), WORDS
    ),
    **dict.fromkeys("Coding CodeableConcept Quantity Reference Attachment Expression".split(), ""),
}  # the rest of value[x]: its name, without `value`, and its type (empty: the one of that name)


def type_of_value(kind: str) -> str | None:
    """The type of `value<kind>`; None where we read no such value."""
    found = VALUES.get(kind)
    return kind if found == "" else found


# -- extensions: in which value[x] we read each ----------------------------------------------------------------------

_SAID, _COUNT, _NUMBER = "String Markdown Code Uri", "Integer PositiveInt UnsignedInt", "Decimal Integer"
_FORMULA = "Expression String"  # old forms wrote the bare string
_LIMIT = "Integer Decimal Date DateTime Time Instant Quantity"


def _kinds(*lines: tuple[str, str]) -> Mapping[str, tuple[str, ...]]:
    return {name: tuple(kinds.split()) for names, kinds in lines for name in names.split()}


READ: Mapping[str, tuple[str, ...]] = _kinds(
    ("minValue maxValue", _LIMIT),
    ("minQuantity maxQuantity", "Quantity"),
    ("minLength maxDecimalPlaces minOccurs maxOccurs last-item", _COUNT),
    ("maxSize sliderStepValue ordinalValue itemWeight", _NUMBER),
    ("regex openLabel optionPrefix shortText entryFormat disabledDisplay unitOpen", _SAID),
    ("rendering-xhtml rendering-markdown", _SAID),
    ("mimeType proposes autocomplete", "Code"),
    ("unit unitOption", "Coding"),
    ("itemControl displayCategory", "CodeableConcept"),
    ("hidden optionExclusive", "Boolean"),
    ("supportLink supportHyperlink", "Uri Url"),
    ("calculatedExpression enableWhenExpression initialExpression answerExpression", _FORMULA),
    ("variable expression calculatedValue", _FORMULA),
    ("constraint targetConstraint translation translated-from launchContext answerOptionsToggleExpression", ""),
    ("licence scoring", ""),
)
INSIDE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        ("constraint", "targetConstraint"),
        _kinds(("human", _SAID), ("severity", "Code"), ("expression", _FORMULA)),
    ),
    **dict.fromkeys(("translation", "translated-from"), _kinds(("lang content", _SAID))),
    "launchContext": _kinds(("name", "Coding Id"), ("type", "Code")),
    "answerOptionsToggleExpression": _kinds(("option", " ".join(VALUES)), ("expression", _FORMULA)),
    "licence": _kinds(("owner terms source", _SAID), ("unaltered", "Boolean")),
    "scoring": _kinds(
        ("method", _SAID), ("item reverse", "String"), ("minimum", _COUNT), ("prorate", "Boolean"), ("band flag", "")
    ),
    "band": _kinds(("from to", _NUMBER), ("label tone", _SAID)),
    "flag": _kinds(("item operator", _SAID), ("least", _NUMBER), ("answer", " ".join(VALUES))),
}
VITAL = frozenset({"hidden", "enableWhenExpression", "scoring"})  # a score may call somebody at once (F61)
