"""Who may do what (S52): nobody, unless a role says so."""

import pytest

from core.errors import Forbidden
from core.practice import rights
from core.practice.words import Right, Role
from core.store.unit import SYSTEM, Actor, ActorKind, Who


@pytest.mark.s("S52")
@pytest.mark.parametrize("role", ["", "Owner", "OWNER", "owner ", "patient", "system", "superuser"])
def test_whoever_has_no_role_of_ours_may_nothing(role):
    assert not any(rights.may(role, right) for right in Right)


@pytest.mark.s("S52")
def test_only_who_runs_the_practice_may_everything():
    assert {role for role in Role if all(rights.may(role, right) for right in Right)} == {Role.ADMIN, Role.OWNER}
    for role in (Role.ASSISTANT, Role.PRACTITIONER):
        assert not any(rights.may(role, right) for right in (Right.ADMINISTER, Right.ERASE_RECORDS, Right.SEE_HISTORY))
    assert not rights.may(Role.ASSISTANT, Right.TAKE_BACK) and rights.may(Role.PRACTITIONER, Right.TAKE_BACK)


@pytest.mark.s("S52")
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_neither_a_patient_nor_a_worker_has_a_staff_members_rights(store, practice):
    for actor in (Actor(ActorKind.PATIENT), SYSTEM):
        with pytest.raises(Forbidden):
            store.look(Who(practice.id, actor), rights.require, Right.CHAT)
