"""The practice's logo in a letter: put in when the letter leaves, so that what waits holds no picture (S93)."""

from dataclasses import replace

from core.delivery.words import Inline, Parcel
from core.delivery.writing.paper import LOGO, LOGO_ID
from core.practice.portal_look import logo
from core.store.unit import Unit


def with_logo(unit: Unit, letter: Parcel) -> Parcel:
    """A letter with the picture that its head names; without its place where the practice has none any more."""
    if LOGO not in letter.html:
        return letter
    png = logo(unit)
    if png is None:
        return replace(letter, html=letter.html.replace(LOGO, ""))
    return replace(letter, inline=(Inline(LOGO_ID, "logo.png", "image/png", png),))
