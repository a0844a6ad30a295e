"""Reading a FHIR R4 Questionnaire: our own walk, because real files break strict readers (forms.md section 0, point 2).

Everything found is reported at once. A *problem* changes what is asked or checked, a *note* loses nothing (F4). What
cannot be read safely is refused whole (F1, F2, F5). Nothing here raises: any bytes come to an `Import`.
"""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from html import escape
from typing import Any

from core.forms.asking import conditions, initials, limits, looks, markup, pictures, unfollowed
from core.forms.asking.choices import Choices, Elsewhere, needed, twin
from core.forms.extensions import Extensions, string
from core.forms.fhirpath.formulas import QUERY, FormulaReader, called
from core.forms.importing import scoring
from core.forms.importing.findings import Findings
from core.forms.importing.outcome import Import, Result
from core.forms.importing.shaping import shaped
from core.forms.importing.source import Refused, questionnaire
from core.forms.own import proposes_of
from core.forms.words import NO_FORMULAS, Item, Kind, Limits, Option, Questionnaire, walk

DEEPEST = 20
UNTITLED = "Form"
MOST_ITEMS = 2_000
LONGEST_TEXT = 10_000
LONGEST_ID = 255
OF_A_PATIENT = frozenset(
    """Encounter EpisodeOfCare CarePlan Condition Observation Procedure ServiceRequest MedicationRequest
    MedicationStatement DiagnosticReport Immunization AllergyIntolerance Coverage""".split()
)  # what has a patient of its own: a form about it is a form about them, too
ABOUT = ("publisher", "copyright", "approvalDate", "date", "description", "purpose")


def read(data: bytes, *, kept: bool = False, called: str = "") -> Import:
    """What a file is, as a whole; never raises. `called`: its title where it has none of its own (F7).

    `kept`: a version that was frozen already. What is of a wrong type in it was told, or not, when it was brought in;
    it stays as readable as it was then (F11).
    """
    findings = Findings()
    try:
        source = shaped(questionnaire(data), Findings() if kept else findings)
        return _Reader(source, findings, sha256(data).hexdigest(), called, kept=kept).read()
    except Refused as refused:
        findings.refuse(refused)
        return Import(Result.REFUSED, None, tuple(findings.refusals), findings.notes)


