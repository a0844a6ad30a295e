"""The chat's socket: its door and frames, its ops, and the hub that says who hears what.

A frame comes in by `socket.py`, is read by `frames.py`, found and checked by `ops.py` and run by the file of its
subject (`messages.py`, `typed.py`, `reading.py`, `places.py`, `work.py`; `greeting.py` for the first one of a tab, with
what `alike.py` holds for all who come). What happened goes out by `hub.py` to whom `sockets.py` knows, each through its
`peer.py`.
"""
