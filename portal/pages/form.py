"""The Smart Form, page by page, without script: questions, lists, files, until later (F33-F37, F55, U82, U83)."""

import secrets
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.errors import Invalid, NotFound
from core.forms import answers as forms
from core.forms import languages
from core.forms.answering import drawing, keeping, saving, signing, uploads
from core.forms.answering.saving import Saved
from core.forms.answers import Filling, StalePage
from core.forms.asking import pictures
from core.forms.asking.route import after
from core.forms.words import Kind, Questionnaire
from core.language import NAMES
from core.messages.inspect import FileRefused
from core.practice.doors import PatientDoor
from core.web import headers
from core.web.throttle import FILES_LOOKED_AT, PAGES_KEPT
from portal import asking
from portal.language import page_language
from portal.visit import SessionOver, check_form, house, lately_unlocked, look, run, stay, unlocked, who
from portal.wording import refused, sentence, status_of

pages = Blueprint("form", __name__, url_prefix="/form")
# Buttons that insist on nothing (F34); `skip` is one where the practice allows it (F49).
LEAVING = frozenset({"back", "later", "more_time", "clear", "add", "remove", "skip"})
OURS = frozenset({"csrf_token", "offer", "change"}) | LEAVING  # everything else is an answer (S87)


@pages.get("/start")
def start() -> Response:
    """What it is, how long it takes, until when."""
    door, now = unlocked(), filling()
    if now.submitted_at:
        return to("/form/done")
    number = min(now.next_page, len(now.state.pages))
    left, minutes = look(door.practice_id, forms.ahead, door.link_id)
    facts = {"number": number, "going_on": bool(now.draft.count), "left": left, "minutes": minutes}
    return make_response(render_template("form/start.html", **asking.about(now), **asking.spoken(now), **facts))


