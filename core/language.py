"""The languages that patients are written to in, and every text of ours in each of them (U107). Pure.

English stands in the code and is the key; `languages/de.json` holds the German. Languages are ISO 639 letters; the
portal's pages have a catalogue of their own.
"""

import json
from collections.abc import Mapping
from pathlib import Path

ENGLISH, GERMAN = "en", "de"
NAMES: Mapping[str, str] = {ENGLISH: "English", GERMAN: "Deutsch"}
SPEAK_GERMAN = frozenset({"DE", "AT", "LI"})  # countries; in others with several languages nothing is guessed
WORDS: Mapping[str, Mapping[str, str]] = {
    code: json.loads((Path(__file__).parent / "languages" / f"{code}.json").read_text("utf-8"))
    for code in NAMES
    if code != ENGLISH
}


def say(language: str, text: str, **facts: object) -> str:
    """A text of ours in a language, its gaps (`%(name)s`) filled. What is not said there is said in English."""
    own = WORDS.get(language, {}).get(text, text)
    return own % facts if facts else own


def of_country(country: str) -> str:
    """What people of a country (ISO 3166) are written to in while nobody asked them."""
    return GERMAN if country in SPEAK_GERMAN else ENGLISH


def language_for(chosen: str, country: str) -> str:
    """What a patient is written to in: as they chose, else what their practice's country speaks."""
    return chosen or of_country(country)


def known(text: str) -> str:
    """The language that somebody means by `de`, `de-AT`, `German` or `Deutsch`; empty for none that we write."""
    said = text.strip().casefold()
    means = {"english": ENGLISH, "german": GERMAN, **{name.casefold(): code for code, name in NAMES.items()}}
    code = means.get(said) or said.replace("_", "-").partition("-")[0]
    return code if code in NAMES else ""
