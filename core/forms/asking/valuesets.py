"""The value sets of HL7 that Latchkey brings along, so that forms may point to them (F22). Source: hl7.org/fhir/R4."""

from collections.abc import Mapping

Concepts = tuple[tuple[str, str], ...]  # code, display

_AT = "http://hl7.org/fhir/ValueSet/"
_V3 = "http://terminology.hl7.org/CodeSystem/"

BUNDLED: Mapping[str, tuple[str, Concepts]] = {
    f"{_AT}administrative-gender": (
        "http://hl7.org/fhir/administrative-gender",
        (("male", "Male"), ("female", "Female"), ("other", "Other"), ("unknown", "Unknown")),
    ),
    f"{_AT}yesnodontknow": (
        f"{_V3}v2-0136",
        (("Y", "Yes"), ("N", "No"), ("asked-unknown", "Don't know")),
    ),
    f"{_AT}marital-status": (
        f"{_V3}v3-MaritalStatus",
        (
            ("A", "Annulled"), ("D", "Divorced"), ("I", "Interlocutory"), ("L", "Legally Separated"), ("M", "Married"),
            ("C", "Common Law"), ("P", "Polygamous"), ("T", "Domestic partner"), ("U", "Unmarried"),
            ("S", "Never Married"), ("W", "Widowed"), ("UNK", "Unknown"),
        ),
    ),
    f"{_AT}languages": (
        "urn:ietf:bcp:47",
        (
            ("ar", "Arabic"), ("bn", "Bengali"), ("cs", "Czech"), ("da", "Danish"), ("de", "German"), ("el", "Greek"),
            ("en", "English"), ("es", "Spanish"), ("fi", "Finnish"), ("fr", "French"), ("fy", "Frisian"),
            ("hi", "Hindi"), ("hr", "Croatian"), ("it", "Italian"), ("ja", "Japanese"), ("ko", "Korean"),
            ("nl", "Dutch"), ("no", "Norwegian"), ("pa", "Punjabi"), ("pl", "Polish"), ("pt", "Portuguese"),
            ("ru", "Russian"), ("sr", "Serbian"), ("sv", "Swedish"), ("te", "Telegu"), ("zh", "Chinese"),
        ),
    ),
}  # fmt: skip
