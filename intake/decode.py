"""From bytes to text (解码): UTF-8, UTF-16 and GB18030 are read, a broken byte costs its character; all else is refused."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from workflow.record.errors import Unreadable
from workflow.record.published import ENCODINGS
from workflow.record.showing import spoken_size

MAX_BYTES = 5 * 1024 * 1024
MAX_LINES = 100_000

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "图片，请放进 PDF 或换成原件"),
    (b"\xff\xd8\xff", "图片，请放进 PDF 或换成原件"),
    (b"GIF8", "图片，请放进 PDF 或换成原件"),
    (b"BM", "图片，请放进 PDF 或换成原件"),
    (b"II*\x00", "图片，请放进 PDF 或换成原件"),
    (b"MM\x00*", "图片，请放进 PDF 或换成原件"),
    (b"RIFF", "图片或音视频，请放进 PDF 或换成原件"),
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
LOST = "\ufffd"
"""What stands for a character whose bytes are broken."""
SPOILT = 0.05
"""The share of broken characters from which the encoding is held to be another one."""
_BREAKS = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f\ufeff\u200b-\u200f\u2060\ufffe\uffff]")
_FIELDS = re.compile("[<>\t,;]")
_ALIASES = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "utf8": "utf-8"}


def decode(data: bytes, name: str, encoding: str = "") -> str:
    """The text of ``data`` with one kind of line break; ``name`` is how messages call the document.

    ``encoding``: as a person says; otherwise it is found.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(
            f"没有读到任务表：{name}有 {spoken_size(len(data))}，超过了 {spoken_size(MAX_BYTES)} 的上限，请只保留任务表部分，另存为文本后再读入。"
        )
    if not data.strip(b" \t\r\n\x00\x0c\x0b"):
        raise Unreadable(f"没有读到任务表：{name}是空的，里面没有文字，请确认选对了文件。")
    kind = next((kind for magic, kind in MAGIC if data.startswith(magic)), None)
    if kind and not (data[:2] in (b"BM", b"MZ", b"RI") and b"\x00" not in data[:64]):
        raise Unreadable(f"没有读到任务表：{name}是{kind}后再读入。")
    text = _BREAKS.sub("\n", data.decode(encoding, "replace") if encoding in ENCODINGS else characters(data))
    if (lines := text.count("\n")) > MAX_LINES:
        raise Unreadable(
            f"没有读到任务表：{name}有 {lines} 行，超过了 {MAX_LINES} 行的上限，请只保留任务表部分，或拆成几份后再读入。"
        )
    if _share_lost(text) > SPOILT:
        raise Unreadable(
            f"没有读到任务表：{name}的文字编码无法识别（能读 UTF-8、UTF-16 和 GB18030），请用记事本打开，另存为 UTF-8 再读入。"
        )
    controls = len(_CONTROLS.findall(text))
    if controls > 16 and controls * 50 > len(text):
        raise Unreadable(
            f"没有读到任务表：{name}不是能读取的格式；请在 Word、Excel 或 WPS 中打开，另存为 .docx 或 .xlsx 后再读入。"
        )
    return _CONTROLS.sub("", text)


def characters(data: bytes, declared: str = "") -> str:
    """The characters of ``data``: by its mark, as strict UTF-8, as declared, then as what loses the fewest of them."""
    marked = next((encoding for mark, encoding in MARKS if data.startswith(mark)), "")
    if marked:
        return data.decode(marked, "replace")
    declared = _ALIASES.get(declared.lower(), declared.lower())
    for encoding in dict.fromkeys((*_wide(data), "utf-8", declared, "gb18030")):
        try:
            if encoding and not (encoding == declared and encoding.startswith(("utf-16", "utf-32"))):
                text = data.decode(encoding)
                if encoding != "gb18030" or _share_lost(data.decode("utf-8", "replace")) > SPOILT:
                    return text
        except (UnicodeDecodeError, LookupError):
            continue
    return min((data.decode(encoding, "resume") for encoding in ("utf-8", "gb18030")), key=_share_lost)


def spoilt(text: str) -> list[str]:
    """A sentence where characters were broken: how many, and the lines with the words around."""
    places = []
    for number, line in enumerate(text.split("\n"), start=1) if LOST in text else ():
        at = line.find(LOST)
        if at >= 0:
            before, after = _FIELDS.split(line[max(at - 8, 0) : at])[-1], _FIELDS.split(line[at : at + 9])[0]
            places.append(f"第 {number} 行“{before}{after}”")
    if not places:
        return []
    more = f"等 {len(places)} 行" if len(places) > 5 else ""
    return [f"文件有损坏的字节，无法识别的字以“{LOST}”代替：{'、'.join(places[:5])}{more}；请对照原件改正。"]


def _share_lost(text: str) -> float:
    """Broken characters among those that are not plain ASCII."""
    lost = text.count(LOST)
    return lost / max(len(text) - len(text.encode("ascii", "ignore")), 1) if lost else 0.0


def _wide(data: bytes) -> list[str]:
    """UTF-16 without a mark: line breaks, tabs and digits leave a zero in every second byte."""
    head = data[:4096]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if len(data) % 2 or max(even, odd) < 4 or min(even, odd) * 4 > max(even, odd):
        return []
    return ["utf-16-be" if even > odd else "utf-16-le"]


def _resume(error: UnicodeError) -> tuple[str, int]:
    """One mark for a broken character, going on where the next one begins: in GB18030 where most of what follows is common."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    data, at = error.object, error.start
    if error.encoding == "utf-8":
        rest = re.match(rb".[\x80-\xbf\xf8-\xff]{0,2}", data[at : at + 3], re.DOTALL)
        return LOST, at + len(rest.group() if rest else b" ")

    def common(begin: int) -> int:
        run = re.match(rb"[\x80-\xff]{0,60}", data[begin : begin + 60])
        return len(run.group().decode("gb2312", "ignore").encode("gb2312")) if run else 0

    steps = (1, 2) if data[at + 1 : at + 2] > b"\x7f" else (1,)
    return LOST, at + max(steps, key=lambda step: common(at + step) + step)


_handler: Callable[[UnicodeError], tuple[str, int]] = _resume
codecs.register_error("resume", _handler)
