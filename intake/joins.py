"""Rows that a page break cut in two are made whole again (跨页续行)."""

from __future__ import annotations

import re

from intake.grammar.headings import code, number_of
from intake.grammar.unit_names import is_recognised
from intake.grammar.wording import is_open, squeeze, unmark
from intake.grid import Row
from intake.shape import Shape

_NAMES = re.compile(r"[、，,；;]")


def joined(rows: list[Row], shape: Shape) -> list[Row]:
    """The rows, with every continuation added to the row it continues."""
    whole: list[Row] = []
    habit = _closed_share(rows, shape)
    for row in rows:
        if whole and _continues(whole[-1], row, shape, habit):
            _append(whole[-1], row, shape)
        else:
            whole.append(row)
    return whole


def _continues(above: Row, row: Row, shape: Shape, habit: float) -> bool:
    said = [at for at in shape.requirement if row.text(at).strip()]
    title = row.text(shape.title).strip() if shape.title is not None else ""
    if not said and not title:
        return not (shape.site == "column" and _is_numbered(row, shape))
    if any(row.text(at).strip() for at in shape.groups) and not _groups_go_on(above, row, shape):
        return False
    if _is_numbered(row, shape):
        return False
    if row.after_gap and not title and any(_is_torn(above.text(at), row.text(at)) for at in shape.units):
        return True
    broken = any(
        is_open(above.text(at)) for at in (*shape.requirement, *shape.units) if _cut_mid_word(above, at, shape)
    )
    has_units = any(row.text(at).strip() for at in shape.units)
    if shape.site == "requirement":
        return True
    if shape.site in ("title", "column"):
        return broken or not has_units
    if shape.title is not None and not title and not has_units:
        return broken
    alone = not has_units and not any(row.text(at).strip() for at in shape.deadlines)
    return row.after_gap and habit >= (0.5 if alone else 0.8) and _text_open(above, shape) and not title


def _is_torn(above: str, below: str) -> bool:
    """Whether a list of units breaks off: an open bracket, a mark after which a name must come, half a name."""
    first, rest = squeeze(above), squeeze(below)
    if first.count("（") + first.count("(") > first.count("）") + first.count(")"):
        return True
    last, head = (part.strip("、，；") for part in (_NAMES.split(first)[-1], _NAMES.split(rest)[0]))
    if not first or first.endswith(("、", "，", "和")):
        return bool(first)
    return bool(head) and not is_recognised(last) and not is_recognised(head) and is_recognised(last + head)


def _is_numbered(row: Row, shape: Shape) -> bool | None:
    """Whether a row has its own number; None where rows are not numbered."""
    if shape.site == "column" and shape.number is not None:
        return code(unmark(row.text(shape.number))) is not None
    at = shape.title if shape.site == "title" else shape.requirement[0] if shape.site == "requirement" else None
    if shape.site == "title" and at is None:
        at = shape.requirement[0]
    return None if at is None else number_of(unmark(row.text(at)).strip()[:40]) is not None


def _groups_go_on(above: Row, row: Row, shape: Shape) -> bool:
    """A group cell beside a continuation belongs to it only where the one above was cut as well."""
    return all(not row.text(at).strip() or squeeze(row.text(at)) == squeeze(above.text(at)) for at in shape.groups)


def _text_open(row: Row, shape: Shape) -> bool:
    filled = [row.text(at) for at in shape.requirement if row.text(at).strip()]
    return bool(filled) and is_open(filled[-1])


def _cut_mid_word(row: Row, at: int, shape: Shape) -> bool:
    return at not in shape.units or not is_recognised(squeeze(row.text(at)).split("、")[-1])


def _closed_share(rows: list[Row], shape: Shape) -> float:
    """How regularly requirements end with a full stop: only then does a missing one mean a cut."""
    cells = [row.text(at) for row in rows for at in shape.requirement[-1:] if row.text(at).strip()]
    return sum(not is_open(cell) for cell in cells) / len(cells) if cells else 0.0


def _append(above: Row, row: Row, shape: Shape) -> None:
    for at, cell in enumerate(row.cells):
        if at == shape.number or (at in shape.groups and squeeze(cell.text) == squeeze(above.text(at))):
            continue
        if at < len(above.cells):
            above.cells[at] = above.cells[at].joined(cell)
    above.line_end = max(above.line_end, row.line_end)
