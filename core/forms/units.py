"""Units that patients use, and how one becomes another (forms.md section 3). Source: UCUM, ucum.org, 2024."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

# unit -> (what it measures, how many of the smallest are one, where its zero lies in the smallest)
UNITS: Mapping[str, tuple[str, Decimal, Decimal]] = {
    "ug": ("mass", Decimal("0.001"), Decimal(0)),
    "mg": ("mass", Decimal(1), Decimal(0)),
    "g": ("mass", Decimal(1_000), Decimal(0)),
    "kg": ("mass", Decimal(1_000_000), Decimal(0)),
    **dict.fromkeys(("[oz_av]", "oz"), ("mass", Decimal("28349.523125"), Decimal(0))),
    **dict.fromkeys(("[lb_av]", "lb"), ("mass", Decimal("453592.37"), Decimal(0))),
    "[stone_av]": ("mass", Decimal("6350293.18"), Decimal(0)),
    "mm": ("length", Decimal(1), Decimal(0)),
    "cm": ("length", Decimal(10), Decimal(0)),
    "m": ("length", Decimal(1_000), Decimal(0)),
    "[in_i]": ("length", Decimal("25.4"), Decimal(0)),
    "in": ("length", Decimal("25.4"), Decimal(0)),
    "[ft_i]": ("length", Decimal("304.8"), Decimal(0)),
    "ft": ("length", Decimal("304.8"), Decimal(0)),
    "km": ("length", Decimal(1_000_000), Decimal(0)),
    "mL": ("volume", Decimal(1), Decimal(0)),
    "cL": ("volume", Decimal(10), Decimal(0)),
    "dL": ("volume", Decimal(100), Decimal(0)),
    "L": ("volume", Decimal(1_000), Decimal(0)),
    "s": ("time", Decimal(1), Decimal(0)),
    "min": ("time", Decimal(60), Decimal(0)),
    "h": ("time", Decimal(3_600), Decimal(0)),
    "d": ("time", Decimal(86_400), Decimal(0)),
    "wk": ("time", Decimal(604_800), Decimal(0)),
    "mo": ("time", Decimal(2_629_800), Decimal(0)),  # UCUM's month is a twelfth of its year of 365.25 days
    "a": ("time", Decimal(31_557_600), Decimal(0)),
    "[degF]": ("temperature", Decimal(5), Decimal(-160)),  # ninths of a degree Celsius
    "°F": ("temperature", Decimal(5), Decimal(-160)),
    "Cel": ("temperature", Decimal(9), Decimal(0)),
    "°C": ("temperature", Decimal(9), Decimal(0)),
}


def magnitude(quantity: Mapping[str, Any]) -> tuple[Decimal, str] | None:
    """A quantity as a number of the smallest unit and what it measures; None without a number.

    An unknown unit measures only itself, so that two quantities of one unknown unit still compare.
    """
    value = quantity.get("value")
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        return None
    unit = unit_of(quantity)
    measures, factor, zero = UNITS.get(unit, (f"in {unit}", Decimal(1), Decimal(0)))
    return Decimal(value) * factor + zero, measures


def unit_of(quantity: Mapping[str, Any]) -> str:
    """The unit's code, or its words where it has none; empty for a bare number."""
    return str(quantity.get("code") or quantity.get("unit") or "")
