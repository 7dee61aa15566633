"""From where a request comes (来源地址): the peer's address, or what our own proxies say of it."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network


def neighbourhood(address: str) -> str:
    """What counts as one place: an IPv4 address, or the /64 out of which a single IPv6 machine takes as many as it likes."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    return str(ip_network((parsed, 64), strict=False)) if isinstance(parsed, IPv6Address) else str(parsed)


def believed(peer: str, forwarded: str, trusted: Sequence[IPv4Network | IPv6Network]) -> str:
    """Walk ``X-Forwarded-For`` from its end as long as one of our proxies vouches for the step before; the peer if none does."""
    address = peer
    for before in reversed([one.strip() for one in forwarded.split(",") if one.strip()]):
        if not _ours(address, trusted) or not _is_address(before):
            break
        address = before
    return address


def _ours(address: str, trusted: Sequence[IPv4Network | IPv6Network]) -> bool:
    return _is_address(address) and any(ip_address(address) in net for net in trusted)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
