"""What may be kept of a file, and what is refused (S78-S81, S85, S86; attacks C10, C12-C14, C17, C19)."""

import io
import subprocess
import sys
import zlib
from contextlib import nullcontext

import pikepdf
import pytest
from PIL import Image

from core.messages.filetypes import DOCX, FROM_PATIENTS, FROM_STAFF
from core.messages.inspect import FileRefused, check_file, clean_name
from core.messages.parsing import Rejected, word_parts
from tests import documents as made

LIMIT = 10 << 20
ALL = FROM_PATIENTS | {DOCX}


def refusal(name, data, allowed=ALL):
    with pytest.raises(FileRefused) as refused:
        check_file(name, data, LIMIT, allowed=allowed)
    return refused.value.why


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.pdf", made.pdf()), ("a.JPG", made.picture("JPEG")), ("a.jpeg", made.picture("JPEG")), ("a.png", made.picture()),
     ("a.docx", made.word_document())],
)  # fmt: skip
def test_what_a_clinic_sends_is_taken(name, data):
    kept = check_file(name, data, LIMIT, allowed=ALL)
    assert kept.name == name and kept.data


def test_a_phones_heic_is_taken_from_patients_and_kept_as_a_jpeg():
    kept = check_file("IMG 1.heic", made.photo_with_a_place("HEIF"), LIMIT, allowed=FROM_PATIENTS)
    assert kept.name == "IMG 1.jpg" and kept.type == "image/jpeg"
    assert not Image.open(io.BytesIO(kept.data)).getexif()
    assert refusal("a.heic", made.picture("HEIF"), FROM_STAFF) == "type"


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), ("a.html", b"<html></html>"), ("a.zip", made.word_document()),
     ("a.pdf", b"MZ\x90\x00 a program"), ("a.jpg", made.picture()), ("a.pdf.html", made.pdf()), ("a", made.pdf()),
     ("a.gif", made.picture("GIF")), ("a.tiff", made.picture("TIFF")), ("a.rtf", b"{\\rtf1}"), ("a.xml", b"<?xml?>"),
     ("a.docm", made.word_document()), ("a.pdf", b"<html>" + made.pdf())],
)  # fmt: skip
@pytest.mark.attack("C10")
@pytest.mark.s("S78", "S80")
def test_anything_else_and_anything_under_a_false_name_is_refused(name, data):
    assert refusal(name, data) == "type"


def test_word_documents_are_refused_unless_turned_on():
    assert refusal("a.docx", made.word_document(), FROM_PATIENTS) == "type"


@pytest.mark.parametrize(
    ("data", "why"),
    [(made.pdf_with_a_script(), "unsafe"), (made.pdf_with_a_script_in_a_field(), "unsafe"), (made.pdf_that_starts_a_program(), "unsafe"),
     *((made.pdf_that_looks_elsewhere(how), "unsafe") for how in ("address", "address after a page", "thread", "stream", "page")),
     (made.pdf_that_looks_elsewhere("address without end"), "damaged"),
     (made.pdf_with_a_file_inside(), "unsafe"), (made.locked_pdf(), "locked"), (made.pdf(501), "large"),
     (made.pdf() + b"<html><script>", "damaged"), (made.pdf()[:-40], "damaged"), (b"%PDF-1.7\n%%EOF", "damaged")],
)  # fmt: skip
@pytest.mark.attack("C13")
@pytest.mark.s("S80")
def test_a_pdf_that_does_more_than_lie_there_is_refused(data, why):
    assert refusal("a.pdf", data) == why


@pytest.mark.parametrize(
    ("more", "why"),
    [({"word__vbaProject.bin": b"x"}, "unsafe"), ({"word__embeddings__a.bin": b"x"}, "unsafe"), ({"..__escape.xml": b"x"}, "unsafe"),
     ({"word__big.xml": b"0" * (2 << 20)}, "large"), ({"word__x.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]>"}, "unsafe"),
     ({"word___rels__document.xml.rels": b'<Relationship TargetMode="External" Type="x/relationships/attachedTemplate" Target="http://a"/>'}, "unsafe")],
)  # fmt: skip
def test_a_word_document_that_carries_or_fetches_anything_is_refused(more, why):
    assert refusal("a.docx", made.word_document(**more)) == why


OUTSIDE = '<Relationship {}Type="{}" Target="http://a.example/x.dotm" TargetMode="{}"/>'
TEMPLATE, LINK = "http://x/relationships/attachedTemplate", "http://x/relationships/hyperlink"


