"""An authenticator app comes to an account: the seed waits until its first code, and belongs to the browser that began."""

from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest

from core.audit.trail import entries
from core.errors import NotFound
from core.practice import accounts, doors, enrolling, phones, secondfactor, sessions, signin, staff
from core.practice.enrolling import EnrolmentOver
from core.practice.secondfactor import AlreadyEnrolled
from core.practice.signin import Halfway, WrongSignIn, finish, sign_in
from core.practice.tickets import TicketOver
from core.practice.words import Role
from tests.conftest import PASSWORD

ANNA = "anna@elm.example"


@pytest.fixture
def session(store, anna):
    """Anna's session; her phone is the one with the seed `OLD`."""
    store.run(anna, secondfactor.replace, OLD, 0)
    return store.run(anna, sessions.start, anna.actor.id, "a computer")[0]


OLD = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(secret, clock, steps=0):
    return pyotp.TOTP(secret).at(int(clock().timestamp()) + 30 * steps)


@pytest.mark.s("S40", "S48")
def test_the_old_phone_goes_on_until_the_new_one_is_confirmed_and_ends_then_with_all_other_sessions(
    store, anna, session, clock
):
    _, elsewhere = store.run(anna, sessions.start, anna.actor.id, "a phone")
    new = store.run(anna, enrolling.begin, ANNA, session).secret
    assert store.run(anna, enrolling.begin, ANNA, session).secret == new  # a page loaded again shows the same
    with pytest.raises(secondfactor.WrongFactor):
        phones.move(store, anna, session, code(OLD, clock))
    assert store.run(anna, secondfactor.try_app, code(OLD, clock))
    cookie, codes = phones.move(store, anna, session, code(new, clock))
    assert len(codes) == 10 and store.door(doors.staff_session, cookie, clock()).session_id == session
    assert store.door(doors.staff_session, elsewhere, clock()) is None
    clock.forward(seconds=30)
    assert not store.run(anna, secondfactor.try_app, code(OLD, clock))
    assert not store.run(anna, secondfactor.try_app, code(new, clock, -1))  # the one that confirmed was used
    assert store.run(anna, secondfactor.try_app, code(new, clock))
    assert "second factor moved" in {one["verb"] for one in store.look(anna, lambda unit: list(entries(unit)))}
    with pytest.raises(EnrolmentOver):
        phones.move(store, anna, session, code(new, clock))


@pytest.mark.s("S40")
def test_a_seed_waits_half_an_hour_ten_tries_and_for_the_browser_that_began(store, anna, session, clock):
    def begin(where=session):
        return store.run(anna, enrolling.begin, ANNA, where).secret

    first = begin()
    clock.forward(minutes=30)
    with pytest.raises(EnrolmentOver):
        phones.move(store, anna, session, code(first, clock))
    second = begin()
    assert second != first
    for _ in range(enrolling.TRIES):
        assert not store.run(anna, enrolling.confirm, "nonsense", session)
    with pytest.raises(EnrolmentOver):
        phones.move(store, anna, session, code(second, clock))
    third, (other, _) = begin(), store.run(anna, sessions.start, anna.actor.id, "a phone")
    with pytest.raises(EnrolmentOver):
        store.look(anna, enrolling.waiting, ANNA, other)
    assert begin(other) != third
    with pytest.raises(EnrolmentOver):
        phones.move(store, anna, session, code(third, clock))
    store.run(anna, enrolling.forget)
    with pytest.raises(EnrolmentOver):
        store.look(anna, enrolling.waiting, ANNA, other)
    assert store.run(anna, secondfactor.try_app, code(OLD, clock))


@pytest.mark.s("S40")
def test_who_knows_the_password_of_somebody_without_a_phone_never_sees_the_seed_they_go_on_to_trust(store, anna, clock):
    def door():
        return store.door(doors.ticket, sign_in(store, ANNA, PASSWORD, "").ticket, clock())

    thief, owner = door(), door()
    seen = store.run(anna, phones.first, thief.ticket_id, ANNA).secret
    shown = store.run(anna, phones.first, owner.ticket_id, ANNA).secret
    assert seen != shown
    with pytest.raises(EnrolmentOver):
        phones.enrol(store, thief, code(seen, clock))
    assert len(phones.enrol(store, owner, code(shown, clock))) == 10
    for late in (lambda: store.run(anna, phones.first, thief.ticket_id, ANNA), lambda: phones.enrol(store, thief, "1")):
        with pytest.raises(AlreadyEnrolled):
            late()


@pytest.mark.s("S48", "S49")
@pytest.mark.parametrize(
    "ends",
    [
        lambda store, anna, ben: store.run(anna, staff.deactivate, ben.actor.id),
        lambda store, anna, ben: store.run(anna, staff.change_role, ben.actor.id, Role.ASSISTANT),
        lambda store, anna, ben: store.run(anna, secondfactor.reset, ben.actor.id),
        lambda store, anna, ben: accounts.set_password(
            store, store.run(ben, accounts.hand_link, ben.actor.id), "seven quiet herons at dawn"
        ),
    ],
    ids=["access ended", "another role", "second step reset", "new password"],
)
def test_what_ends_all_sessions_ends_who_is_halfway_in(store, anna, ben, clock, ends):
    """A right password of before lived on for half an hour, in which a phone could be set up with it."""
    halfway = store.door(doors.ticket, sign_in(store, "ben@elm.example", PASSWORD, "").ticket, clock())
    ends(store, anna, ben)
    store.run(anna, staff.activate, ben.actor.id)
    with pytest.raises(TicketOver):
        phones.enrol(store, halfway, "123456")
    with pytest.raises(TicketOver):
        finish(store, halfway, known=True)


@pytest.mark.s("S49")
def test_a_password_that_changes_while_it_is_compared_opens_nothing(store, anna, monkeypatch):
    compare = signin.is_right

    def slowly(*said):
        right = compare(*said)
        accounts.set_password(store, store.run(anna, accounts.hand_link, anna.actor.id), "seven quiet herons at dawn")
        return right

    monkeypatch.setattr(signin, "is_right", slowly)
    with pytest.raises(WrongSignIn):
        sign_in(store, ANNA, PASSWORD, "")
    monkeypatch.undo()
    assert isinstance(sign_in(store, ANNA, "seven quiet herons at dawn", ""), Halfway)


@pytest.mark.s("S41", "S43", "S47")
def test_a_code_that_is_used_in_several_places_at_once_is_good_in_one(store, anna, session, clock):
    """A recovery code in three browsers; a code of the app at the sign-in and at the step-up."""
    codes = signin.make_recovery_codes(store, anna)
    tickets = [sign_in(store, ANNA, PASSWORD, "").ticket for _ in range(4)]
    halfway = [store.door(doors.ticket, ticket, clock()) for ticket in tickets]
    now = code(OLD, clock)

    def good(use):
        try:
            use()
        except secondfactor.WrongFactor:
            return False
        return True

    with ThreadPoolExecutor(3) as at_once:
        recovery = [lambda door=door: signin.try_recovery(store, door, 3, codes[2]) for door in halfway[:3]]
        assert sorted(at_once.map(good, recovery)) == [False, False, True]
        app = [
            lambda: signin.try_app(store, halfway[3], now),
            lambda: signin.prove(store, anna, session, ANNA, PASSWORD, now),
        ]
        assert sorted(at_once.map(good, app)) == [False, True]


@pytest.mark.s("S46", "S48")
def test_a_session_that_was_ended_meanwhile_is_not_proved_anew(store, anna, session):
    store.run(anna, sessions.end, session)
    with pytest.raises(NotFound):
        store.run(anna, sessions.prove, session)
