"""The patients' face: a link, a code, a message, a form. The only public part of Latchkey; no socket, one script."""

from portal.web import create_app

__all__ = ["create_app"]
