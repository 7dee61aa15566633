"""How well a text fits a column (契合度): one price for every cell of every reading, low where it fits.

Prices are in the same unit throughout: one is about what a missing full stop is worth.
"""

from __future__ import annotations

import re
from functools import lru_cache

from intake.grammar import persons
from intake.grammar.headings import bare_number, code, is_section, number_of
from intake.grammar.segments import is_work, reads_as_deadline, reads_as_units
from intake.grammar.unit_names import is_group
from intake.grammar.wording import TERMINAL, folded, squeeze, unmark
from workflow.record.published import Role

_NOTHING = re.compile(r"[-—–/\\／无·.…]{1,4}$")
_SAID = re.compile(
    r"(?:牵头|负责|落实|配合|实施|承办|协办|参与|[局委厅院府位门会]|(?<![督查交举代帮创申经开])办)[。；]$"
)
_PARTS = re.compile(r"[、，,；;\s]")
_PERSON = re.compile(r"[\u4e00-\u9fff]{2,4}(?:[、，,][\u4e00-\u9fff]{2,4})*$|[\d\-、，, ]{5,40}$")
_TIME = re.compile(
    r"\d{1,2}月|\d{1,2}日|年[底内末初中前]|季度|半年|长期|持续|全年|常态|立即|每[年月周日天季]|前$|期间|汛|[月年周旬期]底|[年月旬期季周]末|立行立改|即知即改|即时|学期|岁末"
)
EMPTY: dict[Role, float] = {"number": 0.8, "text": 2.0, "lead": 1.0, "responsible": 1.0, "deadline": 0.6, "other": 0.0}


@lru_cache(maxsize=60_000)
def price(role: Role, text: str) -> float:
    """What it costs that this text is a cell of a column of this role."""
    plain = squeeze(text)
    if not plain:
        return EMPTY[role]
    if role == "number":
        return -2.0 if code(plain) else 4.0 if len(plain) < 5 else 6.0
    if role in ("lead", "responsible"):
        many = role == "lead" and all(is_group(part) for part in _PARTS.split(plain) if part)
        return _units(text, plain) + (0.8 if many else 0.0)
    if role == "deadline":
        return _deadline(text, plain)
    if role == "other":
        return _other(text, plain)
    return _words(text, plain)


def _units(text: str, plain: str) -> float:
    if _NOTHING.match(plain):
        return 0.0
    sentence = plain[-1] in "。；" and _SAID.search(plain) is None
    if not sentence and len(plain) < 400 and reads_as_units(unmark(text).strip()):
        return -3.0
    beside = persons.apart(text) if len(plain) < 80 and not sentence else None
    if beside and beside.persons and reads_as_units(beside.text):
        return -2.5
    if bare_number(plain) or reads_as_deadline(folded(plain)[:200]):
        return 5.0
    if plain.endswith(("。", "；")) or len(plain) > 60:
        return 6.0
    return 0.6 if not number_of(plain) and all(len(part) <= 14 for part in _PARTS.split(plain)) else 3.0


def _deadline(text: str, plain: str) -> float:
    if _NOTHING.match(plain):
        return 0.0
    if len(plain) < 200 and reads_as_deadline(folded(plain)):
        return -0.8 if is_work(plain) or (plain[-1] == "。" and len(plain) > 8) else -2.5
    if reads_as_units(unmark(text).strip()[:300]):
        return 5.0
    if len(plain) <= 30 and _TIME.search(folded(plain)):
        return -1.0
    return 1.5 if len(plain) <= 8 else 5.0


def _other(text: str, plain: str) -> float:
    if len(plain) <= 16 and _PERSON.match(plain) and not reads_as_units(plain):
        return -0.3
    return 0.4 if len(plain) <= 20 else 1.5


def _words(text: str, plain: str) -> float:
    if bare_number(plain) or _NOTHING.match(plain):
        return 4.0
    if len(plain) < 60 and plain[-1] not in "。；" and not number_of(plain):
        if reads_as_units(unmark(text).strip()):
            return 3.0
        if len(plain) < 24 and reads_as_deadline(folded(plain)) and not is_work(plain):
            return 3.0
    if plain[0] in "、，,；;。：）)！？”》%":
        return 2.5
    price = -1.0 if plain[-1] in TERMINAL else -0.2 if len(plain) < 9 else -0.5
    if len(plain) == 1:
        price += 1.5
    if "\n" in text.strip():
        price += _mixed(text)
    return price


def _mixed(text: str) -> float:
    """Lines of a cell of words that are whole cells of another column."""
    lines = [line.strip() for line in unmark(text).split("\n") if line.strip()]
    if len(lines) > 40:
        return 0.0
    return sum(2.5 for line in lines[1:] if len(line) < 60 and (bare_number(line) or is_section(line) or _whole(line)))


def _whole(line: str) -> bool:
    return line[-1] not in "。；" and (reads_as_units(line) or (len(line) < 24 and reads_as_deadline(folded(line))))