@pages.get("/picture/<digest>")
def picture(digest: str) -> Response:
    """A picture that the form carries in itself, encoded again; for whoever unlocked it (F65, S65, S80)."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise NotFound("file")
    return picture_of(filling().form, digest)


@pages.post("/language")
def choose_language() -> Response:
    """Read the form in one of the languages that its owner translated it into (F82)."""
    door = unlocked()
    check_form()
    stay(door)
    chosen = request.form.get("language", "")

    def make(now: Filling) -> Filling:
        known = chosen if chosen in languages.offered(now.form) else now.draft.language
        return replace(now, draft=replace(now.draft, language=known))

    forms.change(house().store, who(door.practice_id), door.link_id, make)
    return to(f"/form/start?language={chosen}" if chosen in NAMES else "/form/start")


@pages.get("/p/<int:number>")
def page(number: int) -> Response:
    """One question, or a list of what was added."""
    door, now = unlocked(), filling()
    if now.submitted_at:
        return to("/form/done")
    try:
        return _page(door, now, number)
    except StalePage as stale:
        return moved(stale)


@pages.post("/p/<int:number>")
def save(number: int) -> Response:
    """Keep the answer and go on, back, or away until later; what cannot be taken is shown again as typed (F34).

    Words survive a session that ended meanwhile, too: they are kept with the draft (U81).
    """
    door = lately_unlocked()
    check_form()
    pressed = LEAVING & set(request.form)
    posted = posted_answers()
    outcome: list[Saved] = []

    def make(now: Filling) -> Filling:
        now = now.read_in(page_language())
        saved = saving.saved(now, asking.offered(door.link_id), posted, demand=not pressed)
        outcome.append(with_button(saved))
        return outcome[-1].then

    try:
        forms.change(house().store, who(door.practice_id), door.link_id, make)
    except Invalid as error:
        run(door.practice_id, forms.tampered, door.link_id, error.why)
        raise
    except StalePage as stale:
        return moved(stale)
    if not door.live:
        raise SessionOver
    stay(door)
    saved = outcome[-1]
    if (saved.wrong or saved.elsewhere or "more_time" in pressed) and not {"back", "later"} & pressed:
        return to(_again(saved))
    return _onward(saved, pressed)


@pages.post("/keep")
def keep() -> Response:
    """Keep what stands in the fields so far; asked by a page's script, which hears how long it stays unlocked (F48).

    It asks only after somebody typed, so whoever is behind it is here (S30).
    """
    door = lately_unlocked()
    check_form()
    house().throttle.count(PAGES_KEPT, str(door.link_id))
    offered, posted = asking.offered(door.link_id), posted_answers()

    def make(now: Filling) -> Filling:
        return keeping.kept(now.read_in(page_language()), offered, posted)

    try:
        forms.change(house().store, who(door.practice_id), door.link_id, make)
    except Invalid as error:
        run(door.practice_id, forms.tampered, door.link_id, error.why)
        raise
    except StalePage:
        return make_response({"kept": False}, 409)
    if door.live:
        stay(door)
    left = (lately_unlocked().ends_at - house().store.clock()).total_seconds()
    return make_response({"kept": True, "locks_in": max(0, int(left))})


def _again(saved: Saved) -> str:
    """The same page by a get, so that loading it once more sends nothing twice (F33, F84); why, the address says."""
    why = [name for name, so in (("wrong", saved.wrong), ("elsewhere", saved.elsewhere)) if so]
    told = [*why, *(["change"] if "change" in request.form else [])]
    asked = f"?{'&'.join(f'{name}=1' for name in told)}" if told else ""
    return f"/form/p/{saved.number}{asked}{'#problem' if saved.wrong else ''}"


@pages.post("/p/<int:number>/file")
def file(number: int) -> Response:
    """Take a file in, by a post of its own; checked before anything is written (S78-S86)."""
    door = unlocked()
    check_form()
    stay(door)
    name = asking.offered(door.link_id).page
    goes_on = "next" in request.form  # what was chosen or typed but not added yet comes along
    try:
        title, data = _given()
        if not title:
            return _past(door) if goes_on else to(f"/form/p/{number}")
        house().throttle.count(FILES_LOOKED_AT, str(door.link_id))
        uploads.upload(house().store, who(door.practice_id), door.link_id, name, title, data)
    except (FileRefused, Invalid) as error:
        now = filling()
        problem = refused(error) if isinstance(error, FileRefused) else sentence(error)
        return _page(door, now, now.number_of(name), problem, status_of(error))
    except StalePage as stale:
        return moved(stale)
    return _past(door) if goes_on else to(f"/form/p/{number}")


def _past(door: PatientDoor) -> Response:
    """On from a page whose file came by itself, or back to it where one is missing."""
    outcome: list[Saved] = []

    def make(now: Filling) -> Filling:
        outcome.append(saving.saved(now.read_in(page_language()), asking.offered(door.link_id), {}, demand=True))
        return outcome[-1].then

    try:
        forms.change(house().store, who(door.practice_id), door.link_id, make)
    except StalePage as stale:
        return moved(stale)
    saved = outcome[-1]
    return to(_again(saved)) if saved.wrong else _onward(saved, frozenset())


def _given() -> tuple[str, bytes]:
    """The name and the bytes of a file that was chosen, or of a signature that was drawn, or typed (F71).

    Raises Invalid("form", "drawing").
    """
    typed = " ".join(request.form.get("signed", "").split())[: signing.LONGEST_NAME]
    if drawn := request.form.get("drawn", ""):
        return f"{typed or drawing.UNNAMED}.png", drawing.picture(drawn)
    if typed:
        return f"{typed}.png", signing.drawn(typed)
    chosen = request.files.get("file")
    if chosen is None or not chosen.filename:
        return "", b""
    return chosen.filename, chosen.stream.read((house().settings.attachment_max_mb << 20) + 1)


@pages.get("/p/<int:number>/remove/<key>")
def about_to_remove(number: int, key: str) -> Response:
    """Ask before a repetition is taken away with all that was answered in it."""
    now = filling()
    try:
        one = now.page(number)
    except StalePage as stale:
        return moved(stale)
    listed = {entry["key"]: entry["text"] for entry in asking.listed(now, one)}
    if key not in listed:
        return to(f"/form/p/{number}")
    return make_response(
        render_template(
            "form/remove.html", **asking.about(now), number=number, key=key, text=listed[key], group=one.question.text,
            signed=asking.signed(now, number, unlocked().link_id),
        )
    )  # fmt: skip


@pages.post("/p/<int:number>/remove/<key>")
def remove(number: int, key: str) -> Response:
    """Take a repetition away."""
    door = unlocked()
    check_form()
    stay(door)
    name = asking.offered(door.link_id).page

    def make(now: Filling) -> Filling:
        return saving.removed(now, now.page(now.number_of(name)).asked, key)

    try:
        then = forms.change(house().store, who(door.practice_id), door.link_id, make)
        return to(f"/form/p/{then.number_of(name)}")
    except StalePage as stale:
        return moved(stale)


@pages.get("/later")
def later() -> Response:
    """What was answered is kept, and until when."""
    return make_response(render_template("form/later.html", **asking.about(filling())))


def filling() -> Filling:
    """The form behind this browser's link."""
    door = unlocked()
    return look(door.practice_id, forms.filling, door.link_id).read_in(page_language())


