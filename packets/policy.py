"""Who had to seal (签章要求): the paper's own manifest held against the process table, the pinned office and the registration.

A manifest says what was printed; whether that was right is never read out of the paper itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from packets.attached import Embedded
from packets.registration import Registration, Unregistered, opened
from packets.trust import Trust
from packets.verdict import Fact
from workflow.record.calendar import spoken_moment
from workflow.tasks.leading import verifiers
from workflow.tasks.words import Gate, Side

PACKET, PAPER = "taizhang-packet/1", "taizhang-paper/1"
"""Schemas of manifests: a task's packet, and papers that an office, or one unit, seals alone."""
Manifest = Mapping[str, Any]


@dataclass(frozen=True)
class Lying:
    """The registration that was brought with a paper (所附登记): what is said of it, and what it says where it counts."""

    fact: Fact
    says: Registration | None


def boxes(manifest: Manifest) -> dict[str, list[str]]:
    """Seal field → units of which one has to seal there, as the paper itself has it."""
    return {
        slot["field"]: [slot["unit"]] if slot["unit"] else list(slot.get("one_of", ())) for slot in manifest["slots"]
    }


def kind_of(manifest: Manifest) -> str:
    """The kind of paper in Chinese."""
    return "证据包" if manifest["schema"] == PACKET else str(manifest["kind"])


def registered(pdf: bytes, data: bytes | None, trust: Trust) -> Lying:
    """What the registration brought with these bytes is worth."""
    title = "登记"
    if data is None:
        missing = "没有这一文件的登记，不能确认应由谁盖章：请把随文件下载的登记文件（.registration.json）放在同一文件夹再核对。"
        return Lying(Fact("registered", title, "unknown", missing), None)
    try:
        found = opened(data, trust.registrars)
    except Unregistered as refused:
        return Lying(Fact("registered", title, "fail" if refused.altered else "unknown", str(refused)), None)
    if (found.sha256, found.size) != (hashlib.sha256(pdf).hexdigest(), len(pdf)):
        wrong = f"登记的是另一份文件（{found.number}），或者文件在登记之后被改动过：SHA-256 不一致。"
        return Lying(Fact("registered", title, "fail", wrong), None)
    when = spoken_moment(datetime.fromisoformat(found.at))
    said = f"{when}登记为{found.kind} {found.number}，SHA-256 一致：{found.sha256}"
    return Lying(Fact("registered", title, "ok", said), found)


def required(manifest: Manifest, trust: Trust, registration: Registration | None, *, trusted: bool) -> Fact:
    """Whether the boxes are those that had to be sealed; ``trusted`` says that the seals' certificates are."""
    title = "应盖章的单位"
    printed = {field: units for field, units in boxes(manifest).items() if units}
    offices = _offices(manifest, printed)
    if len(offices) != 1 or printed not in _allowed(manifest, offices[0], registration):
        return Fact("policy", title, "fail", "签章位要求的单位与责任单位、牵头单位、办公室不符，不是流程规定的签章。")
    if registration is not None and (difference := _differs(manifest, registration)):
        return Fact("policy", title, "fail", f"文件里的{difference}与登记不一致。")
    if not trust.offices:
        return Fact("policy", title, "unknown", "信任锚里没有指定发布机关，不能确认办公室的印章应由谁加盖。")
    if offices[0] not in trust.offices:
        state, pins = "fail" if trusted else "unknown", "、".join(trust.offices)
        return Fact("policy", title, state, f"办公室一栏是「{offices[0]}」，信任锚指定的发布机关是「{pins}」。")  # type: ignore[arg-type]
    return Fact("policy", title, "ok", "责任单位、牵头单位、办公室符合流程规定，办公室是信任锚指定的发布机关。")


def chain(sealed: Sequence[str], manifest: Manifest) -> Fact:
    """Every unit that must seal has sealed: the first box first, the one that locks last."""
    title, fields = "签章齐全且次序正确", [slot["field"] for slot in manifest["slots"]]
    wanted = {field: "、".join(units) for field, units in boxes(manifest).items() if units}
    missing = [units for field, units in wanted.items() if field not in sealed]
    if not sealed or sealed[0] != fields[0] or ("office" in sealed and sealed[-1] != "office"):
        return Fact("chain", title, "fail", "印章次序不对：应由责任单位首先加盖、办公室最后加盖。")
    if len(set(sealed)) != len(sealed) or not set(sealed) <= set(fields):
        return Fact("chain", title, "fail", "印章重复或多余。")
    if "office" in sealed and missing:
        return Fact("chain", title, "fail", "缺少印章：" + "、".join(missing) + "。")
    if missing:
        return Fact("chain", title, "unknown", "尚未办结，还缺：" + "、".join(missing) + "。")
    return Fact("chain", title, "ok", f"{len(sealed)} 枚印章依次加盖。")


