"""What became of a link, step by step, in words for staff (U65, U68)."""

from core.release.words import BY_FILTER

STEPS: dict[str, str] = {
    "written": "Written and checked",
    "opened": "Link opened by a person",
    "machine_press": "Button pressed by a mail filter",
    "code_sent": "Code asked for",
    "wrong_code": "Wrong code",
    "unlocked": "Unlocked",
    "file_fetched": "File fetched",
    "answered": "Answered",
    "expired": "Time over",
    "taken_back": "Taken back",
    "frozen": "Link closed",
    "reissued": "New link sent",
    "locked": "Locked again",
    "reminded": "Patient reminded by email",
    "text_waits": "A text to the patient waits for the morning",
    "no_text": "No text went: no credits were left",
    "call_asked": "A colleague was asked to call",
    "prolonged": "Time to open it changed",
    "on_paper": "Marked as done on paper",
    "not_on_paper": "Not done on paper after all",
    "form_replaced": "Newer version of the form put in its place",
}

SAYS: dict[str, str] = {  # as it is announced to whoever has the page open, with the time behind it (U67)
    "code_sent": "{who} asked for a code",
    "unlocked": "{who} unlocked the message",
    "file_fetched": "{who} fetched a file",
    "answered": "{who} answered",
}

VISITS: dict[str, str] = {"filter": BY_FILTER, "person": "Link followed by a person"}
DONE = {  # what a button on a message's page did (U87)
    "taken": "It is taken back. Nobody can open it any more.",
    "link": "A new link is on its way. The old one no longer works.",
    "newer": "A link to the newer version is on its way. The old link no longer works.",
    "reminded": "A reminder is on its way, with a new link. The old one no longer works.",
    "paper": "It counts as done on paper. Nobody is reminded of it.",
    "not-paper": "It waits for the patient again.",
    "until": "The day is changed.",
}


def answered(*, by_proxy: bool, call: bool) -> str:
    """What stands below an answer: who wrote it, if not the patient, and what they ask for."""
    said = [words for so, words in ((by_proxy, "by somebody for them"), (call, "asks to be called")) if so]
    return ", ".join(said).capitalize()
