"""Opening the lock with all that is asked for: a code or a card, and beside it a PIN or a date of birth (S25, S26).

Slow hashes are computed outside the transactions. A guess is charged before anything is compared, and neither the page
nor the counters tell which part was wrong.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core.practice.passwords import is_right
from core.release import birth, card, code, guesses, pin
from core.release.code import CodeWrong, Key, Tried
from core.release.find import live_link
from core.release.guesses import Caller, Charged
from core.store.types import AnyRow
from core.store.unit import Unit, Who
from core.store.writer import Store


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields of the page; `card` is None where a code was asked for."""

    code: str = ""
    card: str | None = None
    pin: str = ""
    born: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What must be right beside code or card; None where it is not asked; `pin` is empty, and nothing matches
    it, where it is asked and there is none."""

    pin: str | None
    born: date | None
    card: AnyRow | None


def unlock(store: Store, who: Who, link_id: UUID, caller: Caller, typed: Typed) -> Tried:
    """Try what was typed. What went wrong is returned (see `code.verify`).

    Raises LinkGone, LinkFrozen, LinkExpired, CodeMalformed, CardMalformed, BirthMalformed, PinNotTyped, TooMany.
    These count nothing.
    """
    if typed.card is None and (tried := store.run(who, code.verify, link_id, caller, typed.code)):
        return tried
    asked = store.look(who, _asked, link_id, caller)
    said = code.shaped(typed.code) if typed.card is None else card.shaped(typed.card)
    born = birth.shaped(typed.born) if asked.born else None
    if asked.pin is not None and not typed.pin.strip():
        raise pin.PinNotTyped
    charged = store.run(who, _admit, link_id, caller)
    if charged is None:
        return Tried(error=CodeWrong(None))
    key = code.by_code(said) if typed.card is None else _by_card(store, who, asked.card, said)
    knows = _knows_pin(store, who, asked.pin, typed.pin) & (born == asked.born)
    return store.run(who, code.settle, link_id, caller, key, charged, beside=knows)


def _asked(unit: Unit, link_id: UUID, caller: Caller) -> Asked:
    link = live_link(unit, link_id, known=caller.known, followed=caller.followed)
    kept = pin.kept(unit, link.patient_id) if link.sensitive else None
    return Asked(kept, birth.wanted_at(unit, link), card.live(unit, link.patient_id))


def _admit(unit: Unit, link_id: UUID, caller: Caller) -> Charged | None:
    link = live_link(unit, link_id, lock=True, known=caller.known, followed=caller.followed)
    return guesses.admit(unit, link, caller)


def _knows_pin(store: Store, who: Who, kept: str | None, typed: str) -> bool:
    if kept is None:
        return True
    return is_right(kept, typed.strip(), store.seals(who.practice_id).mac_key(pin.PEPPER))


def _by_card(store: Store, who: Who, kept: AnyRow | None, typed: str) -> Key:
    """What uses up the card, if it is the one that was typed; the slow comparison is made here."""
    right = is_right(kept.hash if kept else "", typed, store.seals(who.practice_id).mac_key(card.PEPPER))
    return lambda unit, _link, _browser, beside: card.use_up(unit, kept.id if kept and right and beside else None)
