"""How a dossier falls into volumes (分卷): papers first, then what units have sealed, then the packets, each volume within its limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from reports.shares import short
from workflow.ledgers.deadlines import spoken_period
from workflow.record.calendar import spoken
from workflow.year.dossiers.facts import Dossier
from workflow.year.dossiers.parts import SealedPaper

PAGES, BYTES = 300, 200 << 20
"""What a volume holds at most; a paper that is larger is a volume by itself."""
PACKETS = "证据包"
WORDS = {"filing": "落实情况表", "round": "落实情况汇总表", "look_back": "回头看核查表", "self_check": "回头看自查表"}


@dataclass
class Sealed:
    """One sealed paper that is bound as a reading copy (件)."""

    title: str
    number: str
    author: str
    on: str
    sha256: str
    registration: str
    note: str = ""
    pages: int = 0
    size: int = 0


@dataclass
class Content:
    """What is in one volume (卷内文件), its front and its 备考表 apart."""

    number: int
    title: str
    pieces: list[Sealed] = field(default_factory=list)

    @property
    def pages(self) -> int:
        """Pages of the papers in it."""
        return sum(piece.pages for piece in self.pieces)

    @property
    def size(self) -> int:
        """Bytes of the papers in it, as they were sealed."""
        return sum(piece.size for piece in self.pieces)


def volumes(facts: Dossier, measured: Callable[[Sealed], None]) -> list[Content]:
    """Every volume behind the first one, in order; ``measured`` looks up pages and size of each paper."""
    found: list[Content] = []
    for title, pieces in (
        ("落实情况表", _filings(facts)),
        ("回头看材料", _checks(facts)),
        ("检查、通报和函件", _attached(facts)),
        (PACKETS, _packets(facts)),
    ):
        made = _cut(title, pieces, measured, after=len(found) + 1)
        if len(made) > 1:
            for n, one in enumerate(made, start=1):
                one.title = f"{title}（{n}）{one.title.removeprefix(title)}"
        found += made
    return found


def _cut(title: str, pieces: Iterable[Sealed], measured: Callable[[Sealed], None], *, after: int) -> list[Content]:
    found: list[Content] = []
    for piece in pieces:
        measured(piece)
        full = found and (found[-1].pages + piece.pages > PAGES or found[-1].size + piece.size > BYTES)
        if not found or full:
            found.append(Content(after + len(found) + 1, title))
        found[-1].pieces.append(piece)
    return found


def _filings(facts: Dossier) -> Iterator[Sealed]:
    for row in facts.rounds:
        forms = [("", row.whole)] if row.whole else []
        for edition, paper in [*forms, *row.forms]:
            yield _paper(paper, f"{row.title}{edition}")


def _checks(facts: Dossier) -> Iterator[Sealed]:
    for one in facts.checks:
        for paper in one.papers:
            yield _paper(paper, f"《{one.facts.title}》{WORDS[paper.kind]}")


def _attached(facts: Dossier) -> Iterator[Sealed]:
    for title, paper in facts.attached:
        yield _paper(paper, title)


def _paper(paper: SealedPaper, title: str) -> Sealed:
    return Sealed(title, paper.number, paper.unit, spoken(paper.on), paper.sha256, paper.registration)


def _packets(facts: Dossier) -> Iterator[Sealed]:
    for item in facts.look.items:
        for task in item.tasks:
            if task.packet is not None:
                yield Sealed(
                    title=f"第 {item.number} 条　{short(item.text)}",
                    number=task.packet.number,
                    author=task.unit,
                    on=spoken(task.closed_on) if task.closed_on else "",
                    sha256=task.packet.sha256,
                    registration=task.packet.registration,
                    note=spoken_period(task.period),
                )
