"""Every table of the database in one place, for migrations and for tests of completeness."""

from sqlalchemy import MetaData

from core.audit import tables as audit
from core.compose import tables as compose
from core.delivery import tables as delivery
from core.forms import tables as forms
from core.live import tables as live
from core.messages import tables as messages
from core.patients import tables as patients
from core.practice import tables as practice
from core.release import tables as release
from core.store.types import Table

SUBJECTS = (audit, compose, delivery, forms, live, messages, patients, practice, release)

metadata: MetaData = Table.metadata
