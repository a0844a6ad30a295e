"""Which files are taken: each type by its first bytes, its endings and its word. Nothing else is (S78, S80, S84)."""

from collections.abc import Mapping
from dataclasses import dataclass

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
HEIC = "image/heic"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class FileType:
    """A type of file: its endings, and what a person calls it."""

    endings: tuple[str, ...]
    words: str


TYPES: Mapping[str, FileType] = {
    PDF: FileType(("pdf",), "PDF"),
    JPEG: FileType(("jpg", "jpeg"), "JPEG picture"),
    PNG: FileType(("png",), "PNG picture"),
    HEIC: FileType(("heic", "heif"), "photo"),
    DOCX: FileType(("docx",), "Word document"),
}
FROM_STAFF = frozenset({PDF, JPEG, PNG})
FROM_PATIENTS = FROM_STAFF | {HEIC}  # phones make HEIC; it is kept as JPEG
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


def kind_of(data: bytes) -> str | None:
    """The type that the first bytes say, whatever the name says; None for any that is never taken."""
    if data.startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return HEIC
    return DOCX if data.startswith(b"PK\x03\x04") else None
