"""A number as a cell displays it (数字格式): ECMA-376 part 1 clause 18.8.31, as far as tables of offices use it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache

import cn2an

BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
    21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "yyyy/m/d",
    31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: '上午/下午h"时"mm"分"',
    35: '上午/下午h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"', 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00",
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss", 48: "##0.0E+0", 49: "@", 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"', 55: '上午/下午h"时"mm"分"',
    56: '上午/下午h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
"""The formats that a file names by number alone, those of a Chinese installation (clause 18.8.30, zh-cn)."""
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<blank>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<half>AM/PM|A/P|上午/下午)|(?P<general>General|G/通用格式)|(?P<exponent>E[+-])"
    r"|(?P<date>y+|m+|d+|h+|s+|aaa+|e+)|(?P<digit>[0#?])|(?P<mark>[.,%@/])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
Token = tuple[str, str]
_HAN = str.maketrans("0123456789", "〇一二三四五六七八九")
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - a calendar day, no moment
LAST = 2_958_466
"""The serial number after 31 December 9999."""


def shown(value: float, code: str, *, since_1904: bool = False) -> str:
    """``value`` under the number format ``code``; what a format hides is empty."""
    sections = _sections(code)
    tokens = sections[1] if value < 0 and len(sections) > 1 else sections[0]
    if value == 0 and len(sections) > 2:
        tokens = sections[2]
    kinds = {kind for kind, _ in tokens}
    if "date" in kinds or "half" in kinds:
        return _date(value, tokens, since_1904) if 0 <= value < LAST else general(value)
    if "general" in kinds or not kinds & {"digit", "text"}:
        literal = any(kind == "literal" and text.strip() for kind, text in tokens)
        if code and not tokens:
            return ""
        return _joined(tokens, general(abs(value) if value < 0 and len(sections) > 1 else value), literal)
    sign = "-" if value < 0 and len(sections) < 2 else ""
    if "text" in kinds and "digit" not in kinds:
        return "".join(
            general(value) if kind == "text" else text for kind, text in tokens if kind in ("text", "literal")
        )
    return sign + _number(abs(value), tokens)


def shown_text(text: str, code: str) -> str:
    """A string under a format with a place for strings: ``@"局"``; the fourth section where there are four."""
    if "@" not in code and code.count(";") < 3:
        return text
    sections = _sections(code)
    tokens = sections[3] if len(sections) > 3 else sections[-1]
    if len(sections) > 3 and not tokens:
        return ""
    if not any(kind == "text" for kind, _ in tokens):
        return text
    return "".join(text if kind == "text" else said for kind, said in tokens if kind in ("text", "literal"))


def general(value: float) -> str:
    """A number without a format: at most eleven digits, as Excel shows it."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else f"{value:.10g}"


def _joined(tokens: tuple[Token, ...], number: str, literal: bool) -> str:
    if any(kind == "dbnum1" for kind, _ in tokens):
        number = _chinese(number)
    if not literal:
        return number
    if not any(kind == "general" for kind, _ in tokens):
        return "".join(text for kind, text in tokens if kind == "literal")
    return "".join(number if kind == "general" else text for kind, text in tokens if kind in ("general", "literal"))


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[tuple[Token, ...], ...]:
    """The parts of a format between its semicolons: positive, negative, zero, text."""
    parts: list[list[Token]] = [[]]
    for found in _TOKEN.finditer(code[:255]):
        kind, text = str(found.lastgroup), found.group(str(found.lastgroup))
        if kind == "other" and text == ";":
            parts.append([])
        elif kind in ("quoted", "escaped", "other"):
            parts[-1].append(("literal", text))
        elif kind == "blank":
            parts[-1].append(("literal", " "))
        elif kind == "bracket":
            parts[-1] += _bracket(text)
        elif kind == "mark":
            parts[-1].append(("text" if text == "@" else "mark", text))
        elif kind != "fill":
            parts[-1].append((kind, text if kind == "half" else text.lower()))
    return tuple(tuple(part) for part in parts)


def _bracket(text: str) -> list[Token]:
    """``[$¥-804]`` prints its sign, ``[h]`` counts hours on, ``[DBNum1]`` writes Chinese digits; a colour is no word."""
    low = text.lower()
    if low.startswith("$"):
        return [("literal", text[1:].split("-", maxsplit=1)[0])]
    if set(low) in ({"h"}, {"m"}, {"s"}):
        return [("date", f"[{low[0]}]")]
    return [(low, "")] if low.startswith("dbnum") else []


def _number(value: float, tokens: tuple[Token, ...]) -> str:
    marks = [text for kind, text in tokens if kind == "mark"]
    if "/" in marks and "." not in marks:
        return _fraction(value, tokens)
    if any(kind == "exponent" for kind, _ in tokens):
        return _scientific(value, tokens)
    whole, decimals = _split(tokens)
    last = max(at for at, (kind, _) in enumerate(tokens) if kind == "digit")
    scale = sum(token == ("mark", ",") for token in tokens[last + 1 :])
    places = [text for kind, text in decimals if kind == "digit"]
    printed = f"{value * 100 ** marks.count('%') / 1000**scale:.{min(len(places), 20)}f}"
    integer, _, fraction = printed.partition(".")
    least = len(places)
    while least and fraction[least - 1 : least] == "0" and places[least - 1] != "0":
        least -= 1
    grouped = ("mark", ",") in whole
    said = _integer(integer, whole, grouped) + _fractional(fraction, decimals, least)
    return _chinese(said) if any(kind == "dbnum1" for kind, _ in tokens) else said


def _split(tokens: tuple[Token, ...]) -> tuple[list[Token], list[Token]]:
    """The tokens before the decimal point, and those from it on."""
    at = next((n for n, token in enumerate(tokens) if token == ("mark", ".")), len(tokens))
    return list(tokens[:at]), list(tokens[at:])


