"""What a verification found (验证结果): named facts and one verdict of three. A verdict is never a lone yes or no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["ok", "fail", "unknown", "note"]
PASSED, UNCERTAIN, FAILED = "通过", "无法确认", "不通过"


@dataclass(frozen=True)
class Fact:
    """One thing that was looked at (事实): ``note`` tells without deciding, ``unknown`` keeps from 通过."""

    code: str
    name: str
    state: State
    detail: str


@dataclass(frozen=True)
class Verification:
    """The facts in the order they were established, and the verdict that follows from them (结论)."""

    facts: tuple[Fact, ...]

    @property
    def verdict(self) -> str:
        """不通过 if any fact fails, 无法确认 if any is unknown or nothing was established, else 通过."""
        states = {fact.state for fact in self.facts}
        if "fail" in states:
            return FAILED
        return PASSED if self.facts and "unknown" not in states else UNCERTAIN

    @property
    def reason(self) -> str:
        """Why it is not 通过: the details of the facts that kept it from it; empty where it is."""
        wanted = {FAILED: "fail", UNCERTAIN: "unknown"}.get(self.verdict)
        return "；".join(fact.detail.removesuffix("。") for fact in self.facts if fact.state == wanted)

    def to_json(self) -> dict[str, Any]:
        """Plain values for ``packet verify --json``."""
        return {"verdict": self.verdict, "reason": self.reason, "facts": [asdict(fact) for fact in self.facts]}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Verification:
        """The same value back from :meth:`to_json`."""
        return cls(tuple(Fact(**fact) for fact in plain["facts"]))


def failed(detail: str, *, code: str = "readable", name: str = "文件可以解析") -> Verification:
    """A verification that ended before anything good could be said."""
    return Verification((Fact(code, name, "fail", detail),))
