"""The chat's socket: its door and frames, its ops, and the hub that says who hears what."""
