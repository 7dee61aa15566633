"""The dossier (年度卷宗): its volumes one after the other, the first one last, when it is known what is in the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from packets.judging import bundle
from reports import bag, figures, papers_of_year, soundness
from reports.binding import LINK, Head, Part, bind, heads_of, marks, pages_of, printed
from reports.kinds import Made, Planned, Step
from reports.volumes import PACKETS, Content, Sealed, volumes
from workflow.record.audit import Head as TrailHead
from workflow.record.calendar import day_of, spoken
from workflow.record.installation import Installation
from workflow.record.trail import check_trail
from workflow.year.dossiers.facts import Dossier

COVER = "front"
PAPERS = "综合卷"
CLOSING = 1
"""Pages of 备考表."""


@dataclass(frozen=True)
class Entry:
    """A line of 卷内文件目录 (目录行), by DA/T 22."""

    number: str
    author: str
    title: str
    on: str
    page: int
    last: int
    note: str = ""


@dataclass(frozen=True)
class Span:
    """Where a volume begins and ends (卷的起止)."""

    number: int
    title: str
    pieces: int
    first: int
    pages: int

    @property
    def last(self) -> int:
        """Its last page."""
        return self.first + self.pages - 1


class DossierBinder:
    """Prints, counts and binds the volumes of one dossier."""

    def __init__(self, facts: Dossier, here: Installation, step: Step) -> None:
        self._facts, self._here, self._step = facts, here, step
        self._verdicts: dict[str, str] = {}
        self._parts = list(papers_of_year.parts(facts, here.settings))
        step("排印各部分")
        self._content = volumes(facts, self._measure)
        self._anchors = bundle(here)
        self._lengths = [2] * (1 + len(self._content))
        self._lay_out()
        step("清点装订件")

    @property
    def planned(self) -> Sequence[Planned]:
        """The volumes of sealed papers, then the first one."""
        return [*(Planned(one.number, one.title) for one in self._content), Planned(1, PAPERS)]

    @property
    def steps(self) -> int:
        """One a sealed paper that is bound and one that is packed, one a volume, and those before and behind."""
        return 2 * sum(len(one.pieces) for one in self._content) + len(self._spans) + 3

    def bind(self, one: Planned) -> bytes:
        """One volume, its pages numbered on from the volume before."""
        span = self._spans[one.number - 1]
        inner = self._papers() if one.number == 1 else self._copies(self._content[one.number - 2])
        bound = bind(self._with_ends(span, inner), self._marks, first=span.first)
        self._step(f"第 {one.number} 卷装订成册")
        return bound

    def vouches(self, one: Planned) -> Mapping[str, Any]:
        """Which sealed papers are bound in it, and what the verifier has said of each."""
        pieces = [] if one.number == 1 else self._content[one.number - 2].pieces
        bound = [{"number": p.number, "sha256": p.sha256, "verdict": self._verdicts[p.number]} for p in pieces]
        return {"volume": one.number, "volumes": len(self._spans), "packets": bound}

    def recall(self, one: Planned, said: Mapping[str, Any]) -> None:
        """What was found of the papers in a volume that is there already."""
        for paper in said["packets"]:
            self._verdicts[paper["number"]] = paper["verdict"]
            self._step("")
        self._step(f"第 {one.number} 卷已装订")

    def pack(self, made: Sequence[Made], folder: Path) -> Path:
        """The bag with everything in it."""
        path = bag.make(self._facts, made, self._sound(), self._here, folder, step=lambda: self._step(""))
        self._step("打包归档")
        return path

    def _measure(self, piece: Sealed) -> None:
        pdf = self._here.store.read(piece.sha256)
        piece.pages, piece.size = pages_of(pdf), len(pdf)

    def _lay_out(self) -> None:
        """Where every volume begins: fronts hold page numbers, which hang on how long fronts are, until both agree."""
        own = (PAPERS, len(self._titles()))
        inside = [own, *((content.title, len(content.pieces)) for content in self._content)]
        within = [sum(map(pages_of, self._parts)), *(content.pages for content in self._content)]
        self._spans = [Span(n, title, pieces, 1, 1) for n, (title, pieces) in enumerate(inside, start=1)]
        lengths: list[int] = []
        while lengths != self._lengths:
            self._lengths, first = lengths or self._lengths, 1
            for n, (front, pages) in enumerate(zip(self._lengths, within, strict=True)):
                self._spans[n] = replace(self._spans[n], first=first, pages=front + pages + CLOSING)
                first += self._spans[n].pages
            self._fronts = [self._front(span) for span in self._spans]
            lengths = [pages_of(front) for front in self._fronts]
        self._pages = self._spans[-1].last
        self._marks = marks(self._here.settings, self._pages)

    def _front(self, span: Span) -> bytes:
        """Cover, 卷内文件目录 and, in the first volume, 编制说明."""
        first = span.number == 1
        return printed(
            self._here.settings, COVER, facts=self._facts, volume=span, volumes=len(self._spans), link=LINK,
            whole=figures.tally("合计", self._facts.look.tasks), lines=list(self._entries(span)),
            spans=self._spans if first and len(self._spans) > 1 else (),
            preface=papers_of_year.preface(self._facts) if first else (),
        )  # fmt: skip

    def _entries(self, span: Span) -> Iterator[Entry]:
        """The lines of a volume's contents; before it is laid out with page numbers that say nothing yet."""
        page = span.first + self._lengths[span.number - 1]
        if span.number == 1:
            yield from self._own_entries(page)
            return
        for piece in self._content[span.number - 2].pieces:
            yield Entry(piece.number, piece.author, piece.title, piece.on, page, page + piece.pages - 1, piece.note)
            page += piece.pages

    def _own_entries(self, page: int) -> Iterator[Entry]:
        look, on = self._facts.look, spoken(day_of(self._facts.as_of))
        heads = self._titles()
        ends = [head.page - head.top for head in heads[1:]] + [sum(map(pages_of, self._parts)) - 1]
        for n, (head, end) in enumerate(zip(heads, ends, strict=True)):
            published = n == 0
            author, number = (look.issuer, look.document_number) if published else (look.office, "")
            when = spoken(self._facts.issued_on) if published and self._facts.issued_on else on
            yield Entry(number, author, head.title, when, page + head.page, page + max(end, head.page))
        for span in self._spans[1:]:
            title = f"{'十、' if span.title.startswith(PACKETS) else '附：'}{span.title}"
            yield Entry("", look.office, title, on, span.first, span.last, f"第 {span.number} 卷，{span.pieces} 件")

    def _titles(self) -> list[Head]:
        """Where each part begins, its page counted from the first part's."""
        found, page = [], 0
        for pdf in self._parts:
            found += [replace(head, page=page + head.page) for head in heads_of(pdf) if head.title[1:2] == "、"]
            page += pages_of(pdf)
        return found

    def _with_ends(self, span: Span, inner: Iterator[Part]) -> Iterator[Part]:
        yield Part("封面和目录", self._fronts[span.number - 1])
        yield from inner
        yield Part("备考表", self._closing(span))

    def _papers(self) -> Iterator[Part]:
        for pdf in self._parts:
            yield Part("　".join(head.title for head in heads_of(pdf) if head.title[1:2] == "、"), pdf)

    def _copies(self, content: Content) -> Iterator[Part]:
        """The sealed papers one after the other, each read whole, checked against its digest and judged anew."""
        for piece in content.pieces:
            pdf = self._here.store.read(piece.sha256)
            self._verdicts[piece.number] = soundness.verdict_of(self._here, self._anchors, pdf, piece.registration)
            yield Part(f"{piece.title}　{piece.author}　{piece.number}", pdf, sealed=True)
            self._step("")

    def _closing(self, span: Span) -> bytes:
        """备考表; in the first volume with the four properties."""
        first = span.number == 1
        numbers = [] if first else [piece.number for piece in self._content[span.number - 2].pieces]
        told = soundness.missing_packets(self._facts) if first else soundness.faults(self._verdicts, numbers)
        return printed(
            self._here.settings, "closing", facts=self._facts, volume=span, volumes=len(self._spans), pages=self._pages,
            faults=told[:20] + ([f"另有 {len(told) - 20} 项，见归档包。"] if len(told) > 20 else []),
            sound=self._sound() if first else (),
        )  # fmt: skip

    def _sound(self) -> list[soundness.Property]:
        fault = self._trail_fault
        return soundness.properties(
            self._facts, self._verdicts, trail=fault, volumes=len(self._spans), pages=self._pages
        )

    @cached_property
    def _trail_fault(self) -> str:
        """What is wrong with the trail up to the head that the dossier names; nothing where it is whole."""
        return check_trail(self._here.database, TrailHead(self._facts.head_seq, self._facts.head_hash)).fault
