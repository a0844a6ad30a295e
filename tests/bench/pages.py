"""A form's pages in the portal against a bare Flask page, and a post with all that it judges and keeps (F86).

Without expressions. Every number is a ratio to a floor of the same run; milliseconds stand beside it for people.
"""

import tempfile
import time
from pathlib import Path
from statistics import median

from flask import Flask, render_template, render_template_string

from core.forms import answers, find, library
from core.patients.find import everyone
from core.release import sessions
from core.release.link import link_of, send_direct
from core.store import Actor, ActorKind, Who
from core.store.unit import SYSTEM
from core.web import cookies
from portal import asking, create_app, visit
from tests.bench.forms import SIZES, form_of
from tests.bench.practice import opened
from tests.bench.table import Sizes, say
from tests.portal.form_walker import Controls
from tests.portal.visitor import HTTPS, Visitor

RENDER = 3  # times a bare page, at most
BARE = "<!doctype html><title>{{ title }}</title><h1>{{ title }}</h1><p>{{ text }}</p>"


def main(sizes: Sizes) -> None:
    """Say the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        store, who = opened(Path(folder))
        app, bare = create_app(store.settings, store), _bare()
        floor = median(_processor(lambda: bare.get("/")) for _ in range(50))
        for size in SIZES:
            visitor, link_id, token = _before_form(store, who, app, size)
            made = _rendering(app, store, who, link_id, token, bare, sizes)
            say(f"{size} questions: a page rendered {made:.1f} x a bare Flask page (F86: {RENDER} at most)")
            got = median(_processor(lambda v=visitor: v.get("/form/p/1")) for _ in range(sizes.rounds))
            posts = [_post(visitor, n + 1) for n in range(sizes.rounds)]
            say(
                f"{size} questions: a page fetched {got / floor:.0f} x ({got * 1e3:.0f} ms), "
                f"posted {median(posts) / floor:.0f} x a bare page ({median(posts) * 1e3:.0f} ms)"
            )
        store.close()


def _processor(work) -> float:
    """Seconds of processor that it took, whoever else is busy on the machine."""
    start = time.process_time()
    work()
    return time.process_time() - start


def _bare():
    app = Flask("bare")
    app.add_url_rule("/", "page", lambda: render_template_string(BARE, title="A page", text="Some words"))
    client = app.test_client()
    client.get("/")
    return client


def _before_form(store, who, app, size):
    """A patient's browser behind the lock, before a form of so many questions."""
    system = Who(who.practice_id, SYSTEM)
    store.run(system, library.add_form, form_of(size), key=f"form-{size}")
    patient = next(one for one in store.look(who, everyone) if one.email and one.mobile)
    message = store.run(who, send_direct, patient, "", form=store.look(who, find.by_key, f"form-{size}"))
    link_id = store.look(who, link_of, message.id)
    token = store.run(Who(who.practice_id, Actor(ActorKind.PATIENT)), sessions.start, link_id, "a computer")
    visitor = Visitor(app)
    visitor.client.set_cookie(cookies.PATIENT, token, domain="127.0.0.1", secure=True)
    return visitor, link_id, token


def _rendering(app, store, who, link_id, token, bare, sizes):
    """The page alone: what the engine says of the answers is known."""
    now = store.look(Who(who.practice_id, Actor(ActorKind.PATIENT)), answers.filling, link_id)
    headers = {"Cookie": f"{cookies.PATIENT}={token}"}
    with app.test_request_context("/form/p/1", base_url=HTTPS, headers=headers):
        visit.unlocked()
        page = [_processor(lambda: _page(now, link_id)) for _ in range(sizes.rounds * 10)]
        return median(page) / median(_processor(lambda: bare.get("/")) for _ in page)


def _page(now, link_id):
    return render_template("form/page.html", **asking.page(now, 1, link_id), nonce="of-a-bench")


def _post(visitor, number):
    """Seconds of processor that one post takes; its page is fetched before."""
    controls = Controls(visitor.get(f"/form/p/{number}").text)
    posted = {
        **{k: v for k, v in controls.hidden.items() if not k.startswith("q")},
        **dict.fromkeys(controls.questions, "1"),
    }
    came = []
    took = _processor(lambda: came.append(visitor.post(f"/form/p/{number}", posted, token=False)))
    assert came[0].status_code == 303, came[0].text
    return took
