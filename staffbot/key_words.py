"""The chat's own keys, once for the sheet in the chat and for the manual (ux.md B4, U99)."""


def keys(*, enter_sends: bool) -> list[tuple[str, str]]:
    """Each with what it does; a person chooses whether Enter alone sends."""
    send, line = ("Enter", "Shift Enter") if enter_sends else ("Shift Enter", "Enter")
    return [
        ("Ctrl K", "Go to anyone or anything"),
        ("Alt ↑ ↓", "Conversation up, down"),
        ("Alt Shift ↑ ↓", "Unread conversation up, down"),
        ("Alt P", "Pin this conversation, or take it from the top"),
        ("Alt M", "Mute this conversation, or hear it again"),
        ("F6", "Next region; with Shift the one before"),
        ("/", "In an empty box: commands"),
        ("@", "People and groups"),
        ("Tab", "Take a suggestion"),
        (send, "Send"),
        (line, "New line"),
        ("↑ in an empty box", "Edit your last message"),
        ("Ctrl Shift U", "Add a file"),
        ("Ctrl Enter", "In a preview: confirm"),
        ("Ctrl Z outside the box", "Undo the last confirm"),
        ("↑ ↓ in the messages", "Message to message"),
        ("Enter on a message", "Its menu"),
        ("R  E  H  U", "On a message: reply, react, hand over, mark unread"),
        ("End", "Newest message"),
        ("Esc", "Close; then to the box; then mark all as read"),
        ("Alt N", "Notifications"),
        ("Ctrl /  or  ? on a message", "This list"),
    ]
