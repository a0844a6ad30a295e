"""Reading strangers' files: only ever in a child process of its own, which `inspect.py` starts."""

LOGO = "logo"  # what is asked for instead of a type: a small picture of a picture


class Rejected(Exception):
    """The file says something it must not; `str()` is `unsafe`, `locked`, `damaged` or `large`."""
