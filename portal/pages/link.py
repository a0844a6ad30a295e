"""The e-mailed link: changes nothing and sends nothing, however often and by whom it is fetched (S4-S8)."""

from flask import Blueprint, Response, g, make_response, redirect, request

from core.practice import doors
from core.release.find import LinkExpired, LinkFrozen, LinkGone, live_link
from core.web.throttle import UNKNOWN_LINKS
from portal.visit import address, house, look, with_before

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
        look(door.practice_id, live_link, door.link_id)
    except (LinkExpired, LinkFrozen):
        g.practice_id = door.practice_id  # a genuine link that ended may say whom to ring
        raise
    answer = make_response(redirect("/unlock", 303))
    answer.set_data(b"")
    if _prefetched():
        return answer
    return with_before(answer, door.practice_id, door.link_id)


def _prefetched() -> bool:
    marks = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return any("prefetch" in mark for mark in marks)
