"""An issued paper as a Word document (公文 Word 版): the margins, grid, faces and rules of GB/T 9704-2012, to be edited and printed."""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from reports.official import Annex, Official, tight
from workflow.ledgers.export import LedgerTable
from workflow.record.calendar import spoken

TITLE, HEI, KAI, SONG, BODY = "方正小标宋简体", "黑体", "楷体_GB2312", "宋体", "仿宋_GB2312"
SIZE, LINE = 16, 28.95
"""Points of 三号, and of one of 22 lines."""
FACES = {"h1": HEI, "h2": KAI, "p": BODY}
RED = RGBColor(0xE6, 0x00, 0x12)
PORTRAIT, MARGINS = (210, 297), (37, 26, 35, 28)
"""Millimetres of the page, and of its margins: top, right, bottom, left."""
_NUMBER = "— {} —"
ROOM = 442
"""Points across the type area."""


def official_docx(facts: Official) -> bytes:
    """The whole paper; a draft says that it is one."""
    document = docx.Document()
    document.settings.odd_and_even_pages_header_footer = True
    _page(document.sections[0], across=False)
    _numbers(document.sections[0])
    _head(document, facts)
    for block in facts.blocks:
        line = _line(document, block.text, FACES[block.style], indent=2)
        line.paragraph_format.keep_with_next = block.style != "p"
    _close(document, facts)
    for n, annex in enumerate(facts.annexes, start=1):
        _annex(document, annex, str(n) if len(facts.attached) > 1 else "")
    _colophon(document, facts)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(section: Any, *, across: bool) -> None:
    """A4 with the type area of 156 × 225 mm, 22 lines of 28 characters; turned where a wide table lies on it."""
    width, height = reversed(PORTRAIT) if across else PORTRAIT
    top, right, bottom, left = (MARGINS[3], MARGINS[0], MARGINS[1], MARGINS[2]) if across else MARGINS
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(Mm, (top, right, bottom, left))  # fmt: skip
    section.footer_distance = Mm(max(bottom - 10, 15))
    for old in section._sectPr.findall(qn("w:docGrid")):  # noqa: SLF001 - python-docx has no property for the grid
        section._sectPr.remove(old)  # noqa: SLF001
    grid = OxmlElement("w:docGrid")
    for name, value in (("type", "lines"), ("linePitch", "579")):
        grid.set(qn(f"w:{name}"), value)
    section._sectPr.append(grid)  # noqa: SLF001


