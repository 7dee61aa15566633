"""The keys that seal (签章密钥): an office's own PKCS#12 files, else the embedded authority of a first run.

The embedded authority's certificates say 「演示印章」 in their names, and so does every seal made with them. It also issues
its revocation list and the key with which this installation signs what it has registered.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import os
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from packets.trust import REGISTRAR, DamagedAnchors, block, issuers, revocations, stampers
from workflow.office.directory import NO_UNITS
from workflow.record.errors import PacketFailed, Unsound
from workflow.record.installation import Clock, wall_clock

DEMO = "演示印章"
BEFORE, AFTER = dt.timedelta(days=366), dt.timedelta(days=30 * 366)
"""How long the embedded authority has been and will be valid when it is made: a sign-off may lie a while before its seal,
and the demonstration's year lies in the past. A real certificate has its issuer's dates."""
LIST_RENEWED, LIST_VALID = dt.timedelta(days=30), dt.timedelta(days=366)
"""When a revocation list is replaced, and how long a verifier may go by it."""


@dataclass(frozen=True)
class SealKey:
    """One unit's seal (电子印章): certificate with its chain and private key, as DER."""

    unit: str
    certificate: bytes
    chain: tuple[bytes, ...]
    private_key: bytes
    """PKCS#8, unencrypted, in memory only."""
    demo: bool

    def sealing_time(self, signed: dt.datetime, *, now: dt.datetime) -> dt.datetime:
        """The time that a seal bears: that of the sign-off, but now where the certificate had not been issued then."""
        begins = x509.load_der_x509_certificate(self.certificate).not_valid_before_utc
        return signed if begins <= signed else now


