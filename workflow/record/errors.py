"""Refusals (拒绝): every error is named for what was refused and speaks one Chinese sentence to the user."""

from __future__ import annotations


class Refused(Exception):
    """A request that was understood and refused.

    The message is one Chinese sentence that says what, where and how to mend it; it is shown to the user as it
    stands, so it never holds a path, SQL or a trace. ``status`` is the HTTP status a door answers with.
    """

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(Refused):
    """The input is not what it has to be (不符合要求)."""

    status = 422


class Forbidden(Refused):
    """This person may not do this (无权办理)."""

    status = 403


class NotFound(Refused):
    """No such thing, or nothing this person may know of (未找到); the two answer alike."""

    status = 404

    def __init__(self, message: str = "没有找到您要的内容，可能已被移走，或者您无权查看。") -> None:
        super().__init__(message)


class Stale(Refused):
    """Somebody else acted first (已由他人处理)."""

    status = 409


class Incomplete(Refused):
    """The action is known and allowed, but something it needs is missing (条件未满足)."""

    status = 422


class NotInState(Refused):
    """The action does not exist in the task's present status (当前状态不可办理)."""

    status = 409


class TooLarge(Refused):
    """More bytes than are allowed (超出大小)."""

    status = 413


class TooMany(Refused):
    """More was asked in a minute than is answered (操作太频繁)."""

    status = 429

    def __init__(self, message: str = "操作太频繁，请稍等一分钟再试。") -> None:
        super().__init__(message)


class Unavailable(Refused):
    """Something that this needs does not answer now (暂不可用); the same request may succeed later."""

    status = 503


class Damaged(Refused):
    """Stored bytes are not the bytes that were stored (内容已被改动)."""

    status = 409


class Duplicate(Refused):
    """The same thing is already there (重复)."""

    status = 409


class Unreadable(Refused):
    """A document that a reader cannot use (无法读取)."""

    status = 422


class ClockBehind(Refused):
    """The clock says a time earlier than one already seen (时钟调回): nothing is signed."""

    status = 503


class NoRoom(Refused):
    """Nothing can be written: the disk is full, read-only, or a quota is used up (存储空间不足)."""

    status = 503

    def __init__(
        self,
        message: str = "存储空间不足或磁盘只读，刚才的操作没有保存，已有数据不受影响；请系统管理员清理或扩容磁盘后再试，不需要重启。",
    ) -> None:
        super().__init__(message)


class BrokenDatabase(Refused):
    """The database's file is damaged (数据库损坏)."""

    status = 503

    def __init__(
        self,
        message: str = "数据库文件已损坏：请系统管理员停止服务，留存现在的数据目录，按 README「备份」一节从备份恢复数据库，再运行 "
        "flask --app app doctor --full。",
    ) -> None:
        super().__init__(message)


class ForeignDatabase(Refused):
    """The database is not one of this version of the program (数据库不可用)."""

    status = 503

    def __init__(
        self,
        message: str = "数据库不是这个版本的表结构：请先备份，再运行 flask --app app migrate；若仍不行，请检查 TAIZHANG_HOME 和 "
        "TAIZHANG_DATABASE_URL 指的是不是台账的数据库。",
    ) -> None:
        super().__init__(message)


class PacketFailed(Refused):
    """A packet could not be made whole (证据包未能生成): a glyph, a picture or a key is missing."""

    status = 500


class Unsound(PacketFailed):
    """A paper or a seal does not pass verification (自检未通过): trying at once again changes nothing, somebody has to mend it."""
