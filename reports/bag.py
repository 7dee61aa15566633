"""The bag (归档包): BagIt 1.0 (RFC 8493) with sealed packets, originals, audit trail and manifest, as a zip."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import bagit
from sqlalchemy import select

from packets.beside import beside
from reports import annual
from reports.kinds import Made
from reports.soundness import Property
from workflow.ledgers.deadlines import spoken_period
from workflow.record.calendar import day_of
from workflow.record.installation import Installation
from workflow.record.models import AuditEvent
from workflow.record.showing import csv_lines
from workflow.record.text import safe_name
from workflow.tasks.models import Task
from workflow.year.dossiers.facts import Dossier
from workflow.year.look_backs.of_ledger import ItemLine, LookBack, TaskLine

README = """本归档包的内容与核对方法
========================
data/dossier.pdf        年度卷宗第一卷（办公室盖章）；dossier-02.pdf 起是其余各卷，旁边的 .registration.json 是各卷的登记
data/packets/           各件证据包原件和登记（.registration.json），印章完整有效
data/papers/            落实情况表、回头看、检查、通报和函件、约谈等盖章材料原件和登记
data/originals/         经审核的证明材料原件和来源文件，文件名前的 16 位是其 SHA-256 的开头；未经审核的不收
data/ledger.json        台账、条目和承办情况
data/tasks.csv          承办情况一览（可用表格软件打开）
data/self-check.json    四性自检结果
data/annual-report.txt  供政府信息公开年度报告使用的文字
data/audit-trail.jsonl  本台账各件的留痕，每行一条；最后一行是留痕链头
manifest-sha256.txt     每个文件的 SHA-256

核对：1. 解压后在本目录运行 sha256sum -c manifest-sha256.txt，应全部为 OK；
      2. 运行 flask --app app packet verify 文件 --trust ca.pem，结论应为通过；ca.pem 请另向发布机关索取，登记文件留在原处；
      3. pdfsig 等阅读器只能看到各枚印章本身有效：盖章之后的多数改动它也显示 Signature is Valid，不能代替第 2 步；
      4. 留痕：每条的 hash = SHA-256(JSON 数组 [seq, at, kind, actor_id, actor_name, task_id, data 的规范 JSON 文本, prev_hash])。
"""


def make(
    facts: Dossier,
    made: Sequence[Made],
    sound: Sequence[Property],
    here: Installation,
    folder: Path,
    *,
    step: Callable[[], None],
) -> Path:
    """Build the bag under ``folder`` and return the path of its zip. Raises Damaged for stored bytes that changed."""
    look = facts.look
    root = folder / f"lookback-{look.year}-{look.ledger_id}"
    for name in ("packets", "papers", "originals"):
        (root / name).mkdir(parents=True)
    for volume in made:
        name = f"dossier-{volume.number:02d}.pdf" if volume.number > 1 else "dossier.pdf"
        _put(here, volume.sha256, root / name, volume.registration)
    letters = (paper for _, paper in facts.attached)
    for paper in (*facts.filings, *(paper for one in facts.checks for paper in one.papers), *letters):
        _put(here, paper.sha256, root / "papers" / f"{paper.number}.pdf", paper.registration)
        step()
    _put(here, look.source_sha256, root / "originals" / _kept(look.source_sha256, look.source_name))
    for task in look.tasks:
        if task.packet is not None:
            _put(here, task.packet.sha256, root / "packets" / f"{task.packet.number}.pdf", task.packet.registration)
            step()
        for name, sha256 in task.evidence:
            _put(here, sha256, root / "originals" / _kept(sha256, name))
    _tell(facts, sound, here, root)
    bag = bagit.make_bag(str(root), _info(look), checksums=["sha256"])
    (root / "说明.txt").write_text(README, "utf-8")
    bag.save(manifests=False)
    return _zip(root)


def _put(here: Installation, sha256: str, path: Path, registration: str = "") -> None:
    """Copy one stored file piece by piece, once, with its registration where it has one."""
    if not path.exists():
        with path.open("wb") as file:
            file.writelines(here.store.stream(sha256))
    if registration:
        beside(path).write_text(registration, "utf-8")


def _tell(facts: Dossier, sound: Sequence[Property], here: Installation, root: Path) -> None:
    """What is written for programs, and for the annual report."""
    look = facts.look
    (root / "ledger.json").write_text(json.dumps(_ledger(look), ensure_ascii=False, indent=1), "utf-8")
    (root / "tasks.csv").write_bytes("".join(csv_lines(_table(look))).encode())
    found = [{"name": one.name, "passed": one.passed, "detail": one.detail} for one in sound]
    (root / "self-check.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")
    if said := annual.paragraphs(facts):
        (root / "annual-report.txt").write_text("\n\n".join(said) + "\n", "utf-8")
    with (root / "audit-trail.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(_trail(look, here))


def _info(look: LookBack) -> dict[str, str]:
    return {
        "Source-Organization": look.office,
        "External-Description": f"《{look.title}》年度卷宗" + (f"（{look.unit}）" if look.unit else ""),
        "External-Identifier": f"{look.year}-{look.ledger_id}",
        "Bagging-Date": day_of(look.as_of).isoformat(),
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


_LINK = (
    AuditEvent.seq, AuditEvent.at, AuditEvent.kind, AuditEvent.actor_id, AuditEvent.actor_name, AuditEvent.task_id,
    AuditEvent.data, AuditEvent.prev_hash, AuditEvent.hash,
)  # fmt: skip
"""What the archive keeps of an event: all that its hash covers."""


def _trail(look: LookBack, here: Installation) -> Iterator[str]:
    """The trail of the tasks up to the head that the dossier names, a line an event; no event is ever changed."""
    of_it = (Task.ledger_id == look.ledger_id, AuditEvent.seq <= look.head_seq)
    wanted = select(*_LINK).join(Task, Task.id == AuditEvent.task_id).where(*of_it).order_by(AuditEvent.seq)
    mine = {task.task_id for task in look.tasks}
    with here.database.reading() as session:
        for event in session.execute(wanted.execution_options(yield_per=1000)).mappings():
            if event["task_id"] in mine:
                said = {**event, "data": json.loads(event["data"])}
                yield json.dumps(said, ensure_ascii=False, sort_keys=True) + "\n"
    yield json.dumps({"head": {"seq": look.head_seq, "hash": look.head_hash}}) + "\n"


def _zip(root: Path) -> Path:
    path = root.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for file in sorted(root.rglob("*")):
            if file.is_file():
                way = zipfile.ZIP_STORED if file.suffix == ".pdf" else zipfile.ZIP_DEFLATED
                packed.write(file, f"{root.name}/{file.relative_to(root).as_posix()}", compress_type=way)
    return path
