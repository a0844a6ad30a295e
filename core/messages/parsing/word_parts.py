"""What the parts of a Word document say, read as XML and not as letters: what they fetch, carry or run (S78, S80).

Word reads a part whatever its prefixes, its entities and its letters' encoding, so a search through its bytes is passed
by. UTF-8 is read, as Word writes it, or what a byte order mark says; a document type, which may declare entities, is
refused.
"""

import re
from xml.parsers import expat

from core.messages.parsing import Rejected

READ = (".xml", ".rels")
ENDINGS = re.compile(r"\.(?:xml|rels|png|jpe?g|jfif|gif|bmp|tiff?|emf|wmf|svg|wdp|odttf|ttf)$", re.IGNORECASE)
LINK = "hyperlink"  # the one thing outside that may be named: nothing is fetched until somebody presses it
CARRIERS = frozenset(
    {"afchunk", "attachedtemplate", "oleobject", "package", "control", "activexcontrolbinary", "vbaproject"}
    | {"wordvbadata", "frame", "subdocument", "keymapcustomizations", "attachedtoolbars", "extensibility"}
    | {"mailmergesource", "mailmergeheadersource", "recipientdata"}
    | {"webextension", "webextensiontaskpanes", "usercustomization"}
)  # relationships by the last word of their type (ECMA-376 part 1, section 15; MS-OFFMACRO2)
# Elements that carry or fetch something whatever the type of the relationship they name, which other programs than Word
# do not look at; a video on a page of the web is a piece of HTML that runs when it is pressed (ECMA-376; MS-DOCX).
ELEMENTS = frozenset(
    {"altChunk", "OLEObject", "subDoc", "attachedTemplate", "control", "webVideoPr", "mailMerge", "saveThroughXslt"}
    | {"movie", "videoFile", "audioFile", "quickTimeFile", "wavAudioFile", "taskpane", "webextension"}
)
PICTURES = frozenset({"blip", "imagedata", "fill", "stroke", "image"})  # which lie in the file, or are fetched
OUTSIDE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|[\\/]{2})", re.IGNORECASE)
PROGRAMS = re.compile(r"macroenabled|vbaproject|activex|oleobject", re.IGNORECASE)
# Fields that fetch, start or put together others when a document is opened or printed (ECMA-376 part 1, section 17.16);
# a field is called by its first word.
FIELDS = re.compile(
    r"\s*(?:includetext|includepicture|include|import|link|rd|database|macrobutton|quote|embed)\b|.*\bdde(?:auto)?\b",
    re.IGNORECASE | re.DOTALL,
)


def check(name: str, said: bytes) -> None:
    """Raises Rejected: `unsafe` for what fetches, carries or runs something, `damaged` for what is no XML."""
    if not ENDINGS.search(name):
        raise Rejected("unsafe")
    if name.casefold().endswith(READ):
        _read(said, _Part())


class _Part:
    """One part as it is read."""

    def __init__(self) -> None:
        self._field: list[str] = []
        self._in_field = False

    def begins(self, tag: str, given: dict[str, str]) -> None:
        """An element."""
        local, said = _local(tag), {_local(key): value for key, value in given.items()}
        if local == "Relationship":
            _relationship(said)
        elif (
            local in ELEMENTS
            or (local in PICTURES and _is_fetched(said))
            or PROGRAMS.search(said.get("ContentType", ""))
        ):
            raise Rejected("unsafe")
        elif local == "fldSimple":
            _field(said.get("instr", ""))
        elif local == "fldChar":
            self.ends_field()
        self._in_field = local in ("instrText", "delInstrText")

    def says(self, text: str) -> None:
        """Letters: a field's words may stand in any number of pieces."""
        if self._in_field:
            self._field.append(text)

    def ends(self, _tag: str) -> None:
        """The end of an element."""
        self._in_field = False

    def ends_field(self) -> None:
        """A field begins or ends: what stood before is whole."""
        _field("".join(self._field))
        self._field.clear()


def _read(said: bytes, part: _Part) -> None:
    parser = expat.ParserCreate("UTF-8")
    parser.StartDoctypeDeclHandler = _no_document_type
    parser.StartElementHandler = part.begins
    parser.EndElementHandler = part.ends
    parser.CharacterDataHandler = part.says
    try:
        parser.Parse(said, True)
    except expat.ExpatError as error:
        raise Rejected("damaged") from error
    part.ends_field()


def _no_document_type(*_said: object) -> None:
    raise Rejected("unsafe")


def _relationship(said: dict[str, str]) -> None:
    kind = re.split(r"[/#]", said.get("Type", ""))[-1].strip().casefold()
    outside = said.get("TargetMode", "").strip().casefold() == "external" or OUTSIDE.match(said.get("Target", ""))
    if kind in CARRIERS or (outside and kind != LINK):
        raise Rejected("unsafe")


def _is_fetched(said: dict[str, str]) -> bool:
    """Whether a picture is named by a link: what names a part of the file is called otherwise (`embed`, `id`)."""
    return any(map(said.get, ("link", "href", "althref"))) or bool(OUTSIDE.match(said.get("src", "")))


def _field(words: str) -> None:
    if FIELDS.match(words):
        raise Rejected("unsafe")


def _local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]
