"""Run every benchmark and say its ratios."""

from tests.bench import chat, claiming, fanout, forms, posting, reading

posting.main()
forms.main()
chat.main()
reading.main()
claiming.main()
fanout.main()
