"""Extensions of a Questionnaire, each with what becomes of it (forms.md section 8).

HL7's go by their short name: old addresses (`…/questionnaire-hidden`), those of SDC (`…/sdc-questionnaire-hidden`) and
those of R5 brought to R4 are one and the same here. Whatever HL7 did not define is a vendor's, whatever its name ends
with: told, kept in the file, never obeyed. A part of an extension has no address, only its name.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

OWN = "https://latchkey.example/fhir/StructureDefinition/"  # ours (`own.py`): others may ignore them
HL7 = re.compile(r"https?://(www\.)?hl7\.org/", re.IGNORECASE)
EXTERNALLY = "http://lhcforms.nlm.nih.gov/fhir/StructureDefinition/questionnaire-externallydefined"
PREFIXES = ("extension-Questionnaire.item.", "sdc-questionnaire-", "questionnaire-", "sdc-", "cqf-")


class Fate(StrEnum):
    """What becomes of an extension."""

    HONOURED = "honoured"
    PARTLY = "partly"
    NOTE = "note"  # nothing is lost for the patient
    PROBLEM = "problem"


HONOURED = """
    minValue maxValue minLength regex maxDecimalPlaces maxSize mimeType minOccurs maxOccurs minQuantity maxQuantity
    unit unitOption sliderStepValue itemControl openLabel optionPrefix optionExclusive shortText entryFormat hidden
    displayCategory instruction ordinalValue itemWeight calculatedExpression enableWhenExpression variable
    initialExpression constraint targetConstraint supportHyperlink supportLink translation signatureRequired
    disabledDisplay
"""
PARTLY = """
    unitOpen unitSupplementalSystem unitValueSet choiceOrientation answerExpression answerOptionsToggleExpression
    expression calculatedValue rendering-xhtml rendering-markdown launchContext usageMode optionRestriction entryMode
    collapsible width columnCount itemMedia itemAnswerMedia answerRepeats
"""
NOTES = """
    observationExtract templateExtract templateExtractContext templateExtractValue extractAllocateId definitionExtract
    definitionExtractValue targetStructureMap itemExtractionContext observationLinkPeriod sourceQueries
    itemPopulationContext itemContext isSubject referenceResource referenceProfile rendering-style
    rendering-styleSensitive assembledFrom performerType replaces versionAlgorithm artifact-versionAlgorithm endpoint
    derivationType preferredTerminologyServer terminology-server quantity-precision structuredefinition-fmm
    structuredefinition-standards-status structuredefinition-wg assembleContext candidateExpression contextExpression
    designNote
"""
PROBLEMS = "dataControl externallydefined subQuestionnaire assemble-expectation"

TABLE: Mapping[str, Fate] = {
    **dict.fromkeys(HONOURED.split(), Fate.HONOURED),
    **dict.fromkeys(PARTLY.split(), Fate.PARTLY),
    **dict.fromkeys(NOTES.split(), Fate.NOTE),
    **dict.fromkeys(PROBLEMS.split(), Fate.PROBLEM),
}
CONTROLS = frozenset(
    """group list table htable gtable atable tbl-page grid matrix header footer page tab-container text inline prompt
    unit lower upper flyover help legal question autocomplete drop-down check-box lookup radio-button slider spinner
    text-box text-area signature barcode gps image photo video audio editor score""".split()
)  # what `itemControl` may say; any other look is told and not followed
TOLD = frozenset(
    """observationExtract templateExtract definitionExtract targetStructureMap itemExtractionContext
    observationLinkPeriod sourceQueries itemPopulationContext entryMode usageMode itemMedia itemAnswerMedia
    choiceOrientation width columnCount collapsible optionRestriction""".split()
)  # notes worth a line of their own; the rest of NOTES is kept in silence, since nothing was asked of us


def short(url: str) -> str:
    """The name an HL7 extension goes by; for a vendor's the last part of its address."""
    name = url.rsplit("/", 1)[-1]
    return next((name[len(prefix) :] for prefix in PREFIXES if name.startswith(prefix)), name)


def fate(url: str) -> Fate | None:
    """What becomes of an extension; None when it is a vendor's (or unknown to HL7's list here)."""
    if url.startswith(OWN):
        return Fate.HONOURED
    return TABLE.get(short(url)) if known(url) else None


def known(url: str) -> bool:
    """Whether an extension is ours or HL7's, or a part of one; nobody else's is obeyed."""
    return "/" not in url or url == EXTERNALLY or url.startswith(OWN) or HL7.match(url) is not None


class Extensions:
    """The extensions of one element; those that Latchkey may obey also by their short name."""

    def __init__(self, element: Any) -> None:
        found = element.get("extension") if isinstance(element, dict) else None
        self._all = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
        self._named: dict[str, list[dict[str, Any]]] = {}
        for one in self._all:
            if known(str(one.get("url", ""))):
                self._named.setdefault(short(str(one.get("url", ""))), []).append(one)

    def __iter__(self) -> Iterator[tuple[str, dict[str, Any]]]:
        return ((str(one.get("url", "")), one) for one in self._all)

    def every(self, name: str) -> list[dict[str, Any]]:
        """All of one name."""
        return self._named.get(name, [])

    def first(self, name: str) -> dict[str, Any]:
        """The first of one name; empty when there is none."""
        found = self._named.get(name)
        return found[0] if found else {}

    def has(self, name: str) -> bool:
        """Whether there is one."""
        return name in self._named

    def value(self, name: str, *kinds: str) -> Any:
        """The content of the first of one name, if it is of one of the kinds (`Integer`, `Code` …)."""
        one = self.first(name)
        if not one:
            return None
        return next((one[f"value{kind}"] for kind in kinds if f"value{kind}" in one), None)

    def text(self, name: str) -> str:
        """The words of the first of one name; empty when there are none."""
        return string(self.value(name, "String", "Markdown", "Code", "Uri"))

    def whole(self, name: str) -> int | None:
        """A whole number, whatever kind it was written as."""
        found = self.value(name, "Integer", "PositiveInt", "UnsignedInt")
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    def flag(self, name: str) -> bool:
        """Whether it says true."""
        return self.value(name, "Boolean") is True

    def codes(self, name: str) -> list[str]:
        """The codes of all CodeableConcepts of one name."""
        concepts = [one.get("valueCodeableConcept") for one in self.every(name)]
        codings = [coding for one in concepts if isinstance(one, dict) for coding in one.get("coding") or ()]
        return [str(coding.get("code", "")) for coding in codings if isinstance(coding, dict)]


def content(element: Mapping[str, Any]) -> dict[str, Any] | None:
    """The `value[x]` of an element as one FHIR value; None when it has none. Primitive extensions are left aside."""
    return next(({key: one} for key, one in element.items() if key.startswith("value")), None)


def string(value: Any) -> str:
    """A string without the space around it; empty for whatever is none, as real files have anything anywhere."""
    return value.strip() if isinstance(value, str) else ""
