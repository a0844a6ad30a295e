"""What can be wrong with a backup."""

from core.errors import LatchkeyError


class NotABackup(LatchkeyError):
    """The file is no backup of ours, or it was changed or cut."""


class NoBackupKey(LatchkeyError):
    """None of the keys at hand opens this backup."""


class NewerBackup(LatchkeyError):
    """The backup was made by a later version of Latchkey than this one."""
