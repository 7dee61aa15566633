"""The old binary office files (旧版 Word、Excel、PPT、WPS): their words are UTF-16 between control characters."""

from __future__ import annotations

import python_calamine

from inspection import words
from inspection.findings import Looking, Piece


def look(piece: Piece, looking: Looking) -> None:
    """Words, macros, objects and locks. Raises NotTaken."""
    data = piece.data
    if _holds(data, "EncryptedPackage"):
        looking.tell("设有密码，系统不能查看内容", piece)
        return
    if _holds(data, "_VBA_PROJECT") or _holds(data, "Macros"):
        looking.tell("带有宏", piece)
    if _holds(data, "\x01Ole10Native") or _holds(data, "ObjectPool"):
        looking.tell("内嵌 OLE 对象或控件", piece)
    for shift in (0, 1):
        looking.words(words.windows(data, "utf-16-le", shift), piece)
    looking.words(words.windows(data, "gb18030"), piece)
    if _holds(data, "Workbook"):
        looking.words(_cells(piece), piece)


def _cells(piece: Piece) -> list[str]:
    """The cells of a workbook, one a line; what the library cannot open has been searched as bytes."""
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(piece.stream)
        names = list(book.sheet_names)
        rows = (row for name in names for row in book.get_sheet_by_name(name).iter_rows())
        return ["\n".join((*names, *(str(cell) for row in rows for cell in row if isinstance(cell, str))))]
    except Exception:  # the library's errors are its own, and a broken workbook has been searched already
        return []


def _holds(data: bytes, stream: str) -> bool:
    return data.find(stream.encode("utf-16-le")) >= 0