def signers(seals: Sequence[tuple[str, str]], manifest: Manifest, registration: Registration | None) -> Fact:
    """Each (field, holder of the certificate) is a unit that the box is for, and the registration where there is one."""
    title = "签章单位与任务一致"
    for field, held in seals:
        units = boxes(manifest)[field]
        vouched = units if registration is None else list(registration.boxes[field])
        if registration is not None and not vouched:
            return Fact("signers", title, "fail", f"「{held}」的印章盖在登记为空的签章位上。")
        for wanted in (units, vouched):
            if wanted and held not in [unit[:64] for unit in wanted]:
                return Fact("signers", title, "fail", f"「{'、'.join(wanted)}」的签章位盖的是「{held}」的印章。")
    return Fact("signers", title, "ok", "每一枚印章都属于应盖章的单位。")


def evidence(files: Sequence[Embedded], manifest: Manifest) -> Fact:
    """The embedded files are exactly those of the manifest, each with its digest."""
    title = "证明材料与清单一致"
    wanted = sorted(file["sha256"] for file in manifest["files"] if file["embedded"])
    present = sorted(hashlib.sha256(file.data).hexdigest() for file in files if file.name != "manifest.json")
    if wanted != present:
        return Fact("evidence", title, "fail", "内嵌的证明材料与清单登记的 SHA-256 不一致。")
    outside = sum(1 for file in manifest["files"] if not file["embedded"] and file["sha256"])
    tail = f"，另有 {outside} 份仅以摘要为凭" if outside else ""
    return Fact("evidence", title, "ok", f"内嵌 {len(present)} 份，SHA-256 全部一致{tail}。")


def _allowed(manifest: Manifest, office: str, known: Registration | None) -> list[dict[str, list[str]]]:
    """The boxes that the process table lays out: every lead seals, or one of several (或签); guests have spare ones."""
    if manifest["schema"] == PAPER:
        return [{"unit": [str(manifest["unit"])]}] if _is_units(manifest) else [{"office": [office]}]
    unit = str(manifest["unit"])
    leads, _ = verifiers(unit, manifest["lead_units"], office)
    alone = {gate.value: [unit if gate.side is Side.OWN else office] for gate in Gate if gate.side is not Side.LEADS}
    if known is not None:  # sealed before a gate was added: the registration of that time has no such box
        alone = {field: units for field, units in alone.items() if field in known.boxes}
    each = {f"lead-{n}": [lead] for n, lead in enumerate(leads, start=1)}
    return [{**alone, **each}, {**alone, "lead-1": list(leads)}]


def _is_units(manifest: Manifest) -> bool:
    """Whether it is a paper that a unit seals alone, for the office that keeps it."""
    return bool(manifest["schema"] == PAPER and manifest.get("unit"))


def _offices(manifest: Manifest, printed: Mapping[str, list[str]]) -> list[str]:
    """The office that the paper is of: it seals, or asked the unit that does."""
    return [str(manifest.get("issuer", ""))] if _is_units(manifest) else printed.get("office", [])


def _differs(manifest: Manifest, registration: Registration) -> str:
    """What the paper says otherwise than its registration, in words; empty where nothing."""
    printed = boxes(manifest)
    same = {
        "种类": registration.kind == kind_of(manifest),
        "编号": registration.number == manifest["number"],
        "责任单位": registration.unit == manifest.get("unit"),
        "牵头单位": list(registration.leads) == list(manifest.get("lead_units", ())),
        "办公室": _offices(manifest, printed) == [registration.office],
        "内容摘要": registration.content == manifest["content_digest"],
        "签章位": registration.boxes.keys() == printed.keys()
        and all(list(registration.boxes[field]) == units for field, units in printed.items() if units),
    }
    return "、".join(name for name, agrees in same.items() if not agrees)
