"""What a notice says that the office itself does (办公室事项): 每月检查通报, 年度考核, with the sentence that says so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from intake.grammar import dates, deadlines
from intake.grammar.wording import folded, squeeze
from intake.grid import Line
from workflow.record.published import OfficeDuty, Recurrence

_SENTENCE = re.compile(r"[^。；;]{4,600}[。；;]?")
_PHRASE = re.compile(r"[^，,、：:]+")
_OWN_RHYTHM = (
    (Recurrence.YEARLY, re.compile(rf"年度(?:绩效|工作)*(?:{deadlines.CHECKS.pattern})")),
    (Recurrence.HALF_YEARLY, re.compile(rf"半年(?:度)?(?:{deadlines.CHECKS.pattern})")),
    (Recurrence.QUARTERLY, re.compile(rf"季度(?:{deadlines.CHECKS.pattern})")),
)
"""Rhythms that are said without 每, 按 or 逐: 年度考核, 季度通报."""
_INTO = re.compile(r"(?:纳入|列入|作为)[^，。；]{0,12}$")
"""纳入年度绩效考核 says where a result goes, not that something is done."""
_REPORTED_TO = re.compile(r"(?:报[送至到给]?|[向至由])$")
_REST = re.compile(r"(?:公?[室厅])?")
"""What is left of 办公室 where only 政府办 was matched."""
LONGEST = 300
MOST = 40


def of_notice(lines: Iterable[Line], year: int | None) -> tuple[OfficeDuty, ...]:
    """Every check, bulletin or assessment of the office's own that the lines around a table announce, each once."""
    printed, starts = _joined(lines)
    text = folded(printed)
    found: dict[str, OfficeDuty] = {}
    for match in _SENTENCE.finditer(text):
        line = max((number for at, number in starts if at <= match.start()), default=0)
        said = printed[match.start() : match.end()] if len(printed) == len(text) else match.group()
        for duty in _in_sentence(match.group(), said[:LONGEST], line, year):
            found.setdefault(duty.words, duty)
    return tuple(found.values())[:MOST]


def _joined(lines: Iterable[Line]) -> tuple[str, list[tuple[int, int]]]:
    """The lines as running text, and where in it each line begins."""
    text, starts = "", []
    for line in lines:
        if len(line.text) < 4000 and len(text) < 60_000:
            starts.append((len(text), line.number))
            text += squeeze(line.text)
    return text, starts


def _in_sentence(sentence: str, said: str, line: int, year: int | None) -> Iterable[OfficeDuty]:
    for phrase in _PHRASE.finditer(sentence):
        check = deadlines.CHECKS.search(sentence, phrase.start(), phrase.end())
        office = _office(sentence[: check.start()]) if check else None
        if check is None or office is None or _INTO.search(sentence[: check.start()]):
            continue
        if office < phrase.start() and deadlines.UNITS_ACT.search(phrase.group()):
            continue
        words = sentence[max(phrase.start(), office) : phrase.end()].strip("。；;")
        rhythm = _rhythm(words)
        day = _day(sentence, check.start(), office, year) if rhythm in (None, Recurrence.YEARLY) else None
        if rhythm or day or deadlines.IRREGULAR.search(words):
            yield OfficeDuty(_plain(words), said, line, None if day else rhythm, day)


def _office(before: str) -> int | None:
    """Where the name of the office ends that does it; None where none is said to, or only to be reported to."""
    found = [one for one in deadlines.OFFICE.finditer(before) if not _REPORTED_TO.search(before[: one.start()])]
    if not found:
        return None
    end = found[-1].end()
    return end + len(_REST.match(before, end).group())  # type: ignore[union-attr]  # it matches nothing as well


def _rhythm(words: str) -> Recurrence | None:
    own = next((name for name, pattern in _OWN_RHYTHM if pattern.search(words)), None)
    said = deadlines.cadence_of(words)
    return own or (said[0] if said else None)


def _day(sentence: str, until: int, office: int, year: int | None) -> date | None:
    """The last limit before the check, unless it is one by which units report to the office."""
    limits = [one for one in dates.find(sentence[:until], year) if one.is_limit and one.day]
    last = limits[-1] if limits else None
    return last.day if last and not deadlines.UNITS_ACT.search(sentence[last.end : office]) else None


def _plain(words: str) -> str:
    """每月检查通报 of 「将通过每月检查通报」, cut to what a list shows."""
    return re.sub(r"^(?:将|要|会|须|应)?(?:通过|采取|采用|实行|以|并|和|及)?|等(?:方式|形式|措施|办法).*$", "", words)[
        :60
    ]
