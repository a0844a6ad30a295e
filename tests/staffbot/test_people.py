"""The people of the practice: invited by mail, given a role, stopped; and who forgot a password (S47-S49)."""

import re

import pytest

from core.delivery.writing.account_letters import account_letters
from core.errors import Forbidden, NotFound
from core.messages import groups, leaver, tasks
from core.messages.conversations import open_group
from core.messages.find import conversation
from core.messages.post import post
from core.messages.search import Wanted, search
from core.messages.words import Direction, Kind, Writing
from core.practice import find
from core.practice.accounts import set_password
from core.practice.administer import change_role, invite, let_in_again
from core.practice.staff import LastOwner
from core.practice.words import Role
from staffbot.live.hub import Hub
from tests.conftest import hire
from tests.listening import Listening
from tests.staffbot.browser import signed_in, token_in
from tests.staffbot.soft_passkey import SoftPasskey

NEW = "quite another long password"
DORA = {"email": "dora@elm.example", "name": "Dora Dummy", "role": "assistant", "title": ""}


@pytest.fixture
def letters(store, network):
    """What somebody was written to about their account, newest first."""

    def of(address):
        account_letters(store)()
        return network.to(address)

    return of


@pytest.fixture
def owner(browser, store, settings, anna):
    """Anna, signed in, with a passkey: what an owner needs to administer."""
    from core.practice import passkeys
    from core.store.unit import NOBODYS

    browser.sign_in()
    phone = SoftPasskey(settings.staff_host, settings.staff_url)
    store.run(anna, passkeys.add, phone.make(store.run(NOBODYS, passkeys.challenge)), "")
    return browser


LINK = re.compile(r"https?://[^/]+(/login/new/[A-Za-z0-9_-]{43})")


def link_in(letters):
    """The link of the newest letter that has one."""
    return next(found[1] for one in letters if (found := LINK.search(one.text)))


def choose(browser, link, password=NEW):
    assert browser.get(link).location == "/login/new"
    return browser.send("/login/new", {"password": password}, token_in(browser.get("/login/new").text))


def test_a_colleague_is_invited_chooses_a_password_and_signs_in(owner, another_browser, letters):
    assert owner.post("/admin/staff", DORA, on="/admin/staff").location == "/admin/staff?done=invited"
    (letter,) = letters("dora@elm.example")
    assert letter.subject == "Your account at Latchkey"
    assert choose(another_browser, link_in([letter])).location == "/login"
    assert another_browser.give_password("dora@elm.example", NEW).location == "/login/enrol?to=/"


@pytest.mark.s("S94")
@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [("name", "x" * 121, "at most 120"), ("title", "x" * 121, "at most 120"), ("name", "Dora\0Dummy", "nobody can see"),
     ("name", "Dora \u202eymmuD", "nobody can see"), ("title", "Nurse\u2066", "nobody can see"), ("name", " \n ", "needs a name")],
)  # fmt: skip
def test_a_name_that_nobody_could_read_in_a_letter_is_refused(owner, field, typed, said):
    page = owner.post("/admin/staff", DORA | {field: typed}, on="/admin/staff")
    assert page.status_code == 422 and said in page.text
    beside = page.text.partition('id="new"')[2]  # what is wrong stands where it was typed (U96)
    assert said in beside and re.search(
        f'id="{field}" [^>]*autofocus aria-invalid="true" aria-describedby="wrong"', beside
    )


def test_what_each_role_may_do_is_said_where_one_is_chosen(owner):
    page = owner.get("/admin/staff").text
    said = dict(re.findall(r"<dt>(\w+)</dt><dd>(.*?)</dd>", page.partition("What each role may do")[2]))
    assert (
        said["assistant"].startswith("Write to colleagues, send texts, ")
        and "take messages back" in said["practitioner"]
    )
    assert "administer the practice" in said["admin"] and "see patients" not in said["practitioner"] + said["admin"]


def test_a_group_with_a_name_that_cannot_be_keeps_who_was_ticked(owner, ben):
    page = owner.post("/admin/staff/groups", {"group": "Front Desk!", "in": str(ben.actor.id)}, on="/admin/staff")
    typed = page.text.partition('id="group-h"')[2].partition("</form>")[0]
    assert page.status_code == 422 and 'value="Front Desk!"' in typed and "letters, digits and hyphens" in typed
    assert re.search(f'value="{ben.actor.id}" checked', typed)


