"""The bare cells of an office's file (单元格): nothing is understood, every row is given with its place."""

from __future__ import annotations

from typing import Any

from intake.blocks import SOFT, Grid
from intake.formats import reader_of
from intake.programs import Needs
from workflow.record.errors import Unreadable
from workflow.record.sandbox import Exhausted, call

SECONDS = 60


def rows_of(data: bytes, question: dict[str, Any]) -> dict[str, Any]:
    """Read in a process apart: ``rows`` as pairs of a place and cells, or the sentence of refusal."""
    name = f"《{question['filename'][:80]}》"
    try:
        reader = reader_of(data, name)
        if reader is None:
            return {"unreadable": f"{name}不是 Word 或 Excel 文件，请上传填好的 .docx 或 .xlsx。"}
        grids = [block for block in reader(data, name).blocks if isinstance(block, Grid)]
    except (Unreadable, Needs) as refused:
        return {"unreadable": refused.message}
    return {"rows": [pair for grid in grids for pair in _rows(grid)]}


def read_cells(data: bytes, *, filename: str) -> list[tuple[str, list[str]]]:
    """The rows of every table of a file, where it can do no harm. Raises Unreadable."""
    found = asked_apart("intake.lists.cells:rows_of", data, {"filename": filename})
    return [(place, cells) for place, cells in found["rows"]]


def asked_apart(target: str, data: bytes, question: dict[str, Any]) -> dict[str, Any]:
    """What a function says of a filled-in file, in a process where it can do no harm. Raises Unreadable."""
    try:
        found: dict[str, Any] = call(target, data, question, seconds=SECONDS)
    except Exhausted:
        raise Unreadable(f"《{question['filename'][:80]}》读取时超出了时间或内存限度，请检查后重新上传。") from None
    if "unreadable" in found:
        raise Unreadable(found["unreadable"])
    return found


def _rows(grid: Grid) -> list[tuple[str, list[str]]]:
    read, _ = grid.matrix()
    places = [*grid.places, *[""] * len(read)]
    return [(place, [cell.replace(SOFT, "") for cell in row]) for place, row in zip(places, read, strict=False)]
