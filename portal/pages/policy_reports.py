"""Where browsers report a page that tried what its policy forbids. Nobody reads it there; the operator's log says it.

No form token: a browser sends it by itself, and all it can do is write a line of our own words, and not often.
"""

import structlog
from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

from core.web import access, policy_reports
from core.web.throttle import POLICY_REPORTS
from portal.visit import address, house

pages = Blueprint("policy_reports", __name__)
log = structlog.get_logger(__name__)


@pages.post(policy_reports.PATH)
def told() -> Response:
    """One line for each report; the same empty answer, whatever was sent."""
    house().throttle.count(POLICY_REPORTS, address())
    try:
        for stopped in policy_reports.read(request.get_data()):
            log.warning("a page was stopped", path=_page(stopped.path), kind=stopped.directive, what=stopped.tried)
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
