"""Files through the patient's door and the staff's (attacks C10-C19); what each file may be is in `test_inspect.py`."""

import io
import re

import pytest
from sqlalchemy import func, select

from core.messages import find
from core.messages.conversations import of_patient
from core.messages.scanning import Scanning
from core.messages.tables import FileChunk, FileRow
from core.opening import open_store
from core.release.link import send_direct
from portal import create_app
from staffbot import create_app as create_staff_app
from tests import documents as made
from tests.portal.visitor import BASE, Visitor, unlock
from tests.scanner import clamd
from tests.staffbot.browser import signed_in

WORDS = "My words, which I do not want to type again."


@pytest.fixture
def inside(settings, store, anna, amara, network):
    """A patient's browser behind the lock."""
    store.run(anna, send_direct, amara, "Please send us the letter.")
    guest = Visitor(create_app(settings, store))
    unlock(guest, network.link("amara@example.org").removeprefix(BASE), network)
    return guest


@pytest.fixture
def staff(settings, store, anna, clock):
    return signed_in(create_staff_app(settings, store), store, anna, clock)


def send(guest, *files, text=WORDS, **headers):
    """Send an answer with files: pairs of a name and bytes."""
    token = re.search(r'csrf_token" value="([0-9a-f]+)', guest.get("/message").text)[1]
    given = [(io.BytesIO(data), name) for name, data in files]
    return guest.client.post(
        "/message/files",
        base_url="https://127.0.0.1:8001",
        data={"csrf_token": token, "text": text, "file": given},
        headers=headers,
    )


def kept(store) -> tuple[int, int]:
    with store.reader.connect() as db:
        return tuple(db.scalar(select(func.count()).select_from(table)) for table in (FileRow, FileChunk))


def received(store, anna, amara):
    return store.look(anna, find.history, store.run(anna, of_patient, amara.id))[-1]


@pytest.mark.attack("C17")
@pytest.mark.s("S85")
def test_a_patient_sends_a_photo_back_and_staff_see_and_fetch_it(store, inside, staff, anna, amara):
    answer = send(inside, ("Letter from St. Mary's.HEIC", made.photo_with_a_place("HEIF")), ("more.pdf", made.pdf()))
    assert answer.status_code == 303 and answer.headers["Location"] == "/message/sent"
    message = received(store, anna, amara)
    assert message.text == WORDS and [one.name for one in message.attachments] == [
        "Letter from St. Mary's.jpg",
        "more.pdf",
    ]
    page = inside.get("/message").text
    assert "Letter from St. Mary&#39;s.jpg" in page and "JPEG picture" in page
    shown = staff.get(f"/messages/{message.id}").text
    assert "not scanned for viruses" in shown
    got = staff.get(f"/files/{message.attachments[0].id}")
    assert got.data.startswith(b"\xff\xd8\xff") and b"Latchphone" not in got.data and b"Exif" not in got.data


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), ("holiday.pdf", b"MZ a program"),
     ("script.pdf", made.pdf_with_a_script())],
)  # fmt: skip
@pytest.mark.attack("C10")
@pytest.mark.s("S78", "S80")
def test_a_refused_file_is_named_nothing_is_kept_and_the_words_survive(store, inside, name, data):
    answer = send(inside, ("good.png", made.picture()), (name, data))
    assert answer.status_code == 422
    assert (
        f"We could not take {name}." in answer.text and "Your words are kept." in answer.text and WORDS in answer.text
    )
    assert 'aria-invalid="true"' in answer.text and 'href="#f"' in answer.text
    assert kept(store) == (0, 0)