class LocalAuthority:
    """The key store under ``keys`` in the folder that machines share: a unit's own ``<unit>.p12`` if there is one, else a demonstration seal.

    The passphrase of ``<unit>.p12`` stands in ``<unit>.pass`` beside it, or is empty. ``*.pem`` and ``*.crl`` are the issuers
    of the units' own certificates and their revocation lists, ``tsa/*.pem`` those of time stamps.
    """

    def __init__(self, common: Path, clock: Clock = wall_clock) -> None:
        self._folder, self._clock = common / "keys", clock
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def key_for(self, unit: str) -> SealKey:
        """The unit's seal. Raises PacketFailed where its own key file cannot be opened, or no unit may bear that name."""
        if unit.casefold() in NO_UNITS:
            raise PacketFailed(f"「{unit}」是本系统自用密钥的名称，不能签章；请办公室在单位名录里改名。")
        own = self.own_files().get(unit)
        return from_pkcs12(unit, own, passphrase(own)) if own else self._demo_key(unit)

    def own_files(self) -> dict[str, Path]:
        """Unit → its own key file. Names are compared as Unicode says they are the same, however a disk spells them."""
        found = {unicodedata.normalize("NFC", file.stem): file for file in sorted(self._folder.glob("*.p12"))}
        return {name: file for name, file in found.items() if name.casefold() not in NO_UNITS}

    def until(self) -> dt.datetime:
        """The last moment of demonstration seals."""
        with self._locked():
            return self._authority()[0].not_valid_after_utc

    def registrar(self) -> SealKey:
        """The key that signs registrations (登记密钥): made once, kept beside the seals, no seal itself."""
        made = self._folder / "registrar.p12"
        with self._locked():
            if not made.is_file():
                usage = key_usage(digital_signature=True)
                _write(made, _issue("台账登记", _name("台账登记", "台账登记"), *self._authority(), usage))
        return from_pkcs12("台账登记", made, b"", demo=True)

    def registered_by(self) -> list[bytes]:
        """The certificate whose signature counts here (DER); none before the first is made: looking makes no key."""
        return [self.registrar().certificate] if (self._folder / "registrar.p12").is_file() else []

    def anchors(self) -> list[bytes]:
        """What to trust, as PEM: issuers of seals with their revocation lists, issuers of time stamps, the registrar.

        Raises Unsound naming the file that is damaged.
        """
        registrar = block(REGISTRAR, self.registrar().certificate)
        with self._locked():
            self._renew_list(*self._authority())
        kinds = (("*.pem", issuers), ("*.crl", revocations), ("tsa/*.pem", stampers))
        files = [(path, taken) for pattern, taken in kinds for path in sorted(self._folder.glob(pattern))]
        return [*(_taken(path, taken) for path, taken in files), registrar]

    def _demo_key(self, unit: str) -> SealKey:
        made = self._folder / "demo" / f"{hashlib.sha256(unit.encode()).hexdigest()[:32]}.p12"
        with self._locked():
            if not made.is_file():
                made.parent.mkdir(exist_ok=True, mode=0o700)
                subject = _name(demo_name(unit), unit)
                usage = key_usage(digital_signature=True, content_commitment=True)
                _write(made, _issue(unit, subject, *self._authority(), usage))
        return from_pkcs12(unit, made, b"", demo=True)

    def _authority(self) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        kept, anchor = self._folder / "ca.p12", self._folder / "ca.pem"
        if not kept.is_file():
            certificate, key = _root(self._clock())
            _write(
                kept, pkcs12.serialize_key_and_certificates(b"ca", key, certificate, None, serialization.NoEncryption())
            )
        try:
            key_, certificate_, _ = pkcs12.load_key_and_certificates(kept.read_bytes(), None)
        except ValueError:
            key_, certificate_ = None, None
        if not isinstance(key_, ec.EllipticCurvePrivateKey) or certificate_ is None:
            raise PacketFailed("本机演示签章机构的密钥文件已损坏，请从备份恢复 keys 目录。")
        if not anchor.is_file():
            _write(anchor, certificate_.public_bytes(serialization.Encoding.PEM))
        return certificate_, key_

    def _renew_list(self, authority: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        """A fresh revocation list of the embedded authority, with every entry of the one before."""
        kept, now = self._folder / "ca-crl.pem", self._clock()
        before = x509.load_pem_x509_crl(kept.read_bytes()) if kept.is_file() else None
        if before is not None and now < before.last_update_utc + LIST_RENEWED:
            return
        builder = x509.CertificateRevocationListBuilder().issuer_name(authority.subject)
        builder = builder.last_update(now).next_update(now + LIST_VALID)
        for entry in before or ():
            builder = builder.add_revoked_certificate(entry)
        _write(kept, builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One maker at a time, among threads and processes."""
        with (self._folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _taken(path: Path, taken: Callable[[bytes], bytes]) -> bytes:
    try:
        return taken(path.read_bytes())
    except (OSError, DamagedAnchors) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise Unsound(f"keys 目录里的信任锚文件 {path.name} 不能用：{why}；请系统管理员换上完好的文件。") from None


def from_pkcs12(unit: str, path: Path, passphrase: bytes, *, demo: bool = False) -> SealKey:
    """Load a seal from a PKCS#12 file (RFC 7292). Raises PacketFailed, naming the unit, where it cannot be opened."""
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(path.read_bytes(), passphrase or None)
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        why = (
            error.strerror
            if isinstance(error, OSError)
            else "口令不对或文件损坏"
            if passphrase
            else "没有口令或文件损坏"
        )
        raise PacketFailed(
            f"{unit}的印章证书打不开：{why}；请系统管理员重新安装证书和口令（.p12 和 .pass）。"
        ) from None
    if key is None or certificate is None:
        raise PacketFailed(f"{unit}的印章证书里没有私钥，请系统管理员重新安装证书。")
    if key.public_key() != certificate.public_key():
        raise PacketFailed(f"{unit}的印章证书与私钥不是一对，请系统管理员重新安装证书。")
    der = serialization.Encoding.DER
    return SealKey(
        unit=unit,
        certificate=certificate.public_bytes(der),
        chain=tuple(extra.public_bytes(der) for extra in chain),
        private_key=key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
        demo=demo,
    )


def _root(now: dt.datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("台账演示签章机构", "台账")
    builder = _builder(name, name, key.public_key(), now - BEFORE, now + AFTER)
    builder = builder.add_extension(x509.BasicConstraints(True, 0), critical=True)
    usage = key_usage(key_cert_sign=True, crl_sign=True)
    signed = builder.add_extension(usage, critical=True).sign(key, hashes.SHA256())
    return signed, key


def _issue(
    name: str,
    subject: x509.Name,
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    usage: x509.KeyUsage,
) -> bytes:
    """A key with its certificate, valid as long as its issuer."""
    key = ec.generate_private_key(ec.SECP256R1())
    dates = (authority.not_valid_before_utc, authority.not_valid_after_utc)
    builder = _builder(subject, authority.subject, key.public_key(), *dates)
    builder = builder.add_extension(x509.BasicConstraints(False, None), critical=True)
    builder = builder.add_extension(usage, critical=True)
    issuer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    certificate = builder.add_extension(issuer_id, critical=False).sign(authority_key, hashes.SHA256())
    plain = serialization.NoEncryption()
    return pkcs12.serialize_key_and_certificates(name.encode(), key, certificate, [authority], plain)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, begin: dt.datetime, end: dt.datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def demo_name(unit: str) -> str:
    """The name in a demonstration certificate, the unit's cut where needed: X.509 libraries take 64 bytes, a character being three."""
    tail = f"专用章（{DEMO}）"
    return unit.encode()[: 64 - len(tail.encode())].decode(errors="ignore") + tail


def _name(common: str, organisation: str) -> x509.Name:
    # X.520 allows 64 characters; the organisation is what the verifier compares with the seal box.
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def key_usage(**allowed: bool) -> x509.KeyUsage:
    """What a key may be used for, and nothing else."""
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: allowed.get(name, False) for name in names})


def _write(path: Path, data: bytes) -> None:
    """Write whole or not at all, readable by the service alone."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as fresh:
        fresh.write(data)
        fresh.flush()
        os.fsync(fresh.fileno())
    Path(fresh.name).replace(path)


def passphrase(own: Path) -> bytes:
    """What opens a unit's key file: the text of ``<unit>.pass`` beside it, or nothing."""
    beside = own.with_suffix(".pass")
    return beside.read_bytes().strip() if beside.is_file() else b""
