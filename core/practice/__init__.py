"""The practice: the tenant, who works there, what they may, and how they prove who they are.

`doors.py` has the only reads before a practice is known. `rights.py` is the table of who may do what, `plans.py` that
of what was bought. Staff are added and ended by `staff.py` and `administer.py`. They sign in by `signin.py` (`tries.py`
counts), then by `secondfactor.py` or `passkeys.py`; between the two stands a ticket (`tickets.py`), after them a
session (`sessions.py`). `accounts.py` writes to them about it.
"""
