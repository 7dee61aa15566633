"""Packets a minute (证据包产出): real worker processes on a real office, one and two of them, and whether their memory stays flat.

``python -m tests.bench.packets PACKETS [postgresql]`` tells how it went while it goes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from tests.bench.approvals import climb
from tests.bench.measure import Figure, Size
from tests.bench.offices import furnished
from tests.postgres import cluster
from workflow.record.installation import Installation
from workflow.record.settings import Settings
from workflow.tasks.models import Packet
from workflow.tasks.words import PacketState

WORKER = Path(__file__).resolve().parents[2] / "worker.py"
SHARE = 10
"""One worker alone makes a tenth; memory is read first when as many are made, and at the end."""


@dataclass(frozen=True)
class Run:
    """How so many workers did (一次产出)."""

    each: float
    """Seconds a packet, from the first on."""
    work: float
    """Seconds of a processor a packet, which a busy machine tells, too."""
    early: int
    late: int
    """Bytes of the largest worker with all its children, when a tenth was made and at the end."""


def figures(size: Size) -> Iterator[Figure]:
    """Two workers beside one, and their memory at the end beside the beginning."""
    one, two = run(1, max(size.packets // SHARE, 2)), run(2, size.packets)
    yield Figure("packets-2-workers", two.each, "a packet with one worker", one.each)
    yield Figure(
        "packets-memory", two.late, f"the same worker after {max(size.packets // SHARE, 1)} packets", two.early, "B"
    )


def run(workers: int, packets: int, *, postgresql: bool = False, told: bool = False) -> Run:
    """Close so many tasks of a fresh office, and let so many workers make their packets."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(cluster(durable=True)) if postgresql else ""
        here = furnished(Settings(home=home, database_url=url, _env_file=None), rows=packets)
        climb(here, packets)
        crew = [stack.enter_context(_worker(here)) for _ in range(workers)]
        while not (first := _made(here)):
            time.sleep(0.05)
        began, begun, early, made = time.perf_counter(), sum(map(_work, crew)), 0, first
        while made < packets:
            time.sleep(0.2)
            before, made = made, _made(here)
            early = early or (max(map(memory, crew)) if made * SHARE >= packets else 0)
            if told and made // 50 > before // 50:
                print(made, round(time.perf_counter() - began, 1), [memory(one) >> 20 for one in crew], flush=True)
        counted = max(packets - first, 1)
        each, work = (time.perf_counter() - began) / counted, (sum(map(_work, crew)) - begun) / counted
        late = max(map(memory, crew))
        here.database.dispose()
        return Run(each, work, early or late, late)


def memory(process: int) -> int:
    """Resident bytes of a process and of those that it has started."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") + sum(map(memory, _started(process)))
    except FileNotFoundError:  # it has ended meanwhile
        return 0


def _work(process: int) -> float:
    """Seconds of a processor that a process has taken, with those it has started, ended ones too."""
    try:
        told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, told[11:15])) / os.sysconf("SC_CLK_TCK") + sum(map(_work, _started(process)))
    except FileNotFoundError:
        return 0.0


def _started(process: int) -> list[int]:
    return [int(pid) for one in Path(f"/proc/{process}/task").glob("*/children") for pid in one.read_text().split()]


@contextmanager
def _worker(here: Installation) -> Iterator[int]:
    env = os.environ | {"TAIZHANG_HOME": str(here.settings.home), "TAIZHANG_DATABASE_URL": here.settings.database_url}
    process = subprocess.Popen(
        [sys.executable, str(WORKER)], env=env, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait()


def _made(here: Installation) -> int:
    with here.database.reading() as session:
        done = select(func.count()).select_from(Packet).where(Packet.state == PacketState.COMPLETE)
        return session.scalars(done).one()


def main() -> None:
    """Two workers, then one, each told in packets a minute."""
    packets, postgresql = int(sys.argv[1]), sys.argv[2:] == ["postgresql"]
    for workers, count in ((2, packets), (1, max(packets // SHARE, 2))):
        done = run(workers, count, postgresql=postgresql, told=True)
        rate = f"{60 / done.each:.0f} packets a minute with {workers} worker(s), {done.work:.2f} s of a processor each"
        print(f"{rate}; {done.early >> 20} MB after {count // SHARE}, {done.late >> 20} MB after {count}", flush=True)


if __name__ == "__main__":
    main()
