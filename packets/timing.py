"""Times in a paper (签章时间): they run forwards, from the gathering of the contents to now, and within the certificates' dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.x509 import Certificate, load_der_x509_certificate

from packets.verdict import Fact, State
from workflow.deadlines import spoken_moment

EARLY, LATE = timedelta(days=1), timedelta(minutes=5)
"""How far clocks may be apart: a seal before its contents were gathered, a seal or a registration ahead of now."""


@dataclass(frozen=True)
class Sealed:
    """One seal as judged (一枚印章)."""

    unit: str
    stated: datetime
    """What the seal says of itself."""
    proved: datetime | None
    """What a trusted time stamp says; None without one."""
    status: Any
    """PyHanko's opinion of signature and certificate."""

    @property
    def anchored(self) -> bool:
        """True where the certificate was issued under the anchors, whatever else is wrong with it."""
        problem = self.status.trust_problem_indic
        if problem is not None and problem.name == "NO_CERTIFICATE_CHAIN_FOUND":
            return False
        path = [load_der_x509_certificate(one.dump()) for one in self.status.validation_path or ()]
        return all(_issued(one, by) for by, one in pairwise(path))


def _issued(one: Certificate, by: Certificate) -> bool:
    """Chains are found by name: whether it is this key that signed, and not one of another office's of the same name."""
    try:
        one.verify_directly_issued_by(by)
    except (InvalidSignature, TypeError, ValueError):
        return False
    return True


def times(seals: Sequence[Sealed], gathered: datetime, registered: datetime | None, now: datetime) -> Fact:
    """Whether the times can be true."""
    broken = _impossible(seals, gathered, registered, now)
    if broken:
        return Fact("times", "签章时间合理", "fail", broken)
    return Fact("times", "签章时间合理", "ok", "依次在内容汇集之后、现在之前。")


NAMES = {"trusted": "印章证书可信", "dates": "印章证书在有效期内", "revocation": "印章证书未被吊销"}
GOOD = {"trusted": "均由信任锚签发。", "dates": "均在有效期内。", "revocation": "均已与吊销列表核对。"}


def certificates(seals: Sequence[Sealed], now: datetime) -> list[Fact]:
    """Whether each certificate is under the anchors, within its dates and not revoked, at the time that is proved."""
    found: dict[str, dict[str, list[str]]] = {code: {} for code in NAMES}
    for seal in seals:
        for code, words in _problems(seal, now):
            found[code].setdefault(words, []).append(f"「{seal.unit}」")
    said = {
        code: "".join(f"{''.join(units)}的印章证书{words}" for words, units in found[code].items()) for code in NAMES
    }
    states: dict[str, State] = {code: "unknown" if said[code] else "ok" for code in NAMES}
    if any(seal.status.revocation_details is not None for seal in seals):
        states["revocation"] = "fail"
    elif said["trusted"] and not said["revocation"]:
        states["revocation"], said["revocation"] = "note", "证书不在信任锚之内的，无从核对。"
    return [Fact(code, name, states[code], said[code] or GOOD[code]) for code, name in NAMES.items()]


def _impossible(seals: Sequence[Sealed], gathered: datetime, registered: datetime | None, now: datetime) -> str:
    for before, after in pairwise(seals):
        if after.stated < before.stated or _proved(after) < _proved(before):
            return f"「{after.unit}」的签章时间早于前一枚印章，时间倒流。"
    for seal in seals:
        if seal.stated < gathered - EARLY:
            return f"「{seal.unit}」的签章时间（{spoken_moment(seal.stated)}）早于内容汇集的时间（{spoken_moment(gathered)}）。"
        if seal.stated > now + LATE:
            return f"「{seal.unit}」的签章时间（{spoken_moment(seal.stated)}）晚于现在；请先核对本机时间。"
        if seal.stated > _proved(seal) + LATE:
            return f"「{seal.unit}」的签章时间晚于时间戳证明的时间。"
    if registered is not None and seals and not seals[-1].stated - LATE <= registered <= now + LATE:
        return "登记时间早于最后一枚印章，或者晚于现在；请先核对本机时间。"
    return ""


def _proved(seal: Sealed) -> datetime:
    return seal.proved or seal.stated


def _problems(seal: Sealed, now: datetime) -> list[tuple[str, str]]:
    """(code of the fact, rest of the sentence) for whatever keeps the certificate from being relied on."""
    status, at = seal.status, seal.proved or now
    if status.revocation_details is not None:
        return [("revocation", f"已于{spoken_moment(status.revocation_details.revocation_date)}被吊销。")]
    if not seal.anchored:
        return [("trusted", "不在信任锚之内。")]
    path = [*(status.validation_path or ()), status.signing_cert]
    begin, end = max(one.not_valid_before for one in path), min(one.not_valid_after for one in path)
    if at > end:
        return [("dates", f"已过期（有效期至{spoken_moment(end)}），没有可信时间戳证明是在有效期内加盖。")]
    if not begin <= seal.stated <= end or at < begin:
        return [("dates", f"的有效期（{spoken_moment(begin)}至{spoken_moment(end)}）不包括签章时间。")]
    if status.trusted:
        return []
    if status.trust_problem_indic is not None and status.trust_problem_indic.name == "CHAIN_CONSTRAINTS_FAILURE":
        return [("trusted", "的用途不是签章。")]
    return [("revocation", "未核对是否被吊销：信任锚里没有其签发机构现行有效的吊销列表。")]
