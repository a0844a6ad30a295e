"""The paper that letters are written on: a text as HTML, in its language, with nothing from elsewhere (S93). Pure."""

from html import escape

from core.language import ENGLISH


def paper(text: str, language: str = ENGLISH, subject: str = "", *, url: str = "") -> str:
    """A text as HTML: paragraphs, and its `url` as a link."""
    safe = escape(url, quote=True)
    words = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))
    if url:
        words = words.replace(safe, f'<a href="{safe}">{safe}</a>')
    head = f'<head><meta charset="utf-8"><title>{escape(subject)}</title></head>'
    return f'<!doctype html><html lang="{language}" dir="ltr">{head}<body>{words}</body></html>'
