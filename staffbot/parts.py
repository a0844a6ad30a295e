"""Small pieces of pages."""

from markupsafe import Markup


class Icons:
    """Icons of the one sprite; always beside a word or with a name."""

    def __init__(self, mark: str) -> None:
        self._mark = mark

    def __call__(self, name: str) -> Markup:
        """The icon of that name."""
        return Markup(
            '<svg class="i" viewBox="0 0 24 24" aria-hidden="true"><use href="/static/{}/icons.svg#i-{}"/></svg>'
        ).format(self._mark, name)


def initials(name: str) -> str:
    """Two letters for a face."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
