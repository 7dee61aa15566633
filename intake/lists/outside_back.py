"""A third party's list with results in it (外部清单回填): the same file, words put into the cells of its result column and nowhere else.

What was written is read again by the reader that read the list: where anything but those cells has changed, it is refused.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from lxml import etree
from openpyxl.utils.cell import column_index_from_string
from openpyxl.worksheet.cell_range import CellRange

from intake.blocks import Grid, Span
from intake.formats.package import Package
from intake.formats.sheet import address, letters
from intake.formats.styles import w
from intake.lists.cells import asked_apart
from intake.lists.outside_list import document_of, grids_of, unspaced
from intake.programs import Needs
from workflow.record.errors import Unreadable

Put = tuple[str, int, str]
"""Place of a row, visible column, words."""
_SHEET = re.compile(r"“(.*)”第 (\d+) 行", re.DOTALL)
_TABLE = re.compile(r"表 (\d+) 第 (\d+) 行")
_PLACE = re.compile(r"([A-Z]+)(\d+)")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_CODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
LOST = "原表的版式特殊，整改结果不能可靠地填回，没有生成；请在原表上手工填写。"


def put_back(data: bytes, puts: Sequence[Put], *, filename: str) -> bytes:
    """The same file with these words in it, made in a process apart. Raises Unreadable where it cannot be done faithfully."""
    question = {"filename": filename, "puts": [list(put) for put in puts]}
    return base64.b64decode(asked_apart("intake.lists.outside_back:filled", data, question)["file"])


def filled(data: bytes, question: dict[str, Any]) -> dict[str, Any]:
    """The file as base64, or the sentence of refusal."""
    name, puts = f"《{question['filename'][:80]}》", [(place, at, text) for place, at, text in question["puts"]]
    try:
        package = Package(data, name)
        write = _in_sheets if package.main().lower().startswith("xl/") else _in_tables
        made = _repacked(data, write(package, puts))
        before, after = (grids_of(document_of(one, name)) for one in (data, made))
    except (Unreadable, Needs) as refused:
        return {"unreadable": refused.message}
    except (etree.XMLSyntaxError, LookupError, ValueError, AttributeError):
        return {"unreadable": LOST}
    if not _alike(before, after, puts):
        return {"unreadable": LOST}
    return {"file": base64.b64encode(made).decode()}


def _repacked(data: bytes, parts: dict[str, bytes]) -> bytes:
    """The package with these parts in place of its own; every other part byte for byte."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(out, "w") as new:
        for info in old.infolist():
            new.writestr(info, parts.get(info.filename.lstrip("/").lower(), old.read(info)))
    return out.getvalue()


def _alike(before: Sequence[Grid], after: Sequence[Grid], puts: Sequence[Put]) -> bool:
    """Whether the cells that were written say what they should, and every other cell what it said."""
    old, new = ([{(s.row, s.column): s for s in grid.spans} for grid in grids] for grids in (before, after))
    if len(old) != len(new) or [grid.places for grid in before] != [grid.places for grid in after]:
        return False
    written = [
        (next(n for n, g in enumerate(before) if place in g.places), place, at, text) for place, at, text in puts
    ]
    places = {(n, before[n].places.index(place), at) for n, place, at, _ in written}
    for n, place, column, text in written:
        hit = next((s for s in new[n].values() if _covers(s, before[n].places.index(place), column)), None)
        if hit is None or unspaced(text) not in unspaced(hit.text):
            return False
    rest = [
        {
            (n, key): unspaced(span.text)
            for n, spans in enumerate(grids)
            for key, span in spans.items()
            if span.text and not any(n == at[0] and _covers(span, *at[1:]) for at in places)
        }
        for grids in (old, new)
    ]
    return rest[0] == rest[1]


def _covers(span: Span, row: int, column: int) -> bool:
    return span.row <= row < span.row + span.rows and span.column <= column < span.column + span.columns


def _tree(package: Package, part: str) -> Any:
    root = etree.fromstring(
        package.bytes(part), etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    )
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable(LOST)
    return root


def _written(root: Any) -> bytes:
    return bytes(etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True))


def _joined(texts: Sequence[str]) -> str:
    """What belongs into one cell that stands for several lines."""
    return "\n".join(dict.fromkeys(texts))


# — workbooks —


def _in_sheets(package: Package, puts: Sequence[Put]) -> dict[str, bytes]:
    main = package.main()
    related, parts = package.related(main), {}
    for meta in _tree(package, main).iter("{*}sheet"):
        mine = [
            (int(found[2]), at, text)
            for place, at, text in puts
            if (found := _SHEET.fullmatch(place)) and found[1] == meta.get("name", "")
        ]
        if mine:
            part = related[next(value for key, value in meta.attrib.items() if key.endswith("}id"))].part
            parts[part.lower()] = _sheet(_tree(package, part), mine)
    return parts


