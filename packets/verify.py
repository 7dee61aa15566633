"""Verifying (验证): does this very file prove what it says? Needs the file, its registration and the trust anchors.

The policy is stricter than a PDF reader's (safety.md P9): every byte counts, the seals have to be those that the process
table, the pinned office and the registration ask for, in their order and at times that can be true, and the last one has
to lock the whole file. Every exception is 不通过.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import FieldMDPAction, MDPPerm, enumerate_sig_fields
from pyhanko.sign.general import find_unique_cms_attribute
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from packets import policy
from packets.attached import Embedded, embedded_files, forbidden_parts
from packets.certificates import context, held
from packets.container import NotPassed, check_certificates, check_container, check_token, open_container, time_stamps
from packets.timing import Sealed, certificates, times
from packets.trust import DamagedAnchors, Trust
from packets.verdict import Fact, Verification, failed
from workflow.record.calendar import spoken_moment
from workflow.record.showing import spoken_size

MAX_BYTES = 512 * 1024 * 1024


def verify(
    pdf: bytes, *, anchors: Sequence[bytes], registration: bytes | None = None, at: datetime | None = None
) -> Verification:
    """Judge a sealed paper: a packet, a dossier, whatever an office seals.

    ``anchors`` are PEM texts as of :mod:`packets.trust`; ``registration`` is the file that lies beside the paper, or what
    the database has in its place, None where there is none: then the verdict is 无法确认 at best. ``at`` is now.
    """
    try:
        return Verification(tuple(_facts(pdf, Trust.read(anchors), registration, at or datetime.now(UTC))))
    except DamagedAnchors as damaged:
        fault = f"信任锚{damaged}，不是这份文件的问题；请向出具单位重新索取 ca.pem。"
        return Verification((Fact("anchors", "信任锚可用", "unknown", fault),))
    except NotPassed as broken:
        return failed(str(broken), code="policy", name="结构符合要求")
    except BaseException as error:  # whatever a hostile file provokes is a no, never a yes
        if isinstance(error, KeyboardInterrupt):
            raise
        return failed("文件结构无法解析，可能已损坏或被改动。")


def _facts(pdf: bytes, trust: Trust, registration: bytes | None, now: datetime) -> list[Fact]:
    reader = _open(pdf)
    files = embedded_files(reader)
    manifest = _manifest(files)
    forbidden = forbidden_parts(reader, links=manifest["schema"] == policy.PAPER)
    if forbidden:
        raise NotPassed(f"文件里有不该有的内容：{forbidden}。")
    seals = list(reader.embedded_signatures)
    _same_fields(reader, manifest)
    about = "　".join(str(manifest[name]) for name in ("number", "unit", "title") if manifest.get(name))
    facts = [Fact("packet", policy.kind_of(manifest), "note", about)]
    facts.append(policy.chain([seal.field_name for seal in seals], manifest))
    lying = policy.registered(pdf, registration, trust)
    judged = _seals(pdf, seals, trust, now, facts)
    trusted = bool(judged) and all(seal.held.anchored for seal in judged)
    gathered = datetime.fromisoformat(manifest["gathered_at"])
    facts.append(times(judged, gathered, datetime.fromisoformat(lying.says.at) if lying.says else None, now))
    facts += certificates(judged, now)
    facts.append(policy.required(manifest, trust, lying.says, trusted=trusted))
    holders = [(seal.field_name, one.unit) for seal, one in zip(seals, judged, strict=True)]
    facts.append(policy.signers(holders, manifest, lying.says))
    facts.append(policy.evidence(files, manifest))
    facts.append(lying.fact)
    return facts


def _open(pdf: bytes) -> PdfFileReader:
    if len(pdf) > MAX_BYTES:
        raise NotPassed(f"文件超过可验证的大小（{spoken_size(MAX_BYTES)}）。")
    if not pdf.startswith(b"%PDF-") or not pdf.rstrip(b"\n").endswith(b"%%EOF"):
        raise NotPassed("不是完整的 PDF 文件。")
    reader = PdfFileReader(BytesIO(pdf), strict=True)
    if reader.encrypted:
        raise NotPassed("文件被加密，不能验证。")
    if reader.xrefs.hybrid_xrefs_present:
        raise NotPassed("文件含有混合交叉引用，可能被改动。")
    return reader


def _manifest(files: Sequence[Embedded]) -> dict[str, Any]:
    for file in files:
        if file.name == "manifest.json":
            manifest: dict[str, Any] = json.loads(file.data)
            if manifest.get("schema") in (policy.PACKET, policy.PAPER):
                return manifest
    raise NotPassed("文件里没有清单（manifest.json），不是本系统的签章文件。")


def _same_fields(reader: PdfFileReader, manifest: dict[str, Any]) -> None:
    """The form has the manifest's seal fields, each one object, and nothing else."""
    found = [(name, ref.reference) for name, _, ref in enumerate_sig_fields(reader)]
    every = reader.root["/AcroForm"]["/Fields"]
    wanted = [slot["field"] for slot in manifest["slots"]]
    if sorted(name for name, _ in found) != sorted(wanted) or len(every) != len(wanted):
        raise NotPassed("签章位与清单不一致，有缺失或多余。")
    if len({ref for _, ref in found}) != len(wanted):
        raise NotPassed("几个签章位指向了同一对象。")


