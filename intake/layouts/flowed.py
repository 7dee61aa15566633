"""Text that flowed out of a PDF (PDF 文本): a break every few characters, no borders, heads again on every page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from intake.grammar import columns, furniture, headings
from intake.grammar.segments import Segment, ends_row, is_complete
from intake.grid import Cell, Line, Row, Sheet, Table
from intake.layouts import cuts
from workflow.record.errors import Unreadable

_HAN = re.compile(r"[\u3400-\u9fff“”《》（）、，。；：！？]")
MAX_SEGMENTS = 6_000
MAX_ROW = 160
"""Segments in one row; what is longer stands in no table."""


@dataclass
class _Chunk:
    """The segments of one row, or of the headings between two rows."""

    segments: list[Segment] = field(default_factory=list)
    headings: list[Segment] = field(default_factory=list)


def pieces(text: str) -> list[str]:
    """The pieces of a line that spaces really part: 区政府办 区 直 各 部 is two, 印发 2021 年 is one."""
    found: list[str] = []
    single = False
    for word in text.split():
        alone = len(word) == 1 and _HAN.match(word) is not None
        if found and ((alone and single) or _is_glued(found[-1], word)):
            found[-1] += word
        else:
            found.append(word)
        single = alone
    return found


def _is_glued(before: str, word: str) -> bool:
    """A space beside a letter or digit parts nothing, nor one after a printed number."""
    if not (_HAN.match(before[-1]) and _HAN.match(word[0])):
        return True
    number = headings.number_of(before)
    return number is not None and not number.rest


def header_at(lines: list[Line], at: int) -> tuple[tuple[columns.Column, ...], int] | None:
    """The head that begins at a line: all names on it, or one name a line."""
    text = lines[at].text
    if not text.strip() or len(text) > 200 or "\t" in text:
        return None
    names = [name for part in re.split(r"\s{2,}|\u3000", text.strip()) for name in pieces(part)]
    for candidate in (names, text.split(), _spaced_names(text)):
        head = columns.header_of(candidate) if len(candidate) > 1 else None
        if head and all(columns.role_of(name) for name in candidate):
            return head, 1
    names, end = [], at
    while end < len(lines) and end - at < 40 and len(names) <= 12:
        plain = "".join(lines[end].text.split())
        if plain and (len(plain) > 8 or columns.role_of(plain) is None):
            break
        names += [plain] if plain else []
        end += 1
    head = columns.header_of(names) if len(names) > 2 else None
    return (head, end - at) if head else None


def _spaced_names(text: str) -> list[str]:
    """Names whose characters are all spaced out: 工 作 任 务 责 任 单 位."""
    words = text.split()
    if not 4 <= len(words) <= 40 or any(len(word) > 1 for word in words):
        return []
    names: list[str] = []
    at = 0
    while at < len(words):
        size = next((n for n in (4, 2, 3, 5, 6) if columns.role_of("".join(words[at : at + n]))), 0)
        if not size:
            return []
        names.append("".join(words[at : at + size]))
        at += size
    return names


def read(lines: list[Line], start: int) -> Sheet:
    """Read from the first head on."""
    head = header_at(lines, start) or ((), 1)
    sheet = Sheet(before=lines[:start], tables=[Table(head[0], line=lines[start].number)])
    segments, end = _segments(lines, start + head[1], head[0])
    sheet.after = lines[end:]
    chunks = _chunks(segments, head[0])
    bodies = [chunk.segments for chunk in chunks]
    for chunk, cells in zip(chunks, cuts.cut(bodies, head[0]), strict=True):
        _emit(sheet.tables[0], chunk, cells)
    return sheet


def _segments(lines: list[Line], at: int, head: tuple[columns.Column, ...]) -> tuple[list[Segment], int]:
    """All pieces of text under the head, and the line where the table ends."""
    found: list[Segment] = []
    gap = True
    while at < len(lines):
        line = lines[at]
        again = header_at(lines, at)
        if again and columns.same_header(head, again[0]):
            at, gap = at + again[1], True
            continue
        if not line.text.strip() or furniture.is_page_number(line.text) or furniture.is_rule(line.text):
            gap = True
        elif furniture.is_footer(line.text):
            return found, at
        else:
            for place, piece in enumerate(pieces(line.text)):
                found.append(Segment(piece, line.number, gap=gap and place == 0, beside=place > 0))
            gap = False
        if len(found) > MAX_SEGMENTS:
            raise Unreadable(f"没有读到任务表：第 {line.number} 行处表格文字已超过两万行，请把文件拆成几份，分别读入。")
        at += 1
    return found, at


def _chunks(segments: list[Segment], head: tuple[columns.Column, ...]) -> list[_Chunk]:
    """Rows begin at the next number, where the row above reads as complete; headings stand between rows."""
    has_number_column = bool(columns.positions(head, "number"))
    if sum(_row_number(segment.text, has_number_column) is not None for segment in segments) < 2:
        return _unnumbered(segments, head)
    chunks = [_Chunk()]
    expected = 1
    for segment in segments:
        chunk = chunks[-1]
        done = not chunk.segments or is_complete(chunk.segments)
        number = _row_number(segment.text, has_number_column)
        if done and headings.is_section(segment.text):
            chunks.append(_Chunk())
            chunks[-1].headings.append(segment)
        elif number is not None and (number == expected or (done and number in (1, expected + 1, expected + 2))):
            if chunk.segments:
                chunks.append(_Chunk())
            chunks[-1].segments.append(segment)
            expected = number + 1
        elif chunk.headings and not chunk.segments and expected > 0:
            chunk.headings.append(segment)
        else:
            chunk.segments.append(segment)
    return [part for chunk in chunks if chunk.segments or chunk.headings for part in _bounded(chunk)]


def _unnumbered(segments: list[Segment], head: tuple[columns.Column, ...]) -> list[_Chunk]:
    """Rows without numbers end where their last typed cell does and words that fit no such cell follow."""
    timed = bool(columns.positions(head, "deadline"))
    chunks = [_Chunk()]
    for at, segment in enumerate(segments):
        chunk = chunks[-1]
        tail = chunk.segments[-8:]
        if headings.is_section(segment.text) and (not tail or ends_row(tail, [], timed)):
            chunks.append(_Chunk(headings=[segment]))
        elif tail and ends_row(tail, segments[at : at + 5], timed):
            chunks.append(_Chunk([segment]))
        else:
            chunk.segments.append(segment)
    return [part for chunk in chunks if chunk.segments or chunk.headings for part in _bounded(chunk)]


def _bounded(chunk: _Chunk) -> list[_Chunk]:
    parts = [chunk.segments[at : at + MAX_ROW] for at in range(0, len(chunk.segments), MAX_ROW)] or [[]]
    return [_Chunk(parts[0], chunk.headings), *(_Chunk(part) for part in parts[1:])]


def _row_number(text: str, bare: bool) -> int | None:
    number = headings.number_of(text)
    if number and number.style in ("arabic", "bracket", "half-bracket"):
        return number.value
    plain = headings.bare_number(text) if bare else None
    return headings.value_of(plain) if plain and plain.isascii() else None


def _emit(table: Table, chunk: _Chunk, cells: list[Cell]) -> None:
    heading: list[Segment] = []
    for segment in [*chunk.headings, None]:
        if heading and (segment is None or headings.is_section(segment.text)):
            text = "".join(part.text for part in heading)
            span = heading[0].line, heading[-1].line
            table.add(Row([Cell(text, *span)], *span))
            heading = []
        heading += [segment] if segment else []
    if cells:
        last = max(chunk.segments[-1].line, *(cell.line_end for cell in cells))
        table.add(Row(cells, chunk.segments[0].line, last))
