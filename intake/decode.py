"""From bytes to text (解码): UTF-8, UTF-16 and GB18030 are read, everything else is refused in one sentence."""

from __future__ import annotations

import codecs
import re

from workflow.record.errors import Unreadable
from workflow.record.showing import spoken_size

MAX_BYTES = 5 * 1024 * 1024

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "RTF 文档，请在 Word 或 WPS 中另存为 .docx"),
    (b"\x89PNG", "图片，请放进 PDF 或换成原件"),
    (b"\xff\xd8\xff", "图片，请放进 PDF 或换成原件"),
    (b"GIF8", "图片，请放进 PDF 或换成原件"),
    (b"BM", "图片，请放进 PDF 或换成原件"),
    (b"Rar!", "压缩包，请解压后选择其中的文件"),
    (b"7z\xbc\xaf", "压缩包，请解压后选择其中的文件"),
    (b"\x1f\x8b", "压缩包，请解压后选择其中的文件"),
    (b"MZ", "程序，不是文件，请确认选对了文件"),
    (b"\x7fELF", "程序，不是文件，请确认选对了文件"),
)
"""What is no text, by its first bytes, and what to do with it."""
MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BREAKS = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f\ufeff\u200b-\u200f\u2060\ufffe\uffff]")


def decode(data: bytes, name: str) -> str:
    """The text of ``data`` with one kind of line break; ``name`` is how messages call the document."""
    if len(data) > MAX_BYTES:
        raise Unreadable(
            f"没有读到任务表：{name}有 {spoken_size(len(data))}，超过了 {spoken_size(MAX_BYTES)} 的上限，请只保留任务表部分，另存为文本后再读入。"
        )
    if not data.strip(b" \t\r\n\x00\x0c\x0b"):
        raise Unreadable(f"没有读到任务表：{name}是空的，里面没有文字，请确认选对了文件。")
    kind = next((kind for magic, kind in MAGIC if data.startswith(magic)), None)
    if kind and not (data[:2] in (b"BM", b"MZ") and b"\x00" not in data[:64]):
        raise Unreadable(f"没有读到任务表：{name}是{kind}后再读入。")
    text = _BREAKS.sub("\n", _characters(data, name))
    controls = len(_CONTROLS.findall(text))
    if controls > 16 and controls * 50 > len(text):
        raise Unreadable(
            f"没有读到任务表：{name}不是能读取的格式；请在 Word、Excel 或 WPS 中打开，另存为 .docx 或 .xlsx 后再读入。"
        )
    return _CONTROLS.sub("", text)


def _characters(data: bytes, name: str) -> str:
    encodings = [encoding for mark, encoding in MARKS if data.startswith(mark)]
    if not encodings:
        encodings = [*_wide(data), "utf-8", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(
        f"没有读到任务表：{name}的文字编码无法识别（能读 UTF-8、UTF-16 和 GB18030），请用记事本打开，另存为 UTF-8 再读入。"
    )


def _wide(data: bytes) -> list[str]:
    """UTF-16 without a mark: line breaks, tabs and digits leave a zero in every second byte."""
    head = data[:4096]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if len(data) % 2 or max(even, odd) < 4 or min(even, odd) * 4 > max(even, odd):
        return []
    return ["utf-16-be" if even > odd else "utf-16-le"]
