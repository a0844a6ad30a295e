"""What the DNS keeps under a name as text."""

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from core.delivery.senders.sender_domain import Silent

PATIENCE = 5.0  # seconds for one name


def dns_texts(name: str) -> tuple[str, ...]:
    """The TXT records of a name, each in one piece; none where there are none. Raises Silent."""
    try:
        answer = Resolver().resolve(f"{name}.", "TXT", lifetime=PATIENCE)
    except (NXDOMAIN, NoAnswer):
        return ()
    except DNSException as error:
        raise Silent from error
    return tuple(b"".join(row.strings).decode("utf-8", "replace") for row in answer)
