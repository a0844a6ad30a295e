"""Run every benchmark and say its ratios."""

from tests.bench import chat, claiming, forms, posting

posting.main()
claiming.main()
forms.main()
chat.main()
