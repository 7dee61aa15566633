"""The demonstration (演示): one document becomes a year of work, packets and a dossier, by the real operations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from sqlalchemy import func, select

from packets.authority import LocalAuthority
from reports import making
from samples import last_year, papers
from samples.agenda import Agenda, SteeredClock
from samples.assessed import Assessing
from samples.below import Below, lower_ledgers
from samples.calling_in import CallingIn
from samples.fates import Plan
from samples.figures import write_figures
from samples.inspecting import Inspecting
from samples.issuing import Issuing
from samples.look_back import LookingBack
from samples.office import SampleOffice, is_empty, issue, settle_in
from samples.rounds import Filings
from samples.sealing import closed_tasks, promised, wanted
from samples.year import Year
from samples.year_end import close_last_year
from workflow.ledgers.models import Ledger
from workflow.office.models import User
from workflow.record.errors import Refused
from workflow.record.installation import Installation
from workflow.record.migrating import migrate
from workflow.record.published import PublishedLedger
from workflow.record.settings import ZONE
from workflow.tasks.lists.lighting import overdue
from workflow.tasks.models import Packet, Task
from workflow.tasks.words import PacketState, Status
from workflow.year.models import Paper
from workflow.year.registering import request_paper


@dataclass(frozen=True)
class Told:
    """What the demonstration made (演示结果)."""

    statuses: dict[str, int]
    late: int
    packets: int
    papers: int
    """Forms, sheets and tables that were sealed."""
    waiting: int
    """Closed tasks whose packet is left to the background."""


def live(
    installation: Installation,
    clock: SteeredClock,
    path: Path,
    published: PublishedLedger,
    out: Path,
    *,
    packets: int,
    keep: Callable[..., int],
    console: Console,
) -> Told:
    """Fill an empty office from ``path``, live through its year and the one before, and write every paper to ``out``.

    ``published`` is what was read from it, of a year that is over. Of each year's packets ``packets`` are printed and sealed;
    the others stay promised, for a service that is started in this home. Raises Refused if the office is not empty or the document cannot be read.
    """
    migrate(installation.database.write_engine)
    if not is_empty(installation):
        raise Refused("这里已经有数据，演示只在空的系统里进行；请用环境变量 TAIZHANG_HOME 指定一个空文件夹后重试。")
    with _bars(console) as bars:
        issued, clock.now = clock.now, last_year.published_at(published)
        _found_authority(installation)
        office = settle_in(installation, path, published, at=clock.now)
        before = last_year.live_last_year(installation, clock, published)
        _seal(installation, wanted(installation, before, packets), keep, bars)
        clock.now = max(issued, clock.now)
        office.ledger_id = issue(installation, published, path.read_bytes(), name=path.name, at=clock.now)
        close_last_year(installation, clock, before, office.ledger_id)
        _, until = span(installation, office)
        _live_year(installation, clock, office, before, until, bars)
        _seal(installation, wanted(installation, office.ledger_id, packets), keep, bars)
        _seal(installation, _across_levels(installation, office.ledger_id), keep, bars)
        _dossier(installation, office, out, bars)
    papers.leave(installation, office.ledger_id, out)
    write_figures(installation, office.ledger_id, out / "facts.json", dossier=clock.now)
    print_sign_ins(office, lambda line: console.print(line, soft_wrap=True))
    return _told(installation, office, until.astimezone(ZONE).date())


def _live_year(
    installation: Installation, clock: SteeredClock, office: SampleOffice, before: int, until: datetime,
    bars: Progress,
) -> None:  # fmt: skip
    """Tasks, two rounds and the look-back on the year before, in one order of time."""
    agenda, start = Agenda(), clock.now
    Year(installation, agenda, office.ledger_id, Plan(until), until).begin(start)
    Filings(installation, agenda, office.ledger_id, until=until).begin(start)
    issuing = Issuing(installation, agenda, office.ledger_id, until=until)
    issuing.begin(start)
    CallingIn(installation, agenda, issuing, office.ledger_id, until).begin(start)
    Inspecting(installation, agenda, office.ledger_id, until).begin(start)
    Assessing(installation, agenda, office.ledger_id).begin(until.year)
    Below(installation, agenda, office.ledger_id, until).begin(start)
    looking = LookingBack(installation, agenda, before, until=until)
    looking.begin(start)
    agenda.add(until - timedelta(hours=1), looking.ask_paper)
    step = bars.add_task("办理一年的任务", total=None)
    agenda.run(clock, until, lambda p: bars.update(step, completed=p.done, total=p.total))


def bring_to_life(installation: Installation, clock: SteeredClock, office: SampleOffice, *, until: datetime) -> None:
    """Walk the sample ledger up to now, so that a first look finds work at every desk; the background seals."""
    _found_authority(installation)
    clock.now, _ = span(installation, office)
    agenda = Agenda()
    Year(installation, agenda, office.ledger_id, Plan(until), until).begin(clock.now)
    agenda.run(clock, until)


def _found_authority(installation: Installation) -> None:
    """Make the seals' authority in the time of the sample year, so that its certificates are valid then and now."""
    LocalAuthority(installation.settings.common, installation.clock).anchors()


