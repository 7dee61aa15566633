"""The signature container (签名数据): CMS (RFC 5652) with exactly the parts a seal has, so that no byte of it is free."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from asn1crypto import algos, cms, x509

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
    unsigned = info["unsigned_attrs"]
    if any(attribute["type"].native != _TIMESTAMP for attribute in (unsigned if unsigned.native else ())):
        raise NotPassed("签章数据里有多余的属性。")


def check_certificates(seal: Any, status: Any, roots: Sequence[x509.Certificate]) -> None:
    """Raise NotPassed for a certificate beside the path, an altered copy of an anchor, or too short a key."""
    known = {root.dump() for root in roots} | {seal.signer_cert.dump()}
    if status.validation_path is not None:
        known |= {certificate.dump() for certificate in status.validation_path}
    carried = [choice.chosen for choice in seal.signed_data["certificates"]]
    if status.trusted and any(certificate.dump() not in known for certificate in carried):
        raise NotPassed("签章数据里有无关或被改动的证书。")
    public = seal.signer_cert.public_key
    if public.bit_size < (256 if public.algorithm == "ec" else 3072):
        raise NotPassed("签章使用的密钥太短。")
