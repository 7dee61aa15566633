"""The words of an inspection (检查词汇)."""

from __future__ import annotations

from workflow.record.words import Word


class Judgement(Word):
    """What an inspector makes of what was seen (判断)."""

    fails: bool
    """True where it calls for a rectification."""

    def describe(self, fails: bool) -> None:
        """Whether something has to be put right."""
        self.fails = fails

    FITS = "fits", "符合", False
    PARTLY = "partly", "部分符合", True
    FAILS = "fails", "不符合", True
    UNSEEN = "unseen", "无法核实", False
