"""Who signs from now on, for whom, and with which token, as the trail tells it (审批设置、授权代理、接口令牌的折算)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from workflow.folding.fold import Fold, Told
from workflow.office.events import TOKEN_CREATED, Token
from workflow.office.models import ApiToken
from workflow.office.words import TokenScope
from workflow.record.words import Word
from workflow.tasks.events import DELEGATION_ENDED, POLICY_SET, Delegated, HandedOver, Policy
from workflow.tasks.models import Delegation, GatePolicy
from workflow.tasks.words import Gate, Mode

_RANGE = ("gate", "unit_id", "ledger_id", "item_id")


class Policies(Fold):
    """Who signs at a gate (审批设置): one for each range."""

    model, subject, key = GatePolicy, "审批设置", _RANGE
    codes: ClassVar[Mapping[str, type[Word]]] = {"mode": Mode}
    words: ClassVar[Mapping[str, str]] = {"mode": "签批方式", "people": "签批人"}

    def hear(self, told: Told) -> None:
        data = told.data
        if isinstance(data, Policy):
            place = (data.gate.value, data.unit_id, data.ledger_id, data.item_id)
            if told.kind is POLICY_SET:
                self.line(place).tell(told.seq, mode=data.mode, people=list(data.people))
            else:
                self.lines.pop(place, None)
        elif isinstance(data, HandedOver) and data.policies:
            self._handed_over(told.seq, data)

    def _handed_over(self, seq: int, data: HandedOver) -> None:
        """The successor takes the place of who leaves, in the policies that name them."""
        for line in self.lines.values():
            people = line.values.get("people", [])
            if data.from_id is None and people:
                line.forget("people")
            elif data.from_id in people:
                named = [data.to_id if one == data.from_id else one for one in people]
                line.tell(seq, people=list(dict.fromkeys(named)))

    def name(self, key: Any) -> str:
        gate, *place = key
        words = (f"{word} {one}" for word, one in zip(("单位", "台账", "条目"), place, strict=True) if one is not None)
        return f"审批设置（{'，'.join((Gate(gate).word, *words))}）"


class Delegations(Fold):
    """Who signs for whom for a while (授权代理)."""

    model, subject = Delegation, "授权代理"
    words: ClassVar[Mapping[str, str]] = {
        "principal_id": "授权人", "deputy_id": "代理人", "starts": "起期", "ends": "止期", "ledger_id": "台账", "reason": "原因",
        "ended_at": "结束时间",
    }  # fmt: skip

    def hear(self, told: Told) -> None:
        if isinstance(told.data, Delegated):
            line = self.line(told.data.delegation_id)
            line.tell(told.seq, **told.data.said(*self.words))
            line.tell(told.seq, ended_at=told.at if told.kind is DELEGATION_ENDED else None)


class Tokens(Fold):
    """Keys with which programs act as people (接口令牌)."""

    model, subject = ApiToken, "接口令牌"
    codes: ClassVar[Mapping[str, type[Word]]] = {"scope": TokenScope}
    words: ClassVar[Mapping[str, str]] = {"user_id": "持有人", "name": "用途", "scope": "范围", "expires": "有效期"}

    def hear(self, told: Told) -> None:
        if isinstance(told.data, Token):
            line = self.line(told.data.token_id)
            if told.kind is TOKEN_CREATED:
                known = told.data.said("name", "scope", "expires")
                line.tell(told.seq, user_id=told.actor_id, **known)
