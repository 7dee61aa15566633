"""Cells that come one after another (逐格连排): heads among them, the rows below made by the aligner."""

from __future__ import annotations

from collections.abc import Sequence

from intake.grammar import columns
from intake.grammar.headings import bare_number, is_section
from intake.grammar.wording import squeeze
from intake.grid import Cell, Line, Row, Sheet, Table
from intake.layouts.align import Aligner, Laid
from intake.layouts.heads import Head
from intake.layouts.streams import Stream, Token
from intake.layouts.tables import TITLE, tables_name, variants

WINDOW = 900
"""Tokens that are aligned at once; a longer text goes on from its last whole row."""
MOST_HEADS = 60
"""Heads in one text of cells alone: with more, its lines are no cells."""


def sheet_of(stream: Stream) -> Sheet | None:
    """The tables of a stream whose rows are not known; None where no head is found in it."""
    tokens = [token for row in stream.rows for token in row.tokens]
    heads = _running_heads(tokens)
    if not heads or len(heads) > MOST_HEADS:
        return None
    sheet = Sheet(before=_token_lines(tokens[: heads[0][0]]))
    for n, (at, size, head) in enumerate(heads):
        end = heads[n + 1][0] if n + 1 < len(heads) else len(tokens)
        start = end
        while n + 1 < len(heads) and end - start < 4 and TITLE.search(squeeze(tokens[start - 1].text)):
            start -= 1
        whole, laid = _aligned(tokens[at + size : start], head, stream.reach)
        table = Table(whole, line=tokens[at].cell.line)
        other = bool(sheet.tables and sheet.names) and sheet.names[-1] != tables_name(sheet)
        if sheet.tables and columns.same_header(sheet.tables[-1].columns, whole) and not other:
            table = sheet.tables[-1]
        else:
            table.names = sheet.names
            sheet.tables.append(table)
        sheet.names = tuple(squeeze(token.text) for token in tokens[start:end])
        _enter(sheet, table, laid, last=n + 1 == len(heads))
    return sheet


def _running_heads(tokens: Sequence[Token]) -> list[tuple[int, int, Head]]:
    """Runs of names that are a head, first of each kind; the aligner passes over those that come again."""
    found: list[tuple[int, int, Head]] = []
    at = 0
    while at < len(tokens):
        head = _running_head(tokens, at)
        if head is None:
            at += 1
            continue
        size = len(head)
        again = found and columns.same_header(found[-1][2], head)
        titled = at and TITLE.search(squeeze(tokens[at - 1].text)) is not None
        if not again or titled:
            found.append((at, size, head))
        at += size
    return found


def _running_head(tokens: Sequence[Token], at: int) -> Head | None:
    names: list[str] = []
    for token in tokens[at : at + 14]:
        if not columns.is_name(token.text):
            break
        names.append(token.text)
    if not any(columns.likely(name) for name in names[:2]):
        return _firm(names, tokens[at + len(names) :])
    while len(names) > 2 and columns.likely(names[-1]) is None:
        names.pop()
    return columns.header_of(names) or _firm(names, tokens[at + len(names) :])


def _firm(names: list[str], below: Sequence[Token]) -> Head | None:
    """Names that nobody knows, right above the first row: a number, or the heading over it."""
    first = squeeze(below[0].text) if below else ""
    if len(names) < 3 or not (bare_number(first) == "1" or is_section(first)):
        return None
    if any(columns.header_of(names[at:]) for at in range(1, len(names) - 2)):
        return None
    return columns.header_of(names, firm=True)


def _aligned(tokens: Sequence[Token], head: Head, reach: int) -> tuple[Head, list[Laid]]:
    """The tokens under the head, with the columns that it leaves unnamed."""
    options = variants(head, len(head) + 2)
    sample = tokens[: WINDOW // 3]
    prices = [Aligner(sample, option, reach).run()[0] for option in options]
    chosen = options[prices.index(min(prices))]
    laid: list[Laid] = []
    at = 0
    while at < len(tokens):
        part = Aligner(tokens[at : at + WINDOW], chosen, reach).run()[1]
        if at + WINDOW < len(tokens):
            keep = max((n for n, piece in enumerate(part) if piece.kind == "row"), default=len(part))
            step = part[keep].first if keep < len(part) and part[keep].first else WINDOW
            part = [piece for piece in part if piece.first < step]
        else:
            step = WINDOW
        laid += part
        at += step
    return chosen, laid


def _enter(sheet: Sheet, table: Table, laid: list[Laid], *, last: bool) -> None:
    kept = len(laid)
    while last and kept and laid[kept - 1].kind != "row":
        kept -= 1
    for piece in laid[:kept]:
        cells = [cell for cell in piece.cells if cell.text.strip()]
        if piece.kind == "row" and cells:
            first, end = cells[0].line, cells[-1].line_end
            made = [cell if cell.line else Cell("", first, end) for cell in piece.cells]
            table.add(Row(made, first, end, after_gap=False))
            table.rows[-1].whole = True
        elif piece.kind == "section":
            cell = piece.cells[0]
            table.add(Row([cell], cell.line, cell.line_end, across=True))
        elif piece.kind == "stray" and cells:
            sheet.stray.append(Line(cells[0].line, cells[0].text))
    if last:
        sheet.after = [Line(cell.line, cell.text) for piece in laid[kept:] for cell in piece.cells if cell.text.strip()]


def _token_lines(tokens: Sequence[Token]) -> list[Line]:
    return [Line(token.cell.line, token.text) for token in tokens if token.text.strip()]
