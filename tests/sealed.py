"""A packet made without a database: contents by hand, rendered and sealed in turn by the embedded authority."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path

from packets.authority import LocalAuthority, SealKey
from packets.contents import PacketContents, PacketFile, RailEntry, SealSlot
from packets.registration import Registration, signed
from packets.render import render, stamp
from packets.seal import SealAct, seal
from packets.trust import pinned
from packets.verdict import Verification
from workflow.record.installation import Clock
from workflow.record.settings import Settings
from workflow.tasks.page.drawing import Mark

NOW = datetime(2026, 4, 1, 3, 4, 5, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
"""When the cast's papers are verified."""
EVIDENCE = "公开清单：共63份部门预算".encode()
DIGEST = hashlib.sha256(EVIDENCE).hexdigest()
UNIT, LEADS, OFFICE = "青溪县人民政府", ("市财政局", "市发展和改革委员会"), "云岭市人民政府办公室"
ACTS = (
    ("unit", "单位审核", UNIT, "李主任", "情况属实，同意报送。"),
    ("lead-1", "牵头核验", LEADS[0], "赵科长", "经核验，符合要求，同意。"),
    ("lead-2", "牵头核验", LEADS[1], "钱科长（代 孙主任）", "同意。"),
    ("office", "办公室办结", OFFICE, "陈科长", "同意办结销号。"),
)


def contents(**changes: object) -> PacketContents:
    """A packet with Chinese in every field, a rare character, two files of one name, a link and a void round."""
    file = PacketFile("公开清单（一）.csv", DIGEST, len(EVIDENCE), "text/csv", True, "发布清单", "王晓明", NOW)
    link = PacketFile("https://www.example.gov.cn/zwgk/a.html", None, 0, "", False, "公开页面", "王晓明", NOW)
    told = (("交办", 1, False), ("填报", 1, True), ("退回", 1, True), ("填报", 2, False), ("审核", 2, False))
    rail = tuple(
        RailEntry(n, NOW, action, "王晓明", UNIT, "请补充文号" if void else "", round_, void)
        for n, (action, round_, void) in enumerate(told, start=1)
    )
    slots = (
        SealSlot("unit", "单位审核", UNIT),
        *(SealSlot(f"lead-{n}", "牵头核验", lead) for n, lead in enumerate(LEADS, start=1)),
        SealSlot("spare-1", "备用", None),
        SealSlot("spare-2", "备用", None),
        SealSlot("office", "办公室办结", OFFICE),
    )
    base = PacketContents(
        number="ZWGK-2026-000001-02",
        ledger_title="2026年云岭市政务公开工作要点任务分解表",
        ledger_year=2026,
        document_number="云政办函〔2026〕12号",
        issuer="云岭市人民政府办公室",
        source_name="任务分解表.txt",
        source_sha256="a" * 64,
        item_number="3",
        section=("一、加强重点领域信息公开", "（一）财政信息"),
        title="公开预算决算",
        requirement="及时公开部门预算、决算及相关报表，做到应公开尽公开。",
        responsibility_text="市财政局牵头，各县（区）人民政府落实",
        lead_units=LEADS,
        unit=UNIT,
        kind="承办",
        period=None,
        deadline_text="2026年9月底前",
        due=date(2026, 9, 30),
        due_reason="按本条任务的完成时限：2026年9月30日。",
        round=2,
        task_id=1,
        outcome="已落实",
        report="我县于4月1日前公开部门预算63份，经办人陈堃、赵喆。",
        report_by="王晓明",
        progress=None,
        milestones=(),
        files=(file, file, link),
        rail=rail,
        chain=(Mark("单位审核", "done", UNIT), Mark("办公室办结", "ahead", OFFICE)),
        slots=slots,
        content_digest="b" * 64,
        audit_seq=17,
        audit_hash="c" * 64,
        supersedes=None,
        gathered_at=NOW,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Sealing:
    """An authority and the means to seal with it."""

    settings: Settings
    authority: LocalAuthority

    def act(self, n: int) -> SealAct:
        """The n-th act of the cast."""
        field, gate, unit, person, opinion = ACTS[n]
        return SealAct(field, gate, unit, person, opinion, NOW)

    def anchors(self, *offices: str) -> list[bytes]:
        """What a stranger is handed to verify with: the authority's anchors and the pinned office."""
        return [*self.authority.anchors(), pinned(offices or (OFFICE,))]

    def registration(self, pdf: bytes, given: PacketContents | None = None, **changes: object) -> bytes:
        """What the installation vouches for beside a sealed packet."""
        about = given or contents()
        plain = Registration(
            kind="证据包",
            number=about.number,
            ledger=about.ledger_title,
            task=about.task_id,
            round=about.round,
            unit=about.unit,
            leads=about.lead_units,
            office=OFFICE,
            boxes={slot.field: [slot.unit] if slot.unit else list(slot.one_of) for slot in about.slots},
            content=about.content_digest,
            sha256=hashlib.sha256(pdf).hexdigest(),
            size=len(pdf),
            audit_seq=about.audit_seq,
            audit_hash=about.audit_hash,
            at=NOW.isoformat(),
            supersedes=about.supersedes,
        )
        return signed(replace(plain, **changes), self.authority.registrar())  # type: ignore[arg-type]

    def stamp(self, key: SealKey) -> Callable[[SealAct], bytes]:
        """The printer of visible seals."""
        return lambda act: stamp(act, demo=key.demo, settings=self.settings)

    def apply(self, pdf: bytes, n: int, *, tsa_url: str = "", act: SealAct | None = None) -> bytes:
        """Seal the n-th box as its unit."""
        act = act or self.act(n)
        key = self.authority.key_for(act.unit)
        return seal(pdf, act, key=key, final=act.field == "office", stamp=self.stamp(key), tsa_url=tsa_url)

    def revisions(self, given: PacketContents | None = None) -> list[bytes]:
        """The packet as printed and after each of the four seals."""
        pdf = render(given or contents(), {DIGEST: EVIDENCE}, settings=self.settings)
        made = [pdf]
        for n in range(len(ACTS)):
            made.append(self.apply(made[-1], n))
        return made


@dataclass(frozen=True)
class Sealed:
    """A packet in a folder: printed, sealed four times, and the authority that it was sealed by."""

    folder: Path

    @classmethod
    def make(cls, folder: Path) -> Sealed:
        """Print and seal it there."""
        for n, pdf in enumerate(sealing(folder).revisions()):
            (folder / f"{n}.pdf").write_bytes(pdf)
        return cls(folder)

    @property
    def by(self) -> Sealing:
        """The means to seal once more: every unit of the cast has its key already."""
        return sealing(self.folder)

    @cached_property
    def revisions(self) -> list[bytes]:
        """As printed and after each of the four seals."""
        return [(self.folder / f"{n}.pdf").read_bytes() for n in range(len(ACTS) + 1)]

    @property
    def pdf(self) -> bytes:
        """The packet with all its seals."""
        return self.revisions[-1]

    @cached_property
    def anchors(self) -> list[bytes]:
        """Whom to trust."""
        return self.by.anchors()


def sealing(home: Path, clock: Clock = lambda: NOW) -> Sealing:
    """A fresh authority in a folder, in the time in which the cast lives."""
    return Sealing(Settings(home=home), LocalAuthority(home, clock))


def flawless(result: Verification) -> bool:
    """True where a packet without its registration has no other fault: the registration alone keeps it from 通过."""
    return {fact.code for fact in result.facts if fact.state in ("fail", "unknown")} == {"registered"}
