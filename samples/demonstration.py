"""The demonstration (演示): one document becomes a year of work, packets and a dossier, by the real operations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from sqlalchemy import func, select

from packets.authority import LocalAuthority
from packets.beside import beside
from packets.judging import bundle
from reports import making
from samples.office import SampleOffice, furnish, is_empty
from samples.year import SteeredClock, walk
from workflow.ledgers.models import Ledger
from workflow.office.models import User
from workflow.record.errors import Refused
from workflow.record.installation import Installation, wall_clock
from workflow.record.migrating import migrate
from workflow.record.models import OutboxRow
from workflow.record.published import PublishedLedger
from workflow.record.registering import registration_of
from workflow.record.settings import ZONE
from workflow.tasks.lighting import overdue
from workflow.tasks.models import Packet, Task
from workflow.tasks.words import PacketState, Status
from workflow.year.registering import request_paper


@dataclass(frozen=True)
class Told:
    """What the demonstration made (演示结果)."""

    statuses: dict[str, int]
    late: int
    packets: int


def live(
    installation: Installation,
    clock: SteeredClock,
    path: Path,
    published: PublishedLedger,
    out: Path,
    *,
    closing: int,
    drain: Callable[..., int],
    console: Console,
) -> Told:
    """Fill an empty office from ``path``, live through its year and write packets, dossier and anchors to ``out``.

    ``published`` is what was read from it, of a year that is over. Raises Refused if the office is not empty or the document cannot be read.
    """
    migrate(installation.database.write_engine)
    if not is_empty(installation):
        raise Refused("这里已经有数据，演示只在空的系统里进行；请用环境变量 TAIZHANG_HOME 指定一个空文件夹后重试。")
    with _bars(console) as bars:
        office = furnish(installation, path, at=clock.now, published=published)
        _found_authority(installation)
        clock.now, until = span(installation, office)
        step = bars.add_task("办理一年的任务", total=None)
        walk(
            installation,
            clock,
            office.ledger_id,
            until=until,
            closing=closing,
            progress=lambda p: bars.update(step, completed=p.done, total=p.total),
        )
        _packets(installation, drain, bars)
        _dossier(installation, office, out, bars)
    _export(installation, out)
    print_sign_ins(office, lambda line: console.print(line, soft_wrap=True))
    return _told(installation, until.astimezone(ZONE).date())


def bring_to_life(installation: Installation, clock: SteeredClock, office: SampleOffice, *, until: datetime) -> None:
    """Walk the sample ledger up to now, so that a first look finds work at every desk; the background seals."""
    _found_authority(installation)
    clock.now, _ = span(installation, office)
    walk(installation, clock, office.ledger_id, until=until, closing=20)


def _found_authority(installation: Installation) -> None:
    """Make the seals' authority in the time of the sample year, so that its certificates are valid then and now."""
    LocalAuthority(installation.settings.home, installation.clock).anchors()


def span(installation: Installation, office: SampleOffice) -> tuple[datetime, datetime]:
    """When the sample year begins (publishing) and when the look-back is held (28 December)."""
    with installation.database.reading() as session:
        ledger = session.get_one(Ledger, office.ledger_id)
        published = ledger.published_at or datetime.now(UTC)
        return published, datetime.combine(date(ledger.year, 12, 28), time(17), ZONE).astimezone(UTC)


def publishing_time(year: int, issued_on: date | None) -> datetime:
    """The morning the sample ledger is published: the day it was issued, else 20 March of its year."""
    return datetime.combine(issued_on or date(year, 3, 20), time(9), ZONE).astimezone(UTC)


def _bars(console: Console) -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console)


def _packets(installation: Installation, drain: Callable[..., int], bars: Progress) -> None:
    with installation.database.reading() as session:
        total = session.scalars(select(func.count()).select_from(OutboxRow).where(OutboxRow.done_at.is_(None))).one()
    step = bars.add_task("生成证据包并逐级签章", total=total)
    drain(installation, progress=lambda kept: bars.update(step, completed=kept))


def _dossier(installation: Installation, office: SampleOffice, out: Path, bars: Progress) -> None:
    step = bars.add_task("编制年度卷宗", total=None)
    with installation.database.writing() as session:
        clerk = session.scalars(select(User).where(User.login == "office")).one()
        ledger = session.get_one(Ledger, office.ledger_id)
        request = request_paper(session, ledger, "dossier", by=clerk, at=installation.clock())
        paper_id = request.id
    making.build(installation, paper_id, progress=lambda done, total, _: bars.update(step, completed=done, total=total))
    making.export(installation, paper_id, out)


def _export(installation: Installation, out: Path) -> None:
    """The newest complete packets with their registrations as files, and the anchors to check them with, as of today."""
    folder = out / "packets"
    folder.mkdir(parents=True, exist_ok=True)
    (out / "ca.pem").write_bytes(bundle(replace(installation, clock=wall_clock)))
    with installation.database.reading() as session:
        for packet in session.scalars(select(Packet).where(Packet.state == PacketState.COMPLETE)):
            last, path = packet.revisions[-1].sha256, folder / f"{packet.number}.pdf"
            path.write_bytes(installation.store.read(last))
            if (known := registration_of(session, last)) is not None:
                beside(path).write_text(known.text, "utf-8")


def print_sign_ins(office: SampleOffice, say: Callable[[str], object]) -> None:
    """One line a desk; the passwords are shown this once and must be changed at the first sign-in."""
    say("各岗位登录名与一次性口令（只显示这一次，首次登录须修改）：")
    for desk, person, login, password in office.sign_ins:
        say(f"  {login:<16}{password:<22}{desk}　{person}")


def _told(installation: Installation, today: date) -> Told:
    with installation.database.reading() as session:
        counts = dict(session.execute(select(Task.status, func.count()).group_by(Task.status)).all())
        late = select(func.count()).select_from(Task).where(overdue(Task, today))
        packets = select(func.count()).select_from(Packet).where(Packet.state == PacketState.COMPLETE)
        return Told(
            {status.word: counts.get(status, 0) for status in Status},
            session.scalars(late).one(),
            session.scalars(packets).one(),
        )
