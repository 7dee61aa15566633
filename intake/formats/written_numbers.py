"""How the number of a list is written (编号写法): ST_NumberFormat, ECMA-376 part 1 clause 17.18.59."""

from __future__ import annotations

import cn2an

from intake.headings import CIRCLED

_COUNTING = {
    "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand",
    "koreanCounting",
}  # fmt: skip
_DIGITAL = {"ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand", "koreanDigital"}
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


def spelt(value: int, shape: str) -> str:
    """A number of a list as Word writes it under a format; in digits where the format is unknown."""
    if shape in _COUNTING and value > 0:
        chinese = str(cn2an.an2cn(value))
        return chinese.removeprefix("一") if 10 <= value < 20 else chinese  # 十一, not 一十一
    if shape.startswith("chineseLegal") or shape == "ideographLegalTraditional":
        return str(cn2an.an2cn(value, "up"))
    if shape in _DIGITAL:
        return str(value).translate(_DIGITS)
    series = {"ideographTraditional": _STEMS, "ideographZodiac": _BRANCHES}.get(shape)
    if series and 0 < value <= len(series):
        return series[value - 1]
    if shape.startswith("decimalEnclosedCircle") and 0 < value <= len(CIRCLED):
        return CIRCLED[value - 1]
    if shape == "decimalEnclosedParen":
        return f"({value})"
    if shape == "decimalEnclosedFullstop":
        return f"{value}."
    if shape.startswith("decimalFullWidth"):
        return str(value).translate(_WIDE)
    if shape == "decimalZero":
        return f"{value:02d}"
    if shape.endswith("Letter") and value > 0:
        letter = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter.upper() if shape.startswith("upper") else letter
    if shape.endswith("Roman") and 0 < value < 4000:
        return _roman(value).upper() if shape.startswith("upper") else _roman(value)
    return str(value)


def _roman(value: int) -> str:
    said = ""
    for worth, sign in _ROMAN:
        said += sign * (value // worth)
        value %= worth
    return said
