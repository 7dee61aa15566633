"""The seals that there are (印章): whose, with what key, until when, and whether each may seal now.

A unit's own key file is looked at when it is first seen (by the hour, at the start, by ``doctor``, on the page of seals) and
before each seal, by the rule that verification goes by: so no seal is put that would be refused afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from packets.authority import LocalAuthority, SealKey, demo_name
from packets.certificates import UNCHECKED, Held, flaws, held
from packets.trust import Trust
from workflow.office.models import Unit
from workflow.office.words import NoticeKind
from workflow.record.calendar import day_of, spoken
from workflow.record.errors import PacketFailed, Unsound
from workflow.record.installation import Installation
from workflow.tasks.telling import tell_keepers

SOON = timedelta(days=30)
"""People are told so long before a certificate ends: a new one takes weeks."""
MENDING = {
    "trusted": "请把签发机构的证书（PEM）放入 keys 目录",
    "dates": "请向发证机构换发",
    "revocation": "请向发证机构换发",
    "key": "请向发证机构换发",
    "usage": "请向发证机构换发签章用的证书",
    "holder": "请换上这个单位自己的证书，证书的组织名称（O）须与单位名录一致",
}


@dataclass(frozen=True)
class SealState:
    """One unit's seal and how it stands (印章状况)."""

    unit: str
    own: bool
    """False for a demonstration seal."""
    holder: str = ""
    """Whom the certificate names; empty where the file cannot be opened."""
    key: str = ""
    """Algorithm and length of the key."""
    last_day: date | None = None
    """The last day of the certificate."""
    wrong: str = ""
    """One sentence that says why it may not seal; empty where it may."""
    told: str = ""
    """One sentence on what is worth knowing of a seal that may seal."""
    ends_soon: bool = False

    @property
    def word(self) -> str:
        """Its state in one word."""
        if self.wrong:
            return "不能签章"
        return "即将到期" if self.ends_soon else "可以签章"


def sealing_key(authority: LocalAuthority, unit: str, *, now: datetime) -> SealKey:
    """The unit's key, fit to seal now. Raises Unsound with the sentence why it is not, and nothing is sealed."""
    try:
        key = authority.key_for(unit)
        wrong, _ = _looked_at(unit, _held(key, Trust.read(authority.anchors()), now), now)
    except Unsound:
        raise
    except PacketFailed as broken:
        raise Unsound(broken.message) from None
    if wrong:
        raise Unsound(wrong)
    return key


def seal_states(authority: LocalAuthority, units: Sequence[str], *, now: datetime) -> list[SealState]:
    """The seal of each unit, those with key files of their own first."""
    own, trust = authority.own_files(), Trust.read(authority.anchors())
    found = [_own(authority, unit, trust, now) for unit in units if unit in own]
    until = authority.until()
    others = (unit for unit in units if unit not in own)
    return found + [SealState(unit, False, demo_name(unit), "ECDSA 256 位", day_of(until)) for unit in others]


def seals_of(installation: Installation) -> list[SealState]:
    """The seals of the directory's active units."""
    with installation.database.reading() as session:
        units = list(session.scalars(select(Unit.name).where(Unit.active).order_by(Unit.position, Unit.id)))
    return seal_states(_authority(installation), units, now=installation.clock())


def strays(installation: Installation) -> list[str]:
    """Names of key files that are no unit's: nothing will ever be sealed with them."""
    with installation.database.reading() as session:
        units = set(session.scalars(select(Unit.name)))
    return sorted(name for name in _authority(installation).own_files() if name not in units)


def warn(installation: Installation) -> list[str]:
    """Tell who keeps the seals of those that may not seal and of those that end soon, once a week; returns the sentences."""
    try:
        worth = [one.wrong or one.told for one in seals_of(installation) if one.wrong or one.ends_soon]
    except PacketFailed as damaged:  # the anchors: then there is no telling of any seal
        worth = [damaged.message]
    with installation.database.writing() as session:
        for words in worth:
            text = f"【{NoticeKind.SEAL.word}】{words}"
            tell_keepers(session, text, at=installation.clock(), kind=NoticeKind.SEAL)
    return worth


def _authority(installation: Installation) -> LocalAuthority:
    return LocalAuthority(installation.settings.common, installation.clock)


def _own(authority: LocalAuthority, unit: str, trust: Trust, now: datetime) -> SealState:
    try:
        key = authority.key_for(unit)
    except PacketFailed as broken:
        return SealState(unit, True, wrong=broken.message)
    one = _held(key, trust, now)
    until = one.certificate.not_valid_after
    wrong, unchecked = _looked_at(unit, one, now)
    soon = not wrong and until - now < SOON
    told = [f"{unit}的印章证书将于{spoken(day_of(until))}到期，请向发证机构换发，到期后不能签章。"] if soon else []
    told += [f"{unit}的印章证书{UNCHECKED}这样的印章核验时为「无法确认」。"] if unchecked else []
    return SealState(unit, True, one.holder, one.key, day_of(until), wrong, "".join(told), ends_soon=soon)


def _held(key: SealKey, trust: Trust, now: datetime) -> Held:
    return held(key.certificate, key.chain, trust, at=now)


def _looked_at(unit: str, one: Held, now: datetime) -> tuple[str, bool]:
    """(why it may not seal, whether its revocation could not be looked up: lists brought later settle that)."""
    found = flaws(one, stated=now, at=now)
    if one.holder != unit[:64]:
        found.append(("holder", f"是「{one.holder or '没有写明的单位'}」的，不是这个单位的。"))
    wrong = [(code, words) for code, words in found if words != UNCHECKED]
    said = "，也".join(words.removesuffix("。") for _, words in wrong)
    mending = "；".join(dict.fromkeys(MENDING[code] for code, _ in wrong))
    return f"{unit}的印章证书{said}，不能签章；{mending}。" if wrong else "", len(wrong) < len(found)