def test_a_name_is_kept_on_one_line(owner, store, anna):
    owner.post(
        "/admin/staff",
        DORA | {"name": " Dora\r\nBcc: \u00a0Dummy ", "title": "\u0645\u06cc\u200c\u0634"},
        on="/admin/staff",
    )
    dora = next(one for one in store.look(anna, find.staff) if one.email == "dora@elm.example")
    assert (dora.name, dora.title) == ("Dora Bcc: Dummy", "\u0645\u06cc\u200c\u0634")


def test_until_a_password_is_chosen_nobody_signs_in(owner, another_browser):
    owner.post("/admin/staff", DORA, on="/admin/staff")
    assert another_browser.give_password("dora@elm.example", "").status_code == 422


@pytest.mark.attack("D20")
@pytest.mark.s("S49")
def test_a_link_works_once_and_thirty_minutes_and_opens_nothing_by_itself(
    browser, another_browser, anna, letters, clock
):
    def ask():
        another_browser.post("/login/forgotten", {"email": "anna@elm.example"})
        return link_in(letters("anna@elm.example"))

    first = ask()
    clock.forward(seconds=1)
    for _ in range(3):
        another_browser.get(first)
    assert choose(another_browser, first).location == "/login"
    assert choose(another_browser, first).status_code == 410
    clock.forward(seconds=1)
    late = ask()
    assert late != first
    clock.forward(minutes=31)
    assert choose(another_browser, late).status_code == 410


@pytest.mark.attack("D20")
@pytest.mark.s("S48", "S49")
def test_a_new_password_ends_every_session_keeps_the_second_factor_and_is_told(browser, another_browser, anna, letters):
    browser.sign_in()
    another_browser.post("/login/forgotten", {"email": "anna@elm.example"})
    choose(another_browser, link_in(letters("anna@elm.example")))
    assert browser.get("/patients").status_code == 303
    assert another_browser.give_password(password=NEW).location == "/login/2fa?to=/"
    assert letters("anna@elm.example")[0].subject == "Your password was changed"


def test_whether_an_account_exists_is_not_said(browser, anna, letters):
    known = browser.post("/login/forgotten", {"email": "anna@elm.example"})
    unknown = browser.post("/login/forgotten", {"email": "nobody@elm.example"})
    assert known.status_code == unknown.status_code == 200
    assert re.sub(r'value="[0-9a-f]+"', "", known.text) == re.sub(r'value="[0-9a-f]+"', "", unknown.text)
    assert letters("nobody@elm.example") == []


def test_a_weak_password_is_refused_and_the_link_still_works(another_browser, anna, letters):
    another_browser.post("/login/forgotten", {"email": "anna@elm.example"})
    link = link_in(letters("anna@elm.example"))
    assert "too short" in choose(another_browser, link, "short").text
    assert choose(another_browser, link).status_code == 303


@pytest.mark.s("S50")
def test_a_sign_in_from_a_new_browser_is_told_by_mail(browser, another_browser, anna, letters):
    browser.sign_in()
    assert letters("anna@elm.example") == []  # the very first one, in which the app was enrolled
    another_browser.sign_in()
    assert letters("anna@elm.example")[0].subject == "New sign-in to Latchkey"
    another_browser.send("/logout", {}, token_in(another_browser.get("/patients").text))
    another_browser.sign_in()
    assert len(letters("anna@elm.example")) == 1


@pytest.mark.s("S46", "S48")
def test_another_role_ends_the_sessions_of_the_old_one(owner, another_browser, ben):
    another_browser.sign_in(email="ben@elm.example")
    assert owner.post(f"/admin/staff/{ben.actor.id}/role", {"role": "assistant"}, on="/admin/staff").status_code == 303
    assert another_browser.get("/patients").status_code == 303


def test_the_only_owner_stays_one_and_only_owners_make_owners(owner, store, system, anna, ben):
    said = owner.post(f"/admin/staff/{anna.actor.id}/role", {"role": "assistant"}, on="/admin/staff")
    assert "This is the only owner." in said.text
    with pytest.raises(LastOwner):
        store.run(anna, change_role, anna.actor.id, "admin")
    from core.practice.staff import change_role as promote

    store.run(system, promote, ben.actor.id, Role.ADMIN)
    admin = type(ben)(ben.practice_id, type(ben.actor)(ben.actor.kind, ben.actor.id, "admin", ben.actor.name))
    from core.errors import Invalid

    with pytest.raises(Invalid):
        store.run(admin, invite, **{**DORA, "role": "owner"})


