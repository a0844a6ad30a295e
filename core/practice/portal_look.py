"""What a practice chooses for its patients: the colour of the strip, its logo, how long links live (U72, U86, S3)."""

import colorsys
import hashlib
import re

from sqlalchemy import delete, insert, select, update

from core.audit.trail import append
from core.errors import Invalid
from core.practice.rights import require
from core.practice.tables import PracticeLogo, PracticeRow
from core.practice.words import Right
from core.store.unit import Unit

COLOUR = re.compile(r"#?([0-9a-f]{6})", re.ASCII)
LIGHT, DARK = "f5f3ee", "111614"  # the grounds it stands on: --canvas of the portal
LEAST = 3.0  # contrast with both (WCAG 1.4.11)
HOURS = (24, 72, 168, 336, 720)
REMIND_DAYS = (0, 1, 2, 3, 5)  # 0: never
CALL_DAYS = (0, 2, 3, 4, 5, 6, 10)


def choose(unit: Unit, accent: str, link_hours: int) -> str:
    """Keep a colour, or none, and a time; the colour that is kept, the nearest that can be seen.

    Raises Forbidden, Invalid("colour", "shape"), Invalid("expires", "range").
    """
    require(unit, Right.ADMINISTER)
    if link_hours not in HOURS:
        raise Invalid("expires", "range")
    found = COLOUR.fullmatch(accent.strip().casefold())
    if accent.strip() and not found:
        raise Invalid("colour", "shape")
    kept = nearest(found[1]) if found else ""
    unit.db.execute(
        update(PracticeRow).where(PracticeRow.id == unit.practice_id).values(accent=kept, link_hours=link_hours)
    )
    append(unit, "portal's look chosen", None, colour=kept, hours=link_hours)
    return kept


def chase(unit: Unit, remind_days: int, call_days: int) -> None:
    """After how many days a patient is reminded of what they did not open, and a colleague asked to ring them.

    Never with 0.
    Raises Forbidden, Invalid("chase", "range"), Invalid("chase", "order").
    """
    require(unit, Right.ADMINISTER)
    if remind_days not in REMIND_DAYS or call_days not in CALL_DAYS:
        raise Invalid("chase", "range")
    if 0 < call_days <= remind_days:
        raise Invalid("chase", "order")
    days = {"remind_days": remind_days, "call_days": call_days}
    unit.db.execute(update(PracticeRow).where(PracticeRow.id == unit.practice_id).values(**days))
    append(unit, "days until reminders chosen", None, remind=remind_days, call=call_days)


def name_in_codes(unit: Unit, wanted: bool) -> None:
    """Let the practice's name stand in the texts with codes, or not (S24). Raises Forbidden."""
    require(unit, Right.ADMINISTER)
    unit.db.execute(update(PracticeRow).where(PracticeRow.id == unit.practice_id).values(named_in_codes=wanted))
    append(unit, "codes name the practice" if wanted else "codes do not name the practice", None)


def name_in_letters(unit: Unit, wanted: bool) -> None:
    """Let the practice's name stand in subject and sender of what Latchkey e-mails to patients, or not (T2).

    Raises Forbidden.
    """
    require(unit, Right.ADMINISTER)
    unit.db.execute(update(PracticeRow).where(PracticeRow.id == unit.practice_id).values(named_in_letters=wanted))
    append(unit, "emails name the practice" if wanted else "emails do not name the practice", None)


def text_beside(unit: Unit, *, heads_up: bool, reminder: bool) -> None:
    """Let a text say that a message is in the mailbox (T5), or that a form has not come back (T6). Raises Forbidden."""
    require(unit, Right.ADMINISTER)
    wanted = {"texts_heads_up": heads_up, "texts_reminder": reminder}
    unit.db.execute(update(PracticeRow).where(PracticeRow.id == unit.practice_id).values(wanted))
    append(unit, "texts beside emails chosen", None, heads_up=heads_up, reminder=reminder)


def keep_logo(unit: Unit, png: bytes) -> str:
    """Keep a picture that `check_logo` made, in place of any before; its name. Raises Forbidden."""
    require(unit, Right.ADMINISTER)
    digest = hashlib.sha256(png).hexdigest()[:32]
    unit.db.execute(delete(PracticeLogo).where(PracticeLogo.practice_id == unit.practice_id))
    new = {"practice_id": unit.practice_id, "digest": digest, "png": png, "at": unit.now}
    unit.db.execute(insert(PracticeLogo).values(new))
    _name_logo(unit, digest)
    append(unit, "logo chosen", None, logo=digest)
    return digest


def remove_logo(unit: Unit) -> None:
    """Show none any more. Raises Forbidden."""
    require(unit, Right.ADMINISTER)
    unit.db.execute(delete(PracticeLogo).where(PracticeLogo.practice_id == unit.practice_id))
    _name_logo(unit, "")
    append(unit, "logo removed", None)


def logo(unit: Unit) -> bytes | None:
    """The practice's logo as PNG (primary key); None where it has none."""
    return unit.db.scalar(select(PracticeLogo.png).where(PracticeLogo.practice_id == unit.practice_id))


def _name_logo(unit: Unit, digest: str) -> None:
    unit.db.execute(update(PracticeRow).where(PracticeRow.id == unit.practice_id).values(logo=digest))


def nearest(colour: str) -> str:
    """The colour itself where it stands out from light and dark ground, else the nearest lightness that does."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(int(colour[n : n + 2], 16) / 255 for n in (0, 2, 4)))
    for step in range(101):
        for sign in (1, -1):
            light = lightness + sign * step / 100
            if 0 <= light <= 1 and stands_out(made := _hex(hue, light, saturation) if step else colour):
                return made
    raise AssertionError("some grey stands out from both grounds")


def stands_out(colour: str) -> bool:
    """Whether a colour has contrast enough with both grounds."""
    return all(contrast(colour, ground) >= LEAST for ground in (LIGHT, DARK))


def contrast(one: str, other: str) -> float:
    """How far two colours are apart, from 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[n : n + 2], 16) / 255) for n in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _hex(hue: float, lightness: float, saturation: float) -> str:
    return "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue, lightness, saturation))
