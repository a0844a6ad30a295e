"""The reason a person gives for an unusual step. It goes into the trail, which is for ever, and often to others."""

from core.messages.blank import is_blank

LONGEST = 200  # letters, where nothing else is said


def reason_of(typed: str, longest: int = LONGEST) -> str:
    """What was typed, in one line; empty where nothing of it can be seen.

    Without NUL, which PostgreSQL takes in no text, and with U+FFFD for half a character, which no text can be sent as.
    """
    whole = typed.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    line = " ".join(whole.split())[:longest]
    return "" if is_blank(line) else line