def _numbers(section: Any, *, across: bool = False) -> None:
    """Page numbers, odd ones at the right, even ones at the left; on a turned page where they are once it is turned back."""
    for footer, aligned in ((section.footer, ALIGN.RIGHT), (section.even_page_footer, ALIGN.LEFT)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        if across:
            paragraph = _box(paragraph, (60, 440 if aligned is ALIGN.RIGHT else 94, 24, 80), turned=True)[0]
        paragraph.alignment = aligned
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(14)
        before, after = _NUMBER.split("{}")
        _run(paragraph, before, SONG, 14)
        run = _run(paragraph, "", SONG, 14)
        for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
            piece = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                piece.set(qn("w:fldCharType"), kind)
            piece.text = text or None
            run._r.append(piece)  # noqa: SLF001
        _run(paragraph, after, SONG, 14)


def _head(document: Any, facts: Official) -> None:
    """Red head, number, red line, title, 主送."""
    head = _line(document, facts.masthead, TITLE, size=facts.head_size, align=ALIGN.CENTER, colour=RED, line=None)
    head.paragraph_format.space_before = Pt(51)
    said = facts.number or "（草稿，未编文号）"
    if facts.letter:  # 信函格式: a double line under the head, the number at the right below it
        _border(head, "bottom", "E60012", 24, space=11, kind="thickThinSmallGap")
        _line(document, said, BODY, align=ALIGN.RIGHT)
    else:
        number = _line(document, said, BODY, align=ALIGN.CENTER)
        number.paragraph_format.space_before = Pt(2 * LINE)
        _border(number, "bottom", "E60012", 16, space=11)
    for n, text in enumerate(facts.title_lines):
        title = _line(document, text, TITLE, size=22, align=ALIGN.CENTER, line=34)
        title.paragraph_format.space_before = Pt(0 if n else 2 * LINE)
    title.paragraph_format.space_after = Pt(LINE)
    _line(document, f"{facts.addressed}：", BODY)


def _close(document: Any, facts: Official) -> None:
    """附件说明, name and date with room for the seal, contact."""
    for n, annex in enumerate(facts.attached, start=1):
        number = f"{n}．" if len(facts.attached) > 1 else ""
        line = _line(document, f"{'附件：' if n == 1 else '　　　'}{number}{annex.name}", BODY, indent=2)
        line.paragraph_format.space_before = Pt(LINE if n == 1 else 0)
    document.paragraphs[-1].paragraph_format.keep_with_next = True  # the seal never stands on a page without text
    name = _line(document, facts.office, BODY, align=ALIGN.RIGHT)
    name.paragraph_format.keep_with_next = True
    name.paragraph_format.space_before = Pt(3 * LINE)
    day = spoken(facts.signed_on) if facts.signed_on else "（草稿）"
    longer = max((len(facts.office) - 0.6 * len(day)) / 2, 0)
    name.paragraph_format.right_indent = Pt(SIZE * 4)
    _line(document, day, BODY, align=ALIGN.RIGHT).paragraph_format.right_indent = Pt(SIZE * (4 + longer))
    if facts.contact:
        _line(document, f"（联系人及电话：{facts.contact}）", BODY, indent=2)


def _annex(document: Any, annex: Annex, number: str) -> None:
    """On a fresh page, wide tables across."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    _page(section, across=annex.across)
    _numbers(section, across=annex.across)
    if annex.attached:
        _line(document, f"附件{number}", HEI)
    _line(document, annex.name, TITLE, size=18, align=ALIGN.CENTER, line=30)
    room = (297 - 72) if annex.across else 156
    for table in annex.tables:
        if table.title:
            _line(document, table.title, HEI, size=12, line=20)
        _grid(document, table, room, size=10 if annex.attached else 14)
        for text in table.foot:
            _line(document, text, BODY, size=10, line=15)


def _grid(document: Any, table: LedgerTable, room: int, *, size: int) -> None:
    names, total = tuple(column.name for column in table.columns), sum(column.weight for column in table.columns)
    grid = document.add_table(rows=1 + len(table.rows), cols=len(names))
    grid.style, grid.autofit = "Table Grid", False
    cells = [cell for row in grid.rows for cell in row.cells]
    for at, row in enumerate((names, *table.rows)):
        place = cells[at * len(names) : (at + 1) * len(names)]
        if len(row) == 1:
            place[0].merge(place[-1])
        for cell, text, column in zip(place, row, table.columns, strict=False):
            cell.width = Mm(room if len(row) == 1 else room * column.weight / total)
            shape = cell.paragraphs[0].paragraph_format
            shape.line_spacing, shape.space_after = Pt(1.4 * size), Pt(0)
            _off_the_grid(cell.paragraphs[0])
            _run(cell.paragraphs[0], text, BODY if at and len(row) > 1 else HEI, size)
    for whole, column in zip(grid.columns, table.columns, strict=True):
        whole.width = Mm(room * column.weight / total)
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    grid.rows[0]._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - python-docx has no property for it


def _off_the_grid(paragraph: Any) -> None:
    """Let lines stand as close as they are set: the page's grid of 22 lines is for the text, and would double those of a table."""
    free = OxmlElement("w:snapToGrid")
    free.set(qn("w:val"), "0")
    paragraph._p.get_or_add_pPr().insert_element_before(free, "w:spacing", "w:ind", "w:jc", "w:rPr")  # noqa: SLF001


def _colophon(document: Any, facts: Official) -> None:
    """版记 at the foot of the last page, behind annexes of an even one of its own: 抄送 between rules, who issued it and when."""
    rows = [f"抄送：{facts.copied}。"] if facts.copied else []
    day = f"{spoken(facts.issued_on)}印发" if facts.issued_on else "（草稿）"
    rows += [] if facts.letter else [f"{facts.office}\t{day}"]
    if not rows:
        return
    if facts.annexes:
        section = document.add_section(WD_SECTION.EVEN_PAGE)
        _page(section, across=False)
        _numbers(section)
    lines = sum(-(-14 * len(text) // (ROOM - 16)) for text in rows)
    height = 24 * lines + 6
    foot = (PORTRAIT[1] - MARGINS[2]) / 25.4 * 72 - height
    anchor = _line(document, "", BODY, size=1, line=1)
    for n, (line, text) in enumerate(zip(_box(anchor, (79, foot, ROOM, height), len(rows)), rows, strict=True)):
        _run(line, text, BODY, 14)
        shape = line.paragraph_format
        shape.line_spacing, shape.space_before, shape.space_after = Pt(24), Pt(0), Pt(0)
        shape.left_indent = shape.right_indent = Pt(0)
        shape.tab_stops.add_tab_stop(Pt(ROOM), alignment=2)
        _border(line, "top", "000000", 8 if n == 0 else 6)
        if n == len(rows) - 1:
            _border(line, "bottom", "000000", 8)


def _box(anchor: Any, place: tuple[float, float, float, float], lines: int = 1, *, turned: bool = False) -> list[Any]:
    """Paragraphs of a box that stands on the page of a paragraph: left, top, width, height in points; words may run downwards."""
    left, top, width, height = place
    style = (
        f"position:absolute;margin-left:{left:.1f}pt;margin-top:{top:.1f}pt;width:{width:.1f}pt;height:{height:.1f}pt;"
        "mso-position-horizontal-relative:page;mso-position-vertical-relative:page"
    )
    flow = ' style="layout-flow:vertical"' if turned else ""
    box = parse_xml(
        f'<w:pict {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><v:rect style="{style}" stroked="f" filled="f">'
        f'<v:textbox{flow} inset="0,0,0,0"><w:txbxContent>{"<w:p/>" * lines}</w:txbxContent></v:textbox></v:rect></w:pict>'
    )
    anchor.add_run()._r.append(box)  # noqa: SLF001 - python-docx has no boxes
    return [Paragraph(line, anchor._parent) for line in box.iter(qn("w:p"))]  # noqa: SLF001


def _line(document: Any, text: str, face: str, *, size: float = SIZE, align: Any = None, indent: int = 0, colour: Any = None, line: float | None = LINE) -> Any:  # fmt: skip
    paragraph = document.add_paragraph()
    shape = paragraph.paragraph_format
    shape.space_after = shape.space_before = Pt(0)
    if line is not None:
        shape.line_spacing = Pt(line)
    if indent:
        shape.first_line_indent = Pt(indent * size)
    paragraph.alignment = align if align is not None else ALIGN.LEFT
    run = _run(paragraph, tight(text), face, size)
    if colour is not None:
        run.font.color.rgb = colour
    return paragraph


def _run(paragraph: Any, text: str, face: str, size: float) -> Any:
    run = paragraph.add_run(text)
    run.font.size, run.font.name = Pt(size), face
    run.element.rPr.rFonts.set(qn("w:eastAsia"), face)
    if size == SIZE:  # 28 characters of 三号 are a little more than the type area
        closer = OxmlElement("w:spacing")
        closer.set(qn("w:val"), "-5")
        run.element.rPr.insert_element_before(
            closer, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u"
        )
    return run


def _border(paragraph: Any, side: str, colour: str, eighths: int, *, space: int = 1, kind: str = "single") -> None:
    """A rule along one side, so many eighths of a point strong."""
    shape = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no property for borders
    sides = shape.find(qn("w:pBdr"))
    if sides is None:
        sides = OxmlElement("w:pBdr")
        shape.insert_element_before(
            sides, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
        )
    rule = OxmlElement(f"w:{side}")
    for name, value in (("val", kind), ("sz", str(eighths)), ("space", str(space)), ("color", colour)):
        rule.set(qn(f"w:{name}"), value)
    sides.append(rule)
