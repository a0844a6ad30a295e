"""Two engines say the same: what fhirpath.js once answered is what `fhirpathpy` behind `paths` answers (F64)."""

import json

import pytest

from tests.core.forms.fhirpath import asking
from tests.core.forms.making import NOT_HERE, REAL

OTHERS = json.loads((asking.HERE / "others.json").read_text())


def test_both_engines_say_the_same_of_expressions_of_ours():
    for text, (ours, theirs) in asking.of_ours().items():
        assert asking.plain(ours) == asking.plain(theirs), text


def test_both_engines_say_the_same_of_every_expression_of_the_real_forms_and_of_ours_filled():
    if not (REAL / "index.json").exists():
        pytest.skip(NOT_HERE)
    found = {name: asking.of_form(form) for name, form in asking.forms().items()}
    # Where the number differs, other questions or answers are asked about than were recorded: record them anew.
    assert {name: len(asks) for name, asks in found.items()} == {name: len(said) for name, said in OTHERS.items()}
    assert sum(map(len, OTHERS.values())) > 150
    for name, asks in found.items():
        for one, theirs in zip(asks, OTHERS[name], strict=True):
            assert asking.digest(one.ours) == theirs, (name, one.task.text, one.ours)