def picture_of(form: Questionnaire, digest: str) -> Response:
    """A picture of a form. Raises NotFound where it has none by that name."""
    found = pictures.of_form(form.source, digest)
    if found is None:
        raise NotFound("file")
    answer = make_response(found.data)
    answer.headers["Content-Type"] = found.type
    return answer


def moved(stale: StalePage) -> Response:
    """To where a page went; a form that asks nothing has none but its end."""
    return to(f"/form/p/{stale.page}" if stale.page else "/form/check")


def to(address: str) -> Response:
    """On to another page, by a get."""
    return make_response(redirect(address, 303))


def posted_answers() -> dict[str, list[str]]:
    """What was posted to the questions of a page, but for one whose answer is to be cleared."""
    cleared = request.form.get("clear", "")
    answered = (key for key in request.form if key not in OURS and key.split("-")[0] != cleared)
    return {key: request.form.getlist(key) for key in answered}


def _page(door: PatientDoor, now: Filling, number: int, problem: str = "", status: int = 200) -> Response:
    facts = asking.page(now, number, door.link_id, problem=problem)
    return with_script(facts, status)


def with_script(facts: dict[str, Any], status: int = 200) -> Response:
    """A page that asks: the only kind that carries a script, which it can do without (S65, F48)."""
    nonce = secrets.token_urlsafe(16)
    answer = make_response(render_template("form/page.html", **facts, nonce=nonce), status)
    answer.headers.update(headers.form(nonce))
    return answer


def with_button(saved: Saved) -> Saved:
    """What the buttons of a list do once its page is saved: one more repetition, or one answer taken away."""
    asked = saved.then.page(saved.number).asked
    if "add" in request.form and asked.item.kind is Kind.GROUP:
        then, number = saving.added(saved.then, asked)
        return Saved(then, number)
    if "remove" in request.form:
        return Saved(saving.removed(saved.then, asked, request.form["remove"]), saved.number)
    return saved


def _onward(saved: Saved, pressed: frozenset[str]) -> Response:
    """Where a page that was saved leads to."""
    then, number = saved.then, saved.number
    if "later" in pressed:
        return to("/form/later")
    if "back" in pressed:
        return to(f"/form/p/{number - 1}" if number > 1 else "/form/start")
    if pressed - {"skip"}:
        return to(f"/form/p/{number}")
    finished = then.next_page > len(then.state.pages)
    if finished and ("change" in request.form or then.page(number).lists):
        return to("/form/check")
    onward = after(then.state.pages, number)
    if "change" in request.form and not finished and onward <= len(then.state.pages):
        return to(f"/form/p/{then.next_page if then.next_page > number else onward}?change=1")
    if onward > len(then.state.pages) and not finished and not then.habits.skip:
        return to(f"/form/p/{then.next_page}")  # a later answer opened an earlier question (F38)
    return to(f"/form/p/{onward}" if onward <= len(then.state.pages) else "/form/check")
