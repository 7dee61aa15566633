"""Verifying (验证): does this very file prove what it says? Needs the file and the trust anchors, and nothing else.

The policy is stricter than a PDF reader's (safety.md P9): every byte counts, the seals have to be those the packet's own
manifest asks for, in their order, and the last one has to lock the whole file. Every exception is 不通过.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import FieldMDPAction, MDPPerm, enumerate_sig_fields
from pyhanko.sign.general import find_unique_cms_attribute
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from packets.attached import Embedded, embedded_files, forbidden_parts
from packets.container import NotPassed, check_certificates, check_container, check_token, open_container, time_stamps
from packets.verdict import Fact, State, Verification, failed
from workflow.deadlines import spoken_moment
from workflow.showing import spoken_size

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
MAX_BYTES = 512 * 1024 * 1024


def verify(pdf: bytes, *, anchors: Sequence[bytes], registered: str | None = None) -> Verification:
    """Judge a packet by its own bytes.

    ``anchors`` are PEM certificates; ``registered`` is the digest in the audit trail, an empty text where this system
    knows no such file, None where there is nothing to ask (offline).
    """
    try:
        return Verification(tuple(_packet_facts(pdf, anchors, registered)))
    except NotPassed as broken:
        return failed(str(broken), code="policy", name="结构符合要求")
    except BaseException as error:  # whatever a hostile file provokes is a no, never a yes
        if isinstance(error, KeyboardInterrupt):
            raise
        return failed("文件结构无法解析，可能已损坏或被改动。")


def verify_document(pdf: bytes, *, anchors: Sequence[bytes]) -> Verification:
    """Judge a paper under a single seal that locks it, such as the dossier."""
    try:
        reader = _open(pdf)
        seals = list(reader.embedded_signatures)
        if len(seals) != 1:
            raise NotPassed(f"应有且只有一枚印章，实有 {len(seals)} 枚。")
        return Verification(tuple(_seal_facts(pdf, seals, anchors)))
    except NotPassed as broken:
        return failed(str(broken), code="policy", name="结构符合要求")
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return failed("文件结构无法解析，可能已损坏或被改动。")


def _packet_facts(pdf: bytes, anchors: Sequence[bytes], registered: str | None) -> list[Fact]:
    reader = _open(pdf)
    files = embedded_files(reader)
    manifest = _manifest(files)
    forbidden = forbidden_parts(reader)
    if forbidden:
        raise NotPassed(f"文件里有证据包不该有的内容：{forbidden}。")
    seals = list(reader.embedded_signatures)
    _same_fields(reader, manifest)
    facts = [
        Fact("packet", "证据包", "note", f"{manifest['number']}　{manifest['unit']}　第 {manifest['item_number']} 条")
    ]
    facts.append(_chain(seals, manifest))
    facts += _seal_facts(pdf, seals, anchors)
    facts.append(_signers(seals, manifest))
    facts.append(_evidence(files, manifest))
    facts.append(_registration(pdf, registered))
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
            if manifest.get("schema") == "taizhang-packet/1":
                return manifest
    raise NotPassed("文件里没有证据包清单（manifest.json），不是本系统的证据包。")


def _same_fields(reader: PdfFileReader, manifest: dict[str, Any]) -> None:
    """The form has the manifest's seal fields, each one object, and nothing else."""
    found = [(name, ref.reference) for name, _, ref in enumerate_sig_fields(reader)]
    every = reader.root["/AcroForm"]["/Fields"]
    wanted = [slot["field"] for slot in manifest["slots"]]
    if sorted(name for name, _ in found) != sorted(wanted) or len(every) != len(wanted):
        raise NotPassed("签章位与清单不一致，有缺失或多余。")
    if len({ref for _, ref in found}) != len(wanted):
        raise NotPassed("几个签章位指向了同一对象。")


def _chain(seals: Sequence[EmbeddedPdfSignature], manifest: dict[str, Any]) -> Fact:
    """Every unit that must seal has sealed: the responsible unit first, the office last."""
    names = [seal.field_name for seal in seals]
    must = {slot["field"]: slot["unit"] or "、".join(slot.get("one_of", ())) for slot in manifest["slots"]}
    wanted = [field for field, units in must.items() if units]
    missing = [units for field, units in must.items() if units and field not in names]
    title = "签章齐全且次序正确"
    if not names or names[0] != "unit" or ("office" in names and names[-1] != "office"):
        return Fact("chain", title, "fail", "印章次序不对：应由责任单位首先加盖、办公室最后加盖。")
    if len(set(names)) != len(names) or not set(names) - {"office"} <= {s["field"] for s in manifest["slots"]}:
        return Fact("chain", title, "fail", "印章重复或多余。")
    if "office" in names and missing:
        return Fact("chain", title, "fail", "缺少印章：" + "、".join(missing) + "。")
    if missing:
        return Fact("chain", title, "unknown", "尚未办结，还缺：" + "、".join(missing) + "。")
    return Fact("chain", title, "ok", f"{len(wanted)} 枚印章依次加盖。")


