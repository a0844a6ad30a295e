"""Where browsers report a page that tried what its policy forbids. Nobody reads it there; the operator's log says it.

No form token: a browser sends it by itself, and all it can do is write a line of our own words, and not often.
"""

from collections import Counter

import structlog
from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

from core.web import access, policy_reports
from core.web.throttle import ALL_POLICY_REPORTS, POLICY_REPORTS
from portal.visit import address, house

pages = Blueprint("policy_reports", __name__)
log = structlog.get_logger(__name__)


@pages.post(policy_reports.PATH)
def told() -> Response:
    """One line for what was stopped, however often a page tried it; the same empty answer, whatever was sent."""
    house().throttle.count(POLICY_REPORTS, address())
    house().throttle.count(ALL_POLICY_REPORTS, "")
    try:
        stopped = Counter(
            (_page(one.path), one.directive, one.tried) for one in policy_reports.read(request.get_data())
        )
        for (path, kind, what), times in stopped.items():
            log.warning("a page was stopped", path=path, kind=kind, what=what, times=times)
    except ValueError:
        log.info("a report that is none")
    return Response(status=204)


def _page(path: str) -> str:
    """A path as it may be logged: its rule."""
    try:
        rule, _ = current_app.url_map.bind("portal").match(path, "GET", return_rule=True)
    except (HTTPException, RoutingException):
        return access.shown(None, {})
    return access.shown(rule.rule, {})
