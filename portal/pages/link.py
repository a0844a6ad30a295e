"""The e-mailed link: changes nothing and sends nothing, however often and by whom it is fetched (S4-S8)."""

from flask import Blueprint, Response, g, make_response, redirect, request

from core.practice import doors
from core.release import visits
from core.release.find import LinkExpired, LinkFrozen, LinkGone, live_link
from core.release.words import FILTER, PERSON
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
    try:
        look(door.practice_id, live_link, door.link_id, known=known_browser())
    except LinkGone:
        house().throttle.count(UNKNOWN_LINKS, address())
        raise
    except (LinkExpired, LinkFrozen):
        g.practice_id = door.practice_id  # a genuine link that ended may say whom to ring, in its patient's language
        g.about = (door.practice_id, door.link_id)
        raise
    finally:
        _log(door)  # also of what has ended: a bait link rings for as long as it is known (d10)
    answer = make_response(redirect("/unlock", 303))
    answer.set_data(b"")
    if _prefetched():
        return answer
    return with_before(answer, door.practice_id, door.link_id)


def _log(door: doors.LinkDoor) -> None:
    """Who fetched: into the access log, which is all that this ever writes."""
    what = FILTER if _by_machine(door) else PERSON
    if not look(door.practice_id, visits.logged, door.link_id, what):
        run(door.practice_id, visits.log, door.link_id, what, "" if what == FILTER else device())


def _by_machine(door: doors.LinkDoor) -> bool:
    """Says so itself, only looks, or is neither a browser that a person led here nor late enough to be one."""
    headers = request.headers
    if request.method != "GET" or _prefetched() or visits.MACHINES.search(headers.get("User-Agent", "")):
        return True
    if "Sec-Fetch-Mode" in headers:
        return headers.get("Sec-Fetch-User") != "?1"
    return look(door.practice_id, visits.just_delivered, door.link_id)


def _prefetched() -> bool:
    marks = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return any("prefetch" in mark for mark in marks)
