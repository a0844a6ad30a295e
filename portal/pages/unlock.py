"""Before the lock: whose practice, one button, then the code field (U72-U76)."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.calendar import clock_from
from core.errors import LatchkeyError
from core.release import alarm, code, crowd, tally, visits
from core.release.birth import BirthMalformed
from core.release.card import CardMalformed
from core.release.code import CodeMalformed, CodeWrong
from core.release.crowd import Busy
from core.release.find import live_link
from core.release.guesses import Caller
from core.release.pin import PinNotTyped
from core.release.reading import not_me
from core.release.sends import AskLater, DayLimit
from core.release.standing import Standing, standing
from core.release.unlocking import Typed, unlock
from core.web import cookies
from core.web.agents import by_a_person
from portal.language import day, page_language
from portal.visit import (
    Before,
    NoLink,
    SessionOver,
    address,
    before,
    check_form,
    device,
    house,
    known_browser,
    learned,
    look,
    maybe_before,
    practice_card,
    run,
    unlocked,
    who,
    with_known,
)
from portal.wording import asked_elsewhere, sentence, wrong_card, wrong_code

pages = Blueprint("unlock", __name__)
NOTHING = Typed()
# What is no guess, and the field it is about: nothing was compared, so the others keep what was typed.
FIELD: Mapping[type[LatchkeyError], str] = {
    CodeMalformed: "code",
    CardMalformed: "card",
    BirthMalformed: "born",
    PinNotTyped: "pin",
}


@pages.get("/unlock")
def show() -> Response:
    """What to do: ask for a code, or type the one that came."""
    followed = maybe_before()
    if _already_open(followed):
        return make_response(redirect("/message", 303))
    seen = before()  # again: from here on the page is about this link, not the one that is open
    here = _standing(seen)
    if not here.phone_ending:
        return make_response(_card_page(here))
    return make_response(_code_page(here) if here.asked else _start_page(here))


@pages.get("/unlock/card")
def card() -> Response:
    """For whoever has a card: its code instead of a texted one."""
    return make_response(_card_page(_standing(before())))


@pages.post("/unlock/send")
def send() -> Response:
    """Text a code, once a person has pressed (S4, S9); what looks like a machine's press gets the button once more."""
    seen = before()
    check_form()
    if _like_a_machine(seen) and "again" not in request.form:
        run(seen.practice_id, visits.pressed_by_machine, seen.link_id)
        return make_response(_start_page(_standing(seen), confirm_human=True))
    _let_wait(seen)
    try:
        look(seen.practice_id, code.may_ask, seen.link_id, known_browser(), seen.followed)
        crowd.ask(house().store, address())
        asks = (seen.link_id, seen.browser, known_browser(), page_language(), seen.followed)
        run(seen.practice_id, code.ask, *asks)
    except AskLater as later:
        return _asked_too_soon(seen, later)
    except DayLimit as enough:
        return _enough_today(seen, enough)
    return make_response(redirect("/unlock", 303))


@pages.post("/unlock/verify")
def verify() -> Response:
    """Try a code; a right one opens a session in this browser alone."""
    return _try(_typed_here(code=_typed("code")), _code_page)


@pages.post("/unlock/card")
def verify_card() -> Response:
    """Try what is on a card, counted like a code."""
    return _try(_typed_here(card=_typed("card")), _card_page)


def _try(typed: Typed, page: Callable[..., str]) -> Response:
    seen = before()
    check_form()
    charged = crowd.guess(house().store, address())
    tried = _tried(seen, charged, typed)
    if tried.error is not None and (field := FIELD.get(type(tried.error))):
        return make_response(page(_standing(seen), sentence(tried.error), field=field, typed=typed), 422)
    if isinstance(tried.error, CodeWrong):
        here = _standing(seen)
        beside = here.sensitive or here.asks_birth
        words = wrong_card(tried.error) if typed.card is not None else wrong_code(tried.error, beside=beside)
        return make_response(page(here, words), 422)
    if tried.error is not None:
        raise tried.error
    answer = make_response(redirect("/message", 303))
    answer.set_cookie(cookies.PATIENT, tried.cookie, **cookies.ATTRIBUTES)
    answer.delete_cookie(cookies.BEFORE, **cookies.ATTRIBUTES)
    return with_known(answer, tried.known) if tried.known else answer


def _tried(seen: Before, charged: crowd.Guess, typed: Typed) -> code.Tried:
    pause = 0
    if charged.alarm and not known_browser():
        run(seen.practice_id, alarm.ring, alarm.Alarm.GUESSING, _pause())
        pause = _let_wait(seen)
    try:
        caller = Caller(seen.browser, device(), known_browser(), pause, charged, seen.followed)
        return unlock(house().store, who(seen.practice_id), seen.link_id, caller, typed)
    except tuple(FIELD) as error:
        return code.Tried(error=error)