def _seal_facts(pdf: bytes, seals: Sequence[EmbeddedPdfSignature], anchors: Sequence[bytes]) -> list[Fact]:
    roots = [x509.Certificate.load(der) for text in anchors for _, _, der in pem.unarmor(text, multiple=True)]
    facts, stamped, stated, trusted = [], 0, 0, True
    for n, seal in enumerate(seals, start=1):
        _canonical(pdf, seal)
        _covers(pdf, seal, last=n == len(seals))
    for n, seal in enumerate(seals, start=1):
        status = _validated(seal, roots)
        check_certificates(seal, status, roots)
        check_token(seal, status)
        facts.append(_intact(n, seal, status))
        trusted = trusted and status.trusted
        stated += bool(time_stamps(seal))
        stamped += bool(status.timestamp_validity and status.timestamp_validity.trusted)
    facts.append(_locked(seals))
    whole: State = "ok" if trusted and seals else "unknown"
    facts.append(
        Fact(
            "trusted", "印章证书可信", whole, "证书均由信任锚签发。" if whole == "ok" else "有印章证书不在信任锚之内。"
        )
    )
    facts.append(_timestamps(len(seals), stated, stamped))
    return facts


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


def _validated(seal: EmbeddedPdfSignature, roots: Sequence[x509.Certificate]) -> PdfSignatureStatus:
    context = ValidationContext(
        trust_roots=list(roots), allow_fetching=False, revocation_mode="soft-fail", moment=seal.self_reported_timestamp
    )
    stamps = ValidationContext(trust_roots=list(roots), allow_fetching=False, revocation_mode="soft-fail")
    return validate_pdf_signature(seal, context, stamps)


def _intact(n: int, seal: EmbeddedPdfSignature, status: PdfSignatureStatus) -> Fact:
    who = (seal.signer_cert.subject.native.get("organization_name") or "").strip()
    title = f"第 {n} 枚印章（{who}）"
    allowed = status.modification_level is None or status.modification_level <= ModificationLevel.FORM_FILLING
    if not (status.intact and status.valid):
        return Fact(f"seal-{n}", title, "fail", f"{who}的印章无效：内容或签章被改动。")
    if not (allowed and status.docmdp_ok):
        return Fact(f"seal-{n}", title, "fail", f"{who}盖章之后文件有不允许的改动。")
    at = seal.self_reported_timestamp
    if at is None:
        return Fact(f"seal-{n}", title, "fail", f"{who}的印章没有签章时间。")
    return Fact(f"seal-{n}", title, "ok", f"完整有效，{spoken_moment(at)}。")


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


def _signers(seals: Sequence[EmbeddedPdfSignature], manifest: dict[str, Any]) -> Fact:
    """Each seal's certificate names the unit that the manifest asks for in that box."""
    wanted = {slot["field"]: [slot["unit"]] if slot["unit"] else slot.get("one_of", []) for slot in manifest["slots"]}
    for seal in seals:
        units = wanted[seal.field_name]
        held = seal.signer_cert.subject.native.get("organization_name")
        if units and held not in [unit[:64] for unit in units]:
            named = "、".join(units)
            return Fact("signers", "签章单位与任务一致", "fail", f"「{named}」的签章位盖的是「{held}」的印章。")
    return Fact("signers", "签章单位与任务一致", "ok", "每一枚印章都属于应盖章的单位。")


def _evidence(files: Sequence[Embedded], manifest: dict[str, Any]) -> Fact:
    """The embedded files are exactly those of the manifest, each with its digest."""
    wanted = sorted(file["sha256"] for file in manifest["files"] if file["embedded"])
    present = sorted(hashlib.sha256(file.data).hexdigest() for file in files if file.name != "manifest.json")
    if wanted != present:
        return Fact("evidence", "证明材料与清单一致", "fail", "内嵌的证明材料与清单登记的 SHA-256 不一致。")
    outside = sum(1 for file in manifest["files"] if not file["embedded"] and file["sha256"])
    tail = f"，另有 {outside} 份仅以摘要为凭" if outside else ""
    return Fact("evidence", "证明材料与清单一致", "ok", f"内嵌 {len(present)} 份，SHA-256 全部一致{tail}。")


def _registration(pdf: bytes, registered: str | None) -> Fact:
    name = "本系统登记"
    if registered is None:
        return Fact("registered", name, "note", "离线验证，未与登记核对。")
    if registered == "":
        return Fact("registered", name, "unknown", "本系统没有登记过这一文件，可能由其他单位的系统生成。")
    if hashlib.sha256(pdf).hexdigest() != registered:
        return Fact("registered", name, "fail", "与本系统登记的 SHA-256 不一致。")
    return Fact("registered", name, "ok", f"与登记一致：{registered}")
