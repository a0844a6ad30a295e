"""Requests as they are told to staff (ux.md U58, U61, E26)."""

from core import calendar
from core.messages.tasks import DONE, PASSED, TaskOver, TaskTaken
from core.messages.words import Notification, Task, TaskState
from core.messages.work import Whose

WHOSE: dict[Whose, str] = {
    Whose.MINE: "Mine",
    Whose.GROUPS: "My groups’",
    Whose.EVERYBODY: "Everybody’s",
    Whose.ASKED: "What I asked for",
}

NOTHING: dict[Whose, str] = {
    Whose.MINE: "Nothing waits for you. What you take on shows up here. Ask for something with /assign in the chat.",
    Whose.GROUPS: "Nothing waits for your groups.",
    Whose.EVERYBODY: "Nothing is open. Ask for something with /assign, like: /assign @virtual-admin please book.",
    Whose.ASKED: "Nothing you asked for is open. To ask somebody, type /assign @name and what in the chat.",
}

INVALID: dict[tuple[str, str], str] = {
    ("due", "unknown"): "When is it due? Write it last, like due friday, due tomorrow 9am or due 24/12.",
    ("due", "over"): "That time is over. Say a later one, like due tomorrow.",
    ("task", "empty"): "What is to be done? Write it after the name, like /assign @virtual-admin please book.",
    ("reminder", "empty"): "Of what? Write it after the time, like /remind me in 2 hours call the lab.",
    ("reminder", "when"): "When? Write it first, like /remind me in 2 hours call the lab, or friday, or tomorrow 9am. "
    "To email a patient that a message or form waits: /remind @ and their name.",
    ("to", "same"): "It is theirs already. Choose somebody else.",
    ("to", "none"): "Choose whom to hand it to.",
}


def state(found: Task) -> str:
    """What became of a request, in a few words."""
    holder = found.holder.name if found.holder else ""
    return {
        TaskState.OPEN: f"Asked of {found.to.name}",
        TaskState.TAKEN: f"Taken by {holder}",
        TaskState.DONE: f"Done by {holder}" if holder else "No longer needed",
        TaskState.PASSED: f"Passed on to {found.to.name}",
    }[found.state]


def notice(found: Notification) -> str:
    """What a notification says: what became of a request, in front of its words, where it tells of that."""
    if found.reason == DONE:
        return f"Done: {found.text}"
    if found.reason == PASSED and found.task:
        return f"Passed on to {found.task.to.name}: {found.text}"
    return found.text


def taken(error: TaskTaken) -> str:
    """E26."""
    return f"{error.by} took this {calendar.ago(error.at, error.now)}. Nothing to do, unless they pass it on."


def over(error: TaskOver) -> str:
    """That there is nothing to do any more."""
    if not error.by:
        return "This is no longer needed. Nothing to do."
    return f"{error.by} has {'done' if error.state is TaskState.DONE else 'passed on'} this. Nothing to do."
