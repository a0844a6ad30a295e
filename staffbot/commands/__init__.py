"""Slash commands: one file each, found by folder; grammar, help, completion and tests read the same declaration."""
