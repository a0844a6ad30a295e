"""Run every benchmark and say its ratios."""

from tests.bench import chat, forms, posting

posting.main()
forms.main()
chat.main()
