"""May this certificate seal (印章证书是否合格): one rule, asked before every seal and of every seal in a paper.

Key, usage, dates, issuers and revocation are judged here and nowhere else, so that nothing is sealed that would be refused
afterwards. docs/decisions/0021 has the reasons.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from asn1crypto import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509 import load_der_x509_certificate
from pyhanko.sign.validation.generic_cms import validate_cert_usage
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import InvalidCertificateError

from packets.trust import Trust
from packets.verdict import Fact, State
from workflow.record.calendar import spoken_moment

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
LEAST_BITS = {"rsa": 2048, "ec": 256}
"""What public authorities issue, and what NIST SP 800-131A and the CA/Browser Forum take until 2030."""
SEALING = KeyUsageConstraints(
    key_usage={"non_repudiation"},
    extd_key_usage={
        "client_auth",
        "email_protection",
        "microsoft_document_signing",
        "1.3.6.1.5.5.7.3.36",  # id-kp-documentSigning, RFC 9336
        "1.2.840.113583.1.1.5",  # Adobe Authentic Documents Trust
    },
    explicit_extd_key_usage_required=False,
)
"""The key is for signatures that bind (RFC 5280 §4.2.1.3), and where purposes are named one of them is a person's or a document's."""


@dataclass(frozen=True)
class Held:
    """A certificate with what the anchors make of it (持有的证书)."""

    certificate: x509.Certificate
    path: tuple[x509.Certificate, ...]
    """From the anchor down to the certificate; empty where there is none."""
    problem: str
    """PyHanko's name for what is wrong with the path (ETSI EN 319 102-1); empty where nothing is."""
    revoked: datetime | None
    unchecked: bool
    """True where nothing is wrong but that no current revocation list was there."""

    @property
    def holder(self) -> str:
        """The organisation that the certificate names: the unit whose seal it is."""
        return str(self.certificate.subject.native.get("organization_name") or "").strip()

    @property
    def key(self) -> str:
        """Algorithm and length of the key in words."""
        public = self.certificate.public_key
        return f"{ {'ec': 'ECDSA', 'rsa': 'RSA'}.get(public.algorithm, public.algorithm.upper()) } {public.bit_size} 位"

    @property
    def anchored(self) -> bool:
        """True where it was issued under the anchors, whatever else is wrong with it."""
        return bool(self.path) and all(_issued(one, by) for by, one in pairwise(self.path))


def held(certificate: bytes, chain: Iterable[bytes], trust: Trust, *, at: datetime) -> Held:
    """Hold a certificate (DER) that came with ``chain`` against the anchors as of ``at``."""
    one = x509.Certificate.load(certificate)
    others = [x509.Certificate.load(der) for der in chain]
    strict = _validated(one, others, context(trust, at))
    if not strict.problem or strict.revoked is not None:
        return strict
    lenient = _validated(one, others, context(trust, at, revocation="soft-fail"))
    return lenient if lenient.problem else Held(one, lenient.path, "", None, unchecked=True)


def context(trust: Trust, at: datetime, *, revocation: str = "require") -> ValidationContext:
    """How paths of seals are validated: by the anchors alone, as of ``at``, nothing fetched."""
    return ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in trust.seals],
        crls=list(trust.revoked),
        allow_fetching=False,
        revocation_mode=revocation,
        retroactive_revinfo=True,  # a list issued later than a stamp says what it says of that time, too
        moment=at,
    )


def _validated(certificate: x509.Certificate, others: Sequence[x509.Certificate], by: ValidationContext) -> Held:
    by.certificate_registry.register_multiple(others)
    paths = by.path_builder.async_build_paths_lazy(certificate)
    found = asyncio.run(validate_cert_usage(certificate, by, key_usage_settings=KeyUsageConstraints(), paths=paths))
    path = found.success_result or found.error_path
    revoked = found.revo_details.revocation_date if found.revo_details else None
    problem = found.error_subindic.name if found.error_subindic else ""
    return Held(certificate, tuple(path or ()), problem, revoked, unchecked=False)


def _issued(one: x509.Certificate, by: x509.Certificate) -> bool:
    """Chains are found by name: whether it is this key that signed, and not one of another office's of the same name."""
    try:
        load_der_x509_certificate(one.dump()).verify_directly_issued_by(load_der_x509_certificate(by.dump()))
    except (InvalidSignature, TypeError, ValueError):
        return False
    return True


