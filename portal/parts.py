"""Small pieces of pages, made here so that no page can forget what belongs to them."""

from functools import cache, lru_cache

from markupsafe import Markup, escape

from core.practice import doors
from core.practice.describing import hours_in, urgent_in
from core.practice.words import PracticeCard
from portal.language import page_language, say, say_many, spoken

SEVERAL = 1024  # practices whose number stands on pages
FOCUSED = Markup(" autofocus")
TURNING = frozenset({"send", "left", "reply"})  # icons that point where the text runs (U108)


@cache
def icon(name: str) -> Markup:
    """An icon of the page's own sprite; always beside a word, so hidden from those who listen.

    No larger than that word where no style sheet comes (U71).
    """
    kind = "i turns" if name in TURNING else "i"
    return Markup(
        '<svg class="{}" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor"'
        ' aria-hidden="true"><use href="#i-{}"/></svg>'
    ).format(kind, name)


def summary(problem: str, field: str = "", *others: tuple[str, str], focus: bool = True) -> Markup:
    """What went wrong, at the top of the page, each with a way to its field (U74, U83).

    Where a page has but one field that one has the focus, and says itself what is wrong: `focus` is off then.
    """
    link = Markup('<p><a href="#{1}">{0}</a></p>')
    lines = [link.format(*one) if one[1] else Markup("<p>{}</p>").format(one[0]) for one in ((problem, field), *others)]
    return Markup(
        '<div class="sum" id="problem" role="alert" aria-labelledby="sum-h" tabindex="-1"{}>'
        '<h2 id="sum-h">{} {}</h2>{}</div>'
    ).format(FOCUSED if focus else "", icon("warn"), say("There is a problem"), Markup("").join(lines))


def wait_a_little(words: str) -> Markup:
    """What is no mistake of anybody's, said at the top of the page: nothing is wrong, only it is too early."""
    box = Markup('<div class="sum calm" id="problem" role="status" tabindex="-1"{}><p>{} <span>{}</span></p></div>')
    return box.format(FOCUSED, icon("clock"), words)


def soon(left: float | None) -> Markup:
    """Two minutes before the page locks (S30), shown by a style alone; a button takes along what is typed (U81).

    `left`: seconds of the hour that there are, None where it does not count. Within its last quarter there is no more
    time to be had, and the notice comes before its end.
    """
    if left is None or left >= doors.PATIENT_IDLE.total_seconds():
        return _soon(page_language(), None)
    return _soon(page_language(), max(0, int(left - 120) // 60))


@cache
def _soon(_language: str, minutes: int | None) -> Markup:
    """In the language of the page; there are some twenty of them."""
    locked = Markup("<b>{}</b>").format(say("You will be locked out in 2 minutes."))
    press = Markup('<button class="btn" type="submit" name="more_time" value="1">{}</button>')
    if minutes is None:
        said, button = say("Do you need more time?"), press.format(say("I need more time"))
        return Markup('<div class="soon"><p>{} {}</p>{}</div>').format(locked, said, button)
    said = say("You can stay for an hour at most. After that, get a new code to go on.")
    button = press.format(say("Keep what I typed"))
    return Markup('<div class="soon in-{}"><p>{} {}</p>{}</div>').format(minutes, locked, said, button)


def phone_link(card: PracticeCard | None) -> Markup:
    """The practice's number, to be pressed."""
    if card is None:
        return escape(say("your clinic"))
    return _to_be_pressed(card.phone)


@lru_cache(SEVERAL)
def _to_be_pressed(phone: str) -> Markup:
    digits = "".join(letter for letter in phone if letter.isdigit() or letter == "+")
    return Markup('<a href="tel:{}" dir="ltr">{}</a>').format(digits, phone)


def urgent(card: PracticeCard) -> Markup:
    """What to do if it is urgent, in the practice's own words; what is not in the page's language says so (U107)."""
    return _own(*urgent_in(card, page_language()))


def hours(card: PracticeCard) -> Markup:
    """When the practice is open, likewise."""
    return _own(*hours_in(card, page_language()))


def _own(text: str, language: str) -> Markup:
    marked = spoken(language)
    return Markup("<span{}>{}</span>").format(marked, text) if marked else escape(text)


def read_soon(card: PracticeCard) -> str:
    """Within what time the practice tries to read an answer, as it says itself."""
    return say_many(
        "We try to read it within 1 working day.",
        "We try to read it within %(count)s working days.",
        card.answer_days,
    )


def safety(card: PracticeCard | None) -> Markup:
    """Where to find help now, for somebody whose answers want a look at once (F61)."""
    said = urgent(card) if card else ""
    help_now = Markup(say("<b>If you need help now,</b> call %(phone)s.")) % {"phone": phone_link(card)}  # noqa: S704
    return Markup('<div class="sum" role="note"><p>{} {}</p></div>').format(help_now, said)
