"""Reading strangers' files: only ever in a child process of its own, which `inspect.py` starts."""


class Rejected(Exception):
    """The file says something it must not; `str()` is `unsafe`, `locked`, `damaged` or `large`."""