def _sheet(root: Any, puts: Sequence[tuple[int, int, str]]) -> bytes:
    columns, merged = _visible(root), [one.get("ref", "") for one in root.iter("{*}mergeCell")]
    rows = {int(row.get("r", n)): row for n, row in enumerate(root.iter("{*}row"), start=1)}
    said: dict[tuple[int, int], list[str]] = {}
    for number, at, text in puts:
        said.setdefault(_anchor(merged, columns(at), number), []).append(text)
    for (column, number), texts in said.items():
        _cell(rows[number], column, number, _joined(texts))
    return _written(root)


def _visible(root: Any) -> Callable[[int], int]:
    """Which column of the sheet is the so-many-th that is shown."""
    hidden: set[int] = set()
    for one in root.iter("{*}col"):
        if one.get("hidden") in ("1", "true") or one.get("width") == "0":
            hidden.update(range(int(one.get("min")) - 1, min(int(one.get("max")), 16_384)))
    shown = [n for n in range(16_384) if n not in hidden]
    return lambda at: shown[at]


def _anchor(merged: Sequence[str], column: int, row: int) -> tuple[int, int]:
    """Where the words of a cell stand: merged cells keep them in the first."""
    for ref in merged:
        area = CellRange(ref)
        if area.min_col <= column + 1 <= area.max_col and area.min_row <= row <= area.max_row:
            return area.min_col - 1, area.min_row
    return column, row


def _cell(row: Any, column: int, number: int, text: str) -> None:
    """Words as an inline string, which no program takes for a formula; the cell keeps its look."""
    cells, at = {}, -1
    for one in row.iterchildren("{*}c"):
        found = _PLACE.fullmatch(one.get("r", ""))
        at = column_index_from_string(found[1]) - 1 if found else at + 1
        one.set("r", address(number - 1, at))
        cells[at] = one
    cell = cells.get(column)
    space = etree.QName(row).namespace
    if cell is None:
        cell = etree.Element(f"{{{space}}}c", r=f"{letters(column)}{number}")
        row.insert(sum(n < column for n in cells), cell)
    if cell.find("{*}f") is not None:
        raise Unreadable(f"原表 {letters(column)}{number} 是公式，不能填写整改结果；请把结果列改为普通文字后重新读入。")
    for child in list(cell):
        cell.remove(child)
    cell.set("t", "inlineStr")
    said = etree.SubElement(etree.SubElement(cell, f"{{{space}}}is"), f"{{{space}}}t")
    said.set(_SPACE, "preserve")
    said.text = _CODED.sub("_x005F_", text)


# — Word —


def _in_tables(package: Package, puts: Sequence[Put]) -> dict[str, bytes]:
    main = package.main()
    root = _tree(package, main)
    tables = [one for one in root.iter(w("tbl")) if next(one.iterancestors(w("tbl")), None) is None]
    said: dict[Any, list[str]] = {}
    for place, column, text in puts:
        found = _TABLE.fullmatch(place)
        if found is None:
            raise Unreadable(LOST)
        rows = [row for row in _own(tables[int(found[1]) - 1], "tr", "tbl") if not _gone(row)]
        said.setdefault(_anchored(rows, int(found[2]) - 1, column), []).append(text)
    for cell, texts in said.items():
        _paragraph(cell, _joined(texts))
    return {main.lower(): _written(root)}


def _own(parent: Any, tag: str, around: str) -> list[Any]:
    """What belongs to this element itself and to none of its kind within."""
    return [one for one in parent.iter(w(tag)) if next(one.iterancestors(w(around)), None) is parent]


def _gone(row: Any) -> bool:
    return any(row.find(f"{w('trPr')}/{w(tag)}") is not None for tag in ("del", "hidden"))


def _anchored(rows: Sequence[Any], row: int, column: int) -> Any:
    """The cell that holds the words: the first of those merged downwards."""
    cell = _at(rows[row], column)
    while row and (mark := cell.find(f"{w('tcPr')}/{w('vMerge')}")) is not None and mark.get(w("val")) != "restart":
        row -= 1
        cell = _at(rows[row], column)
    return cell


def _at(row: Any, column: int) -> Any:
    mark = row.find(f"{w('trPr')}/{w('gridBefore')}")
    at = int(mark.get(w("val"), 0)) if mark is not None else 0
    for cell in _own(row, "tc", "tr"):
        if at == column:
            return cell
        across = cell.find(f"{w('tcPr')}/{w('gridSpan')}")
        at += int(across.get(w("val"), 1)) if across is not None else 1
    raise LookupError(column)


def _paragraph(cell: Any, text: str) -> None:
    """One paragraph with the look of the first that stood there."""
    old = cell.find(w("p"))
    look = old.find(w("pPr")) if old is not None else None
    face = next(iter(old.iterfind(f".//{w('r')}/{w('rPr')}")), None) if old is not None else None
    for child in [one for one in cell if one.tag != w("tcPr")]:
        cell.remove(child)
    paragraph = etree.SubElement(cell, w("p"))
    run = etree.Element(w("r"))
    for part, kept in ((paragraph, look), (run, face)):
        if kept is not None:
            part.append(kept)
    paragraph.append(run)
    for n, line in enumerate(text.split("\n")):
        if n:
            etree.SubElement(run, w("br"))
        said = etree.SubElement(run, w("t"))
        said.set(_SPACE, "preserve")
        said.text = line
