"""Forms of the desk that issues papers (发文表单); the engine checks again whatever matters."""

from __future__ import annotations

from wtforms import Form

from forms.fields import Day, Number, Row, Tick, Words


class DraftForm(Form):
    """A bulletin to be drafted, or counted anew."""

    as_of = Day("数据截至")
    least = Number("参加排名的最少任务数")
    signer = Row("签发人")


class AnewForm(Form):
    """A snapshot of another moment."""

    seen_version = Number("版本号")
    as_of = Day("数据截至")
    least = Number("参加排名的最少任务数")


class WordingForm(Form):
    """What the office writes."""

    seen_version = Number("版本号")
    title = Words("标题", must=True, limit=200)
    code = Words("机关代字", limit=40)
    addressed = Words("主送", limit=500)
    copied = Words("抄送", limit=500)
    opening = Words("正文")
    demands = Words("下一步工作要求")
    contact = Words("联系人及电话", limit=120)
    source = Words("来源", limit=300)
    signer = Row("签发人")
    due = Day("签收和反馈时限")
    then = Words("然后", limit=20)


class LetterForm(Form):
    """A letter to be drafted."""

    kind = Words("函件种类", must=True, limit=20)
    unit = Row("主送单位")
    signer = Row("签发人")
    source = Words("来源", limit=300)
    facts = Words("问题事实")
    after = Number("上一级函件")


class CorrectionForm(Form):
    """What is put right in an issued paper."""

    text = Words("更正内容", must=True)
    signer = Row("签发人")


class AnswerForm(Form):
    """What a unit says of its lines."""

    objects = Tick("有异议")
    text = Words("情况说明", limit=500)
    measure = Words("下步措施", limit=500)


class ReplyForm(Form):
    """What the office says to an objection."""

    row = Row("单位")
    text = Words("答复", must=True, limit=500)


class ReceiptForm(Form):
    """A unit's receipt."""

    person = Words("整改责任人", limit=64)
    promised = Day("承诺时限")
