"""Forms of the desk that issues papers (发文表单); the engine checks again whatever matters."""

from __future__ import annotations

from wtforms import Form

from forms.fields import Day, Number, Row, Tick, Words


class DraftForm(Form):
    """A bulletin to be drafted, or counted anew."""

    as_of = Day("数据截至")
    least = Number("参加排名的最少任务数")
    signer = Row("签发人")


class LetterForm(Form):
    """A letter to be drafted."""

    kind = Words("函件种类", must=True, limit=20)
    unit = Row("主送单位")
    signer = Row("签发人")
    source = Words("来源", limit=300)
    facts = Words("问题事实")
    after = Number("上一级函件")
    origin = Number("整改事项")


class CorrectionForm(Form):
    """What is put right in an issued paper, or why it is taken back."""

    text = Words("更正或撤回的内容", must=True)
    revokes = Tick("撤回")
    signer = Row("签发人")
