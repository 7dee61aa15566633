"""The bag (归档包): BagIt 1.0 (RFC 8493) with sealed packets, originals, audit trail and manifest, as a zip."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC
from pathlib import Path

import bagit

from packets.beside import beside
from workflow.ledgers.deadlines import spoken_period
from workflow.record.showing import csv_lines
from workflow.record.store import Store
from workflow.record.text import safe_name
from workflow.year.lookback import ItemLine, LookBack, TaskLine

README = """本归档包的内容与核对方法
========================
data/dossier.pdf        年度卷宗（办公室盖章），旁边的 dossier.registration.json 是它的登记
data/packets/           各件证据包原件和登记（.registration.json），印章完整有效
data/originals/         证明材料原件和来源文件，文件名前的 16 位是其 SHA-256 的开头
data/ledger.json        台账、条目和承办情况
data/tasks.csv          承办情况一览（可用表格软件打开）
data/audit-trail.jsonl  本台账各件的留痕，每行一条；最后一行是留痕链头
manifest-sha256.txt     每个文件的 SHA-256

核对：1. 解压后在本目录运行 sha256sum -c manifest-sha256.txt，应全部为 OK；
      2. 运行 flask --app app packet verify 文件 --trust ca.pem，结论应为通过；ca.pem 请另向发布机关索取，登记文件留在原处；
      3. pdfsig 等阅读器只能看到各枚印章本身有效：盖章之后的多数改动它也显示 Signature is Valid，不能代替第 2 步；
      4. 留痕：每条的 hash = SHA-256(JSON 数组 [seq, at, kind, actor_id, actor_name, task_id, data 的规范 JSON 文本, prev_hash])。
"""


def make(
    look: LookBack, dossier: bytes, registration: str, store: Store, folder: Path, *, step: Callable[[], None]
) -> Path:
    """Build the bag under ``folder`` and return the path of its zip. Raises Damaged for stored bytes that changed."""
    root = folder / f"lookback-{look.year}-{look.ledger_id}"
    (root / "packets").mkdir(parents=True)
    (root / "originals").mkdir()
    (root / "dossier.pdf").write_bytes(dossier)
    beside(root / "dossier.pdf").write_text(registration, "utf-8")
    (root / "originals" / _kept(look.source_sha256, look.source_name)).write_bytes(store.read(look.source_sha256))
    for task in look.tasks:
        if task.packet is not None:
            path = root / "packets" / f"{task.packet.number}.pdf"
            path.write_bytes(store.read(task.packet.sha256))
            if task.packet.registration:
                beside(path).write_text(task.packet.registration, "utf-8")
            step()
        for name, sha256 in task.evidence:
            path = root / "originals" / _kept(sha256, name)
            if not path.exists():
                path.write_bytes(store.read(sha256))
    (root / "ledger.json").write_text(json.dumps(_ledger(look), ensure_ascii=False, indent=1), "utf-8")
    (root / "tasks.csv").write_bytes("".join(csv_lines(_table(look))).encode())
    (root / "audit-trail.jsonl").write_text(_trail(look), "utf-8")
    bag = bagit.make_bag(str(root), _info(look), checksums=["sha256"])
    (root / "说明.txt").write_text(README, "utf-8")
    bag.save(manifests=False)
    return _zip(root)


def _info(look: LookBack) -> dict[str, str]:
    return {
        "Source-Organization": look.office,
        "External-Description": f"《{look.title}》回头看年度卷宗",
        "External-Identifier": f"{look.year}-{look.ledger_id}",
        "Bagging-Date": look.as_of.astimezone(UTC).date().isoformat(),
        "Audit-Head": f"{look.head_seq} {look.head_hash}",
    }


def _kept(sha256: str, name: str) -> str:
    """A file name that every system can unpack: the digest's beginning, then the original name without its dangers."""
    plain = safe_name(name)
    stem, dot, ending = plain.rpartition(".")
    return f"{sha256[:16]}_{(stem if dot else plain)[:60]}{dot}{ending[:10] if dot else ''}"


def _ledger(look: LookBack) -> dict[str, object]:
    return {
        "title": look.title,
        "year": look.year,
        "issuer": look.issuer,
        "document_number": look.document_number,
        "source": {"name": look.source_name, "sha256": look.source_sha256},
        "as_of": look.as_of.isoformat(),
        "items": [
            {
                "number": item.number,
                "section": list(item.section),
                "text": item.text,
                "requirement": item.requirement,
                "responsibility": item.responsibility,
                "tasks": [
                    {
                        "task": task.task_id,
                        "unit": task.unit,
                        "period": task.period,
                        "due": task.due.isoformat(),
                        "status": task.standing,
                        "closed_on": task.closed_on.isoformat() if task.closed_on else None,
                        "light": task.light.word,
                        "late_days": task.late_days,
                        "returns": task.returns,
                        "packet": task.packet.number if task.packet else None,
                        "packet_sha256": task.packet.sha256 if task.packet else None,
                    }
                    for task in item.tasks
                ],
            }
            for item in look.items
        ],
    }


COLUMNS: dict[str, Callable[[ItemLine, TaskLine], object]] = {
    "条目": lambda item, task: item.number,
    "工作任务": lambda item, task: item.text,
    "承办单位": lambda item, task: task.unit,
    "期次": lambda item, task: spoken_period(task.period),
    "时限": lambda item, task: task.due,
    "状态": lambda item, task: task.standing,
    "预警": lambda item, task: task.light.word,
    "办结日期": lambda item, task: task.closed_on or "",
    "逾期天数": lambda item, task: task.late_days,
    "退回次数": lambda item, task: task.returns,
    "证据包编号": lambda item, task: task.packet.number if task.packet else "",
    "证据包SHA-256": lambda item, task: task.packet.sha256 if task.packet else "",
}


def _table(look: LookBack) -> Iterator[Iterable[object]]:
    yield COLUMNS
    for item in look.items:
        for task in item.tasks:
            yield [cell(item, task) for cell in COLUMNS.values()]


def _trail(look: LookBack) -> str:
    lines = [json.dumps(event, ensure_ascii=False, sort_keys=True) for event in look.events]
    lines.append(json.dumps({"head": {"seq": look.head_seq, "hash": look.head_hash}}))
    return "\n".join(lines) + "\n"


def _zip(root: Path) -> Path:
    path = root.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for file in sorted(root.rglob("*")):
            if file.is_file():
                packed.write(file, f"{root.name}/{file.relative_to(root).as_posix()}")
    return path
