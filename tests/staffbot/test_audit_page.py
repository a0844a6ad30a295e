"""Who read what is in the trail, and owners and admins find it there (S108)."""

import re
from datetime import timedelta
from functools import partial
from html import unescape
from types import SimpleNamespace

import pytest

from core.audit.checkpoint import checkpoints, take_head
from core.audit.trail import append, entries
from core.errors import Forbidden
from core.messages.conversations import of_patient
from core.practice.words import Role
from core.release import trail
from core.release.link import send_direct
from core.release.trail import Sought
from core.store import Actor, ActorKind, Who
from staffbot.live import places
from staffbot.live.op import Here
from tests.conftest import START, hire
from tests.staffbot.browser import signed_in


@pytest.fixture
def dora(store, practice):
    return hire(store, practice, "Dora Admin", Role.ADMIN)


@pytest.fixture
def admin(app, store, dora, clock):
    return signed_in(app, store, dora, clock)


def seen(store, who, patient):
    told = store.look(who, lambda unit: list(entries(unit, 0, 10_000)))
    return [one for one in told if one["verb"] == "patient seen" and one["about"] == str(patient.id)]


@pytest.mark.s("S109")
def test_the_newest_signed_checkpoint_stands_below_the_trail_and_below_everyones_own_account(
    store, ben_at_work, admin, system
):
    assert "Audit trail signed" not in ben_at_work.get("/security").text
    store.run(system, take_head)
    _, size, root, *_ = store.look(system, checkpoints)[-1].split("\n")
    for page in (ben_at_work.get("/security").text, admin.get("/admin/audit").text):
        assert f": {size} entries" in page and root in unescape(page)
    assert "Audit trail signed" not in ben_at_work.get("/settings").text


@pytest.mark.s("S108")
def test_a_reader_is_noted_once_for_each_patient_and_quarter_of_an_hour(
    store, ben_at_work, admin, ben, dora, anna, amara, idris, clock
):
    thread = store.run(anna, of_patient, amara.id)
    message = store.run(anna, send_direct, amara, "Your results are back.")
    pages = (f"/patients/{amara.id}", f"/patients/{amara.id}/messages", f"/c/{thread}", f"/messages/{message.id}")
    for page in pages:
        assert ben_at_work.get(page).status_code == 200
    assert [one["actor_id"] for one in seen(store, anna, amara)] == [str(ben.actor.id)]
    ben_at_work.get(f"/patients/{idris.id}")
    admin.get(pages[0])
    assert len(seen(store, anna, idris)) == 1
    assert [one["actor_id"] for one in seen(store, anna, amara)] == [str(ben.actor.id), str(dora.actor.id)]
    clock.forward(minutes=15)
    ben_at_work.get(pages[0])
    assert len(seen(store, anna, amara)) == 3


@pytest.mark.s("S108")
@pytest.mark.parametrize("page", ["/patients/{}", "/patients/{}/messages", "/c/{}", "/messages/{}", "/messages/{}/now"])
def test_each_page_about_a_patient_is_reading(store, ben_at_work, anna, amara, page):
    ids = {"/c/{}": store.run(anna, of_patient, amara.id)}
    if page.startswith("/messages"):
        ids[page] = store.run(anna, send_direct, amara, "Your results are back.").id
    ben_at_work.get(page.format(ids.get(page, amara.id)))
    assert len(seen(store, anna, amara)) == 1


@pytest.mark.s("S108")
def test_who_asks_for_what_stands_beside_a_conversation_without_its_page_is_noted_once(store, ben, anna, amara, clock):
    thread = store.run(anna, of_patient, amara.id)
    here = Here(SimpleNamespace(look=partial(store.look, ben), run=partial(store.run, ben)), None)
    for _ in range(2):
        places.HANDLERS[places.Beside](here, places.Beside(thread))
        clock.forward(hours=1)  # a page that asks anew by itself is no second look
    assert [one["actor_id"] for one in seen(store, anna, amara)] == [str(ben.actor.id)]


def test_conversations_further_back_come_with_what_was_said_last(store, ben, anna, amara):
    message = store.run(anna, send_direct, amara, "Your results are back.")
    here = Here(SimpleNamespace(look=partial(store.look, ben)), None)
    (one,) = places.HANDLERS[places.Earlier](here, places.Earlier())["conversations"]
    assert (one["title"], one["last"]["id"], one["typed"]) == ("Amara Testwell", str(message.id), False)
    behind = places.Earlier(behind=message.conversation_id)
    assert places.HANDLERS[places.Earlier](here, behind) == {"conversations": []}


@pytest.mark.s("S108")
def test_the_trail_is_for_owners_and_admins(store, ben_at_work, admin, ben):
    assert ben_at_work.get("/admin/audit").status_code == 403
    with pytest.raises(Forbidden):
        store.look(ben, trail.page, Sought())
    assert 'href="/admin/audit"' in admin.get("/patients").text
    assert 'href="/admin/audit"' not in ben_at_work.get("/patients").text
    assert admin.get("/admin/audit").status_code == 200


