"""What a verifier takes on trust (信任锚): one PEM text (RFC 7468), each block under the label of what it may vouch for.

Plain certificates may issue seals and nothing else, those of time stamping authorities time stamps and nothing else.
The issuing offices and whoever registers papers are pinned here too, since a paper cannot say by itself who must seal it.
"""

from __future__ import annotations

import base64
import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cryptography.x509 import load_der_x509_certificate, load_der_x509_crl

SEALS, REVOKED = "CERTIFICATE", "X509 CRL"
STAMPS, REGISTRAR, OFFICE = "TAIZHANG TIMESTAMP AUTHORITY", "TAIZHANG REGISTRAR", "TAIZHANG OFFICE"
_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----\s+([A-Za-z0-9+/=\s]*?)-----END \1-----")


class DamagedAnchors(Exception):
    """A block of the anchors cannot be read: their fault, and not that of the paper in hand (信任锚损坏)."""


@dataclass(frozen=True)
class Trust:
    """The anchors taken apart (信任锚): certificates and revocation lists as DER."""

    seals: tuple[bytes, ...]
    """Certificates of those who may issue seals."""
    revoked: tuple[bytes, ...]
    """Revocation lists (吊销列表) of those who issue seals."""
    stamps: tuple[bytes, ...]
    """Certificates of those who may issue time stamping certificates."""
    registrars: tuple[bytes, ...]
    """Certificates of those whose registrations count."""
    offices: tuple[str, ...]
    """Names of the offices (发布机关) that may close a paper."""

    @classmethod
    def read(cls, texts: Iterable[bytes]) -> Trust:
        """Take anchors apart; blocks under other labels are nobody's anchors. Raises DamagedAnchors."""
        found: dict[str, list[bytes]] = {}
        for text in texts:
            for label, der in _blocks(text):
                found.setdefault(label, []).append(der)
        seals, revoked, stamps, registrars = (
            tuple(dict.fromkeys(found.get(label, ()))) for label in (SEALS, REVOKED, STAMPS, REGISTRAR)
        )
        return cls(seals, revoked, stamps, registrars, tuple(name.decode() for name in found.get(OFFICE, ())))


def block(label: str, der: bytes) -> bytes:
    """One PEM block."""
    body = "\n".join(textwrap.wrap(base64.b64encode(der).decode(), 64))
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n".encode()


def issuers(text: bytes) -> bytes:
    """The certificates and revocation lists of a PEM text and nothing else: a private key beside them stays at home."""
    return b"".join(block(label, der) for label, der in _blocks(text) if label in (SEALS, REVOKED))


def stampers(text: bytes) -> bytes:
    """The certificates of a PEM text as those of time stamping authorities, so that they vouch for time stamps alone."""
    return b"".join(block(STAMPS, der) for label, der in _blocks(text) if label in (SEALS, STAMPS))


def pinned(offices: Sequence[str]) -> bytes:
    """The blocks that pin the issuing offices, their names readable before each."""
    return b"".join(f"发布机关：{name}\n".encode() + block(OFFICE, name.encode()) for name in offices)


def revocations(data: bytes) -> bytes:
    """A revocation list as authorities hand it out, PEM or DER, as PEM. Raises DamagedAnchors."""
    text = issuers(data) or block(REVOKED, data)
    _blocks(text)
    return text


def _blocks(text: bytes) -> list[tuple[str, bytes]]:
    """The blocks that mean something to us. Raises DamagedAnchors for one that cannot be read."""
    said, found = text.decode("utf-8", "replace"), []
    whole = {match.start(): match.group(2) for match in _BLOCK.finditer(said)}
    for n, begin in enumerate(_BEGIN.finditer(said), start=1):
        label = begin.group(1)
        if label not in _READ:
            continue
        try:
            der = base64.b64decode(whole[begin.start()])
            _READ[label](der)
        except (KeyError, ValueError):
            raise DamagedAnchors(f"第 {n} 段（{_WORDS.get(label, '证书')}）已损坏，读不出来") from None
        found.append((label, der))
    return found


_BEGIN = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----")
_READ: dict[str, Callable[[bytes], object]] = {
    SEALS: load_der_x509_certificate,
    REVOKED: load_der_x509_crl,
    STAMPS: load_der_x509_certificate,
    REGISTRAR: load_der_x509_certificate,
    OFFICE: bytes.decode,
}
_WORDS = {REVOKED: "吊销列表", REGISTRAR: "登记机关", OFFICE: "发布机关"}
