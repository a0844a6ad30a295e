"""Composing: what will go, to whom, at what cost, and the yes without which nothing leaves.

`draft.py` prepares an order and keeps it, `confirm.py` sends it, `undo.py` brings it back while it is held. Whether it
may go, what arrives of it and what it costs is `orders.py`; whom and by which address `contacts.py`; what to look at
first `warnings.py` (`clinical.py` for words that should stay behind the lock). A time in front of the text (`when.py`)
makes it one for later: `scheduled.py` plans it, `dispatch.py` sends it, `held.py` keeps what its author, who left, had
planned. `template.py` fills in texts; `scratch.py` keeps what is typed.
"""
