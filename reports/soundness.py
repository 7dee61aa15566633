"""The four properties of what is archived (四性自检, DA/T 70): authentic, complete, usable, safe; each with what was looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from packets.isolation import verify_isolated
from packets.verdict import PASSED
from packets.verify import verify
from workflow.record.installation import Installation
from workflow.year.dossiers.facts import Dossier

LARGE = 8 << 20
"""A paper of so many bytes is judged in a process of its own: it is held several times over meanwhile."""


@dataclass(frozen=True)
class Property:
    """One property (检测项目)."""

    name: str
    passed: bool
    detail: str

    @property
    def word(self) -> str:
        """The result."""
        return "符合" if self.passed else "有缺陷"


def verdict_of(here: Installation, anchors: bytes, pdf: bytes, registration: str) -> str:
    """What our own verifier says now of a sealed paper; 通过, or why it is not."""
    work = verify if len(pdf) < LARGE else verify_isolated
    result = work(pdf, anchors=[anchors], registration=registration.encode() or None, at=here.clock())
    return PASSED if result.verdict == PASSED else f"{result.verdict}：{result.reason}"


def missing_packets(facts: Dossier) -> list[str]:
    """Tasks that were closed and have no packet yet, in one sentence: what is missing from the volumes."""
    missing = [item.number for item in facts.look.items for task in item.tasks if task.done and task.packet is None]
    rows = "、".join(dict.fromkeys(missing))
    return [f"{len(missing)} 件已办结任务的证据包尚在生成，本卷宗未附：第 {rows} 条。"] if missing else []


def properties(facts: Dossier, verdicts: Mapping[str, str], *, trail: str, volumes: int, pages: int) -> list[Property]:
    """The four properties; ``verdicts`` by number of every sealed paper bound, ``trail`` the fault of the chain or nothing."""
    bad = [f"{number} {word}" for number, word in verdicts.items() if word != PASSED]
    missing = sum(task.done and task.packet is None for task in facts.look.tasks)
    files = len({sha256 for task in facts.look.tasks for _, sha256 in task.evidence})
    chain = trail or f"留痕链自第 1 条至第 {facts.head_seq} 条连续，链头 {facts.head_hash[:16]}…。"
    return [
        Property(
            "真实性", not bad and not trail,
            f"所附证据包和盖章材料 {len(verdicts)} 件逐件验签，通过 {len(verdicts) - len(bad)} 件；{'；'.join([*bad[:5], chain])}",
        ),
        Property(
            "完整性", not missing,
            f"条目 {len(facts.look.items)} 条、承办任务 {len(facts.look.tasks)} 件全部列入；应附证据包 {missing + _packets(facts)} 件，"
            f"实附 {_packets(facts)} 件；经审核的证明材料原件 {files} 个（不含未经审核的）；归档包各文件均列 SHA-256。",
        ),
        Property("可用性", True, f"共 {volumes} 卷 {pages} 页，各件均能打开并已逐页编号；字体全部嵌入，不依赖外部资源。"),
        Property("安全性", True, "各卷不含脚本、动作和外部链接，未加密，末章锁定全文；材料入库前均检查密级标志和病毒特征；非涉密。"),
    ]  # fmt: skip


def _packets(facts: Dossier) -> int:
    return sum(task.packet is not None for task in facts.look.tasks)


def faults(verdicts: Mapping[str, str], numbers: Sequence[str]) -> list[str]:
    """What is wrong with the sealed papers of one volume."""
    return [f"{number} {verdicts[number]}" for number in numbers if verdicts.get(number, PASSED) != PASSED]