def field(*pieces: str) -> str:
    """A field as Word writes it, its words in any number of runs."""
    said = "".join(f"<w:r><w:instrText>{one}</w:instrText></w:r>" for one in pieces)
    return f'<w:p><w:fldChar w:fldCharType="begin"/>{said}<w:fldChar w:fldCharType="end"/></w:p>'


@pytest.mark.s("S80")
@pytest.mark.parametrize(
    ("name", "said", "why"),
    [
        ("a.rels", f'<a:Relationships>{OUTSIDE.format("", TEMPLATE, "External").replace("<R", "<a:R")}</a:Relationships>', "unsafe"),
        ("a.rels", OUTSIDE.format("", TEMPLATE, "Exter&#110;al"), "unsafe"),
        ("a.rels", OUTSIDE.format('a=">" ', TEMPLATE, "External"), "unsafe"),
        ("a.rels", OUTSIDE.format("", TEMPLATE, 'External" x="/relationships/hyperlink'), "unsafe"),
        ("a.rels", OUTSIDE.format("", TEMPLATE, "Internal"), "unsafe"),
        ("a.rels", OUTSIDE.format("", "http://x/relationships/image", "Internal"), "unsafe"),
        ("a.rels", OUTSIDE.format("", TEMPLATE, "External").encode("utf-16"), "unsafe"),
        ("a.rels", '<Relationship Type="http://x/relationships/aFChunk" Target="x.xml"/>', "unsafe"),
        ("a.rels", '<Relationship Type="http://x/relationships/oleObject" Target="x.xml"/>', "unsafe"),
        ("a.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><w/>".encode("utf-16"), "unsafe"),
        ("a.xml", "<w>", "damaged"), ("a.htm", "<script/>", "unsafe"), ("a.bin", "", "unsafe"), ("a.xml", "<altChunk/>", "unsafe"),
        ("a.xml", '<w:p><a:blip r:embed="r1" r:link="r2"/></w:p>', "unsafe"), ("a.xml", '<v:imagedata o:href="http://a.example/x.png"/>', "unsafe"),
        ("a.xml", '<v:fill src="//a.example/x.png"/>', "unsafe"), ("a.xml", '<w:p><a:blip r:embed="r1" r:link=""/></w:p>', ""),
        ("a.xml", '<wp15:webVideoPr embeddedHtml="&lt;iframe src=&quot;http://a.example&quot;&gt;"/>', "unsafe"),
        ("a.xml", '<o:OLEObject Type="Link" r:id="r1"/>', "unsafe"), ("a.xml", '<w:subDoc r:id="r1"/>', "unsafe"),
        ("a.rels", '<Relationship Type="http://schemas.microsoft.com/office/2011/relationships/webextensiontaskpanes" Target="x.xml"/>', "unsafe"),
        ("a.xml", '<Types><Override ContentType="application/vnd.ms-word.document.macro&#69;nabled.main+xml"/></Types>', "unsafe"),
        ("a.xml", field(" DDE", "AUTO c:\\\\x.exe "), "unsafe"), ("a.xml", field('IF 1=1 "DDEAUTO"'), "unsafe"),
        ("a.xml", '<w:fldSimple w:instr="INCLUDEPICTURE &quot;http://a.example/x.png&quot;"/>', "unsafe"),
        ("a.xml", f"<w>{field('PAGE')}{field('QUOTE 68 68 69')}</w>", "unsafe"),
        ("a.rels", "\ufeff" + OUTSIDE.format("", LINK, "External"), ""), ("a.xml", field(' HYPERLINK "http://a.example/link" '), ""),
        ("a.xml", f"<w>{field('TOC')}<w:t>DDE import, link and quote</w:t></w>", ""), ("media/a.png", "", ""), ("a.xml", "<w/>", ""),
    ],
)  # fmt: skip
def test_a_part_of_a_word_document_is_read_as_word_reads_it(name, said, why):
    """Prefixes, entities, a `>` in a value and another encoding hid a template that is fetched when it is opened."""
    data = said if isinstance(said, bytes) else said.encode()
    with pytest.raises(Rejected, match=why) if why else nullcontext():
        word_parts.check(name, data)


def test_a_word_document_loses_its_author_and_what_stood_behind_it():
    private = {"docProps__core.xml": b"<dc:creator>Amara Testwell</dc:creator>"}
    kept = check_file("a.docx", made.word_document(**private) + b"tail", LIMIT, allowed=ALL).data
    assert b"docProps" not in kept and b"tail" not in kept


