"""PDF: one that does anything but lie there is refused; what is left is written anew without its author (S79, S80)."""

import io
import re
from collections.abc import Iterator

import pikepdf

from core.messages.parsing import Rejected

MOST_PAGES = 500  # S79
DEEPEST = 60  # values inside values of one object
ENDS = b"%%EOF"
_ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/AA", "/EF", "/EmbeddedFiles", "/XFA", "/RichMediaContent"})
_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound"}
    | {"/RichMediaExecute", "/Trans", "/SetOCGState", "/Hide", "/ResetForm"}
    | {"/Thread"}
)
_CARRIERS = frozenset({"/FileAttachment", "/RichMedia", "/Screen", "/3D", "/Movie", "/Sound"})


def clean(data: bytes) -> bytes:
    """The same pages, and nothing else that a reader could run, open or be told by."""
    _ends_at_its_end(data)
    try:
        document = pikepdf.open(io.BytesIO(data), attempt_recovery=False)
    except pikepdf.PasswordError as error:
        raise Rejected("locked") from error
    with document:
        if document.is_encrypted:
            raise Rejected("locked")
        if len(document.pages) > MOST_PAGES:
            raise Rejected("large")
        if any(map(_does_something, _dictionaries(document))) or _opens_an_address(document):
            raise Rejected("unsafe")
        for place in (document.Root, *document.pages):
            for private in ("/Metadata", "/PieceInfo"):
                if private in place:
                    del place[private]
        if "/Info" in document.trailer:
            del document.trailer["/Info"]
        out = io.BytesIO()
        document.save(out, deterministic_id=True)
    return out.getvalue()


def _ends_at_its_end(data: bytes) -> None:
    """A file that is also something else hides it behind the end (S80). Raises Rejected."""
    before, end, after = data.rpartition(ENDS)
    if not end or re.search(rb"[^\s\x00]", after) or not before:
        raise Rejected("damaged")


def _dictionaries(document: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary, also of streams, also those inside other values; each object of the file once."""
    for thing in document.objects:
        yield from _inside(thing, 0)
    yield from _inside(document.trailer, 0)


def _inside(thing: object, depth: int) -> Iterator[pikepdf.Object]:
    if depth > DEEPEST:
        raise Rejected("damaged")
    if not isinstance(thing, pikepdf.Object) or (depth and thing.is_indirect):
        return
    if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        yield thing
        for _, value in thing.items():
            yield from _inside(value, depth + 1)
    elif isinstance(thing, pikepdf.Array):
        for value in thing:
            yield from _inside(value, depth + 1)


def _opens_an_address(document: pikepdf.Pdf) -> bool:
    """Whether a page on the web is asked for by opening the file, at once or after something else: a link waits until
    somebody presses it.
    """
    return any(str(step.get("/S", "")) == "/URI" for step in _steps(document.Root.get("/OpenAction"), 0))


def _steps(action: object, depth: int) -> Iterator[pikepdf.Object]:
    """An action and all that follow it, one or several. Raises Rejected where they have no end."""
    if depth > DEEPEST:
        raise Rejected("damaged")
    if isinstance(action, pikepdf.Array) and depth:
        for one in action:
            yield from _steps(one, depth + 1)
    elif isinstance(action, pikepdf.Dictionary):
        yield action
        yield from _steps(action.get("/Next"), depth + 1)


def _does_something(found: pikepdf.Object) -> bool:
    """Whether it runs or carries something, or shows what stands in another file."""
    keys, kind = found.keys(), str(found.get("/Subtype", ""))
    return (
        not _ACTIVE_KEYS.isdisjoint(keys)
        or str(found.get("/S", "")) in _ACTIONS
        or kind in _CARRIERS
        or (kind == "/Form" and "/Ref" in keys)
        or (isinstance(found, pikepdf.Stream) and "/F" in keys)
    )
