"""Every limit of the portal's lock, and how long things are kept, in one table (S115).

It says what we use, how far it may be moved, and what the standard says. A limit is changed in `latchkey.toml` under
`[limits]` (or `LATCHKEY_LIMITS`, as JSON). `least` and `most` are its floor
and ceiling: past them, unknown, or no plain integer, and Latchkey does not start. Counted in the database, by one
conditional statement before anything is compared (S20); what a process or Valkey counts besides may only add to it.
Where floor and ceiling meet, words and timed notices of the portal's pages say the number too.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

HOUR, DAY = 3_600, 86_400


def _limit(ours: int, *, least: int, most: int, says: str, standard: str, source: str) -> Any:
    return Field(ours, ge=least, le=most, description=says, json_schema_extra={"standard": standard, "source": source})


class Limits(BaseModel):
    """The limits in force. Times are seconds where the name says nothing else."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    code_digits: int = _limit(
        8, least=8, most=8, says="Digits of an access code", standard="At least 6", source="S10; NIST 800-63B 3.1.3.2"
    )
    code_lives: int = _limit(
        600, least=60, most=600, says="Seconds a code lives", standard="At most 600", source="S11; NIST 800-63B 3.1.3.2"
    )
    live_codes: int = _limit(
        2, least=1, most=2, says="Live codes of one browser", standard="One; a second for late texts", source="S12"
    )
    tries: int = _limit(
        5, least=1, most=5, says="Wrong codes of one browser, then its codes die", standard="5", source="S15; OWASP"
    )
    wrong_in_row: int = _limit(
        10,
        least=3,
        most=10,
        says="Wrong codes in a row on a link, then it closes",
        standard="At most 100; a new code does not reset them",
        source="S16; NIST 800-63B 3.2.2",
    )
    lane_wrong_in_row: int = _limit(
        5, least=1, most=5, says="Wrong codes in a row of a known browser", standard="A lane of its own", source="S16"
    )
    phone_wrong_a_day: int = _limit(
        20, least=5, most=20, says="Wrong codes for a number in 24 hours", standard="Not said", source="S17"
    )
    phone_wrong_in_row: int = _limit(
        100,
        least=10,
        most=100,
        says="Wrong codes for a number in a row, ever",
        standard="At most 100",
        source="S17; NIST 800-63B 3.2.2",
    )
    address_wrong_an_hour: int = _limit(
        30,
        least=5,
        most=30,
        says="Wrong codes from an address in an hour",
        standard="Not said",
        source="S18; ASVS 6.3.1",
    )
    unknown_links: int = _limit(
        60, least=60, most=60, says="Unknown links from an address in 10 minutes", standard="Not said", source="S18"
    )
    portal_wrong: int = _limit(
        200,
        least=20,
        most=200,
        says="Wrong codes in 10 minutes that raise the alarm",
        standard="Not said",
        source="S19",
    )
    portal_share: int = _limit(
        50, least=10, most=50, says="Percent of 50 or more tries that fail: alarm", standard="Not said", source="S19"
    )
    portal_pause: int = _limit(
        10, least=3, most=60, says="Seconds a new browser waits during an alarm", standard="A challenge", source="S19"
    )
    first_pause: int = _limit(
        60, least=30, most=HOUR, says="Seconds between codes, doubling", standard="5 codes in 10 minutes", source="S22"
    )
    longest_pause: int = _limit(
        1_920, least=60, most=DAY, says="Longest pause between codes", standard="Not said", source="S22"
    )
    sends_an_hour: int = _limit(
        3, least=1, most=3, says="Codes of a link in an hour", standard="Not said", source="S22"
    )
    sends_a_day: int = _limit(6, least=1, most=6, says="Codes of a link in a day", standard="Not said", source="S22")
    phone_sends_a_day: int = _limit(
        10, least=1, most=10, says="Codes to a number in a day", standard="Not said", source="S22"
    )
    address_sends_an_hour: int = _limit(
        20, least=1, most=20, says="Codes asked from an address in an hour", standard="Not said", source="S22"
    )
    practice_sends_a_day: int = _limit(
        500, least=1, most=5_000, says="Codes of the practice in a day", standard="A budget", source="S22; ASVS 2.4.1"
    )
    abroad_sends_a_day: int = _limit(
        200, least=1, most=200, says="Codes to a dialling code abroad in a day", standard="Not said", source="S22"
    )
    pumped_an_hour: int = _limit(
        20, least=5, most=100, says="Codes in an hour to numbers alike but for 3 digits: alarm",
        standard="Not said", source="S22",
    )  # fmt: skip
    sessions: int = _limit(
        3, least=1, most=5, says="Browsers that have a message open at once", standard="Not said", source="S34"
    )
    session_idle: int = _limit(
        900, least=900, most=900, says="Seconds without a press, then it locks", standard="An hour", source="S30"
    )
    session_total: int = _limit(
        HOUR, least=HOUR, most=HOUR, says="Seconds a message stays open at most", standard="A day", source="S30"
    )
    answers_an_hour: int = _limit(
        10, least=1, most=60, says="Answers to a message in an hour", standard="Not said", source="S90"
    )
    longest_answer: int = _limit(
        4_000, least=200, most=10_000, says="Letters of an answer", standard="Not said", source="S90"
    )

    card_days: int = _limit(
        21, least=1, most=21, says="Days an unlock card can be used", standard="21 by post within a country",
        source="S25; NIST 800-63B 4.2.1.2",
    )  # fmt: skip
    portal_days: int = _limit(
        30, least=1, most=90, says="Days that documents stay after their link ended", standard="No longer than needed",
        source="S112; GDPR art. 5(1)(e)",
    )  # fmt: skip
    record_years: int = _limit(
        8, least=1, most=30, says="Years that the record of messages with patients is kept",
        standard="8 years for adults in the NHS", source="S112; NHS Records Management Code of Practice",
    )  # fmt: skip

    @property
    def code_life(self) -> timedelta:
        """How long a code lives."""
        return timedelta(seconds=self.code_lives)

    def pause_after(self, sends: int) -> timedelta:
        """How long after the n-th code of an hour the next may follow: the first pause, doubling (S22)."""
        return timedelta(seconds=min(self.first_pause * 2 ** max(0, sends - 1), self.longest_pause))


@dataclass(frozen=True, slots=True)
class Line:
    """A limit as it is shown: what the standard says, what we use, and whether that was changed here."""

    name: str
    says: str
    standard: str
    source: str
    least: int
    most: int
    ours: int
    used: int

    @property
    def changed(self) -> bool:
        """Whether this installation uses another value than the one it came with."""
        return self.used != self.ours


def table(limits: Limits) -> list[Line]:
    """The whole table, for the admins' page (security (d)12)."""
    lines = []
    for name, field in Limits.model_fields.items():
        shown: dict[str, Any] = Limits.model_json_schema()["properties"][name]
        lines.append(
            Line(
                name,
                shown["description"],
                shown["standard"],
                shown["source"],
                shown["minimum"],
                shown["maximum"],
                field.default,
                getattr(limits, name),
            )
        )
    return lines