@pytest.mark.attack("C12")
@pytest.mark.s("S79")
def test_a_picture_of_a_thousand_million_points_is_refused_before_it_is_unpacked():
    header = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    body = b"IDAT" + zlib.compress(bytes(50_000))
    chunks = b"".join(
        (len(one) - 4).to_bytes(4, "big") + one + zlib.crc32(one).to_bytes(4, "big") for one in (header, body)
    )
    assert refusal("a.png", b"\x89PNG\r\n\x1a\n" + chunks) == "large"


def test_a_picture_cut_off_in_the_middle_is_refused():
    whole = made.picture("JPEG", (400, 300))
    assert refusal("a.jpg", whole[: len(whole) // 2]) == "damaged"


@pytest.mark.attack("C14")
@pytest.mark.s("S80")
def test_what_stands_behind_a_picture_is_gone():
    kept = check_file("a.jpg", made.picture("JPEG") + made.word_document(), LIMIT)
    assert b"PK\x03\x04" not in kept.data


@pytest.mark.attack("C17")
@pytest.mark.s("S85")
def test_where_and_with_what_a_photo_was_taken_is_gone_and_it_stands_upright():
    kept = Image.open(io.BytesIO(check_file("a.jpg", made.photo_with_a_place(), LIMIT).data))
    assert not kept.getexif() and kept.size == (30, 40)


def test_a_pdf_does_not_say_who_made_it():
    kept = pikepdf.open(io.BytesIO(check_file("a.pdf", made.pdf(author="Amara"), LIMIT).data))
    assert "/Info" not in kept.trailer and "/Metadata" not in kept.Root


def test_size_and_emptiness_are_said():
    assert refusal("a.pdf", b"") == "empty"
    assert refusal("a.pdf", made.pdf() + bytes(LIMIT)) == "size"


@pytest.mark.parametrize(
    ("given", "shown"),
    [("../../etc/passwd.pdf", "passwd.pdf"), ("C:\\scans\\a.pdf", "a.pdf"), ("a\r\nb.pdf", "ab.pdf"), ("<img src=x>.png", "img src=x.png"),
     ("\u202efdp.exe.pdf", "fdp exe.pdf"), ("report.html.pdf", "report html.pdf"), ("Dr. Ada v1.2.pdf", "Dr. Ada v1.2.pdf"),
     ("", "file"), (".pdf", "pdf"), ("befund äöü.pdf", "befund äöü.pdf")],
)  # fmt: skip
@pytest.mark.attack("C19")
@pytest.mark.s("S81")
def test_a_name_is_shown_without_anything_that_deceives(given, shown):
    assert clean_name(given) == shown


def test_a_long_name_is_cut_before_its_ending():
    assert clean_name("x" * 5000 + ".pdf") == "x" * 116 + ".pdf"
    assert len(clean_name("x." + "y" * 5000)) == 120


@pytest.mark.attack("C12")
@pytest.mark.s("S86")
def test_a_parser_gets_little_memory_little_time_and_none_of_our_secrets(monkeypatch):
    seen = {}
    monkeypatch.setenv("LATCHKEY_MASTER_KEY", "secret")
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: seen.update(k) or run(*a, **k))
    check_file("a.pdf", made.pdf(), LIMIT)
    assert "LATCHKEY_MASTER_KEY" not in seen["env"]
    probe = "import resource as r, core.messages.parsing.__main__ as m; m.CLEAN={'x': lambda d: bytes(600 << 20)}; m.main('x')"
    said = run([sys.executable, "-c", probe], input=b"", capture_output=True, timeout=60).stdout
    assert said == b'{"why": "large"}\n'


def test_files_are_checked_under_gevents_patches_without_holding_up_others():
    probe = (
        "from gevent import monkey; monkey.patch_all()\n"
        "import gevent\n"
        "from core.messages.inspect import check_file\n"
        "from tests.documents import pdf\n"
        "ticks = []\n"
        "def tick():\n"
        "    while True: ticks.append(1); gevent.sleep(0.001)\n"
        "gevent.spawn(tick)\n"
        "kept = check_file('a.pdf', pdf(), 1 << 20)\n"
        "print(kept.type, len(ticks) > 3)\n"
    )
    said = subprocess.run([sys.executable, "-c", probe], capture_output=True, timeout=60, text=True)
    assert said.stdout == "application/pdf True\n", said.stderr
