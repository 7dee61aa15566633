"""Fetching what people typed: public addresses alone, whatever name, redirect or second look-up leads to others; within limits."""

from __future__ import annotations

import gzip
import socket
import ssl
import subprocess
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from tests.website import PAGE, Answers, Site
from workflow.record import fetching, pages
from workflow.record.fetching import Fetcher, Unreachable, public
from workflow.record.settings import Settings

INSIDE = (
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200",
    "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "192.88.99.1", "::", "::1",
    "fe80::1", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:7f00:1::1", "2001:0:7f00:1::1",
)  # fmt: skip


def here(site: Site, **more: object) -> Fetcher:
    """A fetcher that may call this machine, by any name."""
    lookup: Callable[[str, int], list[str]] = lambda host, port: ["127.0.0.1"]  # noqa: E731
    given = {"ports": (80, 443, site.port), "networks": (ip_network("127.0.0.1/32"),), "lookup": lookup, **more}
    return replace(Fetcher(), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_not_on_the_public_network_is_not_called(address: str) -> None:
    assert not public(ip_address(address))


@pytest.mark.parametrize("address", ["1.2.4.8", "223.5.5.5", "2400:3200::1", "64:ff9b::df05:505", "::ffff:223.5.5.5"])
def test_what_is_on_it_is(address: str) -> None:
    assert public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "javascript:alert(1)", "ftp://www.example.gov.cn/", "http://", "http://[::1", "//x/",
        "http://a:b@www.example.gov.cn/", "http://@www.example.gov.cn/", "http://www.example.gov.cn:8080/",
        "http://www.example.gov.cn:22/", "http://www.example.gov.cn:port/", "http://www.example.gov.cn/\r\nX: y",
        "http://www.example.gov.cn\\@127.0.0.1/", "http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/",
        "http://[::ffff:127.0.0.1]/", "http://[::1]/", "http://localhost/", "https://169.254.169.254/latest/meta-data",
        f"http://www.example.gov.cn/{'x' * 2000}", "http://" + "长" * 70 + ".cn/",
    ],
)  # fmt: skip
def test_by_default_none_of_these_is_fetched(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda *where, **how: called.append(where))
    with pytest.raises(Unreachable) as refused:
        Fetcher.of(Settings(_env_file=None)).fetch(url)
    assert refused.value.refused
    assert called == []


def test_a_name_behind_which_one_address_is_ours_is_not_called(site: Site) -> None:
    both = replace(Fetcher(), lookup=lambda host, port: ["223.5.5.5", "127.0.0.1"], ports=(site.port,))
    with pytest.raises(Unreachable, match="内部、本机或保留地址"):
        both.fetch(f"http://www.example.gov.cn:{site.port}/")
    assert site.asked == []


def test_a_page_is_fetched_by_name_from_the_address_that_was_judged(site: Site) -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    page = here(site, lookup=rebinding).fetch(f"http://www.example.gov.cn:{site.port}/公开/a?q=要点#top")
    assert asked == ["www.example.gov.cn"], "looked up once: there is no second answer to be led astray by"
    assert (page.status, page.whole) == (200, True)
    path, headers = site.asked[0]
    assert path == "/%E5%85%AC%E5%BC%80/a?q=%E8%A6%81%E7%82%B9"
    assert headers["host"] == f"www.example.gov.cn:{site.port}"
    assert not {"cookie", "authorization", "referer"} & headers.keys()
    assert pages.read(page.body, {"media_type": page.media_type, "words": "2026 年度政务公开要点"}) == {
        "title": "公开 目录",
        "found": True,
    }


