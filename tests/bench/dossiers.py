"""How much memory a dossier of many packets takes (年度卷宗内存), beside its limit.

``python -m tests.bench.dossiers PACKETS`` makes one by itself and prints the peak memory of its process in bytes.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pikepdf

from reports.dossier import DossierBinder
from reports.kinds import Made
from tests.bench.measure import Figure, Size
from tests.sealed import NOW, sealing
from workflow.ledgers.export import LedgerTable, TableColumn
from workflow.record.installation import Installation, install
from workflow.record.migrating import migrate
from workflow.record.settings import Settings
from workflow.tasks.lists.lights import Light
from workflow.tasks.progress import Pace
from workflow.tasks.words import Status, TaskOutcome
from workflow.year.dossiers.facts import Dossier
from workflow.year.look_backs.of_ledger import ItemLine, LookBack, SealedPacket, TaskLine

LIMIT, PER_ROW, HEAVY = 1 << 30, 10, 10
"""The limit in bytes; packets a row; every so manieth packet is followed by a megabyte and more."""


def figures(size: Size) -> Iterator[Figure]:
    """The peak of one dossier."""
    command = [sys.executable, "-m", "tests.bench.dossiers", str(size.archived)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    yield Figure(
        "dossier-memory", float(done.stdout.split()[-1]), f"the limit, {size.archived} packets", LIMIT, unit="B"
    )


def main() -> None:
    """Bind, judge and pack so many packets."""
    with tempfile.TemporaryDirectory() as folder:
        here = install(Settings(home=Path(folder) / "home", _env_file=None), lambda: datetime(2026, 12, 28, tzinfo=UTC))
        migrate(here.database.write_engine)
        binder = DossierBinder(_facts(here, int(sys.argv[1])), here, lambda words: None)
        made = []
        for one in binder.planned:
            blob = here.store.add_bytes(binder.bind(one))
            made.append(Made(one.number, blob.sha256, blob.size, ""))
            print(one.number, one.title, blob.size, _peak(), flush=True)
        binder.pack(sorted(made, key=lambda one: one.number), Path(folder))
        print(_peak())


def _peak() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def _facts(here: Installation, count: int) -> Dossier:
    office = sealing(here.settings.home)
    pdf = office.revisions()[-1]
    said = office.registration(pdf).decode()
    light = here.store.add_bytes(pdf)
    heavy = here.store.add_bytes(_heavier(pdf))
    source = here.store.add_bytes(b"table")
    items = []
    for start in range(0, count, PER_ROW):
        number = f"{start // PER_ROW + 1}"
        tasks = []
        for n in range(start, min(start + PER_ROW, count)):
            blob = heavy if n % HEAVY == HEAVY - 1 else light
            packet = SealedPacket(f"ZWGK-2026-{n:06d}", blob.sha256, blob.size, said)
            tasks.append(_task(n, packet))
        items.append(_item(number, tuple(tasks)))
    columns = (TableColumn("number", "序号", 1), TableColumn("requirement", "工作要求", 7))
    rows = tuple((item.number, item.text) for item in items)
    look = LookBack(
        ledger_id=1, title="2026年政务公开任务分解表", year=2026, issuer="云岭市人民政府办公室", document_number="",
        office="云岭市人民政府办公室", source_name="表.txt", source_sha256=source.sha256, as_of=NOW, unit="",
        units=tuple(f"市第{n}局" for n in range(PER_ROW)), items=tuple(items), head_seq=0, head_hash="0" * 64,
    )  # fmt: skip
    return Dossier(look, LedgerTable(look.title, "", "", "", "", columns, rows), None, (), (), ())


def _heavier(pdf: bytes) -> bytes:
    """The same pages with a large file embedded."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        opened.attachments["证明.bin"] = pikepdf.AttachedFileSpec(opened, random.Random(1).randbytes(3 << 20))
        out = BytesIO()
        opened.save(out)
        return out.getvalue()


def _item(number: str, tasks: tuple[TaskLine, ...]) -> ItemLine:
    return ItemLine(
        item_id=0,
        number=number, section=("一、重点领域",), text=f"公开第{number}项信息，及时更新，逐项说明进展和完成情况。", requirement="",
        responsibility="", leads=(), deadline_text="", follows="", carried="", tasks=tasks, pace=Pace.SETTLED,
    )  # fmt: skip


def _task(n: int, packet: SealedPacket) -> TaskLine:
    return TaskLine(
        task_id=n + 1, unit=f"市第{n % PER_ROW}局", local=False, kind="", period="", due=date(2026, 9, 30), due_reason="",
        status=Status.CLOSED, outcome=TaskOutcome.DONE, paused=False, closed_on=date(2026, 9, 1), light=Light("green", "已办结", ""),
        late_days=0, returns=0, urgings=0, packet=packet, evidence=(),
    )  # fmt: skip


if __name__ == "__main__":
    main()
