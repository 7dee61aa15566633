"""Units as column heads (责任矩阵): ★ ○ √ or 牵头 in the cells below them say who leads and who carries out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

from intake.grammar import columns
from intake.grammar.columns import Column
from intake.grammar.segments import reads_as_units
from intake.grammar.wording import squeeze
from intake.grid import Cell, Line
from intake.layouts.views import HEAD_WITHIN, Rows, View, plain

SIGNS = "★☆●○◎▲△■□◆◇√✓✔✅⊙*Vv"
_HOLLOW = "☆○△□◇"
_LEADS = re.compile(r"牵头|主办|主责|主要")
_ROLE = r"(牵头|主办|主责|主要责任|第一责任|负责|配合|协办|责任|参与|协助|落实|承办)"
_WORD = re.compile(rf"{_ROLE}(?:单位|部门)?")
_LEGEND = re.compile(rf"[“\"]?([{re.escape(SIGNS)}])[”\"]?\s*(?:号)?\s*(?:为|表示|代表|指|是|：|:|—|-|＝|=)*\s*{_ROLE}")
_BEHIND = re.compile(rf"{_ROLE}(?:单位|部门)?\s*(?:以|用|为|标|记|：|:)*\s*[“\"（(]?([{re.escape(SIGNS)}])")
FEWEST = 2
"""Columns of units that make a matrix."""
Legend = Mapping[str, bool]
"""What a sign says: whether who has it leads."""


def legend_of(lines: Sequence[Line]) -> dict[str, bool]:
    """What the notes around a table say its signs mean."""
    found: dict[str, bool] = {}
    for line in lines:
        if len(line.text) < 400 and any(sign in line.text for sign in SIGNS):
            for sign, role in _LEGEND.findall(line.text):
                found.setdefault(sign, bool(_LEADS.search(role)))
            for role, sign in () if found else _BEHIND.findall(line.text):
                found.setdefault(sign, bool(_LEADS.search(role)))
    return found


def matrix(rows: Rows, legend: Legend) -> Iterator[View]:
    """The rows with two columns of units in place of the marks below each unit."""
    for at in range(min(HEAD_WITHIN, len(rows.cells))):
        units = {n: name for n, name in enumerate(rows.words(at)) if _is_unit(name)}
        if len(units) < FEWEST:
            continue
        body = rows.below(at + 1)
        marked = [n for n in units if _is_marked(body, n)]
        if len(marked) >= FEWEST:
            yield from _view(rows, at, {n: units[n] for n in marked}, legend)
        return


def _is_unit(name: str) -> bool:
    plain_name = squeeze(name)
    return 1 < len(plain_name) <= 24 and columns.role_of(plain_name) is None and reads_as_units(plain_name)


def _is_marked(body: Rows, at: int) -> bool:
    """Whether a column holds marks and nothing else but names across."""
    said = [text for n, row in enumerate(body.cells) if n not in body.across and (text := squeeze(row[at].text))]
    return bool(said) and all(text in SIGNS or _WORD.fullmatch(text) for text in said)


def _view(rows: Rows, at: int, units: Mapping[int, str], legend: Legend) -> Iterator[View]:
    names = rows.words(at)
    first = min(units)
    over = [rows.words(n) for n in range(at)]
    top = at - len(list(takewhile(lambda words: sum(map(bool, words)) > 1, reversed(over))))
    kept = [n for n in range(rows.width) if n not in units]
    said = {n: names[n] or next((words[n] for words in reversed(over[top:]) if words[n]), "") for n in kept}
    roles = {n: columns.role_of(said[n]) for n in kept}
    if "text" not in roles.values():
        free = [n for n in kept if roles[n] is None and n < first and columns.is_name(said[n])]
        roles |= dict.fromkeys(free[:1], "text")
    if "text" not in roles.values():
        return
    head = [Column(roles[n] or "other", squeeze(said[n])) for n in kept]
    place = sum(n < first for n in kept)
    head[place:place] = [Column("lead", "牵头单位"), Column("responsible", "责任单位")]
    body = rows.below(at + 1)
    signs = {squeeze(row[n].text) for row in body.cells for n in units} - {""}
    cells = [_row(row, kept, place, _named(row, units, legend, signs)) for row in body.cells]
    yield View("matrix", tuple(head), Rows(cells, body.across), top, rows.cells[top][0].line)


def _row(row: Sequence[Cell], kept: Sequence[int], place: int, who: tuple[str, str]) -> list[Cell]:
    cells = [row[n] for n in kept]
    cells[place:place] = [Cell(names, row[0].line, row[0].line_end) for names in who]
    return cells


def _named(row: Sequence[Cell], units: Mapping[int, str], legend: Legend, signs: set[str]) -> tuple[str, str]:
    """Who leads and who carries out, by the marks of a row."""
    lead: list[str] = []
    rest: list[str] = []
    for n, name in units.items():
        mark = plain(row[n].text).strip()
        if mark:
            (lead if _leads(mark, legend, signs) else rest).append(squeeze(name))
    return "、".join(lead), "、".join(rest)


def _leads(mark: str, legend: Legend, signs: set[str]) -> bool:
    """By the legend, by a word; without either a full sign leads where hollow or other ones follow."""
    if mark in legend:
        return legend[mark]
    if _WORD.fullmatch(mark):
        return _LEADS.search(mark) is not None
    return len(signs) > 1 and not legend and mark not in _HOLLOW and mark in "★●▲■◆◎⊙"
