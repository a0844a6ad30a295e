"""The entry for any WSGI server: `staffbot.wsgi:app`, set up from the configuration. Needs a gevent worker."""

from core.config import load
from core.live.bus import open_bus
from core.opening import open_store
from staffbot.web import create_app

_settings = load()
_bus = open_bus(_settings.redis_url)
app = create_app(_settings, open_store(_settings, bus=_bus), _bus)
