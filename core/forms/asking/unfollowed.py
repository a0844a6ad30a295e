"""What a file wishes and is not followed: each extension and look is told as a problem, a note or a name (F3, F4)."""

from collections.abc import Callable, Mapping
from typing import Any

from core.forms.asking import pictures
from core.forms.extensions import CONTROLS, TABLE, TOLD, Extensions, Fate, fate, known, short
from core.forms.importing.findings import Findings

Shows = Callable[[bytes], bool]


def tell(raw: Mapping[str, Any], link_id: str, text: str, findings: Findings, shows: Shows) -> None:
    """Tell those of an element and of the choices in it; `shows`: whether some bytes are a picture that is shown."""
    for url, one in Extensions(raw):
        name, found = short(url), fate(url)
        if found is Fate.PROBLEM and name in ("subQuestionnaire", "assemble-expectation"):
            _tell_parts(one, name, link_id, text, findings)
        elif found is Fate.PROBLEM:
            findings.problem(link_id, text, url, "lookup", "left_out")
        elif name in TOLD and found is not None and not _follows(name, one, raw, shows):
            findings.count(name)
        elif found is None:
            findings.name("vendor", _named(url, name))
    controls = Extensions(raw).codes("itemControl")
    if controls and CONTROLS.isdisjoint(controls):
        findings.name("control", controls[0])
    for option in raw.get("answerOption") or ():
        for url, one in Extensions(option):
            if short(url) in TOLD and known(url) and not _follows(short(url), one, option, shows):
                findings.count(short(url))


def _follows(name: str, extension: Mapping[str, Any], raw: Mapping[str, Any], shows: Shows) -> bool:
    """Whether what is mostly not followed is, this time: a picture of the form's own, an order as ours."""
    if name == "entryMode":
        return extension.get("valueCode") in ("prior-edit", "random")
    media = pictures.beside(raw, name) if name in pictures.MEDIA else None
    return media is not None and shows(media[0])


def _tell_parts(extension: Mapping[str, Any], name: str, link_id: str, text: str, findings: Findings) -> None:
    """A form in parts; one that says it may be used as it is (`independent-…`) loses nothing."""
    said = str(extension.get("valueCode", ""))
    if not said.startswith("independent"):
        why = "only_a_part" if said == "assemble-child" else "not_assembled"
        effect = "left_out" if name == "subQuestionnaire" else "only_this"
        findings.problem(link_id, text, str(extension.get("url", "")), why, effect)


def _named(url: str, name: str) -> str:
    """What an extension is called that is not used: with its host, where HL7 has one of the same name."""
    last = url.rsplit("/", 1)[-1]
    return f"{last} ({url.split('/')[2]})" if name in TABLE and url.count("/") > 2 else last
