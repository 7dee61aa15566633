"""The words of a look-back and of what it calls for (回头看、整改词汇)."""

from __future__ import annotations

from workflow.record.words import Word


class Scope(Word):
    """How far a row of the earlier table says who has to do it by when (范围类别)."""

    A = "A", "有明确主体且有时限"
    B = "B", "有主体无时限"
    C = "C", "无明确主体"


class Method(Word):
    """How something was checked (核查方式)."""

    ONLINE = "online", "网上"
    PAPERS = "papers", "材料"
    PHONE = "phone", "电话"
    ON_SITE = "on_site", "现场"
    UNANNOUNCED = "unannounced", "暗访"


class Verdict(Word):
    """What the check found (核查结论)."""

    fails: bool
    """True where it calls for a rectification."""

    def describe(self, fails: bool) -> None:
        """Whether something has to be put right."""
        self.fails = fails

    DONE = "done", "已落实", False
    PARTLY = "partly", "部分落实", True
    NOT_DONE = "not_done", "未落实", True
    OBSOLETE = "obsolete", "已不适用", False


class Result(Word):
    """What a unit says came of a rectification (整改结果)."""

    ruled: bool
    """True where the office has to rule on it: nothing was put right."""

    def describe(self, ruled: bool) -> None:
        """Whether it needs the office's ruling."""
        self.ruled = ruled

    MENDED = "mended", "已整改", False
    EXPLAINED = "explained", "情况说明", True
    NOT_OURS = "not_ours", "非本单位职责", True
    LATER = "later", "需延期", True
    NO_RIGHT = "no_right", "无权限", True


class Draw(Word):
    """By what rule a sample is drawn (抽取规则)."""

    RANDOM = "random", "随机抽取"
    LAYERED = "layered", "县区、市直分层抽取"
