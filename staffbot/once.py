"""The key that a client gives what it asks, so that the same asked again is done once."""

from hashlib import sha256

LONGEST_KEY = 60  # letters of a `client_id` as it is kept


def once(client_id: str) -> str:
    """A client's own id of what it asks, as it is kept: one too long or with unprintable signs by its hash."""
    if len(client_id) <= LONGEST_KEY and client_id.isprintable():
        return client_id
    return sha256(client_id.encode()).hexdigest()[:LONGEST_KEY]
