"""What the chat asks for when it opens, by number and weight (table C of ux.md): its page as it is served, all that is
named in it, and whatever the scripts named there import before they run."""

import gzip
import re

from core.messages.conversations import of_patient
from core.messages.post import post
from core.messages.words import Direction, Kind, Writing
from staffbot.web import STATIC

MOST_REQUESTS = 24
MOST_HTML, MOST_CSS, MOST_SCRIPT = 30 << 10, 14 << 10, 60 << 10  # bytes by gzip
SOCKET = 1
IMPORTED = re.compile(r'^import\s[^"\n]*"\./([^"]+)"', re.MULTILINE)
OLDER = "plain.js"  # asked for by browsers alone that know no box of plain text
LATER = re.compile(r'\bimport\("\./([^"]+)"\)')


def test_opening_the_chat_stays_within_its_requests_and_its_weight(ben_at_work, store, anna, amara):
    thread = store.run(anna, of_patient, amara.id)
    for number in range(50):
        said = Writing(Kind.INTERNAL, Direction.INTERNAL, f"Note {number}: the letter of the hospital came, see below.")
        store.run(anna, post, thread, said)
    page = ben_at_work.get(f"/c/{thread}").text
    assert page.count('<article class="msg internal') >= 50
    named = set(re.findall(r'<(?:link|script|img|use)\b[^>]*? (?:href|src)="(/[^"#]+)', page))
    weights, scripts = {}, {}
    for path in named:
        with ben_at_work.get(path, **{"Accept-Encoding": "gzip"}) as answer:
            assert answer.status_code == 200, path
            weights[path] = len(answer.data)
            if path.endswith(".js"):
                scripts[path] = gzip.decompress(answer.data).decode()

    assert not any(re.search(r"^\s*//", text, re.MULTILINE) for text in scripts.values()), "comments stay at home"
    folder = next(iter(scripts)).rpartition("/")[0]
    needed = {f"{folder}/{name}" for text in scripts.values() for name in IMPORTED.findall(text)} | {f"{folder}/app.js"}
    assert needed == set(scripts), (
        "the page names each module that it cannot start without, so that all come in one wave"
    )
    assert len(named) + len([page]) + SOCKET <= MOST_REQUESTS
    assert len(gzip.compress(page.encode())) <= MOST_HTML
    assert sum(weight for path, weight in weights.items() if path.endswith(".css")) <= MOST_CSS
    late = {f"{folder}/{name}" for text in scripts.values() for name in LATER.findall(text) if name != OLDER}
    assert late and not late & needed
    for path in sorted(late):  # what comes at rest counts by weight, too: all of it is our own code
        scripts[path] = gzip.decompress(ben_at_work.get(path, **{"Accept-Encoding": "gzip"}).data).decode()
    assert sum(len(gzip.compress(text.encode())) for text in scripts.values()) <= MOST_SCRIPT


def test_pictures_are_sent_packed_and_last_and_nothing_else_of_their_folder_is_sent(browser):
    folder = re.search(r'href="(/static/\w+)/favicon\.svg"', browser.get("/login").text)[1]
    packed = browser.get(f"{folder}/icons.svg", **{"Accept-Encoding": "gzip"})
    assert packed.mimetype == "image/svg+xml" and "immutable" in packed.headers["Cache-Control"]
    assert (
        gzip.decompress(packed.data) == browser.get(f"{folder}/icons.svg").data == (STATIC / "icons.svg").read_bytes()
    )
    for path in STATIC.glob("css/*"):
        assert browser.get(f"{folder}/css/{path.name}").status_code == 404


def test_an_icon_that_goes_into_each_of_hundreds_of_rows_does_not_ask_for_the_sprite(ben_at_work, store, anna, amara):
    """U26: making a row took twice as long, as each `<use>` of another file is looked up anew."""
    page = ben_at_work.get(f"/c/{store.run(anna, of_patient, amara.id)}").text
    sprite = ben_at_work.get(re.search(r'<use href="([^"#]+)', page)[1]).text
    [row] = re.findall(r'<template id="t-message">(.+?)</template>', page, re.DOTALL)
    icons = dict(re.findall(r'<template id="t-icon-(\w+)">(.+?)</template>', page))
    assert "<use" not in row and {"internal", "sms", "email", "direct", "form"} <= set(icons)
    for icon in icons.values():
        [lines] = re.findall(r"<svg [^>]+>(.+)</svg>", icon)
        assert "<use" not in lines and f">{lines}</symbol>" in sprite
