"""The words of posting (消息送达词汇)."""

from __future__ import annotations

from workflow.record.words import Word


class Channel(Word):
    """How a message reaches somebody outside the system (送达方式)."""

    MAIL = "mail", "邮件"
    WECOM = "wecom", "企业微信群"
    DINGTALK = "dingtalk", "钉钉群"
    FEISHU = "feishu", "飞书群"


class Rhythm(Word):
    """How often messages are sent (发送频率)."""

    DIGEST = "digest", "每天一封汇总"
    AT_ONCE = "at_once", "有消息就发"


class DeliveryState(Word):
    """How a message fared (送达状态)."""

    WAITING = "waiting", "等待发送"
    SENT = "sent", "已送达"
    FAILED = "failed", "发送失败"
