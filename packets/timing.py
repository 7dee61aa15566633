"""Times in a paper (签章时间): they run forwards, from the gathering of the contents to now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from packets.certificates import Held, facts, flaws
from packets.verdict import Fact
from workflow.record.calendar import spoken_moment

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
    held: Held
    """Its certificate by the anchors, at the proved time or now."""


def times(seals: Sequence[Sealed], gathered: datetime, registered: datetime | None, now: datetime) -> Fact:
    """Whether the times can be true."""
    broken = _impossible(seals, gathered, registered, now)
    if broken:
        return Fact("times", "签章时间合理", "fail", broken)
    return Fact("times", "签章时间合理", "ok", "依次在内容汇集之后、现在之前。")


def certificates(seals: Sequence[Sealed], now: datetime) -> list[Fact]:
    """What is to be said of the certificates, each at the time that is proved."""
    return facts((one.unit, one.held, flaws(one.held, stated=one.stated, at=one.proved or now)) for one in seals)


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
