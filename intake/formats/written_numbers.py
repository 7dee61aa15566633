"""How the number of a list is written (编号写法): ST_NumberFormat, ECMA-376 part 1 clause 17.18.59."""

from __future__ import annotations

import cn2an

from intake.grammar.headings import CIRCLED

_COUNTING = {
    "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand",
    "koreanCounting",
}  # fmt: skip
_SERIES = {
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
    "decimalEnclosedCircle": CIRCLED,
}
_HAN, _WIDE = (str.maketrans("0123456789", digits) for digits in ("〇一二三四五六七八九", "０１２３４５６７８９"))
_DIGITS = {"ideographDigital": _HAN, "taiwaneseDigital": _HAN, "japaneseDigital": _HAN, "decimalFullWidth": _WIDE}
_SHAPED = {"decimalZero": "{:02d}", "decimalEnclosedParen": "({})", "decimalEnclosedFullstop": "{}."}
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


def spelt(value: int, shape: str) -> str:
    """A number of a list as Word writes it under a format; in digits where the format is unknown."""
    if value > 0 and (shape in _COUNTING or shape.startswith("chineseLegal") or shape == "ideographLegalTraditional"):
        chinese = str(cn2an.an2cn(value, "low" if shape in _COUNTING else "up"))
        return chinese.removeprefix("一") if 10 <= value < 20 else chinese  # 十一, not 一十一
    series = next((series for begin, series in _SERIES.items() if shape.startswith(begin)), "")
    if 0 < value <= len(series):
        return series[value - 1]
    digits = next((digits for begin, digits in _DIGITS.items() if shape.startswith(begin)), None)
    if digits:
        return str(value).translate(digits)
    if value > 0 and shape.endswith(("Letter", "Roman")):
        said = _letters(value) if shape.endswith("Letter") else _roman(value)
        return said.upper() if shape.startswith("upper") else said
    return _SHAPED.get(shape, "{}").format(value)


def _letters(value: int) -> str:
    """A … z, aa, bb, as Word goes on."""
    return chr(ord("a") + (value - 1) % 26) * min((value - 1) // 26 + 1, 9)


def _roman(value: int) -> str:
    said, value = "", min(value, 3999)
    for worth, sign in _ROMAN:
        said += sign * (value // worth)
        value %= worth
    return said