@pytest.mark.s("S44", "S52")
def test_an_owner_without_a_passkey_and_anyone_without_the_right_is_kept_out(browser, another_browser, anna, carl):
    browser.sign_in()
    assert browser.get("/admin/staff").location == "/security?to=/admin/staff"
    page = browser.get("/security?to=/admin/staff").text
    assert "owners who sign in with a passkey" in page and 'name="to" value="/admin/staff"' in page
    another_browser.sign_in(email="carl@elm.example")
    assert another_browser.get("/admin/staff").status_code == 403


def test_who_is_sick_today_is_set_away_on_the_page_and_what_cannot_be_says_why(owner, ben, carl):
    def away(**days):
        return owner.post(f"/admin/staff/{ben.actor.id}/away", {"first": "2026-11-23", **days}, on="/admin/staff")

    refused = away(back="2026-11-20", cover=str(carl.actor.id))
    assert refused.status_code == 422 and 'value="2026-11-20"' in refused.text
    assert "The day back comes after the first day away." in refused.text
    assert f'value="{carl.actor.id}" selected' in refused.text  # nothing typed is lost
    assert "Choose both days." in away(back="", cover="").text
    assert "Choose one of your colleagues" in away(back="2026-11-25", cover="nobody at all").text
    assert "Somebody else covers for them." in away(back="2026-11-25", cover=str(ben.actor.id)).text
    assert away(back="2026-11-25", cover=str(carl.actor.id)).location == "/admin/staff?done=away"
    assert "Ben is away until Wednesday 25 November; Carl covers" in owner.get("/admin/staff").text
    assert owner.post(f"/admin/staff/{ben.actor.id}/back", {}, on="/admin/staff").location == "/admin/staff?done=back"
    assert "Ben is away" not in owner.get("/admin/staff").text


@pytest.mark.s("S48")
def test_before_access_ends_one_reads_what_that_means_and_it_can_be_undone(
    owner, another_browser, store, anna, ben, carl
):
    another_browser.sign_in("ben@elm.example")
    store.run(carl, tasks.ask, ben.actor.id, "Call the lab")
    page = owner.get(f"/admin/staff/{ben.actor.id}/stop").text
    assert "1 open request of theirs" in page and "They have planned no messages" in page
    assert another_browser.get("/patients").status_code == 200  # it was only asked
    stopped = owner.post(f"/admin/staff/{ben.actor.id}/stop", {}, on="/admin/staff")
    assert stopped.location == "/admin/staff?done=stopped"
    assert another_browser.get("/patients").status_code == 303
    assert another_browser.give_password("ben@elm.example").status_code == 422
    assert "Let Ben Example in again" in owner.get("/admin/staff").text
    assert owner.get(f"/admin/staff/{ben.actor.id}/stop").status_code == 404
    owner.post(f"/admin/staff/{ben.actor.id}/let-in", {}, on="/admin/staff")
    assert another_browser.sign_in("ben@elm.example").status_code == 303
    last = owner.post(f"/admin/staff/{anna.actor.id}/stop", {}, on="/admin/staff")
    assert last.status_code == 409 and "the only owner" in last.text


@pytest.mark.s("S47")
def test_an_admin_cannot_let_an_owner_in_again_as_none_can_make_one(store, practice, app, clock, anna, ben):
    dora = hire(store, practice, "Dora Admin", Role.ADMIN)
    store.run(anna, change_role, ben.actor.id, "owner")
    store.run(anna, leaver.stop, ben.actor.id)
    admin = signed_in(app, store, dora, clock)
    assert "Let Ben Example in again" not in admin.get("/admin/staff").text
    refused = admin.post(f"/admin/staff/{ben.actor.id}/let-in", {}, on="/admin/staff")
    assert refused.status_code == 422 and "Only an owner" in refused.text
    assert not store.look(anna, find.whoever, ben.actor.id).active
    store.run(anna, let_in_again, ben.actor.id)
    assert store.look(anna, find.whoever, ben.actor.id).active


@pytest.mark.s("S48")
def test_only_an_owner_changes_or_stops_an_owner(store, practice, app, clock, anna, ben):
    store.run(anna, change_role, ben.actor.id, "owner")  # so that none of them is the last
    admin = signed_in(app, store, hire(store, practice, "Dora Admin", Role.ADMIN), clock)
    page = admin.get("/admin/staff").text
    assert "Change the role of Dora Admin" in page and "<option>owner" not in page
    assert "Change the role of Ben Example" not in page and "Stop the access of Ben Example" not in page
    for what in ("role", "stop"):
        refused = admin.post(f"/admin/staff/{ben.actor.id}/{what}", {"role": "assistant"}, on="/admin/staff")
        assert refused.status_code == 422 and "Only an owner can change or stop an owner." in refused.text, what
    assert store.look(anna, find.staff_member, ben.actor.id).role is Role.OWNER
    store.run(anna, change_role, ben.actor.id, "admin")


