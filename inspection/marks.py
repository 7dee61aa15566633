"""Secrecy marks (密级标志): the formal mark of GB/T 9704 in any spacing, never the bare word inside a sentence.

A mark is 绝密, 机密 or 秘密 with a star behind it, or alone on its line: with its term, number, urgency, brackets or label, or
with nothing. 保守国家机密, 商业秘密 and 机密级 are words.
"""

from __future__ import annotations

import re
import unicodedata

from workflow.record.text import UNSEEN

_CODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
_WORD = r"(?:[绝絕]{0}密|[机機]{0}密|[秘祕]{0}密)"
_STARS = "★☆✩✪✫✬✭✮✯✰⭐🌟⋆∗*✱✲※✡٭"
_TERM = r"(?:(?:[\d一二三四五六七八九十〇零]{0}){1,6}(?:年|个{0}月|月|天|日)|长{0}期|解{0}密{0}前|永{0}久|\d{4}年\d{1,2}月(?:\d{1,2}日)?)"
_GAP, _ANY = r"[^\S\n]*", r"\s*"


def _spaced(pattern: str, gap: str) -> str:
    return pattern.replace("{0}", gap)


_COMPOUND = r"(?:商业|国家|工作|个人|技术|企业|经营|军事|内部|审判|通信|保守|保护|泄露|涉及|严守)"
"""Words after which it is a word too, even where a footnote's star follows; but not where a term does."""
_STARRED = re.compile(
    rf"(?P<mark>{_spaced(_WORD, _GAP)}{_GAP}[{_STARS}]+{_GAP}{_spaced(_TERM, _GAP)})"
    rf"|(?P<bare>{_spaced(_WORD, _GAP)}{_GAP}[{_STARS}]+)"
)
_BEFORE = re.compile(rf"{_COMPOUND}\s*$")
_OPEN, _CLOSE = r"[\[【〔(（「『《<〈“\"'‘:：|\s]*", r"[\]】〕)）」』》>〉”\"'’|\s]*"
_NUMBER = r"(?:(?:份号|编号|No\.?|№)?[:：]?\s*\d{1,8}\s*(?:号)?\s*)?"
_URGENT = r"(?:特\s*提|特\s*急|加\s*急|平\s*急|急\s*件)?"
_LABEL = r"(?:密\s*级\s*(?:和\s*保\s*密\s*期\s*限|程\s*度|标\s*志)?\s*(?:为|是)?\s*[:：|]?\s*)?"
_ALONE = re.compile(
    rf"^{_OPEN}{_NUMBER}{_LABEL}{_OPEN}(?P<mark>{_spaced(_WORD, _ANY)}{_ANY}[{_STARS}]*{_ANY}(?:{_spaced(_TERM, _ANY)})?){_CLOSE}{_URGENT}{_CLOSE}$",
    re.MULTILINE,
)
_IN_BRACKETS = re.compile(rf"^{_GAP}[\[【〔(（「]{_GAP}(?P<mark>{_spaced(_WORD, _GAP)})[{_STARS}\s]*[\]】〕)）」]")
_LIKELY = re.compile(rf"[绝絕机機秘祕][\x00-\x20\s{UNSEEN}]{{0,20}}密")
"""Quick to ask: the rest is asked of few texts."""
_HIDDEN = re.compile(f"[{UNSEEN}]")
_BREAKS = re.compile(r"[\x00-\x08\x0b-\x1f\x85\u2028\u2029]")


def find(text: str) -> str:
    """The mark that stands in a text of lines, as it is written there without its spaces; empty where there is none."""
    if not _LIKELY.search(text):
        return ""
    text = _BREAKS.sub("\n", _plain(text))
    for found in _STARRED.finditer(text):
        if found["mark"] or not _word(text, found):
            return _closed(found[0])
    return next((_closed(one["mark"]) for one in _ALONE.finditer(text) if not _word(text, one)), "")


def _word(text: str, found: re.Match[str]) -> bool:
    """Whether what stands before makes it a word; a line may have broken between the two."""
    return bool(_BEFORE.search(text[max(0, found.start() - 6) : found.start()]))


def in_name(name: str) -> str:
    """The mark in a file's name: with its star, alone, or in brackets before the rest."""
    stem = name.rpartition(".")[0] or name
    bracketed = _IN_BRACKETS.search(_plain(stem))
    return find(stem) or (_closed(bracketed["mark"]) if bracketed else "")


def in_bytes(data: bytes) -> str:
    """The starred mark among bytes of any kind, in any coding; a picture's or recording's own notes are found so."""
    for coding, pattern in _RAW:
        found = pattern.search(data)
        if found:
            return _closed(_plain(found[0].decode(coding, "ignore")))
    return ""


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    return _HIDDEN.sub("", folded)


def _closed(mark: str) -> str:
    return re.sub(r"\s+", "", mark)[:20]


def _raw(coding: str) -> re.Pattern[bytes]:
    gap = b"(?:" + b"|".join(re.escape(blank.encode(coding)) for blank in " \t\u3000\u00a0") + b"){0,4}"
    words = b"|".join(
        gap.join(re.escape(one.encode(coding)) for one in word) for word in ("绝密", "机密", "秘密", "機密", "絕密")
    )
    stars = b"|".join(re.escape(star.encode(coding)) for star in "★☆")
    return re.compile(b"(?:" + words + b")" + gap + b"(?:" + stars + b")")


_RAW = tuple((coding, _raw(coding)) for coding in _CODINGS)
