"""What staff read about templates."""

INVALID: dict[tuple[str, str], str] = {
    ("template", "none"): "Which template? Type /template and a space to see them all.",
    ("template", "name"): "A name has letters, digits and hyphens, at most 40, like running-late.",
    ("template", "taken"): "There is a template called {name} already. Choose another name, or change that one.",
    ("template", "empty"): "A template needs a text. Write one.",
    ("template", "long"): "The text is too long. Use at most {limit} letters.",
    ("template", "characters"): "The text has signs that cannot be sent. Take them out and try again.",
    ("variable", "blank"): "{variable} is blank for {name}. Add it or leave them out.",
}
VARIABLES = {
    "first_name": "First name",
    "name": "Full name",
    "practice": "Practice",
    "phone": "Practice phone",
}
DONE = {"kept": "The template is kept. Everybody finds it from now on.", "removed": "The template is removed."}
