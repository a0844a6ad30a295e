"""The list of what left, for owners and admins: found, narrowed by links, paged, taken away (U88)."""

import csv
import io
import re
from html import unescape

import pytest

from core.delivery import listing
from core.release.link import send_direct
from tests.staffbot.browser import signed_in
from tests.staffbot.test_audit_page import seen

LIST = "/admin/deliveries"


@pytest.fixture
def admin(app, store, anna, clock):
    return signed_in(app, store, anna, clock)


def links(page):
    """Where each chip leads, by its words."""
    chips = re.findall(r'<a class="chip" href="([^"]*)"[^>]*>(?:<svg.*?</svg> )?(.*?)</a>', unescape(page))
    return {words: href for href, words in chips}


def test_nothing_yet_nothing_that_fits_and_what_fits_each_say_so(store, admin, ben_at_work, anna, amara, idris, worker):
    assert "Nothing has left yet" in admin.get(LIST).text
    assert ben_at_work.get(LIST).status_code == 403
    message = store.run(anna, send_direct, amara, "Your results are back.")
    page = admin.get(LIST).text
    assert "Amara Testwell" in page and "a•••@example.org" in page and "Link by email" in page
    assert "amara@example.org" not in page and "Your results" not in page
    assert f'href="/messages/{message.id}"' in page and "Waiting to go" in page
    assert len(seen(store, anna, amara)) == 1
    by_words = links(page)
    assert list(by_words) == [
        "All", "Needs a look", "Waiting to go", "Sent", "Delivered", "Stopped", "SMS and email", "SMS", "Email",
    ]  # fmt: skip
    assert "Amara Testwell" in admin.get(LIST + by_words["Waiting to go"]).text
    for asked in (by_words["Needs a look"], by_words["SMS"], "?q=Idris", "?q=nobody at all"):
        page = admin.get(LIST + asked).text
        assert "No delivery fits" in page and "Clear filters" in page and "Amara Testwell" not in page, asked
    for asked in ("?q=testw", "?q=0057&channel=email", "?state=made-up&channel=fax&behind=yesterday"):
        assert "Amara Testwell" in admin.get(LIST + asked).text, asked


def test_a_page_leads_to_the_older_ones_and_keeps_what_was_asked(store, admin, anna, amara, idris, monkeypatch):
    for one in (amara, idris):
        store.run(anna, send_direct, one, "Your results are back.")
    monkeypatch.setattr("staffbot.pages.deliveries.PAGE", 1)
    first = admin.get(f"{LIST}?channel=email").text
    assert "Idris" in first and "Amara" not in first
    older = unescape(re.search(r'href="([^"]*behind=[^"]*)"', first)[1])
    second = admin.get(LIST + older).text
    assert "channel=email" in older and "Amara" in second and "Idris" not in second and "behind=" not in second


@pytest.mark.s("S47", "S89")
def test_it_is_taken_away_as_csv_by_whoever_proves_once_more_who_they_are(store, admin, anna, amara, clock):
    store.run(anna, send_direct, amara, "Your results are back.")
    asked = f"{LIST}.csv?q=Amara&channel=email"
    answer = admin.get(asked)
    assert answer.headers["Content-Disposition"].endswith("deliveries.csv")
    row, *others = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert (row["patient"], row["to"], row["what"], row["status"]) == (
        "Amara Testwell", "a•••@example.org", "Link by email", "Waiting to go",
    )  # fmt: skip
    assert not others and row["patient_id"] == str(amara.id)
    clock.forward(minutes=11)
    assert admin.get(asked).location == "/login/again?to=/admin/deliveries.csv%3Fq%3DAmara%26channel%3Demail"
    again = admin.get(admin.get(asked).location).text
    assert 'name="to" value="/admin/deliveries.csv?q=Amara&amp;channel=email"' in again
    assert listing.MOST == 10_000
