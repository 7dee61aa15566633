"""Forms of notices, phrases and tokens: what people keep for themselves (消息、常用语与令牌表单)."""

from __future__ import annotations

from wtforms import Form

from forms.fields import Code, Day, Number, Words
from workflow.office.words import TokenScope
from workflow.posting.words import Channel, Rhythm


class AddressForm(Form):
    """Where notices go besides the inbox."""

    channel = Code("送达方式", Channel)
    rhythm = Code("频率", Rhythm)
    target = Words("邮箱或群机器人地址")
    secret = Words("加签密钥")


class NoticesQuery(Form):
    """Where the last page of messages ended."""

    before = Number("上一页")


class PhraseForm(Form):
    """A phrase to keep."""

    text = Words("常用语")


class TokenForm(Form):
    """A token for a program."""

    name = Words("用途")
    scope = Code("令牌的范围", TokenScope)
    expires = Day("有效期")
