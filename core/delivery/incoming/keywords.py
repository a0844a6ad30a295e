"""Words of command that people text: stop, start, help, in the languages around us (P48, P49). Pure.

Only a whole message is a command. `cancel` and `yes` are answers to a clinic, so they are not in the lists.
"""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from core.language import GERMAN

_LETTERS = re.compile(r"[^\W\d_]+")


class Keyword(StrEnum):
    """What a text asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"


WORDS: Mapping[Keyword, frozenset[str]] = {
    Keyword.STOP: frozenset(
        "stop stopall unsubscribe end quit optout revoke stopp abmelden abbestellen arret desabonner desinscrire baja "
        "alto parar".split()
    ),
    Keyword.START: frozenset("start unstop subscribe anmelden reprendre alta iniciar".split()),
    Keyword.HELP: frozenset("help info hilfe aide ayuda".split()),
}
GERMAN_WORDS = frozenset("stopp abmelden abbestellen anmelden hilfe ja".split())
INTENTS: Mapping[str, Keyword] = {"optout": Keyword.STOP, "optin": Keyword.START, "help": Keyword.HELP}
YES = frozenset("yes oui ja si".split())  # starts again, but only for who had stopped (P49)
HINTS = WORDS[Keyword.STOP] - {"end", "alta", "alto", "parar", "revoke", "quit"}  # words of everyday sentences


def keyword(text: str, intent: str = "", *, stopped: bool = False) -> Keyword | None:
    """What a whole text commands, if anything. `intent`: the network's guess; `stopped`: no texts go there."""
    said = _folded(text)
    for found, words in WORDS.items():
        if said in words:
            return found
    if said in YES:
        return Keyword.START if stopped else None
    return INTENTS.get(intent.casefold())


def spoken(text: str) -> str:
    """The language that a command was given in; empty where its word is not of one that we write."""
    return GERMAN if _folded(text) in GERMAN_WORDS else ""


def hints_at_stop(text: str) -> bool:
    """Whether a longer text has a word of stopping in it: a person should read it with that in mind."""
    return any(_plain(word) in HINTS for word in _LETTERS.findall(unicodedata.normalize("NFKC", text)))


def _folded(text: str) -> str:
    """Letters alone: no case, accents, punctuation, quotes, emoji or spaces."""
    return _plain("".join(_LETTERS.findall(unicodedata.normalize("NFKC", text))))


def _plain(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
