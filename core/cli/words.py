"""Words of the command line: what can be wrong before any action runs."""

from core.errors import LatchkeyError
from core.forms.importing.outcome import Problem


class NoSuchFile(LatchkeyError):
    """A file that was named is not there."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class FileThere(LatchkeyError):
    """A file that would be written is there already."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class AskedTooOften(LatchkeyError):
    """A portal answers no more for a while: what it says now proves nothing. `wait`: seconds, as it says itself."""

    def __init__(self, url: str, wait: int) -> None:
        super().__init__(url, wait)
        self.url = url
        self.wait = wait


class NoSuchPractice(LatchkeyError):
    """No practice of that short name."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


class NotAResponse(LatchkeyError):
    """A file that should hold answers is no QuestionnaireResponse; `problems` are what is wrong with one that is."""

    def __init__(self, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(len(problems))
        self.problems = problems


class NotATrail(LatchkeyError):
    """A file that should hold an exported audit trail holds something else."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class AlreadySetUp(LatchkeyError):
    """The instance folder has a practice and somebody who signs in."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class NotSetUp(LatchkeyError):
    """The instance folder has no database yet."""


class DemoDatabase(LatchkeyError):
    """A demonstration's database, asked to be served in earnest."""


class NotReached(LatchkeyError):
    """Nothing answers at an address."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class NoPort(LatchkeyError):
    """A port that cannot be listened on: something else does, or the operating system forbids it (`why`)."""

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(host, port, why)
        self.host, self.port, self.why = host, port, why
