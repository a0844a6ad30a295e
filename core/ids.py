"""Ids, made in the application: UUIDv7 (RFC 9562), so rows sort by age and no database counts for all practices."""

from uuid import UUID

from uuid_utils import compat


def new_id() -> UUID:
    """A fresh time-ordered id."""
    return compat.uuid7()