def _integer(digits: str, tokens: list[Token], grouped: bool) -> str:
    """Digits over their places from the right; what is left over stands at the first place."""
    out: list[str] = []
    rest = "" if digits == "0" else digits
    placed = 0
    holders = [at for at, (kind, _) in enumerate(tokens) if kind == "digit"]
    for at in range(len(tokens) - 1, -1, -1):
        kind, text = tokens[at]
        if kind == "literal" or _is_percent(kind, text):
            out.append(text)
            continue
        if kind != "digit":
            continue
        taken = rest if at == holders[0] else rest[-1:]
        rest = rest[: len(rest) - len(taken)]
        taken = taken or ("0" if text == "0" else "")
        for digit in reversed(taken):
            if grouped and placed and placed % 3 == 0:
                out.append(",")
            out.append(digit)
            placed += 1
    if not holders:
        out.append(digits if digits != "0" else "")
    return "".join(reversed(out))


def _is_percent(kind: str, text: str) -> bool:
    """Whether a mark is printed as it stands."""
    return kind == "mark" and text == "%"


def _fractional(digits: str, tokens: list[Token], least: int) -> str:
    said, at = "", 0
    for kind, text in tokens:
        if kind == "digit":
            said += digits[at : at + 1] if at < least else ""
            at += 1
        elif kind == "literal" or _is_percent(kind, text):
            said += text
        elif text == "." and (least or not any(kind == "digit" for kind, _ in tokens)):
            said += "."
    return said


def _fraction(value: float, tokens: tuple[Token, ...]) -> str:
    digits = sum(kind == "digit" for kind, _ in tokens[[t for _, t in tokens].index("/") :])
    near = Fraction(value).limit_denominator(10 ** max(digits, 1) - 1)
    whole, rest = divmod(near.numerator, near.denominator)
    return f"{whole} {rest}/{near.denominator}".removeprefix("0 ") if rest else str(whole)


def _scientific(value: float, tokens: tuple[Token, ...]) -> str:
    _, decimals = _split(tokens)
    at = next((n for n, (kind, _) in enumerate(decimals) if kind == "exponent"), 0)
    return f"{value:.{sum(kind == 'digit' for kind, _ in decimals[:at])}E}"


def _date(value: float, tokens: tuple[Token, ...], since_1904: bool) -> str:
    """Day and time of a serial number; days before 1 March 1900 stand one off in files of Excel, as it shows them."""
    day = (_EPOCH_1904 if since_1904 else _EPOCH) + timedelta(days=value + (0 < value < 60 and not since_1904))
    day = (day + timedelta(microseconds=500_000)).replace(microsecond=0) if not _only_days(tokens) else day
    order = "".join(
        text[0] for kind, text in tokens if kind == "date" and text[0] in "eymd" and not _is_minute(tokens, text)
    )
    if {"y", "m", "d"} <= set(order) and order[0] != "y":
        return f"{day.year}年{day.month}月{day.day}日"  # 6/30/26 tells a Chinese reader less than the cell knows
    han = any(kind == "dbnum1" for kind, _ in tokens)
    half = any(kind == "half" for kind, _ in tokens)
    said, before = [], ""
    for at, (kind, text) in enumerate(tokens):
        if kind == "half":
            said.append(("上午" if day.hour < 12 else "下午") if "上" in text else ("AM" if day.hour < 12 else "PM"))
        elif kind == "date":
            minute = text[0] == "m" and (before in ("h", "[") or _next_unit(tokens, at) == "s")
            piece = _part(day, text, minute=minute, half=half, value=value)
            said.append(_chinese(piece, by_digit=text[0] in "ye") if han else piece)
            before = text[0]
        elif kind in ("literal", "mark", "digit"):
            said.append("" if kind == "digit" else text)
    return "".join(said).strip()


def _only_days(tokens: tuple[Token, ...]) -> bool:
    return not any(kind == "date" and text[0] in "hs[" for kind, text in tokens)


def _is_minute(tokens: tuple[Token, ...], text: str) -> bool:
    return text[0] == "m" and not any(kind == "date" and said[0] in "yd" for kind, said in tokens)


def _next_unit(tokens: tuple[Token, ...], at: int) -> str:
    return next((text[0] for kind, text in tokens[at + 1 :] if kind == "date"), "")


def _part(day: datetime, text: str, *, minute: bool, half: bool, value: float) -> str:
    long = len(text) > 1
    unit = text[0]
    if unit == "[":
        return str(int(value * {"h": 24, "m": 1440, "s": 86400}[text[1]] + 1e-9))
    if unit in "ye":
        return f"{day.year % 100:02d}" if text in ("y", "yy") else str(day.year)
    if unit == "a" or (unit == "d" and len(text) > 2):
        return ("星期" if len(text) > 3 else "") + "一二三四五六日"[day.weekday()]
    hour = (day.hour % 12 or 12) if half else day.hour
    number = {"m": day.minute if minute else day.month, "d": day.day, "h": hour, "s": day.second}[unit]
    return f"{number:02d}" if text in ("mm", "dd", "hh", "ss") and long else str(number)


def _chinese(said: str, *, by_digit: bool = False) -> str:
    """Digits in Chinese: a year one by one, everything else as a number."""
    if by_digit or not said.isdigit():
        return said.translate(_HAN)
    number = str(cn2an.an2cn(int(said)))
    return number.removeprefix("一") if number.startswith("一十") else number


def serial(day: str) -> float:
    """The number of a day that is stored as ISO 8601, as some programs do. Raises ValueError."""
    return (datetime.fromisoformat(day.rstrip("Z")).replace(tzinfo=None) - _EPOCH) / timedelta(days=1)
