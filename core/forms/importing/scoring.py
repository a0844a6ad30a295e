"""Whether the score that a file asks for can be told, and means something wherever it falls (F59).

What is wrong is said at import, and not when somebody waits for the score.
"""

from core.forms.extensions import Extensions
from core.forms.importing.findings import Findings
from core.forms.own import SCORING, Rule, rule_of
from core.forms.scores import band_trouble, span
from core.forms.words import Questionnaire, walk


def checked(form: Questionnaire, findings: Findings) -> None:
    """Tell what is wrong with the form's rule, if it has one."""
    if Extensions(form.source).first("scoring").get("url") != SCORING:
        return
    rule = rule_of(form.source)
    if rule is None:
        findings.problem("", form.title, SCORING, "score_method", "no_score")
        return
    known = {item.link_id for item in walk(form.items)}
    for question in _named(rule):
        if question not in known:
            findings.problem("", form.title, SCORING, "score_question", "no_score", question=question)
    if why := band_trouble(rule, *span(form, rule)):
        findings.problem("", form.title, SCORING, f"bands_{why}", "no_band")


def _named(rule: Rule) -> list[str]:
    flagged = [flag.question for flag in rule.flags if flag.question]
    return list(dict.fromkeys((*rule.questions, *rule.reverse, *flagged)))