@pytest.mark.attack("C11")
@pytest.mark.s("S79")
def test_what_is_too_large_or_too_many_is_refused_and_nothing_is_kept(store, inside):
    assert send(inside, ("a.png", made.picture() + bytes(10 << 20))).status_code == 413
    many = send(inside, *((f"{n}.png", made.picture()) for n in range(6)))
    assert many.status_code == 413 and "5 files at a time" in many.text and WORDS in many.text
    much = send(inside, *((f"{n}.png", bytes(9 << 20)) for n in range(3)))  # more than is read at all (U80)
    assert (
        much.status_code == 413
        and "Your files are too large. Each can be 10 MB" in much.text
        and f"{WORDS}</textarea>" in much.text
    )
    forged = {"text": WORDS, "csrf_token": "x", "file": (io.BytesIO(bytes(27 << 20)), "a.png")}
    assert inside.post("/message/reply", forged, token=False).status_code == 400
    assert kept(store) == (0, 0)


def test_what_to_do_when_it_is_urgent_stands_before_the_box(inside):
    page = inside.get("/message").text
    assert page.index("If it is urgent") < page.index("<textarea")


@pytest.mark.attack("C19")
@pytest.mark.s("S81")
def test_names_cannot_break_a_header_or_a_page(store, inside, staff, anna, amara):
    send(
        inside,
        ("<img src=x onerror=a>\u202egnp.png", made.picture()),
        ("../../b\x07\x1b; Set-Cookie: x.png", made.picture()),
    )
    message = received(store, anna, amara)
    assert [one.name for one in message.attachments] == ["img src=x onerror=agnp.png", "b; Set-Cookie x.png"]
    for one in message.attachments:
        got = staff.get(f"/files/{one.id}")
        said = got.headers["Content-Disposition"]
        assert (
            re.fullmatch(r"attachment; filename\*=UTF-8''[A-Za-z0-9._%~-]+", said) and "Set-Cookie" not in got.headers
        )


@pytest.mark.attack("C18")
def test_a_file_is_only_ever_saved_never_shown(store, inside, staff, anna, amara):
    send(inside, ("a.png", made.picture()))
    address = f"/files/{received(store, anna, amara).attachments[0].id}"
    said = staff.get(address).headers
    assert said["Content-Type"] == "image/png" and said["X-Content-Type-Options"] == "nosniff"
    assert said["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert said["Cross-Origin-Resource-Policy"] == "same-origin" and said["Cache-Control"] == "no-store"
    assert staff.get(address, **{"Sec-Fetch-Site": "cross-site"}).status_code == 404


@pytest.mark.attack("C15", "C16")
@pytest.mark.s("S83")
def test_infected_files_reach_nobody_and_others_wait_while_the_scanner_is_down(
    settings, store, clock, anna, amara, network
):
    with clamd() as server:
        port = server.server_address[1]
    watched = open_store(
        settings.model_copy(update={"clamd_address": f"127.0.0.1:{port}"}),
        clock=clock,
    )
    watched.run(anna, send_direct, amara, "Please send us the letter.")
    guest = Visitor(create_app(watched.settings, watched))
    unlock(guest, network.link("amara@example.org").removeprefix(BASE), network)
    staff = signed_in(create_staff_app(watched.settings, watched), watched, anna, clock)
    send(guest, ("good.pdf", made.pdf()), ("bad.png", made.picture()))
    good, bad = received(watched, anna, amara).attachments
    scanning = Scanning(watched)
    assert scanning() == 0
    assert staff.get(f"/files/{good.id}").status_code == staff.get(f"/files/{bad.id}").status_code == 409
    with clamd(port, finds=b"IHDR"):
        clock.forward(seconds=31)
        assert scanning() == 2
    assert staff.get(f"/files/{good.id}").data.startswith(b"%PDF")
    refused = staff.get(f"/files/{bad.id}")
    assert refused.status_code == 409 and "blocked: it carries a virus" in refused.text
    watched.close()


@pytest.mark.s("S86")
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_files_that_are_refused_count_as_well(inside):
    """Looking at one may take a parser twenty seconds; sending it costs nothing."""
    programs = [("a.exe", b"MZ")] * 5
    answers = [send(inside, *programs) for _ in range(13)]
    assert {answer.status_code for answer in answers[:12]} == {422} and answers[12].status_code == 429
    assert WORDS in answers[12].text and "Wait a while" in answers[12].text
