"""What a wrong sign-in tells: nothing of whether there is such an account (S39, attacks.md D01).

The same work is counted here; how long it takes, over 200 of each, says `make bench ONLY=signing_in`.
"""

import re
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event, select, update

from core.delivery.writing.account_letters import account_letters
from core.delivery.writing.wrong_sign_ins import tell_of_wrong_sign_ins
from core.practice import passwords, secondfactor, staff, tries
from core.practice.tables import SigninTry, StaffLetter
from core.store.unit import NOBODYS
from tests.staffbot.browser import Browser

WRONG = "That email and password do not match. Check both and try again, or use Forgotten password."
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OWN = re.compile(
    r'nonce-[\w-]+|nonce="[\w-]+"|csrf_token" value="\w+"|\w+@elm\.example|lk_\w+=[\w-]+'
)  # an answer's own


@contextmanager
def work(monkeypatch):
    """The slow hashes that are compared and the statements asked of a database, in their order."""
    hashed, asked, verify = [], [], passwords._verify

    def note(_connection, _cursor, statement, *_):
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    with monkeypatch.context() as patched:
        patched.setattr(passwords, "_verify", lambda kept, typed: hashed.append(kept[:30]) or verify(kept, typed))
        yield hashed, asked
    event.remove(Engine, "before_cursor_execute", note)


def seen(answer):
    """All that comes over the wire, but for what differs between two answers to the same request."""
    headers = sorted((name, OWN.sub("", value)) for name, value in answer.headers if name != "Content-Length")
    return answer.status_code, headers, OWN.sub("", answer.text)


@pytest.fixture
def stranger(app, clock):
    def come():
        return Browser(app.test_client(), clock, {})

    return come


@pytest.mark.attack("D01")
@pytest.mark.s("S39")
def test_an_unknown_name_a_wrong_password_and_a_stopped_account_are_one_answer_by_the_same_work(
    stranger, store, system, anna, ben, monkeypatch
):
    store.run(system, staff.deactivate, ben.actor.id)
    stranger().give_password(email="first@elm.example")  # after which this process knows its keys
    answers, hashes, statements = [], [], []
    for name in ("nobody", "anna", "ben", "unknown", "anna", "ben"):
        browser = stranger()
        page = browser.get("/login")
        with work(monkeypatch) as (hashed, asked):
            answers.append(browser.give_password(email=f"{name}@elm.example", password="not the right password"))
        hashes.append(tuple(hashed))
        statements.append(tuple(asked))
        assert page.status_code == 200
    assert len({repr(seen(one)) for one in answers}) == 1
    assert answers[0].status_code == 422 and WRONG in answers[0].text
    assert 'value="nobody@elm.example"' in answers[0].text  # what was typed is kept, the password is not
    assert "not the right password" not in answers[0].text
    assert len(set(hashes)) == 1 and len(hashes[0]) == 1  # one comparison each, of the same cost
    assert len(set(statements)) == 1 and len(statements[0]) > 1
    with store.reader.connect() as db:
        assert db.scalars(select(StaffLetter.id)).all() == []  # and nobody is written to


@pytest.mark.s("S39", "S50")
def test_the_worker_tells_of_wrong_tries_once_and_again_when_the_password_is_closed(store, anna, network):
    def fails(address, times):
        for _ in range(times):
            store.run(NOBODYS, tries.admit, tries.name_of(store.seals(NOBODYS.practice_id), address), trusted=False)

    def mails():
        tell_of_wrong_sign_ins(store)
        account_letters(store)()
        return sorted(one.subject for one in network.to("anna@elm.example"))

    fails("anna@elm.example", 4)
    assert mails() == []
    fails("anna@elm.example", 1)
    fails("nobody@elm.example", 5)
    assert mails() == mails() == ["Wrong passwords for your account"]
    assert network.to("nobody@elm.example") == [] and store.door(tries.untold) == []
    store.run(NOBODYS, lambda unit: unit.db.execute(update(SigninTry).values(failures=99, wait_until=unit.now)))
    fails("anna@elm.example", 1)
    assert mails() == ["Wrong passwords for your account", "Your password is closed"]


@pytest.mark.attack("D01")
@pytest.mark.s("S39")
def test_a_wrong_second_step_has_a_wrong_passwords_status_headers_and_hash_and_does_not_say_what_was_wrong(
    stranger, store, anna, clock, monkeypatch
):
    store.run(anna, secondfactor.replace, SEED, int(clock().timestamp()) // 30)
    used = secondfactor.pyotp.TOTP(SEED).at(int(clock().timestamp()))
    wrong_password = stranger().give_password(password="not the right password")
    tries = {
        "code": [{"code": code} for code in ("000000", used, "12", "")],
        "recovery": [{"number": n, "recovery": "7K3M-7K3M-7K3M-7K3M"} for n in ("1", "99", "x")],
    }
    for kind, typed in tries.items():
        answers = []
        for one in typed:
            browser = stranger()
            assert browser.give_password().location == "/login/2fa?to=/"
            page = browser.get("/login/2fa").text
            with work(monkeypatch) as (hashed, _):
                token = re.search(r'csrf_token" value="(\w+)"', page)[1]
                answers.append(browser.send("/login/2fa", one, token))
            assert len(hashed) == 1 and hashed[0] == passwords.hash_of_nobody()[:30], (kind, one)
        assert len({repr(seen(one)) for one in answers}) == 1, kind
        assert seen(answers[0])[:2] == seen(wrong_password)[:2], kind
