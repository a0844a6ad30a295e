"""What to look at before sending: words that look clinical outside the lock, namesakes, costly letters (U44, U49)."""

import re
import unicodedata
from collections.abc import Mapping

from rapidfuzz.distance import OSA

from core.compose.clinical import clinical
from core.compose.contacts import CHANNELS, Contact
from core.compose.greeting import greets
from core.compose.words import Command, Later, Warning
from core.delivery.segments import count, instead, plainer
from core.delivery.words import Bar, Channel
from core.forms.builder.translating import spoken_of
from core.forms.find import FormCard, Pack, by_key, version
from core.forms.languages import name_of, read_in
from core.forms.library import shelf
from core.forms.waiting.outstanding import answered_lately, outstanding
from core.forms.words import Questionnaire
from core.patients.address import domain_hint
from core.patients.card import mac_of
from core.patients.directory import directory
from core.release.contacts import changed_lately
from core.release.find import doubted, left_unopened
from core.store.unit import Unit

OPEN = frozenset({Command.SMS, Command.EMAIL})  # what leaves unlocked
CHECKED, ANYWAY = ("checked",), ("anyway",)  # the one answer to what is easily overlooked (U49)
# Where a word of the command may have been meant: in front, however it is written, or at the very end.
ENDS = re.compile(r"(?:expires?|expiry)\b(?:\s+in)?(?:\s+\S+)?|\d{1,2}[dh](?=\s)", re.IGNORECASE)
LAST = re.compile(r"\s(?:(?P<pin>sensitive)|expires?\s+(?:in\s+)?\d\S*(?:\s+\w+)?)\s*\Z", re.IGNORECASE)
REASONS = ("asked", "harmless", "urgent")  # why it goes outside the lock all the same; audited (U44)


def warnings(unit: Unit, command: Command, contacts: list[Contact], text: str, subject: str) -> tuple[Warning, ...]:
    """Everything worth a look, in the order of how much harm it can do."""
    found = [*_namesakes(unit, contacts), *to_answer(unit, command, contacts), *_doubted(unit, contacts)]
    found += _addresses(unit, command, contacts)
    found += greets(directory(unit), [one.name for one in contacts], text)
    if command in OPEN and (seen := clinical(f"{subject} {text}")):
        found.append(Warning("clinical", {"words": seen}, REASONS))
    if command is Command.SMS:
        found += _costly(text)
    if command is Command.DIRECT:
        found += _meant_as_a_mark(text)
    return tuple(found)


def to_answer(unit: Unit, command: Command, contacts: list[Contact]) -> list[Warning]:
    """What is known of the people that nobody should overlook: asked about again when it is confirmed (U49)."""
    found = [*_archived(contacts), *_fresh(unit, contacts)]
    if command not in OPEN and (names := [one.name for one in contacts if left_unopened(unit, one.id)]):
        found.append(Warning("unopened", {"names": names}, ANYWAY))
    return found


def unanswered(found: list[Warning], decided: Mapping[str, str]) -> tuple[str, ...]:
    """The codes of warnings that want an answer and have none. Pure."""
    return tuple(one.code for one in found if one.decide and decided.get(one.code) not in one.decide)


def asked_already(unit: Unit, contacts: list[Contact], keys: str) -> tuple[Warning, ...]:
    """Forms that wait with somebody already, or that they answered lately (F79)."""
    found = []
    for contact in contacts:
        for key in keys.split():
            if waits := outstanding(unit, contact.id, key):
                facts = {"name": contact.name, "title": waits[-1].title, "days": (unit.now - waits[-1].sent_at).days}
                found.append(Warning("form_waits", {**facts, "started": waits[-1].started_at is not None}))
            elif at := answered_lately(unit, contact.id, key):
                facts = {"name": contact.name, "title": by_key(unit, key).title, "days": (unit.now - at).days}
                found.append(Warning("form_answered", facts))
    return tuple(found)


