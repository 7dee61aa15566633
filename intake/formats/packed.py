"""Which kind of package a file is (文档包类型): by its media type, else by the root of its main part."""

from __future__ import annotations

from functools import partial

from lxml import etree

from intake import formats
from intake.formats.package import Package
from workflow.record.errors import Unreadable


def reader_of(data: bytes, name: str) -> formats.Reader:
    """The reader of a package, zipped or saved as one XML file. Raises Unreadable for what nobody reads."""
    package = Package(data, name)
    if "OFD.xml" in package:
        raise Unreadable(
            f"没有读到任务表：{name}是 OFD 版式文件，请用版式阅读软件另存为 PDF，或改用 Word、Excel 原件。"
        )
    kind = _media_type(package) or _of_main(package, name)
    if kind == "presentation":
        raise Unreadable(f"没有读到任务表：{name}是{formats.SLIDES}")
    if kind == "binary":
        return partial(formats.needs, formats.SHEETS)
    if kind in formats.OPEN_DOCUMENT:
        return partial(formats.needs, formats.OPEN_DOCUMENT[kind])
    if kind in ("document", "workbook"):
        return formats.reader("word" if kind == "document" else "workbook")
    raise Unreadable(f"没有读到任务表：{name}是压缩包，不是任务表；请解压后选择其中的文件。")


def _media_type(package: Package) -> str:
    """OpenDocument says in its first part what it is: text, spreadsheet, presentation."""
    said = package.bytes("mimetype").decode("ascii", "replace").strip()
    return said.rsplit(".", 1)[-1].removesuffix("-template") if "opendocument" in said else ""


def _of_main(package: Package, name: str) -> str:
    """The name of the main part's root; ``binary`` for a workbook that is none of XML."""
    try:
        main = package.main()
        if main.endswith(".bin"):
            return "binary"
        root = package.tree(main) if main else None
    except (etree.XMLSyntaxError, ValueError):
        raise Unreadable(
            f"没有读到任务表：{name}的内部结构不完整，不能打开；请在 Word 或 WPS 中打开并另存后再读入。"
        ) from None
    return str(etree.QName(root).localname) if root is not None else ""