def _seals(
    pdf: bytes, seals: Sequence[EmbeddedPdfSignature], trust: Trust, now: datetime, facts: list[Fact]
) -> list[Sealed]:
    """Judge every seal; what is found of the file is added to ``facts``."""
    judged, stated, stamped = [], 0, 0
    for n, seal in enumerate(seals, start=1):
        _canonical(pdf, seal)
        _covers(pdf, seal, last=n == len(seals))
    for n, seal in enumerate(seals, start=1):
        looked = _looked_at(seal, now)
        status = _validated(seal, looked, trust, now)
        carried = [choice.chosen.dump() for choice in seal.signed_data["certificates"]]
        one = held(seal.signer_cert.dump(), carried, trust, at=looked)
        check_certificates(seal, one, trust.seals)
        check_token(seal, status)
        facts.append(_intact(n, one.holder, seal, status))
        stamp = status.timestamp_validity
        at = stamp.timestamp if stamp is not None and stamp.trusted else None
        stated, stamped = stated + bool(time_stamps(seal)), stamped + (at is not None)
        if seal.self_reported_timestamp is None:
            raise NotPassed(f"第 {n} 枚印章没有签章时间。")
        judged.append(Sealed(one.holder, seal.self_reported_timestamp, at, one))
    facts += [_locked(seals), _timestamps(len(seals), stated, stamped)]
    return judged


def _timestamps(seals: int, stated: int, trusted: int) -> Fact:
    """A stamp that is there has to be trusted: bytes that prove nothing may not hide in a packet that passes."""
    title = "可信时间戳"
    if trusted < stated:
        return Fact("timestamp", title, "unknown", "有时间戳不能确认：时间戳服务的证书不在信任锚之内，或时间戳被改动。")
    if trusted == seals:
        return Fact("timestamp", title, "ok", "每一枚印章都有可信时间戳。")
    missing = "部分印章" if trusted else ""
    return Fact("timestamp", title, "note", f"{missing}未取得可信时间戳，时间以服务器时间为准。")


def _canonical(pdf: bytes, seal: EmbeddedPdfSignature) -> None:
    """The signature's own bytes have one spelling: upper-case hex, DER, zero padding, nothing unsigned to play with."""
    first, length, second, rest = (int(n) for n in seal.byte_range)
    gap = pdf[first + length : second]
    if first != 0 or second + rest > len(pdf) or not re.fullmatch(rb"<[0-9A-F]*>", gap):
        raise NotPassed("签章数据的写法不规范，可能被改动。")
    check_container(open_container(bytes.fromhex(gap[1:-1].decode())))
    digest = hashlib.new(seal.md_algorithm, pdf[:length] + pdf[second : second + rest]).digest()
    stated = find_unique_cms_attribute(seal.signer_info["signed_attrs"], "message_digest").native
    if digest != stated:
        raise NotPassed("文件内容在签章之后被改动过。")


def _covers(pdf: bytes, seal: EmbeddedPdfSignature, *, last: bool) -> None:
    """A seal covers its whole revision; the last one the whole file, to the last byte."""
    _, _, second, rest = (int(n) for n in seal.byte_range)
    end = second + rest
    if last and end != len(pdf):
        raise NotPassed("最后一枚印章之后还有内容，文件在签章之后被改动过。")
    if not pdf[:end].rstrip(b"\n").endswith(b"%%EOF"):
        raise NotPassed("印章没有覆盖它那一版的全部内容。")


def _validated(seal: EmbeddedPdfSignature, at: datetime, trust: Trust, now: datetime) -> PdfSignatureStatus:
    """PyHanko's opinion of the signature and of its time stamp."""
    stamps = [x509.Certificate.load(der) for der in trust.stamps]
    told = ValidationContext(trust_roots=stamps, allow_fetching=False, revocation_mode="soft-fail", moment=now)
    return validate_pdf_signature(seal, context(trust, at), told)


def _looked_at(seal: EmbeddedPdfSignature, now: datetime) -> datetime:
    """The time as of which a certificate is taken: that of the stamp, without one now.

    A stamp that is not trusted keeps the paper from 通过 by itself, so its time may be used to look.
    """
    claimed: list[datetime] = [
        token["content"]["encap_content_info"]["content"].parsed["gen_time"].native for token in time_stamps(seal)
    ]
    return min([*claimed, now])


def _intact(n: int, who: str, seal: EmbeddedPdfSignature, status: PdfSignatureStatus) -> Fact:
    title = f"第 {n} 枚印章（{who}）"
    allowed = status.modification_level is None or status.modification_level <= ModificationLevel.FORM_FILLING
    if not (status.intact and status.valid):
        return Fact(f"seal-{n}", title, "fail", f"{who}的印章无效：内容或签章被改动。")
    if not (allowed and status.docmdp_ok):
        return Fact(f"seal-{n}", title, "fail", f"{who}盖章之后文件有不允许的改动。")
    at = seal.self_reported_timestamp
    return Fact(f"seal-{n}", title, "ok", f"完整有效，{spoken_moment(at) if at else '没有签章时间'}。")


def _locked(seals: Sequence[EmbeddedPdfSignature]) -> Fact:
    """The first seal certifies and allows later ones; the last locks every field."""
    title = "首章认证、末章锁定"
    if not seals or seals[0].docmdp_level is None or seals[0].docmdp_level > MDPPerm.FILL_FORMS:
        return Fact("locked", title, "fail", "第一枚印章没有认证文件。")
    if any(seal.docmdp_level is not None and seal.fieldmdp is None for seal in seals[1:]):
        return Fact("locked", title, "fail", "后加的印章不该再认证文件。")
    locks = seals[-1].fieldmdp
    if locks is None or locks.action is not FieldMDPAction.ALL:
        return Fact("locked", title, "unknown", "最后一枚印章没有锁定文件，尚未办结。")
    return Fact("locked", title, "ok", "最后一枚印章锁定全文。")
