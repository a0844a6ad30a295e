"""The paper that letters are written on: a text as HTML, in its language, with nothing from elsewhere (S93). Pure.

A picture is never fetched: the practice's logo goes with the letter (`branding.py`), named by `LOGO_ID`.
"""

from html import escape

from core.language import ENGLISH
from core.practice.words import PracticeCard

LOGO_ID = "logo"
LOGO = (
    f'<img src="cid:{LOGO_ID}" alt="" height="40" style="height:40px;vertical-align:middle;margin-right:12px;'
    'background:#fff">'
)
BODY = "margin:0;background:#fff;color:#1f2a27;font:17px/1.5 -apple-system,'Segoe UI',Roboto,Arial,sans-serif"
SHEET = "max-width:36em;padding:20px;overflow-wrap:anywhere;word-break:break-word"
ACCENT = "0d5a50"


def paper(
    text: str, language: str = ENGLISH, subject: str = "", *, url: str = "", practice: PracticeCard | None = None
) -> str:
    """A text as HTML: paragraphs, and its `url` as a link; under the strip, logo and name of a `practice`."""
    safe = escape(url, quote=True)
    words = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))
    if url:
        words = words.replace(safe, f'<a href="{safe}">{safe}</a>')
    top = _head(practice) if practice else ""
    return (
        f'<!doctype html><html lang="{language}" dir="ltr"><head><meta charset="utf-8"><title>{escape(subject)}</title>'
        f'</head><body style="{BODY}">{top}<div style="{SHEET}">{words}</div></body></html>'
    )


def _head(practice: PracticeCard) -> str:
    """The practice's colour only as a strip, as on the portal (U86); its name beside its logo."""
    strip = f'<div style="height:6px;background:#{practice.accent or ACCENT}"></div>'
    name = f'<b style="vertical-align:middle">{escape(practice.name)}</b>'
    return f'{strip}<div style="{SHEET};padding-bottom:0">{LOGO if practice.logo else ""}{name}</div>'
