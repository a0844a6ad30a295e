"""What staff read about templates."""

INVALID: dict[tuple[str, str], str] = {
    ("template", "none"): "Which template? Type /template and a space to see them all.",
    ("template", "nameless"): "What shall it be called? Put one word behind save, like /template save running-late.",
    ("template", "name"): "A name has letters, digits and hyphens, at most 40, like running-late.",
    ("template", "nothing"): "No SMS or email of yours stands here to keep. Write the text behind the name.",
    ("template", "taken"): "There is a template called {name} already. Choose another name, or change that one.",
    ("template", "resting"): "A template called {name} is retired. Bring it back, or choose another name.",
    ("template", "empty"): "A template needs a text. Write one.",
    ("template", "long"): "The text is too long. Use at most {limit} letters.",
    ("template", "characters"): "The text has signs that cannot be sent. Take them out and try again.",
    (
        "variable",
        "unfinished",
    ): "{variable} is not filled in. Write what belongs there, or use {{first_name}}, {{name}}, "
    "{{practice}} or {{phone}}.",
    ("variable", "unknown"): (
        "{variable} stands for nothing. Write what belongs there, or use {{first_name}}, {{name}}, {{practice}} or "
        "{{phone}}."
    ),
    ("variable", "subject"): "{variable} cannot stand in a subject. Write what belongs there.",
    ("variable", "blank"): "{variable} is blank for {name}. Add it or leave them out.",
}
VARIABLES = {
    "first_name": "First name",
    "name": "Full name",
    "practice": "Practice",
    "phone": "Practice phone",
}
DONE = {
    "kept": "The template is kept. Everybody finds it from now on.",
    "own": "The template is kept. Only you see it.",
    "retired": "The template is retired. It stands below and can be brought back.",
    "back": "The template is back. It is offered again.",
    "removed": "The template is removed for good.",
}


def saved(name: str) -> str:
    """That a template of one's own is kept."""
    return f"Kept as {name}. Only you see it: type /template {name} to use it."