class _Reader:
    """One walk over a source, gathering what it finds."""

    def __init__(
        self, source: dict[str, Any], findings: Findings, digest: str, called: str, *, kept: bool = False
    ) -> None:
        self._kept = kept
        self._source = source
        self._findings = findings
        self._digest = digest
        self._title = string(source.get("title")) or string(source.get("name")) or called
        self._choices = Choices(source, self._shows)
        self._formulas = FormulaReader(source, findings)
        self._seen: dict[str, tuple[str, str, str]] = {}  # linkId -> text, type, parent
        self._twice: set[str] = set()
        self._count = 0
        self._marked = 0

    def read(self) -> Import:
        """The form, or why not."""
        source, findings = self._source, self._findings
        self._refuse_what_changes_meaning(source, "", "")
        raw = source.get("item")
        if not raw and not findings.refusals:
            raise Refused("no_items")
        pictures.check_number(source, kept=self._kept)
        self._look_at_the_whole()
        items = self._items(raw, 1, "")
        items = conditions.checked(items, findings)
        conditions.refuse_circles(items, self._reads(items), findings)
        title = self._title
        version = string(source.get("version"))
        if findings.refusals:
            found = (*findings.refusals, *findings.problems)
            return Import(Result.REFUSED, None, found, findings.notes, self._count, title, version)
        form = Questionnaire(
            title=title or UNTITLED,
            name=string(source.get("name")),
            version=version,
            url=string(source.get("url")),
            copyright=string(source.get("copyright")),
            items=items,
            formulas=self._formulas.of(source, "", title),
            language=string(source.get("language")),
            about={name: string(source.get(name)) for name in ABOUT if string(source.get(name))},
            source=source,
            digest=self._digest,
        )
        scoring.checked(form, findings)
        problems = tuple(findings.problems)
        result = Result.PART if problems else Result.FULL
        return Import(result, form, problems, findings.notes, self._count, title, version)

    # -- the whole form ----------------------------------------------------------------------------------------------

    def _look_at_the_whole(self) -> None:
        if self._source.get("status") is None:
            self._findings.note("no_status")
        if not string(self._source.get("title")):
            self._findings.note("no_title", title=self._title or UNTITLED)
        subjects = self._source.get("subjectType")
        if isinstance(subjects, list) and subjects and "Patient" not in subjects:
            facts = {"found": " or ".join(str(one) for one in subjects)}
            if OF_A_PATIENT.isdisjoint(subjects):
                self._findings.problem("", self._title, "subjectType", "not_about_patients", "the_patients", **facts)
            else:
                self._findings.note("about_their_care", **facts)
        unfollowed.tell(self._source, "", "", self._findings, self._shows)

    def _reads(self, items: tuple[Item, ...]) -> dict[str, list[str]]:
        """Which questions an item's own expressions look at, as far as their text shows it."""
        asking = {item.link_id for item in walk(items) if item.kind.asks}
        found: dict[str, list[str]] = {}
        for item in walk(items):
            formulas = [one for one in (item.formulas.enabled, item.formulas.calculated) if one]
            named = dict.fromkeys(name for one in formulas for name in called(one.text))
            if read := [one for one in named if one in asking]:
                found[item.link_id] = read
        return found

    # -- items -------------------------------------------------------------------------------------------------------

    def _items(self, raw: Any, depth: int, parent: str) -> tuple[Item, ...]:
        if not isinstance(raw, list):
            return ()
        if depth > DEEPEST:
            raise Refused("too_nested", parent, found=depth, limit=DEEPEST)
        found = (self._item(one, depth, parent) for one in raw)
        return tuple(item for item in found if item is not None)

    def _item(self, raw: Any, depth: int, parent: str) -> Item | None:
        self._count += 1
        if self._count > MOST_ITEMS:
            raise Refused("too_many_items", found=f"more than {MOST_ITEMS:,}", limit=f"{MOST_ITEMS:,}")
        raw = raw if isinstance(raw, dict) else {}
        text = string(raw.get("text"))
        if not (link_id := self._identity(raw, text, parent)):
            self._options(raw, Kind.CHOICE, "", text)
            return None
        try:
            self._refuse_what_changes_meaning(raw, link_id, text)
            return self._question(raw, self._kind(raw, link_id, text), link_id, text, depth)
        except Refused as refused:
            if refused.why.startswith("too_"):
                raise
            self._findings.refuse(refused)
            return None

    def _question(self, raw: dict[str, Any], kind: Kind, link_id: str, text: str, depth: int) -> Item:
        unfollowed.tell(raw, link_id, text, self._findings, self._shows)
        extensions = Extensions(raw)
        name = f"q{self._count}"
        formulas = self._formulas.of(raw, link_id, text) if raw.get("extension") else NO_FORMULAS
        options = self._options(raw, kind, link_id, text)
        if needed(kind) and not options and formulas.answers is None and _queries(extensions):
            self._cannot_be_asked(raw, link_id, text)
        found = conditions.read(raw, link_id, text, self._findings)
        if found and formulas.enabled:
            self._findings.problem(link_id, text, "enableWhenExpression", "two_conditions", "both_must_hold")
        if formulas.calculated and raw.get("readOnly") is not True:
            self._findings.count("calculated_is_read_only")
        below = self._items(raw.get("item"), depth + 1, link_id)
        item = Item(
            link_id=link_id,
            name=name,
            kind=kind,
            text=text,
            prefix=string(raw.get("prefix")),
            definition=string(raw.get("definition")),
            proposes=proposes_of(raw),
            markup=self._markup(raw, kind),
            codes=_codes(raw.get("code")),
            required=raw.get("required") is True and kind is not Kind.DISPLAY,
            repeats=raw.get("repeats") is True,
            read_only=raw.get("readOnly") is True or formulas.calculated is not None,
            hidden=extensions.flag("hidden"),
            limits=self._limits(raw, kind, options, text),
            look=looks.look(raw, extensions),
            formulas=formulas,
            options=options,
            units=looks.units(extensions),
            unit_open=extensions.text("unitOpen") in ("optionsOrString", "optionsOrType"),
            conditions=found,
            behavior=conditions.behavior(raw),
            items=_all_of(below, **_handed_down(raw, kind, extensions)),
        )
        return replace(item, initial=initials.read(raw, item, self._findings))

    def _cannot_be_asked(self, raw: Mapping[str, Any], link_id: str, text: str) -> None:
        """Its choices come from a server that is not asked: it is left out, or the form is refused for it."""
        self._findings.problem(link_id, text, "answerExpression", "lookup", "left_out")
        if raw.get("required") is True:
            self._findings.refuse(Refused("required_unaskable", link_id, text))

    def _markup(self, raw: Mapping[str, Any], kind: Kind) -> str:
        """The marked-up text, and the picture beside it; many write the markup beside the text, not in it."""
        alone = kind is Kind.DISPLAY
        found = markup.marked(raw.get("_text"), alone=alone)
        found = found if found.html or found.lost else markup.marked(raw, alone=alone)
        self._marked += found.letters
        markup.check_length(self._marked, kept=self._kept)
        for _ in range(found.lost + sum(not self._shows(one) for one in found.pictures)):
            self._findings.count("picture")
        media = pictures.beside(raw)
        if media is None or not self._shows(media[0]):
            return found.html
        return f"{found.html or escape(string(raw.get('text')))} {pictures.image(*media)}"

    def _shows(self, picture: bytes) -> bool:
        """Whether it is a picture; of a version that was frozen that was found out when it was brought in."""
        return self._kept or pictures.clean(picture) is not None

    def _identity(self, raw: Mapping[str, Any], text: str, parent: str) -> str:
        """The linkId, if it is one; what is wrong with it is told."""
        link_id = raw.get("linkId")
        if not isinstance(link_id, str) or not link_id:
            self._findings.refuse(Refused("no_link_id", "", text))
            return ""
        if len(link_id) > LONGEST_ID:
            self._findings.refuse(Refused("long_link_id", link_id[:40], text, found=len(link_id), limit=LONGEST_ID))
            return ""
        if len(text) > LONGEST_TEXT:
            self._findings.refuse(Refused("long_text", link_id, text[:40], found=len(text), limit=LONGEST_TEXT))
        known = self._seen.get(link_id)
        if known is None:
            self._seen[link_id] = (text, str(raw.get("type")), parent)
            return link_id
        if _only_one_lost(known, raw, parent):
            self._findings.problem(link_id, text, "linkId", "twice", "left_out", other=known[0])
        elif link_id not in self._twice:
            self._twice.add(link_id)
            self._findings.refuse(Refused("twice", link_id, text, other=known[0]))
        return ""

    def _kind(self, raw: Mapping[str, Any], link_id: str, text: str) -> Kind:
        found = raw.get("type")
        try:
            return Kind(str(found))
        except ValueError as error:
            raise Refused("unknown_type" if found else "no_type", link_id, text, found=found) from error

    def _options(self, raw: Mapping[str, Any], kind: Kind, link_id: str, text: str) -> tuple[Option, ...]:
        required = raw.get("required") is True
        try:
            options = self._choices.of(raw)
        except Elsewhere as elsewhere:
            if required and needed(kind):
                self._findings.refuse(Refused("required_unaskable", link_id, text))
            effect = "left_out" if needed(kind) else "plain_text"
            where = elsewhere.where.removeprefix("https://").removeprefix("http://")
            self._findings.problem(link_id, text, "answerValueSet", elsewhere.why, effect, where=where)
            return ()
        if (blank := self._choices.blank(raw)) and not self._findings.knows(link_id, "answerOption["):
            facts = {"count": blank, "all": blank + len(options)}
            self._findings.problem(link_id, text, "answerOption", "blank_options", "option_left_out", **facts)
        if (same := twin(options)) is not None and same[0].label == same[1].label:
            self._findings.refuse(Refused("twin_options", link_id, text, option=same[0].label))
        elif same is not None:
            self._findings.note("twin_values", text=text, one=same[0].label, other=same[1].label)
        if options or not needed(kind) or not link_id or Extensions(raw).has("answerExpression"):
            return options
        if options := self._choices.constant(raw):
            self._findings.count("constant")
            return options
        if required:
            self._findings.refuse(Refused("required_unaskable", link_id, text))
        why = "reference" if kind is Kind.REFERENCE else "no_choices"
        if not self._findings.knows(link_id, "answerOption["):
            self._findings.problem(link_id, text, "answerOption", why, "left_out")
        return ()

    def _limits(self, raw: Mapping[str, Any], kind: Kind, options: tuple[Option, ...], text: str) -> Limits:
        link_id = str(raw["linkId"])
        question = limits.Limited(link_id, text, kind, options)
        return limits.read(raw, question, self._findings, lambda one: self._formulas.limit(one, link_id, text))

    def _refuse_what_changes_meaning(self, raw: Mapping[str, Any], link_id: str, text: str) -> None:
        for word in ("modifierExtension", "implicitRules"):
            if raw.get(word):
                raise Refused("modifier", link_id, text, found=word)


