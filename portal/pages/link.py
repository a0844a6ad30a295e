"""The e-mailed link: changes nothing and sends nothing, however often and by whom it is fetched (S4-S8)."""

from flask import Blueprint, Response, g, make_response, redirect, request

from core.practice import doors
from core.release import visits
from core.release.find import LinkGone
from core.release.words import FILTER
from core.web.agents import by_a_person
from core.web.throttle import UNKNOWN_LINKS
from portal.visit import address, device, house, known_browser, look, run, with_before

pages = Blueprint("link", __name__)


@pages.get("/l/<token>")
def follow(token: str) -> Response:
    """A genuine, live link: on to a page without the token in its address."""
    house().throttle.check(UNKNOWN_LINKS, address())
    door = house().store.door(doors.link, token)
    if door is None:
        house().throttle.count(UNKNOWN_LINKS, address())
        raise LinkGone
    seen = look(door.practice_id, visits.follow, door.link_id, known_browser(), _as_a_machine())
    if not seen.logged:  # also what has ended is: a bait link rings for as long as it is known (d10)
        run(door.practice_id, visits.log, door.link_id, seen.what, "" if seen.what == FILTER else device())
    if isinstance(seen.refused, LinkGone):
        house().throttle.count(UNKNOWN_LINKS, address())
        raise seen.refused
    if seen.refused is not None:
        g.practice_id = door.practice_id  # a genuine link that ended may say whom to ring, in its patient's language
        g.about = (door.practice_id, door.link_id)
        raise seen.refused
    answer = make_response(redirect("/unlock", 303))
    answer.set_data(b"")
    if _prefetched():
        return answer
    return with_before(answer, door.practice_id, door.link_id)


def _as_a_machine() -> bool | None:
    """Says so itself, only looks, or is no browser that a person led here; None where it says nothing of the kind."""
    headers = request.headers
    if request.method != "GET" or _prefetched() or visits.MACHINES.search(headers.get("User-Agent", "")):
        return True
    person = by_a_person(headers)
    return None if person is None else not person


def _prefetched() -> bool:
    marks = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return any("prefetch" in mark for mark in marks)