def test_a_trail_is_asked_for_with_a_fresh_proof(admin, clock):
    clock.forward(minutes=11)
    assert admin.get("/admin/audit").location == "/login/again?to=/admin/audit"


def test_it_is_filtered_by_colleague_patient_what_and_day(store, ben_at_work, admin, anna, ben, amara, idris, clock):
    store.run(anna, send_direct, amara, "Your results are back.")
    ben_at_work.get(f"/patients/{idris.id}")
    clock.forward(days=1)
    admin.get("/login/again")
    store.run(anna, append, "contacts shown", idris.id)
    assert rows(store, anna, Sought(person=ben.actor.id)) == {"signed in", "patient seen"}
    about_amara = rows(store, anna, Sought(patients=frozenset({amara.id})))
    assert {"patient added", "direct message sent"} <= about_amara and "patient seen" not in about_amara
    assert rows(store, anna, Sought(patients=frozenset())) == set()
    assert rows(store, anna, Sought(verb="patient seen")) == {"patient seen"}
    assert rows(store, anna, Sought(since=START + timedelta(days=1))) == {"contacts shown"}
    assert "contacts shown" not in rows(store, anna, Sought(until=START + timedelta(days=1)))


def rows(store, who, sought):
    return {one.verb for one in store.look(who, trail.page, sought, 0, 1000)}


def test_the_page_names_people_and_keeps_what_was_asked(store, ben_at_work, admin, ben, amara, idris):
    ben_at_work.get(f"/patients/{idris.id}")
    page = admin.get(f"/admin/audit?person={ben.actor.id}&patient=idris&verb=patient+seen&day=23+Nov").text
    (row,) = table(page)
    assert "Ben Example" in row and "Patient seen" in row and "Idris Placeholder" in row
    assert 'value="idris"' in page and 'value="23 Nov"' in page and f'value="{ben.actor.id}" selected' in page
    assert "Nothing in the trail fits" in admin.get("/admin/audit?patient=nobody-by-that-name").text
    assert "Nothing in the trail fits" in admin.get("/admin/audit?patient=idris&day=22+Nov").text
    assert "Patient seen" in "".join(table(admin.get("/admin/audit?patient=idris&day=this+week").text))
    assert "Nothing in the trail fits" in admin.get("/admin/audit?patient=idris&day=last+week").text
    wrong = admin.get("/admin/audit?day=soon").text
    assert "Write the day like 3 March 2026" in wrong and "<title>Error:" in wrong


def test_what_a_patient_did_says_who_also_where_the_trail_has_their_number(store, admin, anna, amara):
    by_text = Who(anna.practice_id, Actor(ActorKind.PATIENT, amara.id, name=amara.name))
    store.run(by_text, append, "sms received", amara.id)
    (row,) = table(admin.get("/admin/audit?verb=sms+received").text)
    assert '<td class="c-actor">Amara Testwell</td>' in row


def test_what_the_trail_calls_in_our_words_is_told_in_a_practices(store, admin, anna):
    store.run(anna, append, "orphan keys swept", None, keys=3)
    page = admin.get("/admin/audit?verb=orphan+keys+swept").text
    (row,) = table(page)
    assert "Keys of nothing that is still here deleted<small>keys: 3</small>" in row
    assert '<option value="orphan keys swept" selected>Keys of nothing that is still here deleted</option>' in page


def test_pages_lead_on_by_number_and_keep_the_filter(store, admin, anna, amara):
    for n in range(120):
        store.run(anna, append, "contacts shown", amara.id, n=n)
    found, at, pages = [], "/admin/audit?verb=contacts+shown", 0
    while at:
        page = admin.get(at).text
        found += [int(number) for number in re.findall(r"<small>n: (\d+)</small>", page)]
        older = re.search(r'href="\?([^"]+)">Older', page)
        at, pages = (f"/admin/audit?{older[1].replace('&amp;', '&')}" if older else ""), pages + 1
        if pages == 1:
            store.run(anna, append, "contacts shown", amara.id, n=999)  # what comes meanwhile moves nothing
    assert pages == 3
    assert found == list(range(119, -1, -1))


def test_ids_and_signatures_are_for_machines(store, admin, anna, amara):
    store.run(anna, append, "something done", amara.id, key=amara.id, signature="ab" * 64, why="it was time", done=True)
    (row,) = table(admin.get("/admin/audit?verb=something+done").text)
    assert "why: it was time" in row and "done: yes" in row
    assert "ab" * 20 not in row and "key:" not in row


def table(page):
    return re.findall(r"<tr>(?:(?!</tr>).)*</td></tr>", page.partition("<tbody>")[2], re.S)