def _typed_here(code: str = "", card: str | None = None) -> Typed:
    return Typed(code, card, _typed("pin"), _typed("born"))


def _typed(field: str) -> str:
    """What was typed; two fields of one name are nobody's guess (S14)."""
    given = request.form.getlist(field)
    return given[0] if len(given) == 1 else ""


def _let_wait(seen: Before) -> int:
    """While the breaker is on, a new browser waits a little between its steps; how long (S19). Raises Busy."""
    if known_browser() or not look(tally.ANYONE.practice_id, crowd.alarmed):
        return 0
    left = _pause() - int((house().store.clock() - seen.followed).total_seconds())
    if left > 0:
        raise Busy(left)
    return _pause()


def _pause() -> int:
    return house().settings.limits.portal_pause


@pages.get("/unlock/not-me")
def ask_not_me() -> Response:
    """A page of its own, so that no scanner's single press can close a link."""
    seen = before()
    look(seen.practice_id, live_link, seen.link_id, followed=seen.followed)
    return make_response(render_template("unlock/notme.html"))


@pages.post("/unlock/not-me")
def close_not_me() -> Response:
    """Close the link and tell the practice."""
    seen = before()
    check_form()
    run(seen.practice_id, not_me, seen.link_id, seen.followed)
    answer = make_response(render_template("unlock/notme_done.html"))
    answer.delete_cookie(cookies.BEFORE, **cookies.ATTRIBUTES)
    return answer


def _already_open(followed: Before | None) -> bool:
    """Whether this very link is unlocked here; another one that is does not count."""
    try:
        door = unlocked()
        return followed is None or door.link_id == followed.link_id
    except (NoLink, SessionOver):
        return False


def _like_a_machine(seen: Before) -> bool:
    """Browsers mark a press by a person with `Sec-Fetch-User: ?1`. One that never does, as Safari, is told by haste:
    fetched and pressed in under two seconds, within a minute of the e-mail's delivery (decision 14). Filters that press
    run browsers and say so; a tool that goes by its own name is none."""
    if (person := by_a_person(request.headers)) is not None:
        return not person
    hasty = house().store.clock() - seen.followed < visits.TOO_QUICK
    as_browser = request.headers.get("User-Agent", "").startswith("Mozilla/")
    return as_browser and hasty and look(seen.practice_id, visits.just_delivered, seen.link_id)


def _asked_too_soon(seen: Before, later: AskLater) -> Response:
    here = _standing(seen)
    page = _code_page(here, sentence(later), wrong=False) if here.asked else _start_page(here, asked_elsewhere(later))
    answer = make_response(page, 429)
    answer.headers["Retry-After"] = str(max(1, int((later.at - house().store.clock()).total_seconds())))
    return answer


def _enough_today(seen: Before, enough: DayLimit) -> Response:
    """No more codes until tomorrow; the newest may still be good, and has its field one press away (U76)."""
    here = _standing(seen)
    return make_response(render_template("dead/enough.html", problem=sentence(enough), asked=here.asked), 429)


def _standing(seen: Before) -> Standing:
    here = look(seen.practice_id, standing, seen.link_id, seen.browser, known_browser(), seen.followed)
    learned(seen.link_id, here.practice, here.language)
    return here


def _start_page(here: Standing, problem: str = "", *, confirm_human: bool = False) -> str:
    return render_template("unlock/start.html", problem=problem, confirm_human=confirm_human, **_link_facts(here))


def _code_page(
    here: Standing, problem: str = "", *, wrong: bool = True, field: str = "", typed: Typed = NOTHING
) -> str:
    """The page for a code; `wrong` where the problem is what was typed, and not that it is too early for a new one.
    `field`: the only one it is about.
    """
    facts = {"problem": problem, "wrong": wrong and problem != "", "field": field, "typed": _kept(typed, field)}
    return render_template("unlock/code.html", **facts, **_link_facts(here))


def _card_page(here: Standing, problem: str = "", *, field: str = "", typed: Typed = NOTHING) -> str:
    facts = {"problem": problem, "wrong": problem != "", "field": field, "typed": _kept(typed, field)}
    return render_template("unlock/card.html", **facts, **_link_facts(here))


def _kept(typed: Typed, field: str) -> dict[str, str]:
    """What still stands in the fields beside the one to mend; a PIN is never sent back."""
    fields = {"code": typed.code, "card": typed.card or "", "born": typed.born}
    return {name: "" if name == field else value for name, value in fields.items()}


def _link_facts(here: Standing) -> dict[str, Any]:
    zone = practice_card().time_zone
    return {
        "phone_ending": here.phone_ending,
        "sensitive": here.sensitive,
        "asks_birth": here.asks_birth,
        "until": day(here.until, zone),
        "again_at": clock_from(here.again_at, zone) if here.again_at else "",
    }
