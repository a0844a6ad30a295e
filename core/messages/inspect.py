"""What a file really is, found in a child process with little memory and little time (S78-S81, S85, S86).

A picture is decoded and encoded again, which drops hidden data and whatever stood behind its end; a PDF that runs
scripts, starts programs, carries files or is locked is refused. Nothing is trusted from the name but its ending.
"""

import io
import json
import re
import resource
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.errors import LatchkeyError

CPU_SECONDS = 20
MEMORY = 1 << 30  # bytes of address space
MOST_PIXELS = 40_000_000  # S79
MOST_PAGES = 500
LONGEST_NAME = 120
TYPES: Mapping[str, tuple[str, ...]] = {
    "application/pdf": ("pdf",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
}
WORDS: Mapping[str, str] = {"application/pdf": "PDF", "image/jpeg": "JPEG picture", "image/png": "PNG picture"}
_HIDDEN = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069/\\:*?\"<>|]")


class FileRefused(LatchkeyError):
    """A file that cannot be taken; `why` is `type`, `size`, `unsafe` or `empty`."""

    def __init__(self, name: str, why: str, **facts: object) -> None:
        super().__init__(name, why)
        self.name = name
        self.why = why
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept: a clean name, a type from our own table, clean bytes."""

    name: str
    type: str
    data: bytes


def check_file(name: str, data: bytes, limit: int) -> Checked:
    """Check a file of at most `limit` bytes. Raises FileRefused."""
    name = clean_name(name)
    if not data:
        raise FileRefused(name, "empty")
    if len(data) > limit:
        raise FileRefused(name, "size", size=len(data), limit=limit)
    kind = _kind(data)
    if kind is None or name.rpartition(".")[2].casefold() not in TYPES[kind]:
        raise FileRefused(name, "type")
    return Checked(name, kind, _in_a_child(name, kind, data))


def clean_name(name: str) -> str:
    """The name as it may be shown: no path, no control or direction characters, at most 120 letters."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = _HIDDEN.sub("", last).strip(". ") or "file"
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}" if dot else plain[:LONGEST_NAME]


def _kind(data: bytes) -> str | None:
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return "image/png" if data.startswith(b"\x89PNG\r\n\x1a\n") else None


def _in_a_child(name: str, kind: str, data: bytes) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "core.messages.inspect", kind], input=data, capture_output=True, timeout=60
        )
    except subprocess.TimeoutExpired as error:
        raise FileRefused(name, "unsafe") from error
    head, _, body = done.stdout.partition(b"\n")
    if done.returncode != 0 or json.loads(head or b"{}").get("ok") is not True:
        raise FileRefused(name, "unsafe")
    return body


# -- in the child ----------------------------------------------------------------------------------------------------


def _picture(data: bytes, form: str) -> bytes:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(io.BytesIO(data), formats=[form]) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        picture = ImageOps.exif_transpose(opened)
        out = io.BytesIO()
        mode = "RGB" if form == "JPEG" else ("RGBA" if "A" in picture.mode or "transparency" in picture.info else "RGB")
        picture.convert(mode).save(out, form, **({"quality": 88} if form == "JPEG" else {"optimize": False}))
    return out.getvalue()


def _pdf(data: bytes) -> bytes:
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as document:
        if document.is_encrypted or len(document.pages) > MOST_PAGES or len(document.attachments):
            raise ValueError("locked, too long, or carrying files")
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary) and any(key in thing for key in ("/JS", "/JavaScript", "/EF")):
                raise ValueError("carries a script or a file")
            if isinstance(thing, pikepdf.Dictionary) and str(thing.get("/S", "")) in ("/Launch", "/JavaScript"):
                raise ValueError("starts something")
        with document.open_metadata(set_pikepdf_as_editor=False) as metadata:
            for key in list(metadata):
                del metadata[key]
        if "/Info" in document.trailer:
            del document.trailer["/Info"]
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


CHECKS: Mapping[str, Callable[[bytes], bytes]] = {
    "application/pdf": _pdf,
    "image/jpeg": lambda data: _picture(data, "JPEG"),
    "image/png": lambda data: _picture(data, "PNG"),
}


def main() -> None:
    """Read a file from standard input, write `{"ok": …}`, a newline and the clean bytes."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    data = sys.stdin.buffer.read()
    try:
        clean = CHECKS[sys.argv[1]](data)
    except Exception:
        sys.stdout.buffer.write(b'{"ok": false}\n')
        return
    sys.stdout.buffer.write(b'{"ok": true}\n' + clean)


if __name__ == "__main__":
    main()
