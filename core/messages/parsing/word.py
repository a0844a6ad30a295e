"""Word documents: unpacked within limits, refused when they carry programs or fetch things, packed anew (S78, S79)."""

import io
import re
import zipfile

from core.messages.parsing import Rejected, word_parts

MOST_ENTRIES = 2_000  # S79
MOST_BYTES = 100 << 20
MOST_RATIO = 100
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_\[\]. \-/()]{1,200}", re.ASCII)
_PROGRAMS = re.compile(r"vba|macro|activex|embeddings|oleobject|attachedtoolbars", re.IGNORECASE)
_PRIVATE = ("docProps/",)  # who wrote it, where and for how long
_PRIVATE_LINKS = re.compile(rb"""<(?:Relationship|Override)\b[^>]*["'/]docProps/[^>]*?/>""")


def clean(data: bytes) -> bytes:
    """The same document without programs, outside parts, its author and whatever was packed before or behind it."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise Rejected("damaged") from error
    parts = {one.filename: one for one in archive.infolist() if not one.is_dir()}
    _within_limits(archive)
    if "word/document.xml" not in parts or MAIN.encode() not in archive.read(parts["[Content_Types].xml"]):
        raise Rejected("unsafe")  # a template or another program's file under a Word name
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, entry in parts.items():
            if not name.startswith(_PRIVATE):
                packed.writestr(zipfile.ZipInfo(name), _part(name, archive.read(entry)), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _within_limits(archive: zipfile.ZipFile) -> None:
    """Raises Rejected. What an entry says of its size is held to: reading more of it fails."""
    entries = archive.infolist()
    unpacked, packed = sum(one.file_size for one in entries), sum(one.compress_size for one in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_BYTES or unpacked > MOST_RATIO * max(packed, 1):
        raise Rejected("large")
    for one in entries:
        if one.flag_bits & 1:
            raise Rejected("locked")
        if not _PLAIN_NAME.fullmatch(one.filename) or ".." in one.filename or _PROGRAMS.search(one.filename):
            raise Rejected("unsafe")


def _part(name: str, said: bytes) -> bytes:
    word_parts.check(name, said)
    return _PRIVATE_LINKS.sub(b"", said) if name.endswith((".rels", "[Content_Types].xml")) else said
