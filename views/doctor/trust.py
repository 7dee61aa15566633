"""Keys and services (印章与外部服务): certificates with their dates, virus scanner, time stamps, mail."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from inspection import virus
from packets.authority import LocalAuthority
from packets.seals import seal_states
from packets.trust import DamagedAnchors, Trust, revocations
from views.doctor.finding import Finding
from workflow.record.errors import PacketFailed
from workflow.record.installation import Installation
from workflow.record.settings import ZONE

SOON = dt.timedelta(days=60)
"""A certificate that ends sooner is told: a new one takes weeks."""


def keys(here: Installation, full: bool) -> Iterator[Finding]:
    """Every seal, anchor and revocation list in ``home/keys``: can it be opened, is it good for what it is there for?"""
    folder, authority = here.settings.common / "keys", LocalAuthority(here.settings.common, here.clock)
    own = authority.own_files()
    files = sorted(
        file for kind in ("*.p12", "demo/*.p12", "*.pem", "tsa/*.pem", "*.crl") for file in folder.glob(kind)
    )
    others = (file for file in files if file not in own.values())
    found = [finding for file in others if (finding := _key(file, folder, here.clock())) is not None]
    found += _seals(authority, sorted(own), here.clock()) if own else []
    yield from found
    if not own:
        yield Finding("单位印章", "told", "没有单位自己的证书，用本机签发的演示印章", f"放入 {folder}/<单位名称>.p12")
    if files and not found:
        yield Finding("密钥和证书", "ok", f"{len(files)} 个文件都能打开，在有效期内，其中单位证书 {len(own)} 个")


def _seals(authority: LocalAuthority, units: list[str], now: dt.datetime) -> Iterator[Finding]:
    """The units' own seals, by the rule that every seal is put and verified by."""
    try:
        for one in seal_states(authority, units, now=now):
            if one.wrong:
                yield Finding("单位印章", "fault", one.wrong, f"换上合格的 keys/{one.unit}.p12")
            elif one.told:
                yield Finding("单位印章", "told", one.told)
    except PacketFailed as damaged:
        yield Finding("信任锚", "fault", damaged.message)


def services(here: Installation, full: bool) -> Iterator[Finding]:
    """The virus scanner, the time stamping authority and the mail server: configured, and reachable from here?"""
    settings = here.settings
    yield _scanner(settings.clamd)
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


def _scanner(where: str) -> Finding:
    if not where:
        without = "没有接入 ClamAV，证明材料标明「未查毒」：服务器和终端应使用本单位的防病毒软件"
        return Finding("病毒查杀", "told", without, "安装 clamav-daemon，设置 TAIZHANG_CLAMD")
    try:
        return Finding("病毒查杀", "ok", virus.version(where))
    except virus.Unanswered:
        return Finding("病毒查杀", "fault", f"{where} 没有应答：不能上传证明材料", "检查 clamd 和 TAIZHANG_CLAMD")


def _reached(name: str, host: str, port: int, without: str, variable: str) -> Finding:
    try:
        with socket.create_connection((host, port), timeout=5):
            return Finding(name, "ok", f"{host}:{port} 可以连接")
    except (OSError, UnicodeError):
        return Finding(name, "fault", f"{host}:{port} 连接不上：{without}", f"检查网络和 {variable}")


def _key(file: Path, folder: Path, now: dt.datetime) -> Finding | None:
    """What is wrong with a file of keys, certificates or revocation lists; None where nothing is."""
    name = f"keys/{file.relative_to(folder)}"
    try:
        certificates, lists = _opened(file)
    except (OSError, ValueError, DamagedAnchors) as error:
        why = (
            error.strerror
            if isinstance(error, OSError)
            else str(error)
            if isinstance(error, DamagedAnchors)
            else "文件损坏"
        )
        return Finding("密钥和证书", "fault", f"{name} 打不开：{why}", f"从备份恢复 {name}，或重新安装证书")
    for certificate in certificates:
        begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        dates = f"{name} 的有效期为 {_day(begin)} 至 {_day(end)}"
        if not begin <= now <= end:
            return Finding("密钥和证书", "fault", f"{dates}，不在有效期内", "向发证机构换发证书")
        if end - now < SOON:
            return Finding("密钥和证书", "told", f"{dates}，即将到期", "向发证机构换发证书")
    for until in (one.next_update_utc for one in lists):
        if until is not None and until < now:
            stale = f"{name} 是 {_day(until)} 到期的吊销列表，据它核对的印章为「无法确认」"
            return Finding("密钥和证书", "told", stale, f"向发证机构取现行的吊销列表，换下 {name}")
    return None


def _opened(file: Path) -> tuple[list[x509.Certificate], list[x509.CertificateRevocationList]]:
    """Certificates and revocation lists that a file must be good for. Raises OSError, ValueError or DamagedAnchors where it is not."""
    data = file.read_bytes()
    if file.suffix != ".p12":
        anchors = Trust.read([revocations(data)])
        certificates = [x509.load_der_x509_certificate(one) for one in anchors.seals]
        return certificates, [x509.load_der_x509_crl(one) for one in anchors.revoked]
    key, certificate, _ = pkcs12.load_key_and_certificates(data, None)
    if key is None or certificate is None:
        raise ValueError("no key in it")
    return [certificate], []


def _day(moment: dt.datetime) -> str:
    return moment.astimezone(ZONE).date().isoformat()