# What is wrong ------------------------------------------------------------------------------------------------------------

NAMES = {
    "key": "印章密钥强度",
    "usage": "印章证书用途",
    "trusted": "印章证书可信",
    "dates": "印章证书在有效期内",
    "revocation": "印章证书未被吊销",
}
GOOD = {
    "key": "均符合要求。",
    "usage": "均可用于签章。",
    "trusted": "均由信任锚签发。",
    "dates": "均在有效期内。",
    "revocation": "均已与吊销列表核对。",
}
NEVER = frozenset({"key", "usage"})
"""What no anchor brought later and no time stamp can mend."""
UNCHECKED = "未核对是否被吊销：信任锚里没有其签发机构现行有效的吊销列表。"


def flaws(one: Held, *, stated: datetime, at: datetime) -> list[tuple[str, str]]:
    """(code of the fact, rest of the sentence) for whatever keeps a certificate from being relied on.

    ``stated`` is when the seal says it was put, ``at`` the time that is proved: now, where no time stamp proves another.
    Before a seal is put both are now.
    """
    found = [("key", words)] if (words := _weakness(one)) else []
    found += [("usage", words)] if (words := _misuse(one)) else []
    if one.revoked is not None:
        return [*found, ("revocation", f"已于{spoken_moment(one.revoked)}被吊销。")]
    anchored = one.anchored
    if not anchored:
        found.append(("trusted", "不在信任锚之内。"))
    if words := _out_of_date(one, stated, at):
        return [*found, ("dates", words)]
    if anchored and one.unchecked:
        found.append(("revocation", UNCHECKED))
    elif anchored and one.problem.startswith("CRYPTO_CONSTRAINTS"):
        found.append(("key", "的签发链用了太弱的密钥或算法。"))
    elif anchored and one.problem:
        found.append(("trusted", "的签发链不符合要求。"))
    return found


def _weakness(one: Held) -> str:
    kind, bits = one.certificate.public_key.algorithm, one.certificate.public_key.bit_size
    if kind not in LEAST_BITS:
        return (
            f"的密钥是 {kind.upper()}，只能用 RSA（{LEAST_BITS['rsa']} 位以上）或 ECDSA（{LEAST_BITS['ec']} 位以上）。"
        )
    if bits < LEAST_BITS[kind]:
        return f"的密钥太短（{one.key}，至少 {LEAST_BITS[kind]} 位）。"
    return ""


def _misuse(one: Held) -> str:
    try:
        SEALING.validate(one.certificate)
    except InvalidCertificateError:
        return "的用途不是签章（密钥用法须含“抗抵赖”，增强型用法须适于文件签名）。"
    return ""


def _out_of_date(one: Held, stated: datetime, at: datetime) -> str:
    path = [*one.path, one.certificate] if one.anchored else [one.certificate]
    begin, end = max(c.not_valid_before for c in path), min(c.not_valid_after for c in path)
    if at > end:
        unproved = "，没有可信时间戳证明是在有效期内加盖" if stated < at else ""
        return f"已过期（有效期至{spoken_moment(end)}）{unproved}。"
    if not begin <= stated <= end or at < begin:
        return f"的有效期（{spoken_moment(begin)}至{spoken_moment(end)}）不包括签章时间。"
    return ""


def facts(found: Iterable[tuple[str, Held, Sequence[tuple[str, str]]]]) -> list[Fact]:
    """One fact a rule over all seals of a paper: (unit, certificate, its flaws)."""
    told: dict[str, dict[str, list[str]]] = {code: {} for code in NAMES}
    revoked = False
    for unit, one, wrong in found:
        revoked = revoked or one.revoked is not None
        for code, words in wrong:
            told[code].setdefault(words, []).append(f"「{unit}」")
    said = {
        code: "".join(f"{''.join(units)}的印章证书{words}" for words, units in told[code].items()) for code in NAMES
    }
    states: dict[str, State] = {
        code: ("fail" if code in NEVER else "unknown") if said[code] else "ok" for code in NAMES
    }
    if revoked:
        states["revocation"] = "fail"
    elif said["trusted"] and not said["revocation"]:
        states["revocation"], said["revocation"] = "note", "证书不在信任锚之内的，无从核对。"
    return [Fact(code, name, states[code], said[code] or GOOD[code]) for code, name in NAMES.items()]
