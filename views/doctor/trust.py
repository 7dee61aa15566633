"""Keys and services (印章与外部服务): certificates with their dates, time stamps, mail."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from packets.authority import passphrase
from views.doctor.finding import Finding
from workflow.installation import Installation
from workflow.settings import ZONE

SOON = dt.timedelta(days=60)
"""A certificate that ends sooner is told: a new one takes weeks."""


def keys(here: Installation, full: bool) -> Iterator[Finding]:
    """Every seal and anchor in ``home/keys``: can it be opened, and is it within its dates?"""
    folder = here.settings.home / "keys"
    files = sorted([*folder.glob("*.p12"), *folder.glob("*.pem"), *folder.glob("demo/*.p12")])
    found = [finding for file in files if (finding := _key(file, here.clock())) is not None]
    yield from found
    own = [file for file in folder.glob("*.p12") if file.stem != "ca"]
    if not own:
        yield Finding("单位印章", "told", "没有单位自己的证书，用本机签发的演示印章", f"放入 {folder}/<单位名称>.p12")
    if files and not found:
        yield Finding("密钥和证书", "ok", f"{len(files)} 个文件都能打开，在有效期内，其中单位证书 {len(own)} 个")


def services(here: Installation, full: bool) -> Iterator[Finding]:
    """The time stamping authority and the mail server: configured, and reachable from here?"""
    settings = here.settings
    where = urlsplit(settings.tsa_url)
    if not settings.tsa_url:
        yield Finding("可信时间戳", "told", "没有配置：证据包注明「未取得可信时间戳」", "设置 TAIZHANG_TSA_URL")
    else:
        port = where.port or (443 if where.scheme == "https" else 80)
        yield _reached("可信时间戳", where.hostname or "", port, "证据包将注明「未取得可信时间戳」", "TAIZHANG_TSA_URL")
    if not settings.smtp_host:
        yield Finding("邮件", "told", "没有配置：消息只在系统内送达", "设置 TAIZHANG_SMTP_HOST")
    else:
        yield _reached("邮件", settings.smtp_host, settings.smtp_port, "邮件发不出去", "TAIZHANG_SMTP_HOST")


def _reached(name: str, host: str, port: int, without: str, variable: str) -> Finding:
    try:
        with socket.create_connection((host, port), timeout=5):
            return Finding(name, "ok", f"{host}:{port} 可以连接")
    except (OSError, UnicodeError):
        return Finding(name, "fault", f"{host}:{port} 连接不上：{without}", f"检查网络和 {variable}")


def _key(file: Path, now: dt.datetime) -> Finding | None:
    """What is wrong with a file of keys or certificates; None where nothing is."""
    name = f"keys/{file.relative_to(file.parents[1] if file.parent.name == 'demo' else file.parent)}"
    try:
        certificates = _certificates(file)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "文件损坏或口令不对"
        return Finding("密钥和证书", "fault", f"{name} 打不开：{why}", f"从备份恢复 {name}，或重新安装证书")
    for certificate in certificates:
        begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        dates = f"{name} 的有效期为 {_day(begin)} 至 {_day(end)}"
        if not begin <= now <= end:
            return Finding("密钥和证书", "fault", f"{dates}，不在有效期内", "向发证机构换发证书")
        if end - now < SOON:
            return Finding("密钥和证书", "told", f"{dates}，即将到期", "向发证机构换发证书")
    return None


def _certificates(file: Path) -> list[x509.Certificate]:
    """The certificates that a file must be good for. Raises OSError or ValueError where it cannot be opened."""
    if file.suffix == ".pem":
        return x509.load_pem_x509_certificates(file.read_bytes())
    key, certificate, _ = pkcs12.load_key_and_certificates(file.read_bytes(), passphrase(file) or None)
    if key is None or certificate is None:
        raise ValueError("no key in it")
    return [certificate]


def _day(moment: dt.datetime) -> str:
    return moment.astimezone(ZONE).date().isoformat()
