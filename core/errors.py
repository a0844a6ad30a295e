"""What can go wrong, as types that carry facts; each face words them in its own `wording.py`."""


class LatchkeyError(Exception):
    """Anything a person can be told about. Facts are attributes; sentences live at the edge."""


class NotFound(LatchkeyError):
    """No such thing in this practice, or not for this person: the two look alike on purpose (S52)."""

    def __init__(self, thing: str = "page") -> None:
        super().__init__(thing)
        self.thing = thing


class Forbidden(LatchkeyError):
    """The role may not do this at all."""

    def __init__(self, right: str, role: str) -> None:
        super().__init__(right, role)
        self.right = right
        self.role = role


class Invalid(LatchkeyError):
    """One field cannot be taken as it is; `why` is a short key that each face words."""

    def __init__(self, field: str, why: str, **facts: object) -> None:
        super().__init__(field, why)
        self.field = field
        self.why = why
        self.facts = facts


class TooMany(LatchkeyError):
    """A limit was reached; `wait` is in seconds until the next try can succeed."""

    def __init__(self, what: str, limit: int, wait: int) -> None:
        super().__init__(what)
        self.what = what
        self.limit = limit
        self.wait = wait
