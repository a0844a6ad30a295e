"""The entry for any WSGI server: `portal.wsgi:app`, set up from the configuration."""

from core.config import load
from core.opening import open_store
from portal.web import create_app

_settings = load()
app = create_app(_settings, open_store(_settings))
