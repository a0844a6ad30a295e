"""E-mail addresses: from what people type to one that can be written to, and what a slip meant (P64, P65).

Nothing here asks the network. A hint is never a refusal: `gmial.com` exists.
"""

from collections.abc import Iterable

from email_validator import EmailNotValidError, validate_email
from rapidfuzz.distance import DamerauLevenshtein

from core.errors import Invalid

LONGEST_LOCAL = 64
MAILBOXES = frozenset(
    """gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com icloud.com me.com mac.com
    aol.com proton.me protonmail.com pm.me gmx.com gmx.net gmx.de gmx.at gmx.ch web.de t-online.de freenet.de mail.com
    hotmail.co.uk yahoo.co.uk live.co.uk outlook.co.uk btinternet.com sky.com virginmedia.com talktalk.net ntlworld.com
    blueyonder.co.uk tiscali.co.uk hotmail.fr yahoo.fr orange.fr wanadoo.fr free.fr sfr.fr laposte.net live.fr
    hotmail.es yahoo.es telefonica.net hotmail.it libero.it yahoo.it tin.it nhs.net bluewin.ch eircom.net comcast.net
    verizon.net sbcglobal.net att.net bigpond.com optusnet.com.au fastmail.com zoho.com yandex.com""".split()
)
ENDINGS = {"con": "com", "cmo": "com", "ocm": "com", "vom": "com", "comm": "com", "co": "com", "cim": "com"}
FEWEST_LETTERS = 5  # of a domain before two slips are believed


def to_address(text: str) -> str:
    """An address as it is kept. Raises Invalid("email", "empty" or "address"): it is not one that mail can reach."""
    if not text.strip():
        raise Invalid("email", "empty")
    try:
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError as error:
        raise Invalid("email", "address", value=text) from error
    if found.ascii_email is None or len(found.local_part) > LONGEST_LOCAL:  # no provider documents SMTPUTF8
        raise Invalid("email", "address", value=text)
    return str(found.normalized)


def as_sent(email: str) -> str:
    """The address as it goes over the wire: a domain in other letters as the network writes it."""
    if email.isascii():
        return email
    return str(validate_email(email, check_deliverability=False, test_environment=True).ascii_email)


def domain_hint(email: str, familiar: Iterable[str] = ()) -> tuple[str, str] | None:
    """What was typed after the @ and what it probably meant, or None; `familiar` are further domains people here have.

    One or two slips, swapped neighbours counting as one, with the same first letter.
    """
    typed = email.rpartition("@")[2].casefold()
    known = MAILBOXES | set(familiar)
    if not typed or typed in known:
        return None
    head, _, ending = typed.rpartition(".")
    if ending in ENDINGS and f"{head}.{ENDINGS[ending]}" in known:
        return typed, f"{head}.{ENDINGS[ending]}"
    near = [(_slips(typed, one), one) for one in known if one[:1] == typed[:1]]
    slips, meant = min(near, default=(9, ""))
    allowed = 2 if len(head) > FEWEST_LETTERS else 1
    return (typed, meant) if slips <= allowed else None


def _slips(typed: str, meant: str) -> int:
    return int(DamerauLevenshtein.distance(typed, meant, score_cutoff=2))
