"""How a file wants a question to look and be filled in: control, step, units, help, links (F17; forms.md section 8)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from core.forms.extensions import Extensions, string
from core.forms.own import fills_of
from core.forms.words import Look

LINKS = ("supportLink", "supportHyperlink")


def look(raw: Mapping[str, Any], extensions: Extensions) -> Look:
    """The look of an item; what says nothing of use has its plain default."""
    step = extensions.value("sliderStepValue", "Integer", "Decimal")
    return Look(
        control=next(iter(extensions.codes("itemControl")), ""),
        category=next(iter(extensions.codes("displayCategory")), ""),
        short_text=extensions.text("shortText"),
        entry_format=extensions.text("entryFormat"),
        open_label=extensions.text("openLabel"),
        step=Decimal(step) if isinstance(step, int | Decimal) else None,
        protected="protected" in (raw.get("disabledDisplay"), extensions.text("disabledDisplay")),
        links=tuple(link for name in LINKS for one in extensions.every(name) if (link := _secure(one))),
        fills=fills_of(raw),
    )


def units(extensions: Extensions) -> tuple[Mapping[str, Any], ...]:
    """The units a number may come in; one is shown, several are offered."""
    found = [one.get("valueCoding") for name in ("unit", "unitOption") for one in extensions.every(name)]
    return tuple(
        {key: one[key] for key in ("system", "code", "display") if key in one} for one in found if isinstance(one, dict)
    )


def _secure(extension: Mapping[str, Any]) -> str:
    """An address that a patient may be sent to: over https, to a host."""
    link = string(extension.get("valueUri") or extension.get("valueUrl"))
    try:
        return link if link.startswith("https://") and urlsplit(link).hostname else ""
    except ValueError:  # no host at all, as in https://[
        return ""
