"""Sealing (签章): PAdES signatures (ETSI EN 319 142-1) as incremental updates, each covering all before it.

Every field exists before the first signature. The first seal certifies the document and allows later seals; the last
one locks it. A time stamp (RFC 3161) is added where an authority answers; where none does, the seal says nothing false.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, InnerScaling, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import fields, signers, timestamps
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from packets.authority import SealKey
from workflow.record.errors import PacketFailed

log = structlog.get_logger()
logging.getLogger("pyhanko").setLevel(logging.ERROR)
RESERVED, RESERVED_WITH_STAMP = 8 * 1024, 20 * 1024
"""Bytes kept for the CMS object: fixed, so that pyHanko need not sign twice to find out."""


@dataclass(frozen=True)
class Box:
    """An empty seal field (签章位): page counted from the end (-1 is the last), corners in PDF points."""

    field: str
    page: int
    corners: tuple[float, float, float, float]
    locks: bool = False


@dataclass(frozen=True)
class SealAct:
    """One person sealing for one unit (一次签章)."""

    field: str
    gate: str
    unit: str
    person: str
    opinion: str
    at: datetime


Stamp = Callable[[SealAct], bytes]
"""Prints the visible seal: a one-page PDF of the size of the box."""


class _Update(IncrementalPdfFileWriter):
    """An update that takes nothing from the machine's clock or chance: the same paper gets the same boxes, byte for byte.

    The paper's metadata stay as they were printed; when it was sealed is said by the seals.
    """

    def _update_meta(self) -> None:
        pass

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> ArrayObject:
        first = prev.trailer["/ID"][0].original_bytes  # what we print has one
        second = hashlib.sha256(first + str(prev.xrefs.total_revisions).encode()).digest()[:16]
        return ArrayObject([ByteStringObject(first), ByteStringObject(second)])


def prepare(pdf: bytes, boxes: list[Box]) -> bytes:
    """Add every seal field, empty, before the first signature; the one that locks forbids any change after it."""
    writer = _Update(BytesIO(pdf))
    pages = int(writer.prev.root["/Pages"]["/Count"])
    for box in boxes:
        lock = FieldMDPSpec(FieldMDPAction.ALL) if box.locks else None
        spec = SigFieldSpec(
            box.field,
            on_page=pages + box.page,
            box=tuple(round(corner) for corner in box.corners),  # type: ignore[arg-type]
            field_mdp_spec=lock,
            doc_mdp_update_value=MDPPerm.NO_CHANGES if box.locks else None,
        )
        fields.append_signature_field(writer, spec)
    out = BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def seal(pdf: bytes, act: SealAct, *, key: SealKey, final: bool, stamp: Stamp, tsa_url: str = "") -> bytes:
    """Seal one box; what was there before stays byte for byte. Raises PacketFailed for a wrong or used box.

    ``final`` says that this is the locking seal; the first one on the document certifies it.
    """
    if not key.certificate or key.unit != act.unit:
        raise PacketFailed(f"印章属于{key.unit}，不能代{act.unit}加盖。")
    empty, signed = _standing(pdf)
    if act.field not in empty:
        raise PacketFailed(f"签章位 {act.field} 不存在或已经盖过章，已停止签章。")
    if signed and "office" in signed:
        raise PacketFailed("证据包已经锁定，不能再加盖印章。")
    if final != (act.field == "office"):
        raise PacketFailed("只有办公室的印章可以锁定证据包。")
    return _sign(pdf, act, key, certify=not signed, stamp=stamp(act), tsa_url=tsa_url)


def seal_plain(
    pdf: bytes, act: SealAct, *, key: SealKey, page: int, corners: tuple[float, float, float, float], stamp: Stamp,
    tsa_url: str = "",
) -> bytes:  # fmt: skip
    """Put the one seal of a paper without boxes (e.g. the dossier) and lock it. Page is counted from the first, 0, or from the last, -1."""
    pages = int(PdfFileReader(BytesIO(pdf)).root["/Pages"]["/Count"])
    prepared = prepare(pdf, [Box(act.field, page - pages if page >= 0 else page, corners, locks=True)])
    return _sign(prepared, act, key, certify=True, stamp=stamp(act), tsa_url=tsa_url)


def stated(pdf: bytes) -> list[datetime]:
    """The times that the seals on a paper bear."""
    seals = PdfFileReader(BytesIO(pdf)).embedded_signatures
    return [seal.self_reported_timestamp for seal in seals if seal.self_reported_timestamp is not None]


def _standing(pdf: bytes) -> tuple[set[str], set[str]]:
    reader = PdfFileReader(BytesIO(pdf))
    signed = {signature.field_name for signature in reader.embedded_signatures}
    every = {name for name, _, _ in fields.enumerate_sig_fields(reader)}
    return every - signed, signed


def _sign(pdf: bytes, act: SealAct, key: SealKey, *, certify: bool, stamp: bytes, tsa_url: str) -> bytes:
    try:
        return _signed(pdf, act, key, certify=certify, stamp=stamp, tsa_url=tsa_url)
    except timestamps.TimestampRequestError as error:
        log.warning("no timestamp", tsa=tsa_url, reason=type(error).__name__)
        return _signed(pdf, act, key, certify=certify, stamp=stamp, tsa_url="")


def _signed(pdf: bytes, act: SealAct, key: SealKey, *, certify: bool, stamp: bytes, tsa_url: str) -> bytes:
    meta = signers.PdfSignatureMetadata(
        field_name=act.field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=f"{act.gate}：{act.opinion}",
        name=f"{act.unit} {act.person}",
        certify=certify,
        docmdp_permissions=MDPPerm.FILL_FORMS,
        embed_validation_info=False,
    )
    with TemporaryDirectory(prefix="seal-") as folder:
        page = Path(folder) / "stamp.pdf"
        page.write_bytes(stamp)
        signer = _Timed(
            meta,
            signer=_signer(key),
            timestamper=timestamps.HTTPTimeStamper(tsa_url, timeout=10) if tsa_url else None,
            stamp_style=StaticStampStyle.from_pdf_file(str(page), border_width=0, background_layout=_FILL),
        )
        signer.at = act.at
        out = signer.sign_pdf(
            _Update(BytesIO(pdf)),
            existing_fields_only=True,
            bytes_reserved=2 * (RESERVED_WITH_STAMP if tsa_url else RESERVED),
        )
        return bytes(out.getvalue())


_FILL = SimpleBoxLayoutRule(
    x_align=AxisAlignment.ALIGN_MID,
    y_align=AxisAlignment.ALIGN_MID,
    margins=Margins(0, 0, 0, 0),
    inner_content_scaling=InnerScaling.STRETCH_TO_FIT,
)


class _Timed(signers.PdfSigner):
    """A signer whose signing time is the moment of the sign-off, not of the job that seals."""

    at: datetime

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        """PyHanko's session, put to the sign-off's time."""
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


def _signer(key: SealKey) -> signers.SimpleSigner:
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(asn1_x509.Certificate.load(der) for der in key.chain)
    return signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(key.certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(key.private_key),
        cert_registry=store,
    )