def test_nobody_is_found_in_another_practice(owner, tom):
    for what in ("role", "stop", "let-in", "reset", "link"):
        answer = owner.post(f"/admin/staff/{tom.actor.id}/{what}", {"role": "admin"}, on="/admin/staff")
        assert answer.status_code == 404, what


def test_a_link_that_is_none_of_ours_sets_nothing(store):
    from core.practice.accounts import PasswordLinkOver

    for token in ("x" * 43, "", "../../etc"):
        with pytest.raises(PasswordLinkOver):
            set_password(store, token, NEW)


def test_the_list_is_narrowed_by_what_is_typed(owner, ben, carl):
    page = owner.get("/admin/staff?q=exa+BÉN").text
    assert 'More<span class="vh"> about Ben Example' in page and "about Carl Dummy" not in page
    assert "No colleague fits “zzz”" in owner.get("/admin/staff?q=zzz").text


def test_a_group_is_made_and_who_is_in_it_said(owner, store, anna, ben, carl):
    new = {"group": "Front Desk", "in": [str(ben.actor.id)]}
    assert owner.post("/admin/staff/groups", new, on="/admin/staff").location == "/admin/staff?done=group"
    (desk,) = [one for one in store.look(anna, find.groups) if one.name == "front-desk"]
    assert desk.members == (ben.actor.id,) and "@front-desk" in owner.get("/admin/staff").text
    both = {"in": [str(ben.actor.id), str(carl.actor.id), "no id"]}
    assert owner.post(f"/admin/staff/groups/{desk.id}", both, on="/admin/staff").status_code == 303
    assert set(store.look(anna, find.group, desk.id).members) == {ben.actor.id, carl.actor.id}
    for wrong, said in (("front desk", "called front-desk already"), ("a/b", "letters, digits and hyphens")):
        answer = owner.post("/admin/staff/groups", {"group": wrong}, on="/admin/staff")
        assert answer.status_code == 422 and said in answer.text and f'value="{wrong}"' in answer.text
    everyone = next(one for one in store.look(anna, find.groups) if one.name == "everyone")
    assert owner.post(f"/admin/staff/groups/{everyone.id}", {}, on="/admin/staff").status_code == 422


@pytest.mark.attack("E11")
@pytest.mark.s("S61")
def test_whoever_is_taken_out_of_a_group_hears_and_reads_nothing_more_of_it(store, heard, anna, ben, carl):
    group = store.run(anna, groups.make, "desk", {ben.actor.id, carl.actor.id})
    thread = store.run(ben, open_group, group.id).id
    hub, sockets = Hub(store), {who: Listening(who) for who in (ben, carl)}
    for one in sockets.values():
        hub.join(one)

    def say(text):
        start = len(heard)
        store.run(ben, post, thread, Writing(Kind.INTERNAL, Direction.INTERNAL, text))
        for event in heard[start:]:
            hub.hear(event)

    say("For both of us")
    assert [len(one.written) for one in sockets.values()] == [1, 1]
    start = len(heard)
    store.run(anna, groups.gather, group.id, {ben.actor.id})
    for event in heard[start:]:
        hub.hear(event)
    say("For me alone")
    assert [len(one.written) for one in sockets.values()] == [2, 1]
    with pytest.raises(NotFound):
        store.look(carl, conversation, thread)
    with pytest.raises(NotFound):
        store.run(carl, post, thread, Writing(Kind.INTERNAL, Direction.INTERNAL, "Still here?"))
    assert not store.look(carl, search, Wanted("alone")).hits
    store.run(anna, groups.gather, group.id, {ben.actor.id, carl.actor.id})
    assert store.look(carl, conversation, thread).id == thread
    with pytest.raises(Forbidden):
        store.run(carl, groups.gather, group.id, ())


@pytest.mark.s("S61")
def test_the_page_of_a_group_shows_who_came_later_what_was_said_since(owner, store, anna, ben):
    group = store.run(anna, groups.make, "desk", {ben.actor.id})
    thread = store.run(ben, open_group, group.id).id
    store.run(ben, post, thread, Writing(Kind.INTERNAL, Direction.INTERNAL, "Of old plums"))
    store.run(anna, open_group, group.id)
    store.run(ben, post, thread, Writing(Kind.INTERNAL, Direction.INTERNAL, "Of new pears"))
    page = owner.get(f"/c/{thread}").text
    assert "Of new pears" in page and "Of old plums" not in page and 'data-after="1"' in page
    assert "you see what was said since you came" in page
