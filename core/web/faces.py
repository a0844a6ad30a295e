"""What stands in the round beside a name, in both apps."""


def initials(name: str) -> str:
    """Two letters for a face: of the first and the last word."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
