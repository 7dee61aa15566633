"""How a packet is forged: a genuine one without its seals, its manifest rewritten, sealed anew by whoever has a key."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from packets.authority import SealKey, key_usage
from packets.seal import Box, SealAct, prepare, seal

Manifest = dict[str, Any]
PEM = serialization.Encoding.PEM


def blank(act: SealAct) -> bytes:
    """A visible seal with nothing on it: forgers need no printer."""
    page, out = pikepdf.new(), io.BytesIO()
    page.add_blank_page(page_size=(100, 50))
    page.save(out)
    return out.getvalue()


def unsealed(
    packet: bytes, change: Callable[[Manifest], Manifest] = lambda manifest: manifest
) -> tuple[Manifest, bytes]:
    """The packet's own pages and files without its seals, with a changed manifest and boxes after it."""
    with pikepdf.open(io.BytesIO(packet)) as pdf:
        manifest = change(json.loads(pdf.attachments["manifest.json"].get_file().read_bytes()))
        said = json.dumps(manifest, ensure_ascii=False).encode()
        pdf.attachments["manifest.json"] = pikepdf.AttachedFileSpec(  # type: ignore[call-arg]
            pdf, said, filename="manifest.json", mime_type="application/json"
        )
        for key in ("/AcroForm", "/Perms"):
            if key in pdf.Root:
                del pdf.Root[key]
        for page in pdf.pages:
            if "/Annots" in page:
                del page["/Annots"]
        out = io.BytesIO()
        pdf.save(out, force_version="1.7", object_stream_mode=pikepdf.ObjectStreamMode.disable)
    boxes = [Box(s["field"], -1, (50, 50, 150, 100), locks=s["field"] == "office") for s in manifest["slots"]]
    return manifest, prepare(out.getvalue(), boxes)


def forged(
    packet: bytes,
    keys: Mapping[str, SealKey],
    times: Sequence[dt.datetime],
    change: Callable[[Manifest], Manifest] = lambda manifest: manifest,
) -> bytes:
    """The packet sealed anew in every box that ``keys`` names, in their order, at one time after the other."""
    _, pdf = unsealed(packet, change)
    for (field, key), at in zip(keys.items(), times, strict=True):
        act = SealAct(field, "签章", key.unit, "某人", "同意", at)
        pdf = seal(pdf, act, key=key, final=field == "office", stamp=blank)
    return pdf


def in_slots(**units: str) -> Callable[[Manifest], Manifest]:
    """A change of the manifest: these units in these boxes (``lead_1`` for ``lead-1``)."""
    named = {field.replace("_", "-"): unit for field, unit in units.items()}
    return lambda m: {**m, "slots": [{**s, "unit": named.get(s["field"], s["unit"])} for s in m["slots"]]}


@dataclass(frozen=True)
class Issuer:
    """An authority of somebody's own (自建签发机构): it issues certificates with any name, date and key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    begin: dt.datetime

    @property
    def pem(self) -> bytes:
        """Its certificate, as it would be put beside the anchors."""
        return self.certificate.public_bytes(PEM)

    def revocations(self, at: dt.datetime, *revoked: x509.Certificate) -> bytes:
        """Its revocation list, PEM, valid for a month from ``at``."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        builder = builder.last_update(at).next_update(at + dt.timedelta(days=30))
        for one in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(one.serial_number)
            builder = builder.add_revoked_certificate(entry.revocation_date(at - dt.timedelta(days=1)).build())
        return builder.sign(self.key, hashes.SHA256()).public_bytes(PEM)

    def give(
        self,
        folder: Path,
        unit: str,
        end: dt.datetime,
        *,
        key: Any = None,
        holder: str = "",
        begin: dt.datetime | None = None,
        usage: Sequence[str] = ("digital_signature", "content_commitment"),
        purposes: Sequence[str] = (),
        passphrase: bytes = b"",
    ) -> x509.Certificate:
        """Put a seal of a unit's own into a folder of keys: a good one, but for what is said."""
        folder.mkdir(parents=True, exist_ok=True)
        key = key or ec.generate_private_key(ec.SECP256R1())
        made = _builder(holder or unit, self.certificate.subject, key.public_key(), begin or self.begin, end)
        made = made.add_extension(key_usage(**dict.fromkeys(usage, True)), critical=True)
        if purposes:
            made = made.add_extension(x509.ExtendedKeyUsage([x509.ObjectIdentifier(one) for one in purposes]), False)
        certificate = made.sign(self.key, hashes.SHA256())
        locked = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
        packed = pkcs12.serialize_key_and_certificates(b"seal", key, certificate, [self.certificate], locked)
        (folder / f"{unit}.p12").write_bytes(packed)
        if passphrase:
            (folder / f"{unit}.pass").write_bytes(passphrase + b"\n")
        return certificate


def issuer(name: str, begin: dt.datetime) -> Issuer:
    """A new authority, valid for fifty years from ``begin``."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name)
    made = _builder(name, subject, key.public_key(), begin, begin + dt.timedelta(days=50 * 365))
    made = made.add_extension(x509.BasicConstraints(True, 0), critical=True)
    made = made.add_extension(key_usage(key_cert_sign=True, crl_sign=True), critical=True)
    return Issuer(made.sign(key, hashes.SHA256()), key, begin)


def _builder(
    name: str, issued_by: x509.Name, key: Any, begin: dt.datetime, end: dt.datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(issued_by)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )


def _name(name: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, name), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )
