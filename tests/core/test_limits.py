"""The table of limits: within its floors, plain integers, known names; or Latchkey does not start (S115)."""

import json

import pytest

from core.config import BadSettings, load
from core.limits import Limits, table


@pytest.mark.attack("H12")
@pytest.mark.s("S115")
@pytest.mark.parametrize(
    "wrong",
    [{"tries": 6}, {"code_lives": 601}, {"tries": 0}, {"tries": 4.5}, {"tries": "4"}, {"tries": True}, {"no": 1}],
)
def test_a_limit_past_its_floor_or_no_plain_integer_is_refused_by_name(tmp_path, wrong):
    with pytest.raises(BadSettings) as refused:
        load(tmp_path, environ={"LATCHKEY_LIMITS": json.dumps(wrong)})
    assert any(f"limits.{next(iter(wrong))}" in said for said in refused.value.problems)


@pytest.mark.s("S115")
def test_what_is_no_table_is_refused(tmp_path):
    for text in ("tries=3", "[]", "3"):
        with pytest.raises(BadSettings):
            load(tmp_path, environ={"LATCHKEY_LIMITS": text})


@pytest.mark.s("S115")
def test_a_changed_limit_is_shown_as_changed_beside_what_the_standard_says(tmp_path):
    (tmp_path / "latchkey.toml").write_text("[limits]\ntries = 3\n")
    limits = load(tmp_path, environ={}).limits
    changed = [one for one in table(limits) if one.changed]
    assert [(one.name, one.ours, one.used) for one in changed] == [("tries", 5, 3)]
    assert all(one.standard and one.source and one.least <= one.ours <= one.most for one in table(Limits()))
