"""A patient's browser over HTTP, and what an attack looks at: one cookie jar a visitor, and a digest of the database."""

import hashlib
import re
from typing import Any

from core import schema
from core.store import Store

BASE = "http://127.0.0.1:8001"
HTTPS = "https://127.0.0.1:8001"  # what the test client must be told, or it would not send our cookies back
PHONE = "+447700900057"  # Amara's
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
TOKEN = re.compile(r'csrf_token" value="([0-9a-f]+)')


class Visitor:
    """A browser: keeps cookies as one that was told https would. `address` is where it comes from."""

    def __init__(self, app: Any, address: str = "127.0.0.1", **headers: str) -> None:
        self.client = app.test_client()
        self.address = address
        self.headers = headers

    def get(self, path: str, **headers: str) -> Any:
        return self._ask("get", path, headers)

    def head(self, path: str, **headers: str) -> Any:
        return self._ask("head", path, headers)

    def post(self, path: str, data: Any = None, token: bool = True, **headers: str) -> Any:
        """Post as a form of the page before it would, with that page's token."""
        fields = dict(data or {})
        if token:
            page = self.get("/unlock" if path.startswith("/unlock") else "/message").text
            found = TOKEN.search(page)
            fields["csrf_token"] = found[1] if found else ""
        return self._ask("post", path, headers, data=fields)

    def cookie(self, name: str) -> str:
        """The value of a cookie, empty when there is none."""
        found = self.client.get_cookie(name, domain="127.0.0.1")
        return found.value if found else ""

    def _ask(self, method: str, path: str, headers: dict[str, str], **more: Any) -> Any:
        return getattr(self.client, method)(
            path,
            base_url=HTTPS,
            headers={**self.headers, **headers},
            environ_overrides={"REMOTE_ADDR": self.address},
            **more,
        )


def state(store: Store) -> str:
    """A digest of every table but the append-only access log."""
    digest = hashlib.sha256()
    with store.reader.connect() as db:
        for table in schema.metadata.sorted_tables:
            if table.name == "access_log":
                continue
            for row in sorted(map(str, db.execute(table.select()))):
                digest.update(row.encode())
    return digest.hexdigest()


def unlock(visitor: Visitor, link: str, network: Any, number: str = PHONE) -> Any:
    """From the link to the message; the answer to the code."""
    visitor.get(link)
    visitor.post("/unlock/send")
    return visitor.post("/unlock/verify", {"code": network.code(number)})


def wrong_one(right: str, n: int = 1) -> str:
    """The n-th code that is not the right one."""
    return f"{(int(right) + n) % 10**8:08d}"
