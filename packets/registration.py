"""The registration (登记): what the installation vouches for beside a sealed paper, signed by a key that is in no database.

It lies beside the paper as ``NAME.registration.json``. Who had to seal is read from it and never from the paper alone.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

if TYPE_CHECKING:
    from packets.authority import SealKey

SCHEMA = "taizhang-registration/1"
MAX_BYTES = 1 << 20


class Unregistered(Exception):
    """What lies there is no registration that counts; ``altered`` where it claims to be one and is not."""

    def __init__(self, sentence: str, *, altered: bool) -> None:
        super().__init__(sentence)
        self.altered = altered


@dataclass(frozen=True)
class Registration:
    """What is vouched for (登记内容)."""

    kind: str
    """Kind of paper, in Chinese: 证据包, 年度卷宗 …"""
    number: str
    ledger: str
    task: int | None
    round: int | None
    unit: str | None
    leads: tuple[str, ...]
    """Lead units of the row, as printed."""
    office: str
    boxes: Mapping[str, Sequence[str]]
    """Seal field → units of which one has to seal there; none for a box that stays empty."""
    content: str
    """The digest that the sign-offs are bound to; that of the contents for other papers."""
    sha256: str
    """Digest of the whole sealed file."""
    size: int
    audit_seq: int
    audit_hash: str
    """Head of the audit chain when it was registered."""
    at: str
    """When it was registered, in UTC."""
    supersedes: str | None


def canonical(registration: Registration) -> bytes:
    """The one spelling that is signed."""
    plain = {"schema": SCHEMA, **asdict(registration)}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def signed(registration: Registration, key: SealKey) -> bytes:
    """The file that lies beside the paper."""
    said = canonical(registration)
    signature = signature_of(said, key)
    whole = {
        "registration": json.loads(said),
        "registrar": hashlib.sha256(key.certificate).hexdigest(),
        "algorithm": "ES256 over the canonical JSON of registration: sorted keys, no spaces, UTF-8",
        "signature": base64.b64encode(signature).decode(),
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"


def signature_of(said: bytes, key: SealKey) -> bytes:
    """ES256 by the registrar's key."""
    private = serialization.load_der_private_key(key.private_key, None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise TypeError("the registrar's key is made as P-256")
    return private.sign(said, ec.ECDSA(hashes.SHA256()))


def opened(data: bytes, registrars: Sequence[bytes]) -> Registration:
    """The registration in a file, signed by one of the pinned registrars (certificates, DER). Raises Unregistered."""
    try:
        whole = _parsed(data)
        plain, signature = dict(whole["registration"]), base64.b64decode(whole["signature"], validate=True)
        if plain.pop("schema") != SCHEMA or plain.keys() != {field.name for field in fields(Registration)}:
            raise ValueError("schema")
        registration = Registration(**{**plain, "leads": tuple(plain["leads"])})
        said, registrar = canonical(registration), str(whole["registrar"])
        datetime.fromisoformat(registration.at)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Unregistered("登记文件读不出来，可能已损坏或不是登记文件。", altered=True) from None
    for certificate in registrars:
        if hashlib.sha256(certificate).hexdigest() == registrar:
            if not is_signed(said, signature, certificate):
                raise Unregistered("登记文件的签名不符，登记内容被改动过。", altered=True)
            return registration
    raise Unregistered("登记文件不是信任锚所认的登记机关签发的，可能来自其他系统。", altered=False)


def is_signed(said: bytes, signature: bytes, certificate: bytes) -> bool:
    """Whether the holder of this certificate (DER) has signed it."""
    public = x509.load_der_x509_certificate(certificate).public_key()
    try:
        if not isinstance(public, ec.EllipticCurvePublicKey):
            raise InvalidSignature
        public.verify(signature, said, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _parsed(data: bytes) -> dict[str, Any]:
    """One JSON object in which no name stands twice."""
    if len(data) > MAX_BYTES:
        raise ValueError("too long")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) != len(pairs):
            raise ValueError("a name twice")
        return dict(pairs)

    whole: dict[str, Any] = json.loads(data, object_pairs_hook=once)
    return whole
