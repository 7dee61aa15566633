"""The ground of the dictionary (词汇): an enumerated word with its Chinese name."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Self


class Word(StrEnum):
    """A code with its Chinese word; screens and papers print ``.word``, never the code."""

    word: str

    def __new__(cls, code: str, word: str = "", *more: Any) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.word = word
        member.describe(*more)
        return member

    def describe(self, *more: Any) -> None:
        """Take what a row says besides code and word; most say no more."""
