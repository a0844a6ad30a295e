"""Release: the lock of the portal, from the link in an e-mail to the words behind it.

`link.py` sends, takes back and issues again; `visits.py` tells people from mail filters before the door. A code is
asked for and tried in `code.py`: how often one may ask is `sends.py`, how often one may guess `guesses.py`, for one
browser, link and number, and `crowd.py` for the whole portal (`tally.py` counts up to a limit). `unlocking.py` opens
with all that is asked for, also what stands beside the code (`pin.py`, `birth.py`) or in its place (`card.py`).
`sessions.py` and `reading.py` are behind the lock; `record.py`, `steps.py` and `trail.py` are what staff see of it;
`reminders.py`, `expiry.py` and `retention.py` what time does to it.
"""