def test_a_redirect_is_judged_anew_and_counted(site: Site) -> None:
    fetcher = here(site)
    root = f"http://www.example.gov.cn:{site.port}"
    assert fetcher.fetch(f"{root}/to//a").url == f"{root}/a"
    assert fetcher.fetch(f"{root}/gone").status == 404
    for target in ("file:///etc/passwd", "http://u:p@x.cn/", f"http://x.cn:{site.port + 1}/"):
        with pytest.raises(Unreachable) as refused:
            fetcher.fetch(f"{root}/to/{target}")
        assert refused.value.refused
    inward = here(site, lookup=lambda host, port: ["127.0.0.1" if host == "www.example.gov.cn" else "10.0.0.1"])
    with pytest.raises(Unreachable, match="内部"):
        inward.fetch(f"{root}/to/http://inside.example.gov.cn/")
    chain = "/to/" * (fetching.REDIRECTS + 1)
    with pytest.raises(Unreachable, match="连续跳转超过 5 次"):
        fetcher.fetch(root + chain)


def test_time_and_size_have_their_limits(site: Site) -> None:
    root = f"http://www.example.gov.cn:{site.port}"
    with pytest.raises(Unreachable, match=r"0\.3 秒内没有应答"):
        here(site, seconds=0.3).fetch(f"{root}/slow")
    with pytest.raises(Unreachable, match="应答到一半连接中断"):
        here(site).fetch(f"{root}/short")
    large = here(site).fetch(f"{root}/large")
    assert (len(large.body), large.whole) == (fetching.MOST, False)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens there
        port = taken.getsockname()[1]
        with pytest.raises(Unreachable, match="网站拒绝连接"):
            here(site, ports=(port,)).fetch(f"http://www.example.gov.cn:{port}/")


def test_over_tls_the_name_is_the_one_that_was_typed(site: Site, tmp_path: Path) -> None:
    key, known = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=www.example.gov.cn"
    subprocess.run(
        [*made.split(), "-addext", "subjectAltName=DNS:www.example.gov.cn", "-keyout", str(key), "-out", str(known)],
        check=True, capture_output=True,
    )  # fmt: skip
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(known, key)
    names: list[str | None] = []
    theirs.sni_callback = lambda line, name, context: names.append(name)  # type: ignore[assignment]
    site.socket = theirs.wrap_socket(site.socket, server_side=True)
    fetcher = here(site, trusted=ssl.create_default_context(cafile=str(known)))
    assert fetcher.fetch(f"https://www.example.gov.cn:{site.port}/").status == 200
    assert names == ["www.example.gov.cn"]
    for name, one in (("other.example.gov.cn", fetcher), ("www.example.gov.cn", here(site))):
        with pytest.raises(Unreachable, match="证书不受信任"):
            one.fetch(f"https://{name}:{site.port}/")


class _Proxy(BaseHTTPRequestHandler):
    server: Site

    def do_CONNECT(self) -> None:
        self.server.asked.append((self.path, {}))
        self.send_error(503)

    log_message = Answers.log_message


def test_a_proxy_is_asked_for_the_judged_address_and_for_nothing_else(site: Site) -> None:
    site.RequestHandlerClass = _Proxy
    through = replace(Fetcher(), proxy=f"127.0.0.1:{site.port}", lookup=lambda host, port: ["223.5.5.5"])
    with pytest.raises(Unreachable):
        through.fetch("https://www.example.gov.cn/")
    assert site.asked == [("223.5.5.5:443", {})]
    with pytest.raises(Unreachable, match="内部"):
        replace(through, lookup=lambda host, port: ["10.0.0.1"]).fetch("http://www.example.gov.cn/")
    assert len(site.asked) == 1


def test_words_are_sought_in_what_a_reader_sees(tmp_path: Path) -> None:
    html = {"media_type": "text/html", "words": "秘"}
    assert pages.read(PAGE.encode(), html)["found"] is False
    assert pages.read(b"", html) == {"title": "", "found": False}
    assert pages.read("公开".encode("gbk"), {"media_type": "text/plain", "words": "公开"})["found"]
    assert pages.read(gzip.compress(b"x"), {"media_type": "application/gzip", "words": "x"})["found"] is None
    entity = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><html><title>&e;</title></html>'
    assert pages.read(entity.encode(), {"media_type": "application/xhtml+xml", "words": ""})["title"] in ("", "&e;")
