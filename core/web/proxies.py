"""Who is asking, as far as trusted proxies tell; by default none is trusted and their headers are ignored (S70)."""

from functools import lru_cache
from ipaddress import ip_address, ip_network


@lru_cache(1024)  # asked several times a request
def address(peer: str, forwarded: str, trusted: int) -> str:
    """The client's address, IPv6 by its /64. `trusted` is how many proxies of ours stand before us."""
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    found = hops[-trusted] if 0 < trusted <= len(hops) else peer
    try:
        known = ip_address(found)
    except ValueError:
        return "unknown"
    return str(ip_network(f"{known}/64", strict=False)) if known.version == 6 else str(known)
