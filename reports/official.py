"""An issued paper as GB/T 9704-2012 lays it out (公文排印): one value, printed as PDF here and as Word in ``official_docx``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

import pikepdf
from sqlalchemy.orm import Session

from packets import fonts
from reports.binding import printed
from reports.bulletin_paper import annexes, body, receipt
from reports.kinds import Block, Place
from workflow.ledgers.export import LedgerTable
from workflow.office.asof import units_at
from workflow.record import audit
from workflow.record.calendar import day_of
from workflow.record.settings import Settings
from workflow.year.missives.drafting import figures_of
from workflow.year.missives.models import Letter, Missive

MARK = "seal:here"
"""How the template marks where the seal stands: a link, which is taken out again."""
HEAD_WIDTH, HEAD_TALLEST = 430.0, 48.0
"""Points across which the red head stands, and its greatest size."""
TITLE_WIDTH = 19
"""Characters of a title that one line takes."""
_GAP = re.compile(r"(?<=[^\x00-\x7f]) (?=[\x00-\x7f])|(?<=[\x00-\x7f]) (?=[^\x00-\x7f])")
_HELD = re.compile(r"[（《〔“].|.[）》〕”、，。：；]|[0-9A-Za-z.-]{2}|[0-9][年月日]", re.DOTALL)
"""Two characters between which no line of a title ends."""
FACES = {"Fangsong": "仿宋", "Kai": "楷体", "Title": "小标宋"}
"""Families that the layout asks for and an office may bring."""


@dataclass(frozen=True)
class Annex:
    """What is attached (附件)."""

    name: str
    tables: tuple[LedgerTable, ...]
    across: bool
    attached: bool = True
    """False for the receipt, which is torn off and no annex."""


@dataclass(frozen=True)
class Official:
    """Everything that an issued paper prints (公文)."""

    title: str
    office: str
    year: int
    as_of: datetime
    head_seq: int
    head_hash: str
    number: str
    """文号; empty for a draft, which says so."""
    addressed: str
    blocks: tuple[Block, ...]
    annexes: tuple[Annex, ...]
    signed_on: date | None
    issued_on: date | None
    copied: str
    contact: str
    letter: bool = False
    """True for the layout of letters (信函格式)."""

    @property
    def title_lines(self) -> list[str]:
        """The title in lines of much the same length, broken where a book title ends or begins if one does near there, never inside a number or beside a bracket's inner side."""
        count = -(-len(self.title) // TITLE_WIDTH)
        left = self.title
        lines: list[str] = []
        for n in range(count, 1, -1):
            even = -(-len(left) // n)
            places = range(max(even - 4, 1), min(even + 5, TITLE_WIDTH + 1))
            near = [at for at in places if left[at - 1] in "》、的" or left[at : at + 1] == "《"]
            whole = near or [at for at in places if not _HELD.match(left[at - 1 : at + 1])]
            at = min(whole, key=lambda one: abs(one - even), default=even)
            lines, left = [*lines, left[:at]], left[at:]
        return [*lines, left]

    @property
    def masthead(self) -> str:
        """发文机关标志."""
        return self.office if self.letter else f"{self.office}文件"

    @property
    def attached(self) -> list[Annex]:
        """What is listed as annexes."""
        return [annex for annex in self.annexes if annex.attached]

    @property
    def head_size(self) -> float:
        """Points of the red head: one line across the type area."""
        return min(HEAD_TALLEST, HEAD_WIDTH / len(self.masthead))


def official(session: Session, number: int, /, *, as_of: datetime) -> Official:
    """An issued paper under the names of its day, or the draft of one as it stands."""
    missive = session.get_one(Missive, number)
    units = units_at(session, missive.issued_at or as_of)
    facts, head = figures_of(missive), audit.head(session)
    plain = [*missive.opening.splitlines(), *missive.demands.splitlines()]
    text = body(facts, missive) if facts else [Block("p", line) for line in plain if line.strip()]
    found = [Annex(name, tuple(tables), across) for name, tables, across in (annexes(facts, missive) if facts else [])]
    letter = isinstance(missive, Letter)
    if letter:
        found.append(Annex("回执", (receipt(missive, units),), across=False, attached=False))
    return Official(
        title=missive.title,
        office=units[missive.ledger.office_id].name,
        year=missive.year or as_of.year,
        as_of=missive.issued_at or as_of,
        head_seq=head.seq,
        head_hash=head.hash,
        number=missive.number,
        addressed=missive.addressed,
        blocks=tuple(Block(block.style, tight(block.text)) for block in text),
        annexes=tuple(found),
        signed_on=missive.signed_on,
        issued_on=_day(missive.issued_at),
        copied=missive.copied,
        contact=missive.contact,
        letter=letter,
    )


def tight(text: str) -> str:
    """The text as papers set it: no gap between Chinese and figures."""
    return _GAP.sub("", text)


def _day(at: datetime | None) -> date | None:
    return day_of(at) if at else None


def official_pdf(settings: Settings, facts: Official) -> tuple[bytes, Place]:
    """The paper and where its seal stands; 版记 stands on the last even page, so it is printed a second time where that is odd."""
    for leaf in (False, True):
        pdf = printed(settings, "official", facts=facts, leaf=leaf)
        with pikepdf.open(BytesIO(pdf)) as paper:
            if len(paper.pages) % 2 == 0 or leaf or facts.letter:
                return _located(paper)
    raise AssertionError


def _located(paper: pikepdf.Pdf) -> tuple[bytes, Place]:
    """The paper without its mark, and the page and corners that the mark had."""
    place = Place(0, (0.0, 0.0, 0.0, 0.0))
    for n, page in enumerate(paper.pages):
        for link in page.obj.get(pikepdf.Name.Annots, []):
            if str(link.get(pikepdf.Name.A, pikepdf.Dictionary()).get(pikepdf.Name.URI, "")) == MARK:
                x, y, over, up = (float(corner) for corner in link[pikepdf.Name.Rect])
                place = Place(n, (min(x, over), min(y, up), max(x, over), max(y, up)))
                del page.obj[pikepdf.Name.Annots]
    out = BytesIO()
    paper.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return out.getvalue(), place


def missing_faces(settings: Settings) -> list[str]:
    """The faces that the standard asks for and this machine has not: what stands in is said on the paper's page."""
    own = {face.family for face in fonts.own_faces(settings)}
    return [word for family, word in FACES.items() if family not in own]
