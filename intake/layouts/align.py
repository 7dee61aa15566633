"""Cells into rows (对齐): the cheapest way to lay tokens under the columns of a head, cells left out where need be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from typing import NamedTuple

from intake.grammar import furniture
from intake.grammar.columns import Column, positions
from intake.grammar.fit import EMPTY, price
from intake.grammar.headings import bare_number, is_section, number_of, value_of
from intake.grammar.segments import NEVER_FIRST, reads_as_units
from intake.grammar.wording import squeeze
from intake.grid import Cell
from intake.layouts.streams import Token

ROW, STRAY = 1.2, 3.0
AS_PRINTED = 2.0
"""What it is worth, a column, that a row is laid as it was printed."""
AGAIN = 2.0
"""What it is worth, a column, that a head is seen to come again: its names would do as words of a row as well."""
GROUP = 0.5
"""What words that read like a unit cost at most under a column for groups."""
FAR = 1e9
MAX_STEPS = 400_000
"""Cells that are weighed for one text; a longer one is aligned in parts."""


@dataclass(frozen=True)
class Laid:
    """What became of some tokens: the cells of a row, a heading above rows, or nothing."""

    kind: str
    cells: tuple[Cell, ...]
    first: int
    end: int


class Step(NamedTuple):
    """How a state was reached: from which token and column, by what, and under which column."""

    at: int
    came: int
    kind: str
    column: int


class Door(NamedTuple):
    """A column that the next cell may stand under (可入之栏).

    Joining tokens costs ``share`` of its price here; a ``single`` one takes one token only.
    """

    column: int
    came: int
    so_far: float
    share: float
    single: bool
    counted: float
    style: float


def left_out(head: tuple[Column, ...]) -> list[float]:
    """What each column costs where its cell is left out; columns for groups are merged over many rows, the outermost the most."""
    texts = positions(head, "text") or [0]
    few = [(of.role == "text" and at < texts[-1]) or not of.name for at, of in enumerate(head)]
    return [0.4 + 0.1 * (at > texts[0]) if few[at] else EMPTY[of.role] for at, of in enumerate(head)]


class Aligner:
    """One run of tokens under one head."""

    def __init__(self, tokens: Sequence[Token], head: tuple[Column, ...], reach: int) -> None:
        self.tokens, self.head, self.reach = tokens, head, reach
        self.last_text = (positions(head, "text") or [0])[-1]
        self.names = [column.name for column in head if column.name]
        self.squeezed = [squeeze(token.text) for token in tokens]
        self.numbers = [number_of(text) is not None for text in self.squeezed]
        self.sections = [is_section(text) for text in self.squeezed]
        self.counts = _counting(self.squeezed)
        self.gaps_tell = sum(token.gap for token in tokens) * 10 < len(tokens) * 9
        self.joins = [self._join(at) if at and reach > 1 else 0.0 for at in range(len(tokens))]
        self.left_out = left_out(head)
        self.opens = [sum(self.left_out[:column]) for column in range(len(head))]

    def run(self) -> tuple[float, list[Laid]]:
        """Price and pieces of the cheapest way."""
        size, width = len(self.tokens), len(self.head)
        best = [[FAR] * (width + 1) for _ in range(size + 1)]
        back: list[list[Step | None]] = [[None] * (width + 1) for _ in range(size + 1)]
        best[0][0] = 0.0
        for at in range(size + 1):
            here, trail = best[at], back[at]
            self._skip(at, here, trail)
            if here[width] + ROW < here[0]:
                here[0], trail[0] = here[width] + ROW, Step(at, width, "end", width)
            if at == size:
                break
            if here[0] < FAR:
                self._outside(at, here[0], best, back)
            self._fill(at, here, best, back)
        return best[size][0], self._trace(back)

    def _skip(self, at: int, here: list[float], trail: list[Step | None]) -> None:
        """Cells left out behind one that was filled; those at the left of a row are left out as it begins."""
        for column in range(1, len(self.head)):
            cost = here[column] + self.left_out[column]
            if cost < here[column + 1]:
                here[column + 1], trail[column + 1] = cost, Step(at, column, "skip", column)

    def _outside(self, at: int, now: float, best: list[list[float]], back: list[list[Step | None]]) -> None:
        """A head that comes again, a heading, or a line that belongs to no row."""
        text = self.squeezed[at]
        again = len(self.names)
        if again > 1 and self.squeezed[at : at + again] == self.names:
            _reach(best, back, at + again, 0, now - AGAIN * again, Step(at, 0, "head", 0))
        if not text:
            _reach(best, back, at + 1, 0, now + 0.1, Step(at, 0, "stray", 0))
            return
        ahead = self.squeezed[at + 1] if at + 1 < len(self.tokens) else ""
        heads = self.sections[at] and len(text) <= 60 and text[-1] not in "；;"
        cost = -1.5 if heads else 1.5 if len(text) <= 24 and not self.numbers[at] and not reads_as_units(text) else 4.0
        cost += 3.0 if bare_number(text) or (not heads and bare_number(ahead) is None and not number_of(ahead)) else 0.0
        _reach(best, back, at + 1, 0, now + cost, Step(at, 0, "section", 0))
        stray = 0.5 if furniture.is_footer(text) or furniture.is_rule(text) else STRAY
        _reach(best, back, at + 1, 0, now + stray, Step(at, 0, "stray", 0))

    def _fill(self, at: int, here: list[float], best: list[list[float]], back: list[list[Step | None]]) -> None:
        text, joined, cost, doors = "", 0, 0.0, self._doors(at, here)
        for size in range(1, min(self.reach, len(self.tokens) - at) + 1):
            more, before = self.tokens[at + size - 1].text, self.tokens[at + size - 2]
            if size > 1 and (before.closed or before.ends):
                break
            cost += self.joins[at + size - 1] if size > 1 else 0.0
            text = f"{text}\n{more}" if size > 1 else more
            joined += len(more)
            if joined > 1500:
                break
            then, trail = best[at + size], back[at + size]
            for door in doors:
                if size > 1 and door.single:
                    continue
                total = door.so_far + cost * door.share
                total += self._price(door.column, text) + door.counted + door.style
                if total < then[door.column + 1]:
                    then[door.column + 1], trail[door.column + 1] = total, Step(at, door.came, "take", door.column)

    def _doors(self, at: int, here: list[float]) -> list[Door]:
        """The columns under which a cell that begins here may stand."""
        doors = []
        runs_on = {"number": -2.0, "text": -1.0 if self.numbers[at] else 0.0} if self.counts[at] else {}
        for column, of in enumerate(self.head):
            begun = here[0] + self.opens[column]
            so_far, came = min(here[column], begun), column if here[column] <= begun else 0
            if so_far < FAR:
                share = 0.3 if of.role in ("lead", "responsible") else 1.0
                counted, style = runs_on.get(of.role, 0.0), self._style(at, column)
                doors.append(Door(column, came, so_far, share, of.role == "number", counted, style))
        return doors

    def _price(self, column: int, text: str) -> float:
        """What it costs that a text stands here; words for a group may well read like a unit: 公共体育场馆."""
        role = self.head[column].role
        cost = price(role, text)
        return min(cost, GROUP) if role == "text" and column < self.last_text and "\n" not in text else cost

    def _style(self, at: int, column: int) -> float:
        """A heading or a running number within a row."""
        if column:
            return 1.0 if self.counts[at] and self.head[column].role == "other" else 0.0
        return -0.2 if self.tokens[at].gap and self.gaps_tell else 0.0

    def _join(self, at: int) -> float:
        """What it costs that a token goes on with the cell of the one before it."""
        above, text = self.squeezed[at - 1], self.squeezed[at]
        if text[:1] and text[0] in NEVER_FIRST:
            return 0.0
        cost = 1.2 if above and above[-1] in "。；" else 0.8 if len(above) < 9 and len(text) < 9 else 0.5
        cost += 0.8 if self.tokens[at].gap and not self.tokens[at - 1].gap else 0.3 if self.tokens[at].gap else 0.0
        return cost + (2.0 if self.numbers[at] and self.counts[at] else 0.0) + (1.0 if self.sections[at] else 0.0)

    def _trace(self, back: list[list[Step | None]]) -> list[Laid]:
        at, column, end = len(self.tokens), 0, len(self.tokens)
        found: list[Laid] = []
        cells: list[Cell] = []
        while (step := back[at][column]) is not None:
            tokens = self.tokens[step.at : at]
            if step.kind == "end":
                cells, end = [], at
            elif step.kind == "skip":
                cells.insert(0, Cell())
            elif step.kind == "take":
                cells.insert(0, _cell(tokens))
                if step.came == 0:
                    found.append(Laid("row", (*[Cell()] * step.column, *cells), step.at, end))
            else:
                found.append(Laid(step.kind, (_cell(tokens),), step.at, at))
            at, column = step.at, step.came
        return found[::-1]


def _reach(
    best: list[list[float]], back: list[list[Step | None]], at: int, column: int, cost: float, step: Step
) -> None:
    if at < len(best) and cost < best[at][column]:
        best[at][column], back[at][column] = cost, step


def _cell(tokens: Sequence[Token]) -> Cell:
    cell = tokens[0].cell
    for token in tokens[1:]:
        cell = cell.joined(token.cell, "\n")
    return cell


def _counting(texts: list[str]) -> list[bool]:
    """Which tokens begin with a number that goes on from the one before it, or begins anew before its second."""
    values: list[tuple[int, int]] = []
    for at, text in enumerate(texts):
        number = number_of(text)
        plain = bare_number(text)
        if number and number.style in ("arabic", "bracket", "half-bracket") and number.value is not None:
            values.append((at, number.value))
        elif plain and plain.isascii() and (value := value_of(plain)) is not None:
            values.append((at, value))
    counts = [False] * len(texts)
    for n, (at, value) in enumerate(values):
        above = values[n - 1][1] if n else None
        below = values[n + 1][1] if n + 1 < len(values) else None
        counts[at] = value - 1 == above or (below == value + 1 and (value == 1 or above is None))
    return counts


def lay(cells: Sequence[Cell], head: tuple[Column, ...], reach: int = 1) -> tuple[float, list[Cell]]:
    """The cells of one row under the head: as they stand where they are as many, else the cheapest way in order."""
    filled = [cell for cell in cells if cell.text.strip()]
    as_is = list(cells)
    while len(as_is) > len(head) and not as_is[-1].text.strip():
        as_is.pop()
    options: list[tuple[float, list[Cell]]] = []
    if len(as_is) == len(head):
        missing = left_out(head)
        said = sum(
            price(column.role, cell.text) if cell.text.strip() else empty
            for cell, column, empty in zip(as_is, head, missing, strict=True)
        )
        options.append((said - AS_PRINTED * len(head), as_is))
    if 1 < len(filled) <= len(head) + 6:
        options.append(_in_order(filled, head, reach))
    if reach > 1 and len(filled) < len(as_is) <= len(head) + 6:
        price_, laid = _in_order(as_is, head, reach)
        options.append((price_ - AS_PRINTED, laid))
    fitting = [option for option in options if option[0] < FAR / 2]
    return min(fitting, key=lambda option: option[0], default=(FAR, as_is))


def _seam(one: Cell, other: Cell) -> float:
    """What it costs that two pieces are one cell; an empty cell is no piece of another."""
    if not one.text.strip() or not other.text.strip():
        return FAR
    return 0.3 if len(other.text) < 3 else 0.6 if len(one.text) < 8 and len(other.text) < 8 else 1.0


def _in_order(cells: Sequence[Cell], head: tuple[Column, ...], reach: int) -> tuple[float, list[Cell]]:
    """The cheapest way to lay cells in order, some columns left out, some of up to ``reach`` pieces."""
    pieces = _pieces(cells, reach)
    best: list[tuple[float, list[Cell]]] = [(0.0, []), *[(FAR, [])] * len(cells)]
    for n, (column, empty) in enumerate(zip(head, left_out(head), strict=True)):
        fewest = len(cells) - reach * (len(head) - n - 1)
        step: list[tuple[float, list[Cell]]] = []
        for used in range(len(cells) + 1):
            if used < fewest:  # the columns behind this one cannot hold the rest
                step.append((FAR, []))
                continue
            least, came, taken = best[used][0] + empty, used, Cell()
            for cell, begins, seams in pieces[used]:
                if best[begins][0] >= FAR:
                    continue
                said = price(column.role, cell.text) if cell.text.strip() else empty
                cost = best[begins][0] + said + seams
                if cost <= least:
                    least, came, taken = cost, begins, cell
            step.append((least, [*best[came][1], taken]))
        best = step
    return best[len(cells)]


def _pieces(cells: Sequence[Cell], reach: int) -> list[list[tuple[Cell, int, float]]]:
    """By where they end: each cell of up to ``reach`` pieces, where it begins and what its seams cost."""
    found: list[list[tuple[Cell, int, float]]] = []
    for end in range(len(cells) + 1):
        found.append([])
        for begins in range(end - 1, max(end - reach, 0) - 1, -1):
            some = cells[begins:end]
            seams = sum(_seam(one, other) for one, other in pairwise(some))
            found[-1].append((reduce(Cell.joined, some), begins, seams))
    return found
