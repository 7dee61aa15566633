"""Where the text of a plan ends and its annexes begin (正文、附件、落款): the signature and what stands below it is no item."""

from __future__ import annotations

import re
from collections.abc import Iterator

from intake.grammar import furniture, headings, signers
from intake.grammar.wording import squeeze
from intake.grid import Line

_NOTE = re.compile(
    r"(?:打印|关闭|分享|【字体|字体：|责任编辑|上一[篇条]|下一[篇条]|扫一扫|(?:相关)?附件(?:下载|列表)?[：:]|版权所有|网站地图|联系我们|.{0,12}(?:ICP备|公网安备|网站标识码)|（?此件|[\u4e00-\u9fff]{4,24}(?:主办|承办)$)"
)
_CLOSING = re.compile(
    r"(?:请|特此通知|以上|上述|本(?:方案|通知|要点|清单|表)|各(?:单位|地|县|区|市|镇|乡|街道|部门|责任)[^。：:]{0,40}(?:[要请应须于]|报送))[^：:]{0,200}[。）)]?$"
)
"""What is said to all below the last item: 请各单位于12月10日前将总结报市政府办公室."""
_ANNEX = re.compile(r"附件\s*[\d一二三四五六七八九十]{1,2}$")


def signed(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """The text, and what stands below it from the signature on: nothing that signs is part of the last item."""
    filled = [at for at, line in enumerate(lines) if line.text.strip()]
    cut = len(lines)
    for n in range(len(filled) - 1, max(len(filled) - 12, 0), -1):
        text = squeeze(lines[filled[n]].text)
        together = signers.is_day(signers.beside(lines[filled[n]].text)[-1]) and not signers.is_day(text)
        if together or (signers.is_day(text) and signers.is_signer(squeeze(lines[filled[n - 1]].text))):
            numbered = any(headings.number_of(lines[at].text.strip()) for at in filled[n + 1 :])
            cut = cut if numbered else filled[n if together else _first_signer(lines, filled, n - 1)]
            break
        if _NOTE.match(text) or furniture.is_footer(text):
            cut = filled[n]
    while (above := next((at for at in range(cut - 1, -1, -1) if lines[at].text.strip()), None)) is not None:
        if not _CLOSING.match(squeeze(lines[above].text)) and not furniture.is_footer(lines[above].text):
            break
        cut = above
    return lines[:cut], lines[cut:]


def _first_signer(lines: list[Line], filled: list[int], at: int) -> int:
    """Of several who sign together, the first, by its place among the filled lines."""
    signer = squeeze(lines[filled[at]].text)
    while at and signers.signs_with(squeeze(lines[filled[at - 1]].text), signer):
        at -= 1
    return at


def annexes(lines: list[Line]) -> Iterator[tuple[tuple[str, ...], list[Line]]]:
    """The parts of a text under 附件1, 附件2 with the name of each; the whole where there are none."""
    filled = [line for line in lines if line.text.strip()]
    marks = [at for at, line in enumerate(filled) if _ANNEX.match(squeeze(line.text))]
    if len(marks) < 2:
        yield (), lines
        return
    yield (), filled[: marks[0]]
    for at, end in zip(marks, [*marks[1:], len(filled)], strict=True):
        name = squeeze(filled[at + 1].text) if at + 1 < end else ""
        named = bool(name) and not headings.number_of(name)
        yield (name,) if named else (squeeze(filled[at].text),), filled[at + 1 + named : end]
