"""The staff's face: the chat with its slash commands, and pages about patients and messages."""

from staffbot.web import create_app

__all__ = ["create_app"]
