"""Forms against the least that could be done: importing against `json.loads`, judging against one walk of the items.

Both without expressions: those run in a process of their own and are bounded by its deadlines.
"""

import json
from datetime import UTC, datetime

from core.forms.engine import evaluate
from core.forms.library import OURS
from core.forms.questionnaire import read
from core.forms.words import walk
from tests.bench.ratio import ratio, seconds
from tests.bench.table import Sizes, say
from tests.core.forms.filling import fill
from tests.core.forms.making import REAL, item, questionnaire, when

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SIZES = (50, 534)


def main(sizes: Sizes) -> None:
    """Say the ratios."""
    for size in SIZES:
        source = form_of(size)
        form = read(source).form
        answers, _ = fill(form, NOW)
        imported = ratio(lambda s=source: read(s), lambda s=source: json.loads(s), rounds=sizes.rounds)
        judged = ratio(
            lambda f=form, a=answers: evaluate(f, a),
            lambda f=form: [one.link_id for one in walk(f.items)],
            rounds=sizes.rounds,
        )
        once = seconds(lambda f=form, a=answers: evaluate(f, a))
        say(
            f"{size} questions: import {imported:.0f} x json.loads, judging {judged:.0f} x a walk ({once * 1e3:.1f} ms)"
        )
    for path in sorted([*OURS.glob("phq-9.json"), *REAL.glob("health-check-534.json")]):
        say(
            f"{path.stem}: import {ratio(lambda p=path: read(p.read_bytes()), lambda p=path: json.loads(p.read_bytes()), sizes.rounds):.0f} x json.loads"
        )


def form_of(size: int) -> bytes:
    """Groups of ten, every third question waiting for the one before it."""
    asked = [
        item(f"q{n}", "integer", **(when(f"q{n - 1}", ">=", answerInteger=1) if n % 3 == 2 else {}))
        for n in range(size)
    ]
    return questionnaire(*(item(f"g{n}", "group", item=asked[n : n + 10]) for n in range(0, size, 10)))
