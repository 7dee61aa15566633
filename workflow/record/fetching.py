"""Fetching a page as it is now (取网页): the one place where an address that people typed is connected to.

A name is looked up once, every address behind it is judged, and the connection goes to a judged address itself, so that a second
look-up can lead nowhere else (DNS rebinding). Each redirect is judged anew. Nothing is sent but the request.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from workflow.record.settings import Settings

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
SECONDS, REDIRECTS, LONGEST = 20, 5, 2000
"""For all of one page; how often it may send us on; characters of an address."""
MOST = 4 << 20
"""Bytes of a page that are read."""
MOVED = frozenset({301, 302, 303, 307, 308})
PORTS = {"http": 80, "https": 443}
_NAT64 = IPv6Network("64:ff9b::/96")
_RELAYS = ("192.88.99.0/24", "2002::/16", "2001::/32")
"""6to4 and Teredo: addresses that hide another one, and the relays to them."""


class Unreachable(Exception):
    """A page that was not fetched, and why, in a Chinese clause; ``refused`` where we would not go there."""

    def __init__(self, why: str, *, refused: bool = False) -> None:
        super().__init__(why)
        self.why, self.refused = why, refused


@dataclass(frozen=True)
class Page:
    """What an address answered (网页现状)."""

    url: str
    """Where the last redirect led."""
    status: int
    media_type: str
    """As the server called it, with its charset."""
    body: bytes
    whole: bool
    """False where the page is larger than MOST: only its beginning was read."""


def looked_up(host: str, port: int) -> list[str]:
    """Every address of a name, as this machine finds them. Raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True)
class Fetcher:
    """Where pages may be fetched from, and how (取网页规则)."""

    ports: Sequence[int] = (80, 443)
    networks: Sequence[Network] = ()
    """Networks that may be called although they are not public: the office's own intranet."""
    proxy: str = ""
    """``host:port`` of the office's proxy; it is asked for a tunnel to the judged address."""
    seconds: float = SECONDS
    lookup: Callable[[str, int], list[str]] = looked_up
    trusted: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    @classmethod
    def of(cls, settings: Settings) -> Fetcher:
        """As an installation is set."""
        return cls(tuple(settings.link_ports), tuple(settings.link_networks), settings.link_proxy)

    def fetch(self, url: str) -> Page:
        """The page as it is now, behind at most REDIRECTS redirects. Raises Unreachable."""
        for _ in range(REDIRECTS + 1):
            page, further = self._one(url)
            if further is None:
                return page
            url = urljoin(url, further)
        raise Unreachable(f"连续跳转超过 {REDIRECTS} 次")

    def _one(self, url: str) -> tuple[Page, str | None]:
        """One answer, and where it sends us on to."""
        parts, host, port = self._judged(url)
        try:
            with self._connected(parts.scheme, host, port) as connection:
                connection.request("GET", _target(parts), headers=_HEADERS)
                answer = connection.getresponse()
                further = answer.getheader("Location") if answer.status in MOVED else None
                body = b"" if further else answer.read(MOST + 1)
                if answer.length and not further and len(body) <= MOST:
                    raise http.client.IncompleteRead(body)
        except ssl.SSLCertVerificationError as error:
            raise Unreachable(f"网站证书不受信任（{error.verify_message}）") from None
        except (TimeoutError, socket.gaierror, OSError, http.client.HTTPException, ValueError) as error:
            raise Unreachable(_why(error, self.seconds)) from None
        kind = answer.getheader("Content-Type") or ""
        return Page(url, answer.status, kind[:200], body[:MOST], len(body) <= MOST), further

    def _judged(self, url: str) -> tuple[SplitResult, str, int]:
        """An address taken apart. Raises Unreachable for what we do not follow."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
        except ValueError:
            raise Unreachable("网址写法有误", refused=True) from None
        if parts.scheme not in PORTS or not host or len(url) > LONGEST or re.search(r"[\x00-\x20\x7f\\]", url):
            raise Unreachable("只访问以 http:// 或 https:// 开头、写法完整的网址", refused=True)
        if parts.username is not None or parts.password is not None:
            raise Unreachable("网址里带有用户名或密码，不访问", refused=True)
        if port not in self.ports:
            raise Unreachable(f"只访问 {'、'.join(map(str, self.ports))} 端口", refused=True)
        return parts, host, port

    @contextmanager
    def _connected(self, scheme: str, host: str, port: int) -> Iterator[http.client.HTTPConnection]:
        """A connection to a judged address of the host, closed when its time is over."""
        line = self._line(self._addresses(host, port), port)
        lines, over = [line], threading.Event()
        hang_up = threading.Timer(self.seconds, partial(_shut, lines, over))
        hang_up.start()
        try:
            if scheme == "https":
                line = self.trusted.wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
                lines.append(line)
                line.do_handshake()
            connection = http.client.HTTPConnection(f"[{host}]" if ":" in host else host, port)
            connection.sock, connection.auto_open = line, 0
            connection.default_port = PORTS[scheme]  # so that its Host header names no other
            yield connection
        except Exception:
            if over.is_set():
                raise TimeoutError from None
            raise
        finally:
            hang_up.cancel()
            line.close()
        if over.is_set():
            raise TimeoutError

    def _addresses(self, host: str, port: int) -> list[str]:
        """All addresses of a host. Raises Unreachable where one of them is none of ours to call."""
        try:
            found = list(dict.fromkeys(self.lookup(host, port)))
        except UnicodeError:
            raise Unreachable("网址的域名写法有误", refused=True) from None
        for one in found:
            if not public(ip_address(one)) and not self._ours(ip_address(one)):
                raise Unreachable("网址指向内部、本机或保留地址，不访问", refused=True)
        return found

    def _ours(self, address: Address) -> bool:
        return any(address in network for network in self.networks)

    def _line(self, addresses: list[str], port: int) -> socket.socket:
        """A line to the first address that answers, through the office's proxy where there is one."""
        last: OSError = socket.gaierror()
        for address in addresses:
            try:
                if not self.proxy:
                    return socket.create_connection((address, port), timeout=self.seconds)
                proxy = http.client.HTTPConnection(self.proxy, timeout=self.seconds)
                proxy.set_tunnel(f"[{address}]" if ":" in address else address, port)
                proxy.connect()
                return proxy.sock
            except OSError as error:
                last = error
        raise last


