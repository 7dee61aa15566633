"""The signature container (签名数据): CMS (RFC 5652) with exactly the parts a seal has, so that no byte of it is free."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from asn1crypto import algos, cms, core, parser

from packets.certificates import Held

_TIMESTAMP = "signature_time_stamp_token"
_DIGESTS = {
    algos.DigestAlgorithm({"algorithm": name, **extra}).dump()
    for name in ("sha256", "sha384", "sha512")
    for extra in ({}, {"parameters": None})
}
_SIGNATURES = {
    algos.SignedDigestAlgorithm({"algorithm": f"{name}_{kind}", **extra}).dump()
    for name in ("sha256", "sha384", "sha512")
    for kind in ("ecdsa", "rsa")
    for extra in ({}, {"parameters": None})
} | {
    algos.SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15", **extra}).dump()
    for extra in ({}, {"parameters": None})
}


class NotPassed(Exception):
    """A rule of the policy is broken; carries the Chinese sentence."""


def check_container(signed: cms.SignedData) -> None:
    """Raise NotPassed unless the parts outside the signed attributes are the only ones they may be.

    The digest covers the signed attributes alone; everything else in the container is held here or by the certificate
    check, so that changing it is noticed too.
    """
    infos = signed["signer_infos"]
    if len(infos) != 1 or len(signed["digest_algorithms"]) != 1:
        raise NotPassed("签章数据里的签名人不止一个。")
    info, digest = infos[0], signed["digest_algorithms"][0]
    whole = (
        signed["version"].native == "v1"
        and info["version"].native == "v1"
        and signed["encap_content_info"]["content_type"].native == "data"
        and signed["encap_content_info"]["content"].native is None
        and signed["crls"].native is None
    )
    if not whole:
        raise NotPassed("签章数据的结构不符合要求。")
    if digest.dump() not in _DIGESTS or info["digest_algorithm"].dump() != digest.dump():
        raise NotPassed("签章使用的摘要算法不符合要求（至少 SHA-256）。")
    if info["signature_algorithm"].dump() not in _SIGNATURES:
        raise NotPassed("签章使用的签名算法不符合要求。")
    if any(attribute["type"].native != _TIMESTAMP for attribute in _unsigned(info)):
        raise NotPassed("签章数据里有多余的属性。")


def open_container(reserved: bytes) -> cms.SignedData:
    """The container at the head of the bytes reserved for it, of which only zeros may be left over. Raises NotPassed.

    It is DER, but for a foreign token in it, whose lengths at least are shortest. Lengths are looked at first, and
    nothing is encoded from what has been taken apart: asn1crypto can take for ever over lengths that are odd.
    """
    header, content, trailer = parser.parse(reserved)[3:]
    raw = reserved[: len(header) + len(content) + len(trailer)]
    if reserved[len(raw) :].strip(b"\0"):
        raise NotPassed("签章数据之后有多余内容，可能被改动。")
    _shortest(raw)
    parsed = cms.ContentInfo.load(raw)
    info = parsed["content"]["signer_infos"][0]
    if _unsigned(info):
        info["unsigned_attrs"] = None  # somebody else's bytes: openssl, for one, does not sort its certificates
    if not _is_der(parsed):
        raise NotPassed("签章数据的编码不规范，可能被改动。")
    return cms.ContentInfo.load(raw)["content"]


def _is_der(parsed: cms.ContentInfo) -> bool:
    """Whether the container is what its parts encode to, part by part; it is emptied on the way.

    asn1crypto encodes whatever is nested again for each level above it: the whole at once takes twenty times as long.
    """
    signed = parsed["content"]
    certificates = [choice.dump() for choice in signed["certificates"]]
    parts = [*(choice.chosen for choice in signed["certificates"]), *signed["signer_infos"]]
    if sorted(certificates) != certificates or any(part.dump() != _encoded(part) for part in parts):
        return False
    signed["certificates"], signed["signer_infos"] = None, cms.SignerInfos([])
    return bool(parsed.dump() == _encoded(parsed))


def _encoded(part: Any) -> bytes:
    """The part taken apart and encoded anew."""
    encoded: bytes = type(part).load(part.dump()).dump(force=True)
    return encoded


def _shortest(raw: bytes) -> None:
    """Every length definite and in its shortest form (X.690 clause 10.1)."""
    while raw:
        kind, constructed, tag, header, content, trailer = parser.parse(raw)
        size = len(header) + len(content) + len(trailer)
        if parser.emit(kind, constructed, tag, content) != raw[:size]:
            raise NotPassed("签章数据的编码不规范，可能被改动。")
        if constructed:
            _shortest(content)
        raw = raw[size:]


def time_stamps(seal: Any) -> list[cms.ContentInfo]:
    """The time stamp tokens that a seal carries, trusted or not."""
    return [
        token
        for attribute in _unsigned(seal.signer_info)
        if attribute["type"].native == _TIMESTAMP
        for token in attribute["values"]
    ]


def _unsigned(info: cms.SignerInfo) -> tuple[cms.CMSAttribute, ...]:
    """The attributes that the signature does not cover; nothing in them is converted, tokens being large."""
    attributes = info["unsigned_attrs"]
    return () if isinstance(attributes, core.Void) else tuple(attributes)


def check_token(seal: Any, status: Any) -> None:
    """Raise NotPassed for a trusted time stamp (RFC 3161) with anything in it that its own signature does not hold."""
    validity, tokens = status.timestamp_validity, time_stamps(seal)
    if validity is None or not validity.trusted:
        return
    signed = tokens[0]["content"]
    infos = signed["signer_infos"]
    path = {certificate.dump() for certificate in validity.validation_path}
    carried = {choice.chosen.dump() for choice in signed["certificates"]}
    digests = [digest.dump() for digest in signed["digest_algorithms"]]
    whole = (
        len(tokens) == len(infos) == 1
        and digests == [infos[0]["digest_algorithm"].dump()]
        and digests[0] in _DIGESTS
        and infos[0]["signature_algorithm"].dump() in _SIGNATURES
        and signed["encap_content_info"]["content_type"].native == "tst_info"
        and signed["crls"].native is None
        and not _unsigned(infos[0])
        and carried <= path
    )
    if not whole:
        raise NotPassed("时间戳里有多余或被改动的内容。")


def check_certificates(seal: Any, held: Held, roots: Sequence[bytes]) -> None:
    """Raise NotPassed for a certificate beside the path, or an altered copy of an anchor."""
    known = {*roots, seal.signer_cert.dump(), *(certificate.dump() for certificate in held.path)}
    carried = [choice.chosen for choice in seal.signed_data["certificates"]]
    if held.anchored and any(certificate.dump() not in known for certificate in carried):
        raise NotPassed("签章数据里有无关或被改动的证书。")
