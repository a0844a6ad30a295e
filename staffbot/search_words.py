"""What is said about a search (ux.md B3, U114)."""

from core.messages.words import Direction, Kind, Message

PART = "Words find no Direct Messages and answers: those are found by patient, date and kind only."
EARLIER = "Earlier ones."
NO_EARLIER = "There is nothing earlier."
KINDS = (  # what is offered to narrow by, as it is typed and as it is called
    ("internal", "Internal"),
    ("sms", "SMS"),
    ("email", "Email"),
    ("dm", "Direct Message"),
    ("form", "Smart Form"),
)


def nothing(asked: str) -> str:
    """That nothing fits."""
    return f'Nothing found for "{asked}". Direct Messages can be found by patient and date.'


def no_words(asked: str) -> str:
    """That people are called so, but nothing says it."""
    return f'Patients called "{asked}". No message has these words; Direct Messages can be found by patient and date.'


def author(message: Message, patient: str = "") -> str:
    """Who said it; `patient` is the name of the one it is about."""
    if message.author:
        return message.author.name
    from_patient = message.direction is Direction.INBOUND and message.kind is not Kind.EVENT
    return (patient or "Patient") if from_patient else "Latchkey"


def count(many: int, more: bool) -> str:
    """How much was found."""
    return f"{many}{' or more' if more else ''} found."


def which(typed: str, many: int) -> str:
    """That a name may mean several."""
    return f'{many} people fit "{typed}". Choose one.'