def _queries(extensions: Extensions) -> bool:
    """Whether the choices are asked of a FHIR server, which Latchkey never does."""
    asked = extensions.first("answerExpression").get("valueExpression")
    return isinstance(asked, dict) and asked.get("language") == QUERY


def _only_one_lost(known: tuple[str, str, str], raw: Mapping[str, Any], parent: str) -> bool:
    """Whether a second question of one name can be left out alone.

    It stands in another group, is of the same type, has nothing below it and is not required: then the first one's
    answers stay as they are. Side by side, or of two types, nobody can say which one was meant.
    """
    _, kind, place = known
    alone = not raw.get("item") and raw.get("required") is not True
    return alone and kind == raw.get("type") and kind not in ("group", "display") and place != parent


def _handed_down(raw: Mapping[str, Any], kind: Kind, extensions: Extensions) -> dict[str, Any]:
    """What stands in something hidden is hidden too; what stands in a group that is only read is only read."""
    only_read = kind is Kind.GROUP and raw.get("readOnly") is True
    found = {"hidden": extensions.flag("hidden"), "read_only": only_read}
    return {name: True for name, so in found.items() if so}


def _all_of(items: tuple[Item, ...], **facts: Any) -> tuple[Item, ...]:
    return tuple(replace(item, items=_all_of(item.items, **facts), **facts) for item in items) if facts else items


def _codes(raw: Any) -> tuple[tuple[str, str], ...]:
    found = [one for one in raw if isinstance(one, dict)] if isinstance(raw, list) else []
    return tuple((string(one.get("system")), string(one.get("code"))) for one in found)