_HEADERS = {"User-Agent": "Taizhang", "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}


def public(address: Address) -> bool:
    """Whether an address is on the public network, the address that it may hide included."""
    if isinstance(address, IPv6Address):
        hidden = address.ipv4_mapped
        if address in _NAT64:
            hidden = IPv4Address(int(address) & 0xFFFFFFFF)
        if hidden is not None:
            return public(hidden)
    relayed = any(address in ip_network(network) for network in _RELAYS)
    odd = address.is_private or address.is_multicast or address.is_reserved or address.is_unspecified
    local = address.is_loopback or address.is_link_local or getattr(address, "is_site_local", False)
    return address.is_global and not (relayed or odd or local)


def _target(parts: SplitResult) -> str:
    """Path and query as a request line spells them: Chinese is written in per cents."""
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return f"{path}?{quote(parts.query, safe='/?%:@!$&()*+,;=~-._')}" if parts.query else path


def _why(error: Exception, seconds: float) -> str:
    if isinstance(error, socket.gaierror):
        return "域名解析不到地址，或本机没有接入网络"
    if isinstance(error, TimeoutError):
        return f"{seconds:g} 秒内没有应答"
    if isinstance(error, ConnectionRefusedError):
        return "网站拒绝连接"
    if isinstance(error, ssl.SSLError):
        return "加密连接没有建立成功"
    if isinstance(error, http.client.IncompleteRead | ConnectionError):
        return "应答到一半连接中断"
    return "没有得到可读的应答"


def _shut(lines: list[socket.socket], over: threading.Event) -> None:
    """End a line from outside: whoever reads from it gets no more."""
    over.set()
    with suppress(OSError):
        socket.socket.shutdown(lines[-1], socket.SHUT_RDWR)
