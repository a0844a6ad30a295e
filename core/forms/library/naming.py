"""Names that can be typed on any keyboard: the keys of forms, and the codes of choices."""

import re
import unicodedata


def plain(text: str) -> str:
    """Lower case without accents: `Rücken` is `rucken`, `Straße` is `strasse`."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def slug(text: str, otherwise: str = "form") -> str:
    """A key that can be typed: lower case, dashes (F8); `otherwise` where no letter of it is Latin."""
    return re.sub(r"[^a-z0-9]+", "-", plain(text)).strip("-")[:60] or otherwise