def words_behind(unit: Unit, contacts: list[Contact], pack: Pack) -> tuple[Warning, ...]:
    """Forms whose questions changed after they were translated, and who would read the old words (F82)."""
    found = []
    for form, behind in ((found[-1], spoken_of(*found)) for found in (_versions(unit, card) for card in pack.forms)):
        for one in (spoken for spoken in behind if spoken.stale):
            readers = [contact.name for contact in contacts if read_in(form, contact.language).reads == one.code]
            facts = {"title": form.title, "language": name_of(one.code), "stale": one.stale}
            found.append(Warning("words_behind", {**facts, "name": readers[0] if readers else ""}))
    return tuple(found)


def _versions(unit: Unit, card: FormCard) -> list[Questionnaire]:
    """The version that is sent; if it is translated, behind those that it followed."""
    form = version(unit, card.id, card.version)[1]
    if not spoken_of(form):
        return [form]
    return [one.form for one in reversed(shelf.versions(unit, card.id)) if one.number < card.version] + [form]


def time_in_front(later: Later, front: str, segments: int, credits: int) -> Warning:
    """A time that the text begins with: whether it is meant as one is asked, not assumed (U45). `front` is what does
    not go then, `segments` and `credits` are what the rest costs.
    """
    facts = {"at": later.at, "said": later.said, "zone": later.zone}
    return Warning("when", {**facts, "front": front, "segments": segments, "credits": credits}, ("later", "words"))


def _archived(contacts: list[Contact]) -> list[Warning]:
    """Patients the practice has filed away: somebody may have moved, or died."""
    names = [one.name for one in contacts if one.archived]
    return [Warning("archived", {"names": names}, ANYWAY)] if names else []


def _fresh(unit: Unit, contacts: list[Contact]) -> list[Warning]:
    """Contacts changed less than a day ago: whoever changed them should be who they said (S27)."""
    names = [one.name for one in contacts if one.patient and changed_lately(unit, one.id)]
    return [Warning("fresh", {"names": names}, CHECKED)] if names else []


def _doubted(unit: Unit, contacts: list[Contact]) -> list[Warning]:
    """Numbers whose owner said "this is not me" (S34)."""
    numbers = [(one, mac_of(unit, "mobile", one.mobile)) for one in contacts if one.patient and one.mobile]
    return [Warning("doubted", {"name": one.name}) for one, mac in numbers if doubted(unit, one.id, mac)]


def _addresses(unit: Unit, command: Command, contacts: list[Contact]) -> list[Warning]:
    """Addresses that look mistyped, or that the network called wrong before (P35, P65). Hints, never refusals."""
    found = []
    for contact in contacts:
        channels = CHANNELS[command]
        if Channel.EMAIL in channels and (hint := domain_hint(contact.email, directory(unit).common_domains)):
            found.append(Warning("typo", {"name": contact.name, "typed": hint[0], "meant": hint[1]}))
        for one in contact.barred:
            if one.bar is Bar.WRONG and one.channel in channels:
                what = "mobile" if one.channel is Channel.SMS else "email address"
                found.append(Warning("wrong", {"name": contact.name, "what": what}))
    return found


def _meant_as_a_mark(text: str) -> list[Warning]:
    """`sensitive` and `expires 3d` count right after the name only; elsewhere they go out as words: that is said."""
    last, first = LAST.search(text), text.partition(" ")[0].strip(",.:;!")
    if OSA.distance(first.casefold(), "sensitive") <= 1:
        return [Warning("mark", {"typed": first, "mark": "sensitive"})]
    if found := ENDS.match(text) or last:
        mark = "sensitive" if last and last["pin"] else "expires 3d"
        return [Warning("mark", {"typed": " ".join(found[0].split()), "mark": mark})]
    return []


def _costly(text: str) -> list[Warning]:
    counted, plain = count(text), count(plainer(text))
    if counted.costly and counted.segments > 1:
        facts = {"letter": counted.costly, "segments": counted.segments, "instead": instead(counted.costly)}
        return [Warning("costly", {**facts, "fewer": plain.segments})]
    return []


def _namesakes(unit: Unit, contacts: list[Contact]) -> list[Warning]:
    found = []
    for contact in contacts:
        if contact.patient:
            same = [p for p in directory(unit).all() if p.id != contact.id and _plain(p.name) == _plain(contact.name)]
            facts = {"name": contact.name, "born": contact.born, "other": same[0].date_of_birth if same else None}
            found += [Warning("namesake", facts, ("right_one",))] if same else []
    return found


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKD", name).casefold()
