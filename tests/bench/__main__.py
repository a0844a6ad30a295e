"""Run every benchmark and say its ratios."""

from tests.bench import chat, posting

posting.main()
chat.main()
