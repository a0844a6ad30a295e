"""Red flags: which rules of a form its answers meet, so that somebody is called at once (F61). Pure.

Each rule is judged by itself: one that fails, or a score that does, silences no other.
"""

import structlog

from core.forms.asking.conditions import met
from core.forms.own import Flag, Method, Rule, rule_of
from core.forms.scores import points, score, values_of
from core.forms.words import Answers, Item, Questionnaire, walk

log = structlog.get_logger(__name__)


def flagged(form: Questionnaire, answers: Answers) -> bool:
    """Whether answers want a look at once."""
    return bool(fired(form, answers))


def fired(form: Questionnaire, answers: Answers) -> tuple[int, ...]:
    """The numbers (from 1) of the rules that the answers meet. Never raises."""
    rule = rule_of(form.source)
    items = {item.link_id: item for item in walk(form.items)}
    if rule is None:
        return ()
    return tuple(n for n, flag in enumerate(rule.flags, 1) if _is_met(form, items, rule, flag, answers))


def _is_met(form: Questionnaire, items: dict[str, Item], rule: Rule, flag: Flag, answers: Answers) -> bool:
    try:
        if not flag.question:
            return flag.least is not None and _scores(form, items, rule, flag, answers)
        if flag.question not in items:
            return False
        item = items[flag.question]
        if flag.condition is None:
            found = points(item, answers)
            return found is not None and flag.least is not None and found >= flag.least
        values = tuple(values_of(item.link_id, answers))
        return (bool(values) or flag.condition.operator == "exists") and met(flag.condition, values, item.options)
    except Exception:  # whatever a rule runs into: the others must still be heard
        log.exception("a red flag failed", form=form.digest)
        return False


def _scores(form: Questionnaire, items: dict[str, Item], rule: Rule, flag: Flag, answers: Answers) -> bool:
    """Whether the score reaches so many; a sum already does when what is answered so far comes to it."""
    found = score(form, answers)
    if found is None or flag.least is None:
        return False
    if found.total is not None and found.total >= flag.least:
        return True
    known = [one.points for one in found.working if one.points is not None]
    return rule.method is Method.SUM and sum(known) >= flag.least
