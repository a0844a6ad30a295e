"""What the script of a page keeps while somebody is still at it: the same draft, demanding and passing nothing (F48).

A page without the script loses what was typed since it was opened when the phone goes flat; nothing else differs.
"""

from dataclasses import replace

from core.forms.answering.drafts import Draft
from core.forms.answering.saving import Offer, changed, fields, mark, newest, of, one_by_one, refuse_others, with_answer
from core.forms.answers import Filling, StalePage
from core.forms.kinds import Posted
from core.forms.words import Asked


def kept(now: Filling, offered: Offer, posted: Posted) -> Filling:
    """The form with what stands in the fields of a page; as it was where they hold what the draft has.

    What was only offered (F23) stays an offer, and the page counts as passed by nobody.
    Raises StalePage when something else changed the draft since the page was shown, and Invalid("form", "field").
    """
    refuse_others(offered, posted)
    if (offered.place, offered.version) != (now.place, now.number) or not newest(now, offered):
        raise StalePage(now.next_page)
    then = now
    for one in now.page(now.number_of(offered.page)).offered:
        mine = of(one.asked.name, posted)
        if one.asked.name in offered.marks and mark(mine) != mark(fields(now, one.asked)):
            then = replace(then, draft=_with_words(then, one.asked, mine))
    return now if then.draft == now.draft else changed(now, then.draft, kept=offered.by_script)


def _with_words(now: Filling, asked: Asked, posted: Posted) -> Draft:
    """The draft with what stands in the fields of a question. What is added one by one is words until it is added, or
    each half of it would be an answer."""
    if not one_by_one(asked.item):
        return with_answer(now, asked, posted)
    words = posted if any(map(any, posted.values())) else {}
    others = {key: held for key, held in now.draft.typed.items() if key.split("-")[0] != asked.name}
    wrong = {name: why for name, why in now.draft.wrong.items() if name != asked.name}
    return replace(now.draft, typed={**others, **words}, wrong=wrong)
