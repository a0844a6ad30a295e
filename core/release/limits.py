"""The limits of the lock, in one table; each with its source. Counted in the database, never in memory alone (S20)."""

from datetime import timedelta

CODE_LIVES = timedelta(seconds=600)  # S11; NIST 63B 3.1.3.2
CODE_DIGITS = 8  # S10
LIVE_CODES = 2  # of one browser (decision 14)
TRIES = 5  # wrong codes of one browser (S15)
SHOW_TRIES_BELOW = 3  # tries left are said when two or fewer (S21)
WRONG_IN_ROW = 10  # of a link, then it freezes (S16)
WRONG_A_DAY = 20  # of a number (S17)
WRONG_EVER = 100  # of a number in a row (S17)
FIRST_PAUSE = timedelta(seconds=60)  # between sends, doubling (S22)
LONGEST_PAUSE = timedelta(seconds=1_920)
SENDS_AN_HOUR = 3  # of a link
SENDS_A_DAY = 6  # of a link
PHONE_SENDS_A_DAY = 10
PRACTICE_SENDS_A_DAY = 500
SESSIONS = 3  # live ones of a link (S34)
ANSWERS_AN_HOUR = 10  # S90
LONGEST_ANSWER = 4_000  # letters (S90)
