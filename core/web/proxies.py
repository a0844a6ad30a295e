"""Who is asking, as far as trusted proxies tell; by default none is trusted and their headers are ignored (S70)."""

import re
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

WITH_PORT = re.compile(r"\[([^]]*)\](?::\d+)?|([\d.]+):\d+", re.ASCII)


@lru_cache(1024)  # asked several times a request
def address(peer: str, forwarded: str, trusted: int) -> str:
    """The client's address, IPv6 by its /64. `trusted` is how many proxies of ours stand before us.

    Some proxies write the port behind an address, and whatever listens on both kinds writes IPv4 as `::ffff:192.0.2.1`:
    neither may make one client of all, who would share each other's tries.
    """
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    found = hops[-trusted] if 0 < trusted <= len(hops) else peer
    try:
        known = ip_address(_bare(found))
    except ValueError:
        return "unknown"
    if isinstance(known, IPv6Address) and known.ipv4_mapped:
        known = known.ipv4_mapped
    return str(ip_network(f"{known}/64", strict=False)) if known.version == 6 else str(known)


def _bare(hop: str) -> str:
    """An address without its port."""
    found = WITH_PORT.fullmatch(hop)
    return found[1] or found[2] or "" if found else hop
