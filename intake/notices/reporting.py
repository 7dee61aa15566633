"""By when everybody reports (报送时限): the one date that a notice sets for all, and what only reads like one."""

from __future__ import annotations

import re

from intake.grammar import dates
from intake.grammar.wording import folded, squeeze
from intake.grid import Line
from workflow.record.published import ReportDue

_SENTENCE = re.compile(r"[^。；;]{1,400}[。；;]?")
_TO = r"[\u4e00-\u9fff]{1,22}?(?:办公室|办公厅|督查室|研究室|政府办|[市县区省州旗镇]办|委办|局|委|厅|部|室|科|处|股|院|办|会|中心|小组|机构|专班|单位|政府)"
_REPORT = re.compile(
    rf"(?:报送|上报|报至|报到|反馈|报告|提交|报|送|交)(?:[^，,。；;]{{0,20}}?(?:至|到|给)|送)?({_TO})(?:[（(备汇审存，,。；;邮]|$)|向({_TO})(?:书面)?(?:报告|报送|汇报|反馈|报备)"
)

_AGAIN = re.compile(r"每[年季月周日][^，,]{0,10}$")
"""A date in a rhythm is none by which all report once."""


def running(lines: list[str]) -> str:
    """The words of a notice without the breaks of its lines, as far as dates for all are looked for in them."""
    return folded("".join(squeeze(text) for text in lines if len(text) < 4000))[:60_000]


def due(text: str, year: int | None) -> ReportDue | None:
    """The sentence that sets one date for everybody's report; of several the last."""
    last = None
    for sentence in _SENTENCE.findall(text):
        found = dates.find(sentence, year)
        limits = [dated for dated in found if dated.is_limit and dated.day]
        for dated in limits:
            to = _REPORT.search(sentence, dated.end) or _again(sentence, dated)
            if to and dated.day and not _AGAIN.search(sentence[: dated.start]):
                last = ReportDue(dated.day, to.group(1) or to.group(2), _clause(sentence, dated.start))
    return last


def _again(sentence: str, dated: dates.Dated) -> re.Match[str] | None:
    """To whom, where a second date only says 报送: …每季度末报市政府办公室，12月8日前报送总结."""
    sends = re.match(r"[^，,]{0,20}?(?:报送|上报|提交)", sentence[dated.end :])
    return _REPORT.search(sentence[: dated.start]) if sends else None


def _clause(sentence: str, at: int) -> str:
    """The sentence from the word that introduces the date."""
    start = max(sentence.rfind(mark, 0, at) for mark in ",，:：、") + 1
    return sentence[start:].strip()


def unread(text: str, year: int | None) -> str:
    """A sentence of the notice that has a limit and speaks of reporting."""
    for sentence in _SENTENCE.findall(text):
        limits = [dated for dated in dates.find(sentence, year) if dated.is_limit and dated.day]
        if (
            limits
            and re.search(r"各(?!类|项)|请|均", sentence)
            and re.search(r"报送|上报|报告|反馈|报备|提交", sentence)
        ):
            return str(sentence)
    return ""


def introducing(stray: list[Line]) -> list[Line]:
    """Of the lines that belong to no row, the paragraphs of the notice that set a date for all."""
    return [line for line in stray if len(line.text) > 12 and _REPORT.search(folded(line.text))]
