"""Messages: what is said, who may see it, who is told, and what is asked of whom.

`post.py` writes a message, `conversations.py` opens where it goes, `edit.py` and `erase.py` change and end it; what it
says is sealed by `body.py` and read back by `opened.py`. Who sees it is said once, in `sight.py`; whom it is for in
`whom.py`, and `notify.py` points them to it (`attention.py`: pinned, muted; `cursor.py`: how far each has read). Words
are found by `search.py`, over the keyed index of `indexing.py`. A request is a message with a row beside it: `tasks.py`
changes it, `tasked.py` reads it with messages, `work.py` lists it. Files come by `receive.py`, are looked into by
`inspect.py` (`parsing`, a process of its own) and `scan.py`, and kept by `files.py`.
"""