def span(installation: Installation, office: SampleOffice) -> tuple[datetime, datetime]:
    """When the sample year begins (publishing) and when the look-back is held (28 December)."""
    with installation.database.reading() as session:
        ledger = session.get_one(Ledger, office.ledger_id)
        published = ledger.published_at or datetime.now(UTC)
        return published, datetime.combine(date(ledger.year, 12, 28), time(17), ZONE).astimezone(UTC)


def publishing_time(year: int, issued_on: date | None) -> datetime:
    """The morning the sample ledger is published: the day it was issued, where that leaves most of its year; else 20 March."""
    known = issued_on is not None and date(year - 1, 12, 20) < issued_on < date(year, 9, 20)
    return datetime.combine(issued_on if issued_on and known else date(year, 3, 20), time(9), ZONE).astimezone(UTC)


def _bars(console: Console) -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console)


def _seal(installation: Installation, rows: list[int], keep: Callable[..., int], bars: Progress) -> None:
    step = bars.add_task("生成材料并签章", total=len(rows))
    keep(installation, rows, progress=lambda kept: bars.update(step, completed=kept))


def _across_levels(installation: Installation, ledger_id: int) -> list[int]:
    """The packet of the task that was cut, and one of those below it."""
    with installation.database.reading() as session:
        cut = list(session.scalars(select(Task.id).where(Task.ledger_id == ledger_id, Task.lower_id.is_not(None))))
        cut += [one for lower in lower_ledgers(session, ledger_id) for one in closed_tasks(session, lower)[:1]]
        return promised(session, cut)


def _dossier(installation: Installation, office: SampleOffice, out: Path, bars: Progress) -> None:
    step = bars.add_task("编制年度卷宗", total=None)
    with installation.database.writing() as session:
        clerk = session.scalars(select(User).where(User.login == "office")).one()
        ledger = session.get_one(Ledger, office.ledger_id)
        request = request_paper(session, ledger, "dossier", by=clerk, at=installation.clock())
        paper_id = request.id
    making.build(installation, paper_id, progress=lambda done, total, _: bars.update(step, completed=done, total=total))
    making.export(installation, paper_id, out / "dossier")


def print_sign_ins(office: SampleOffice, say: Callable[[str], object]) -> None:
    """One line a desk; the passwords are shown this once and must be changed at the first sign-in."""
    say("各岗位登录名与一次性口令（只显示这一次，首次登录须修改）：")
    for desk, person, login, password in office.sign_ins:
        say(f"  {login:<16}{password:<22}{desk}　{person}")


def _told(installation: Installation, office: SampleOffice, today: date) -> Told:
    with installation.database.reading() as session:
        mine = Task.ledger_id == office.ledger_id
        counts = dict(session.execute(select(Task.status, func.count()).where(mine).group_by(Task.status)).all())
        late = select(func.count()).select_from(Task).where(mine, overdue(Task, today))
        packets = select(func.count()).select_from(Packet).where(Packet.state == PacketState.COMPLETE)
        own = select(func.count()).select_from(Packet).join(Task, Task.id == Packet.task_id)
        mine_sealed = session.scalars(own.where(mine, Packet.state == PacketState.COMPLETE)).one()
        sealed = select(func.count()).select_from(Paper).where(Paper.pdf_sha256.is_not(None))
        return Told(
            {status.word: counts.get(status, 0) for status in Status},
            session.scalars(late).one(),
            session.scalars(packets).one(),
            session.scalars(sealed).one(),
            len(closed_tasks(session, office.ledger_id)) - mine_sealed,
        )
