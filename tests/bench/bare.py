"""What the bare libraries do (对照库): each hands over the strings of a file and imports nothing else.

``python -m tests.bench.bare ours|bare FILE`` reads one file and prints the peak memory of its process in bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path


def bare_docx(data: bytes) -> object:
    """python-docx: every cell's text."""
    import docx

    return [[cell.text for cell in row.cells] for table in docx.Document(BytesIO(data)).tables for row in table.rows]


def bare_xlsx(data: bytes) -> object:
    """calamine: every value."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(BytesIO(data))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def bare_html(data: bytes) -> object:
    """lxml: every cell's text."""
    from lxml import html

    return [cell.text_content() for cell in html.document_fromstring(data.decode()).iter("td", "th")]


def bare_pdf(data: bytes) -> object:
    """pdfplumber: every table."""
    import pdfplumber

    with pdfplumber.open(BytesIO(data)) as opened:
        return [page.extract_tables() for page in opened.pages]


def bare_text(data: bytes) -> object:
    """decode, and split lines and cells."""
    return [line.split("\t") for line in data.decode().split("\n")]


BARE: dict[str, Callable[[bytes], object]] = {
    "docx": bare_docx, "xlsx": bare_xlsx, "html": bare_html, "pdf": bare_pdf, "text": bare_text,
}  # fmt: skip


def main() -> None:
    """Read one file, by the product or by the bare library, and print what it took."""
    which, path = sys.argv[1:]
    data = Path(path).read_bytes()
    if which == "ours":
        import intake

        intake.read(data, filename=path)
    else:
        BARE[path.rsplit(".", 1)[1]](data)
    status = Path("/proc/self/status").read_text()  # of this program alone: getrusage counts the fork before it
    print(int(status.split("VmHWM:")[1].split()[0]) * 1024)


if __name__ == "__main__":
    main()
